"""The images that a chapter's prose links: where they are, and what is said of them."""

import posixpath
import shutil
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from press.book.markdown import ATTRIBUTES, IMAGE, line_of, read_attributes
from press.book.outline import Outline
from press.book.project import Project


class Image(NamedTuple):
    """An image: its path as written, its alt text, its caption if it is a figure, its line."""

    target: str
    alt: str
    caption: str
    line: int


def images(outline: Outline) -> list[Image]:
    """Find the images in a chapter's prose.

    Parameters
    ----------
    outline
        The chapter.

    Returns
    -------
    list of Image
    """
    found = []
    for match in IMAGE.finditer(outline.text):
        # The alt text as written: code and mathematics are blank in `outline.text`.
        alt = outline.document.text[match.start(1) : match.end(1)].strip()
        attributes = ATTRIBUTES.match(outline.text, match.end())
        label, _, described = read_attributes(attributes[1] if attributes else "")
        caption = alt if label else ""
        line = line_of(outline.text, match.start())
        found.append(Image(unquote(match[2]), described.get("fig-alt", "") or alt, caption, line))
    return found


def image_path(project: Project, source: str, target: str) -> Path:
    """Where an image named in a chapter is; a leading slash stands for the project's folder."""
    folder = project.root if target.startswith("/") else (project.root / source).parent
    return folder / target.lstrip("/")


def image_name(source: str, target: str) -> str:
    """Name an image as the chapter's page does, relative to the site; a link keeps its name."""
    folder = "" if target.startswith("/") else posixpath.dirname(source)
    return posixpath.normpath(posixpath.join(folder, target.lstrip("/")))


def copy_images(project: Project, source: str, found: list[Image], folder: Path) -> None:
    """Copy the images that a chapter links, where its page or notebook looks for them.

    Parameters
    ----------
    project
        The book.
    source
        The chapter.
    found
        Its images.
    folder
        Folder that stands for the project's own.
    """
    for image in found:
        copy = folder / image_name(source, image.target)
        copy.parent.mkdir(parents=True, exist_ok=True)
        original = image_path(project, source, image.target)
        if not (copy.exists() and copy.samefile(original)):
            shutil.copyfile(original, copy)
