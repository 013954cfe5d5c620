"""The PDF: pandoc writes one typst document of the whole book, and typst sets it."""

import os
import shutil
from pathlib import Path

import typst

from course.digest import digest, engine_digest, folder_digest
from course.pandoc import convert
from course.project import CourseError, Project


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
    CourseError
        If pandoc or typst fails or warns, with what it printed.
    """
    kept, key = project.build / "pdf", _key(project, book)
    if _is_kept(kept, key):
        shutil.copyfile(kept / "book.pdf", output)
        return
    source = convert(project, book, project.chapters, to="typst")
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    compiler = typst.Compiler(source.encode(), root=book, ignore_system_fonts=True)
    try:
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards="ua-1", timestamp=int(epoch) if epoch else None
        )
    except typst.TypstError as error:
        raise CourseError(f"typst could not set the PDF: {error.diagnostic}") from error
    if warnings or not isinstance(pdf, bytes):
        printed = "\n".join(warning.diagnostic for warning in warnings)
        raise CourseError(f"typst would set the PDF badly: {printed}")
    output.write_bytes(pdf)
    kept.mkdir(parents=True, exist_ok=True)
    (kept / "key").unlink(missing_ok=True)
    shutil.copyfile(output, kept / "book.pdf")
    (kept / "key").write_text(key)


def _key(project: Project, book: Path) -> str:
    """Hash everything that the PDF is made from; the book's folder holds all but the settings."""
    settings = [project.title, project.subtitle, project.author, project.language]
    chapters = [(chapter.source, chapter.part) for chapter in project.chapters]
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return digest(settings, chapters, epoch, folder_digest(book), engine_digest())


def _is_kept(kept: Path, key: str) -> bool:
    try:
        return (kept / "key").read_text() == key
    except OSError:
        return False
