"""Run pandoc over the whole book at once, so that numbers and links run across chapters."""

import json
import subprocess
from importlib.resources import files
from pathlib import Path

import pypandoc

from course.project import CourseError, Project

ASSETS = Path(str(files("course"))) / "assets"
BEFORE_CITATIONS = ("visibility", "callouts", "figures", "equations", "crossref")
AFTER_CITATIONS = ("cells",)


def convert(project: Project, book: Path, *, to: str, filters: tuple[str, ...] = ()) -> str:
    """Turn the woven chapters into one text: a JSON object of pages, or a typst document.

    Parameters
    ----------
    project
        The book's settings.
    book
        Folder of the woven chapters and the bibliography.
    to
        Name of a pandoc writer, or path of one written in Lua.
    filters
        Names of further filters in `assets/filters`, run last.

    Returns
    -------
    str
        What pandoc printed.

    Raises
    ------
    CourseError
        If pandoc fails or warns; a warning means that something of the chapters would be lost.
    """
    chapters = [chapter.source.removesuffix(".qmd") + ".md" for chapter in project.chapters]
    before = [argument for name in BEFORE_CITATIONS for argument in _filter(name)]
    after = [argument for name in (*AFTER_CITATIONS, *filters) for argument in _filter(name)]
    command = [
        pypandoc.get_pandoc_path(),
        *("--from", str(ASSETS / "filters" / "book.lua")),
        *("--to", to),
        "--metadata-file=/dev/stdin",
        *before,
        "--citeproc",
        *after,
        *("--mathml", "--wrap=none", "--syntax-highlighting=default", "--fail-if-warnings"),
        *chapters,
    ]
    if to == "typst":
        command[command.index("--syntax-highlighting=default")] = "--syntax-highlighting=idiomatic"
    done = subprocess.run(
        command,
        cwd=book,
        input=json.dumps(_metadata(project)),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        raise CourseError(f"pandoc could not make the {Path(to).stem}: {_essence(done.stderr)}")
    return done.stdout


def _filter(name: str) -> tuple[str, str]:
    return "--lua-filter", str(ASSETS / "filters" / f"{name}.lua")


def _metadata(project: Project) -> dict[str, object]:
    """Metadata for pandoc; text is Markdown there, which titles may use."""
    return {
        "title": project.title,
        "subtitle": project.subtitle,
        "author": project.author,
        "lang": project.language,
        "bibliography": list(project.bibliography),
        "link-citations": True,
        "pdf": project.pdf_name,
        "parts": {chapter.page: chapter.part for chapter in project.chapters if chapter.part},
    }


def _essence(printed: str) -> str:
    """Return what pandoc complained about, without Lua's traceback and the names of our filters."""
    lines = []
    for line in printed.splitlines():
        if line.strip() == "stack traceback:":
            break
        if line.strip() and not line.startswith(("Error running", "Failing because")):
            lines.append(line.strip())
    return "\n".join(lines)
