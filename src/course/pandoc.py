"""Run pandoc over the whole book at once, so that numbers and links run across chapters."""

import json
import os
import subprocess
import tempfile
from importlib.resources import files
from pathlib import Path

import pypandoc

from course.project import CourseError, Project

ASSETS = Path(str(files("course"))) / "assets"
FILTERS = ASSETS / "filters"
BEFORE_CITATIONS = (
    "visibility",
    "callouts",
    "figures",
    "tables",
    "images",
    "equations",
    "crossref",
)
AFTER_CITATIONS = ("bibliography", "cells", "units", "math")
TO_WEBSITE = (f"--to={FILTERS / 'website.lua'}", "--wrap=none")
TO_TYPST = (
    "--to=typst-smart-citations",
    f"--template={ASSETS / 'pdf' / 'book.typ'}",
    "--syntax-highlighting=idiomatic",
    "--wrap=none",
)


def convert(project: Project, book: Path, *, to: str) -> str:
    """Turn the woven chapters into one text: a JSON object of pages, or a typst document.

    Parameters
    ----------
    project
        The book's settings.
    book
        Folder of the woven chapters and the bibliography.
    to
        `website` or `typst`.

    Returns
    -------
    str
        What pandoc printed.

    Raises
    ------
    CourseError
        If pandoc fails or warns; a warning means that something of the chapters would be lost.
    """
    filters = [f"--lua-filter={FILTERS / name}.lua" for name in BEFORE_CITATIONS]
    filters += ["--citeproc"]
    filters += [f"--lua-filter={FILTERS / name}.lua" for name in AFTER_CITATIONS]
    with tempfile.TemporaryDirectory() as folder:
        metadata = Path(folder) / "metadata.json"
        metadata.write_text(json.dumps(_metadata(project)), encoding="utf-8")
        done = subprocess.run(
            [
                pypandoc.get_pandoc_path(),
                f"--from={FILTERS / 'book.lua'}",
                *(TO_WEBSITE if to == "website" else TO_TYPST),
                f"--variable=author-text={_typst_text(project.author)}",
                f"--variable=subtitle-text={_typst_text(project.subtitle)}",
                *filters,
                f"--metadata-file={metadata}",
                "--fail-if-warnings",
                *(chapter.source.removesuffix(".qmd") + ".md" for chapter in project.chapters),
            ],
            cwd=book,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    if done.returncode != 0:
        raise CourseError(f"pandoc could not write the {to}: {_essence(done.stderr)}")
    return done.stdout


def _metadata(project: Project) -> dict[str, object]:
    """Metadata for pandoc; text is Markdown there, which titles may use."""
    language, _, region = project.language.partition("-")
    return {
        "title": project.title,
        "subtitle": project.subtitle,
        "author": project.author,
        "lang": project.language,
        "lang-code": language,
        "region": region.upper(),
        "dated": "SOURCE_DATE_EPOCH" in os.environ,
        "bibliography": list(project.bibliography),
        "link-citations": True,
        "pdf": project.pdf_name,
        "parts": {chapter.page: chapter.part for chapter in project.chapters if chapter.part},
    }


def _typst_text(text: str) -> str:
    """Return `text` as a literal of typst's, for metadata, where markup has no place."""
    return json.dumps(text, ensure_ascii=False)


def _essence(printed: str) -> str:
    """Return what pandoc complained about, without Lua's traceback and the names of our filters."""
    lines = []
    for line in printed.splitlines():
        if line.strip() == "stack traceback:":
            break
        if line.strip() and not line.startswith(("Error running", "Failing because")):
            lines.append(line.strip())
    return "\n".join(lines)
