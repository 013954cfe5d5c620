"""The woven book: a folder of Markdown with everything that it links."""

import shutil
from pathlib import Path

from press.book.images import image_path, images
from press.book.outline import Outline
from press.book.project import Project
from press.run.executed import Executed
from press.weave.weave import weave


def weave_book(project: Project, chapters: list[Executed], book: Path) -> None:
    """Fill a fresh folder with the woven chapters, the images they link and the bibliography.

    Parameters
    ----------
    project
        The book.
    chapters
        Its chapters, which have run.
    book
        The folder to fill; what it held is deleted.
    """
    if book.exists():
        shutil.rmtree(book)
    for chapter in chapters:
        weave_chapter(project, chapter, book)
    for name in project.bibliography:
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(project.root / name, book / name)


def weave_chapter(project: Project, chapter: Executed, book: Path) -> None:
    """Write one woven chapter and the images it links.

    Parameters
    ----------
    project
        The book.
    chapter
        The chapter, which has run.
    book
        Folder of the woven chapters.
    """
    document = chapter.document
    folder = (book / document.source).parent
    folder.mkdir(parents=True, exist_ok=True)
    text = weave(project, chapter, folder)
    (book / document.source).with_suffix(".md").write_text(text, encoding="utf-8")
    for image in images(Outline(document)):
        path = image_path(project, document.source, image.target).resolve()
        copy = book / path.relative_to(project.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
