"""The woven book: a folder of Markdown with everything that it links."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

from press.book.chapter import Document
from press.book.images import copy_images, image_name, images
from press.book.outline import Outline
from press.book.project import NONE, Project
from press.book.scripts import copy_scripts, woven_scripts
from press.book.site_names import figure_folder
from press.book.solutions import with_marks_for_solutions
from press.check.displayed import Names
from press.errors import PressError
from press.run.executed import Executed
from press.weave.weave import weave


class Weaving:
    """A woven book in the making: a fresh folder, and what is wrong with its chapters.

    Parameters
    ----------
    project
        The book.
    book
        The folder to fill with the woven chapters, the images they link and the bibliography; what
        it held is deleted.
    names
        Tells what the chapters may refer to; asked when the first of them has run.
    """

    def __init__(self, project: Project, book: Path, names: Callable[[], Names]) -> None:
        self._project, self._book, self._names = project, book, cache(names)
        self._errors: dict[str, PressError] = {}
        if book.exists():
            shutil.rmtree(book)

    def add(self, chapter: Executed) -> None:
        """Weave a chapter, which has run; threads may do so at a time."""
        try:
            weave_chapter(self._project, chapter, self._book, self._names())
        except PressError as error:
            self._errors[chapter.document.source] = error

    def finish(self) -> None:
        """Add the bibliography.

        Raises
        ------
        PressError
            If chapters could not be woven; the message lists all that is wrong.
        """
        sources = [each.source for each in self._project.chapters if each.source in self._errors]
        if sources:
            raise PressError("\n".join(str(self._errors[source]) for source in sources))
        for name in self._project.bibliography:
            (self._book / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self._project.root / name, self._book / name)


def weave_book(project: Project, chapters: list[Executed], book: Path, names: Names) -> None:
    """Fill a fresh folder with chapters that have run (see `Weaving`).

    Raises
    ------
    PressError
        If chapters cannot be woven; the message lists all that is wrong.
    """
    weaving = Weaving(project, book, lambda: names)
    for chapter in chapters:
        weaving.add(chapter)
    weaving.finish()


def weave_chapter(project: Project, chapter: Executed, book: Path, names: Names) -> None:
    """Write one woven chapter and the images it links.

    Parameters
    ----------
    project
        The book.
    chapter
        The chapter, which has run.
    book
        Folder of the woven chapters.
    names
        What the chapter may refer to.
    """
    document = chapter.document
    folder = (book / document.source).parent
    folder.mkdir(parents=True, exist_ok=True)
    text = weave(project, chapter, folder, names)
    if project.solutions == NONE:
        text = with_marks_for_solutions(text)
    (book / document.source).with_suffix(".md").write_text(text, encoding="utf-8")
    figures = book / figure_folder(document.source)
    linked = images(Outline(Document(document.source, {}, (), text)))
    pictures = [each for each in linked if not each.target.startswith(f"{figures.name}/")]
    copy_images(project, document.source, pictures, book)
    copy_scripts(project, woven_scripts(text), book)
    for figure in figures.glob("*"):  # those of an earlier version go
        if f"{figures.name}/{figure.name}" not in text:
            figure.unlink()


def tidy_book(project: Project, book: Path) -> None:
    """Delete what no woven chapter has or links any more.

    Parameters
    ----------
    project
        The book.
    book
        Folder of the woven chapters.
    """
    kept = set(project.bibliography)
    for source in (chapter.source for chapter in project.chapters):
        path = (book / source).with_suffix(".md")
        if path.is_file():
            figures = (book / figure_folder(source)).glob("*")
            kept |= {each.relative_to(book).as_posix() for each in (path, *figures)}
            text = path.read_text(encoding="utf-8")
            woven = Outline(Document(source, {}, (), text))
            kept |= set(woven_scripts(text))
            kept |= {image_name(source, image.target) for image in images(woven)}
    for path in book.rglob("*"):
        if path.is_file() and path.relative_to(book).as_posix() not in kept:
            path.unlink()
