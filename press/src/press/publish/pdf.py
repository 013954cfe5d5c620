"""The PDF: pandoc writes one typst document of the whole book, and typst sets it."""

import re
from pathlib import Path

import typst

from press.book.project import Project
from press.disk.digest import digest, engine_digest, folder_digest
from press.disk.epoch import source_date_epoch
from press.disk.kept import keep, read_kept
from press.errors import PressError
from press.publish.convert import convert
from press.publish.openings import set_book
from press.run.aside import aside

COMPLAINT = re.compile(r"^(?:error|warning): (.*?)(?:\n.*?\.typ:(\d+):|\Z)", re.MULTILINE)
CHAPTER = re.compile(r"^// (\S+\.qmd)$", re.MULTILINE)  # written by filters/cells.lua
WIDTH = 200  # characters of the document that a message quotes


def write_pdf(project: Project, book: Path, output: Path) -> None:
    """Write the book as a PDF.

    The file keeps to PDF/UA-1: it is tagged, and figures and formulas have alternative texts. The
    fonts are those that typst carries, so every machine gives the same pages; the file is dated
    only if the environment variable SOURCE_DATE_EPOCH gives a date.

    Parameters
    ----------
    project
        The book's settings.
    book
        Folder that holds the woven chapters, their images and the bibliography. It is only read.
    output
        The PDF file to write.

    Raises
    ------
    PressError
        If pandoc or typst fails or warns, with what it printed.
    """
    entry, key = project.build / "pdf.kept", _key(project, book)
    pdf = read_kept(entry, key)
    if pdf is None:
        pdf = _set(project, book)
        keep(entry, key, pdf)
    output.write_bytes(pdf)


def _set(project: Project, book: Path) -> bytes:
    source = convert(project, book, project.chapters, to="typst")
    options = {"format": "pdf", "pdf_standards": "ua-1", "timestamp": source_date_epoch()}
    compiled = aside([lambda: set_book(source, book, **options)])
    try:
        pdf, warnings = compiled[0].result()
    except typst.TypstError as error:
        raise PressError(_complaints([error.diagnostic], source)) from error
    if warnings or not isinstance(pdf, bytes):
        raise PressError(_complaints([each.diagnostic for each in warnings], source))
    return pdf


def _complaints(diagnostics: list[str], source: str) -> str:
    """Say in which chapter typst stumbled, over what, and why; without its drawings."""
    lines, found = source.split("\n"), []
    for diagnostic in diagnostics:
        for reason, at in COMPLAINT.findall(diagnostic):
            above = "\n".join(lines[: int(at or 0)])
            chapter = CHAPTER.findall(above)[-1:] or ["the book"]
            what = lines[int(at) - 1].strip() if at else ""
            found.append(f"{chapter[0]}: the PDF cannot be set: {reason}\n    {what[:WIDTH]}")
    return "\n".join(dict.fromkeys(found)) or "\n".join(diagnostics)


def _key(project: Project, book: Path) -> str:
    """Hash everything that the PDF is made from; the book's folder holds all but the settings."""
    chapters = [(chapter.source, chapter.part) for chapter in project.chapters]
    return digest(
        *(project.words, chapters, project.solutions, source_date_epoch()),
        *(folder_digest(book), engine_digest()),
    )
