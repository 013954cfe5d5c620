"""Executed chapters and woven books made by hand, so that these tests run no kernel."""

from pathlib import Path
from typing import Any

from lxml import html
from nbformat import NotebookNode
from nbformat.v4 import new_output
from pypdf import PageObject, PdfReader

from press.book.chapter import Code, Document, Prose, inline_expressions
from press.book.contents import Chapter
from press.book.project import Project
from press.publish.pages import write_pages
from press.publish.pdf import write_pdf
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


def on_website(root: Path, *texts: str) -> list[html.HtmlElement]:
    """Return a page of a website for each text: one book of them, since pandoc starts slowly."""
    chapters = {f"chapter-{number}.qmd": text for number, text in enumerate(texts)}
    pages = write_pages(*write_book(root, chapters))
    return [html.fromstring(pages[source.replace(".qmd", ".html")].html) for source in chapters]


def in_pdf(root: Path, *texts: str, **changes: Any) -> list[list[PageObject]]:
    """Return the pages of a PDF for each text, which begins one of its own."""
    apart = "\n\n```{=typst}\n#pagebreak(weak: true)\n```\n"
    parted = [*(text + apart for text in texts[:-1]), texts[-1]]
    chapters = {f"chapter-{number}.qmd": text for number, text in enumerate(parted)}
    project, book = write_book(root, chapters, **changes)
    (book / "tall.svg").write_text(SVG.replace("60", "120"), encoding="utf-8")
    write_pdf(project, book, root / "book.pdf")
    pdf = PdfReader(root / "book.pdf")
    _, *entries = [entry for entry in pdf.outline if not isinstance(entry, list)]
    # Solutions may follow, on the page where the last text ends.
    starts = [pdf.get_destination_page_number(entry) for entry in entries[: len(texts)]]
    ends = [*starts[1:], len(pdf.pages)]
    return [pdf.pages[start:end] for start, end in zip(starts, ends, strict=True)]


def word_places(page: PageObject) -> dict[str, tuple[float, float]]:
    """Return for the words of a PDF's page where they begin from the left, and their size (pt)."""
    found: dict[str, tuple[float, float]] = {}

    def note(
        text: str, outer: list[float], inner: list[float], _: dict[str, Any], size: float
    ) -> None:
        found[text.strip()] = (inner[4] * outer[0] + outer[4], size * inner[0] * outer[0])

    page.extract_text(visitor_text=note)
    return found
