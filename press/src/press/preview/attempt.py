"""What became of a chapter when it was last run and woven, and what that hangs on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Self

from press.book.chapter import Document
from press.book.images import image_path, images
from press.book.outline import Outline
from press.book.project import Project
from press.book.scripts import scripts
from press.run.executed import Executed
from press.run.inputs import declared


@dataclass(frozen=True)
class Attempt:
    """A chapter as it was when it was last run and woven.

    Parameters
    ----------
    document
        The chapter as it was written; None once something that it used has changed.
    settings
        The project's settings that it was run and woven with.
    uses
        The repository's files and folders that it used.
    error
        What went wrong; empty if nothing did.
    """

    document: Document | None
    settings: Any
    uses: frozenset[str]
    error: str = ""

    def holds(self, project: Project, document: Document) -> bool:
        """Tell whether a chapter has been attempted just as it stands now."""
        return (self.document, self.settings) == (document, _settings(project))

    def uses_any(self, changed: set[str]) -> bool:
        """Tell whether the chapter used what has changed: a file, or a folder that lists it.

        Of a new folder the watch may name the folder alone, not what was put there at once.
        """
        folders = {f"{name.rpartition('/')[0] or '.'}/" for name in changed}
        below = tuple(f"{name}/" for name in changed)
        used = self.uses & (changed | folders) or any(use.startswith(below) for use in self.uses)
        # What a failed chapter lacks may be a module that was not there to be used.
        wanted = self.error and any(name.endswith(".py") for name in changed)
        return bool(wanted or used)

    def outdated(self) -> Self:
        """Return the attempt as one that has to be repeated; its error stands until then."""
        return replace(self, document=None)


def done(project: Project, chapter: Executed) -> Attempt:
    """Note that a chapter has been run and woven."""
    document, outline = chapter.document, Outline(chapter.document)
    paths = (
        image_path(project, document.source, image.target).resolve() for image in images(outline)
    )
    pictures = [path.relative_to(project.root).as_posix() for path in paths]
    played = [name for name, _ in scripts(outline)]
    return _attempt(project, document, [*chapter.inputs, *pictures, *played])


def failed(project: Project, document: Document, used: list[str], error: Exception) -> Attempt:
    """Note that a chapter cannot be run or woven, until it or a file that it used changes."""
    return _attempt(project, document, used, str(error))


def _attempt(project: Project, document: Document, used: Iterable[str], error: str = "") -> Attempt:
    named = declared(project, document)
    folders = [f"{PurePosixPath(name).parent}/" for name in named]  # others may come to match
    return Attempt(document, _settings(project), frozenset([*used, *named, *folders]), error)


def _settings(project: Project) -> Any:
    return project.execute, project.figure_format
