"""The PDF: pandoc writes one typst document of the whole book, and typst sets it."""

from pathlib import Path

import typst

from press.book.project import Project
from press.disk.digest import digest, engine_digest, folder_digest
from press.disk.epoch import source_date_epoch
from press.disk.kept import keep, read_kept
from press.errors import PressError
from press.publish.convert import convert


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
    compiler = typst.Compiler(source.encode(), root=book, ignore_system_fonts=True)
    try:
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards="ua-1", timestamp=source_date_epoch()
        )
    except typst.TypstError as error:
        raise PressError(f"typst could not set the PDF: {error.diagnostic}") from error
    if warnings or not isinstance(pdf, bytes):
        printed = "\n".join(warning.diagnostic for warning in warnings)
        raise PressError(f"typst would set the PDF badly: {printed}")
    return pdf


def _key(project: Project, book: Path) -> str:
    """Hash everything that the PDF is made from; the book's folder holds all but the settings."""
    chapters = [(chapter.source, chapter.part) for chapter in project.chapters]
    return digest(
        project.words, chapters, source_date_epoch(), folder_digest(book), engine_digest()
    )
