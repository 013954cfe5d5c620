"""Images that are missing, elsewhere on the net, or not described."""

import re

from press.book.images import image_name, image_path, images
from press.book.outline import Outline
from press.book.project import Project
from press.book.site_names import is_own
from press.check.rules import Problems
from press.errors import Problem

KINDS = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp")  # what browsers and typst both show


def image_problems(project: Project, outline: Outline) -> Problems:
    """Images that are missing, elsewhere on the net, or not described."""
    for image in images(outline):
        message = None
        source = outline.document.source
        path = image_path(project, source, image.target)
        if re.match(r"\w+:|//", image.target):
            message = f"image {image.target} is not in the repository; save it there"
        elif path.suffix.lower() not in KINDS:
            message = f"image {image.target} is of no kind known here; use {', '.join(KINDS)}"
        elif not path.is_file():
            message = f"image {image.target} does not exist"
        elif image_name(source, image.target).startswith("../") or not (
            path.resolve().is_relative_to(project.root.resolve())
        ):
            message = f"image {image.target} is outside the repository; copy it there"
        elif is_own(image_name(source, image.target), project.chapters, project.name):
            message = f"image {image.target} lies in a folder that the press fills; move it"
        if message:
            yield Problem(source, image.line, message)
        if not image.alt:
            message = (
                f"image {image.target} has no alt text; write ![what one sees]({image.target})"
            )
            yield Problem(source, image.line, message)
