"""The EPUB: pandoc writes it from the woven book, with MathML, and with its boxes open."""

from pathlib import Path

from press.book.project import Project
from press.disk.digest import digest, engine_digest, folder_digest
from press.disk.epoch import source_date_epoch
from press.disk.kept import keep, read_kept
from press.publish.convert import convert, identifier


def write_epub(project: Project, book: Path, output: Path) -> None:
    """Write the book as an EPUB 3.

    Parameters
    ----------
    project
        The book's settings.
    book
        Folder that holds the woven chapters, their images and the bibliography. It is only read.
    output
        The file to write. It is dated by the environment variable SOURCE_DATE_EPOCH, if that is
        set.

    Raises
    ------
    PressError
        If pandoc fails or warns, with what it printed.
    """
    entry, key = project.build / "epub.kept", _key(project, book)
    epub = read_kept(entry, key)
    if epub is None:
        convert(project, book, project.chapters, to="epub", output=output)
        keep(entry, key, output.read_bytes())
    else:
        output.write_bytes(epub)


def _key(project: Project, book: Path) -> str:
    chapters = [(chapter.source, chapter.part) for chapter in project.chapters]
    words = [*project.words, identifier(project)]
    return digest(words, chapters, source_date_epoch(), folder_digest(book), engine_digest())
