"""Run pandoc over woven chapters: many in one run, since starting it costs more than a chapter."""

import base64
import hashlib
import json
import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path

from press.book.contents import Chapter
from press.book.pandoc import run_pandoc
from press.book.project import Project
from press.disk.epoch import source_date_epoch
from press.errors import PressError
from press.publish.context import Context, as_json

FILTERS = Path(__file__).parent / "filters"
TEMPLATE = Path(__file__).parent / "typst" / "book.typ"
EPUB_STYLE = Path(__file__).parent / "epub.css"
NOT_FOUND = Path(__file__).parent / "site" / "not-found.js"
SHAPES = ("visibility", "callouts", "figures", "images", "equations")
BIBLIOGRAPHY, CELLS = ("--citeproc", "bibliography"), ("cells", "units")
REFERENCES = (*BIBLIOGRAPHY, *CELLS)
# All else needs the first; and what follows the second, typst's own work, takes one core only.
WAITED_FOR = ("survey", "typst")
LONG = 200_000  # bytes
WRITERS = {
    "survey": ("--to={filters}/survey.lua", "numbers", *SHAPES),
    "website": (
        "--to={filters}/website.lua",
        *(*SHAPES, "tables", "crossref", "columns", *REFERENCES, "math", "together"),
    ),
    "markdown": ("--to={filters}/markdown.lua", "numbers", *SHAPES, "crossref", *REFERENCES),
    "notebook": (
        "--to={filters}/notebook.lua",
        *("numbers", *SHAPES, "tables", "crossref", "--citeproc"),
    ),
    "epub": (
        *("--to=epub3", "--toc-depth=2", "--split-level=1", f"--css={EPUB_STYLE}"),
        *("numbers", *SHAPES, "tables", "crossref", *REFERENCES, "math", "epub"),
    ),
    "typst": (
        "--to=typst-smart-citations",
        f"--template={TEMPLATE}",
        "--syntax-highlighting=idiomatic",
        *("numbers", *SHAPES, "tables", "crossref", *BIBLIOGRAPHY, "solutions", *CELLS, "math"),
    ),
}


def convert(
    project: Project,
    book: Path,
    chapters: Sequence[Chapter],
    *,
    to: str,
    context: Context | None = None,
    output: Path | None = None,
) -> str:
    """Turn woven chapters into one text (a JSON object of pages, a typst document), or an EPUB.

    Parameters
    ----------
    project
        The book's settings.
    book
        Folder of the woven chapters and the bibliography.
    chapters
        The chapters to convert.
    to
        `survey`, `website`, `markdown`, `notebook`, `typst` or `epub`.
    context
        What pages need to know of the chapters that are not among these; None where all are.
    output
        File to write instead of returning a text.

    Returns
    -------
    str
        What pandoc printed.

    Raises
    ------
    PressError
        If pandoc fails or warns; a warning means that something of the chapters would be lost.
    """
    texts = [chapter.source.removesuffix(".qmd") + ".md" for chapter in chapters]
    with tempfile.TemporaryDirectory() as folder:
        metadata, known = Path(folder, "metadata.json"), Path(folder, "context.json")
        metadata.write_text(json.dumps(_metadata(project, context)), encoding="utf-8")
        if context is not None:
            known.write_text(json.dumps(as_json(context)), encoding="utf-8")
        answer = run_pandoc(
            [
                f"--from={FILTERS / 'book.lua'}",
                "--wrap=none",
                f"--variable=author-text={_typst_text(project.author)}",
                f"--variable=subtitle-text={_typst_text(project.subtitle)}",
                *map(_argument, WRITERS[to]),
                f"--metadata-file={metadata}",
                "--fail-if-warnings",
                *([f"--output={output.resolve()}"] if output else []),
                *texts,
            ],
            folder=book,
            environment={"PRESS_CONTEXT": "" if context is None else str(known)},
            patient=to not in WAITED_FOR,
            long=sum((book / each).stat().st_size for each in texts) > LONG,
        )
    if answer.failed:
        raise PressError(f"pandoc could not write the {to}: {answer.complaints}")
    return answer.printed


def _argument(name: str) -> str:
    """Return an option as it stands, and the name of a filter as pandoc's option for it."""
    if name.startswith("--"):
        return name.format(filters=FILTERS)
    return f"--lua-filter={FILTERS / name}.lua"


def _metadata(project: Project, context: Context | None) -> dict[str, object]:
    """Metadata for pandoc; text is Markdown there, which titles may use."""
    language, _, region = project.language.partition("-")
    about: dict[str, object] = {
        "title": project.title,
        "subtitle": project.subtitle,
        "author": project.author,
        "footer": project.footer,
        "lang": project.language,
        "lang-code": language,
        "region": region.upper(),
        "dated": source_date_epoch() is not None,
        "bibliography": list(project.bibliography),
        "link-citations": True,
        "pdf": project.pdf_name,
        "epub": project.epub_name,
        "identifier": identifier(project),
        "solutions": project.solutions,
        "parts": {chapter.page: chapter.part for chapter in project.chapters if chapter.part},
    }
    if not project.site_url:
        about["not-found-hash"] = _policy_hash(NOT_FOUND.read_bytes().rstrip())
    if context is not None:
        # All of the book's citations, so that authors and years are told apart as in the book.
        about["nocite"] = ", ".join(f"@{{{key}}}" for key in context.cited)
    return about


def identifier(project: Project) -> str:
    """Name the book for reading programs: the same name for each of its versions."""
    about = project.site_url or project.repo_url or f"{project.author}: {project.title}"
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, about)}"


def _policy_hash(script: bytes) -> str:
    """Name a script as a page's security policy does to let it run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script).digest()).decode()


def _typst_text(text: str) -> str:
    """Return `text` as a literal of typst's, for metadata, where markup has no place."""
    return json.dumps(text, ensure_ascii=False)
