"""Executed chapters and woven books made by hand, so that these tests run no kernel."""

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from pypdf import PageObject

from press.book.chapter import Code, Document, Prose, inline_expressions
from press.book.contents import Chapter
from press.book.project import Project
from press.run.executed import CellRun, Executed, ProseRun

BIBLIOGRAPHY = """
@article{rubin1981, author = {Rubin, Donald B.}, title = {Estimation in parallel experiments},
  journal = {Journal of Educational Statistics}, year = {1981}, doi = {10.1000/7}}
@book{stone1974, author = {Stone, Mervyn}, title = {Cross-validatory choice}, year = {1974}}
"""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60" viewBox="0 0 90 60">'
    '<path d="M0 60 90 0" stroke="black"/></svg>'
)
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADU"
    "lEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg=="
)


def prose(text: str, *values: str) -> tuple[Prose, ProseRun]:
    assert len(inline_expressions(text)) == len(values)
    return Prose(text, 1), ProseRun(list(values))


def code(source: str, *outputs: NotebookNode, **options: Any) -> tuple[Code, CellRun]:
    named = {name.replace("_", "-"): value for name, value in options.items()}
    return Code(source, named, 7, 8 + len(named)), CellRun(list(outputs), 1, 0.25)


def display(data: dict[str, Any]) -> NotebookNode:
    return new_output("display_data", data)


def stream(text: str, name: str = "stdout") -> NotebookNode:
    return new_output("stream", name=name, text=text)


def executed(
    *blocks: tuple[Prose, ProseRun] | tuple[Code, CellRun],
    source: str = "chapters/one.qmd",
    date: str = "",
    **front: Any,
) -> Executed:
    document = Document(source, front, tuple(block for block, _ in blocks))
    return Executed(document, tuple(run for _, run in blocks), date)


def project(root: Path, *sources: str, **changes: Any) -> Project:
    settings: dict[str, Any] = {
        "root": root,
        "title": "Things & Pools",
        "subtitle": "A book for tests",
        "author": 'Ann "A" Author',
        "language": "en-GB",
        "chapters": tuple(Chapter(source) for source in sources),
        "bibliography": ("references.bib",),
        "execute": {},
        "figure_format": "svg",
        "output": "_site",
        "name": "things",
        "pdf_name": "things.pdf",
    }
    return Project(**(settings | changes))


def write_book(root: Path, chapters: dict[str, str], **changes: Any) -> tuple[Project, Path]:
    """Write woven chapters, given by their sources, to a folder `book`."""
    book = root / "book"
    for source, text in chapters.items():
        path = (book / source).with_suffix(".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (book / "references.bib").write_text(BIBLIOGRAPHY, encoding="utf-8")
    return project(root, *chapters, **changes), book


def word_places(page: PageObject) -> dict[str, tuple[float, float]]:
    """Return for the words of a PDF's page where they begin from the left, and their size (pt)."""
    found: dict[str, tuple[float, float]] = {}

    def note(
        text: str, outer: list[float], inner: list[float], _: dict[str, Any], size: float
    ) -> None:
        found[text.strip()] = (inner[4] * outer[0] + outer[4], size * inner[0] * outer[0])

    page.extract_text(visitor_text=note)
    return found
