"""The images that a chapter's prose links: where they are, and what is said of them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from course.page import ATTRIBUTES, Page, line_of, read_attributes
from course.project import Project

IMAGE = re.compile(r"!\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*([^()\s]*)(?:\s+\"[^\"]*\")?\s*\)")


class Image(NamedTuple):
    """An image: its path as written, its alt text, its caption if it is a figure, its line."""

    target: str
    alt: str
    caption: str
    line: int


def image_problems(project: Project, page: Page) -> Iterator[tuple[str, int, str]]:
    """Images that are missing, elsewhere on the net, or not described."""
    for image in images(page):
        message = None
        path = image_path(project, page.document.source, image.target).resolve()
        if re.match(r"\w+:|//", image.target):
            message = f"image {image.target} is not in the repository; save it there"
        elif not path.is_file():
            message = f"image {image.target} does not exist"
        elif not path.is_relative_to(project.root):
            message = f"image {image.target} is outside the repository; copy it there"
        if message:
            yield page.document.source, image.line, message
        if not image.alt:
            message = (
                f"image {image.target} has no alt text; write ![what one sees]({image.target})"
            )
            yield page.document.source, image.line, message


def images(page: Page) -> list[Image]:
    """Find the images in a chapter's prose.

    Parameters
    ----------
    page
        The chapter.

    Returns
    -------
    list of Image
    """
    found = []
    for match in IMAGE.finditer(page.text):
        # The alt text as written: code and mathematics are blank in `page.text`.
        alt = page.document.text[match.start(1) : match.end(1)].strip()
        attributes = ATTRIBUTES.match(page.text, match.end())
        label, _, described = read_attributes(attributes[1] if attributes else "")
        caption = alt if label else ""
        line = line_of(page.text, match.start())
        found.append(Image(unquote(match[2]), described.get("fig-alt", "") or alt, caption, line))
    return found


def image_path(project: Project, source: str, target: str) -> Path:
    """Where an image named in a chapter is; a leading slash stands for the project's folder."""
    folder = project.root if target.startswith("/") else (project.root / source).parent
    return folder / target.lstrip("/")
