"""The woven book: a folder of Markdown with everything that it links."""

import shutil
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


def weave_book(project: Project, chapters: list[Executed], book: Path, names: Names) -> None:
    """Fill a fresh folder with the woven chapters, the images they link and the bibliography.

    Parameters
    ----------
    project
        The book.
    chapters
        Its chapters, which have run.
    book
        The folder to fill; what it held is deleted.
    names
        What the chapters may refer to.

    Raises
    ------
    PressError
        If chapters cannot be woven; the message lists all that is wrong.
    """
    if book.exists():
        shutil.rmtree(book)
    errors = []
    for chapter in chapters:
        try:
            weave_chapter(project, chapter, book, names)
        except PressError as error:
            errors.append(str(error))
    if errors:
        raise PressError("\n".join(errors))
    for name in project.bibliography:
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(project.root / name, book / name)


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
