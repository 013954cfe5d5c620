"""What a chapter used of the repository: files, and the listings of folders."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from press.book.chapter import Document
from press.book.project import Project
from press.disk.digest import digest
from press.disk.files import matching
from press.run.inside import EXCLUDED

CHANGED = "changed during the run"  # never a digest, so the next build runs the chapter again


def declared(project: Project, document: Document) -> list[str]:
    """Name the files that the book or the chapter says the chapter uses.

    Parameters
    ----------
    project
        The book.
    document
        The chapter.

    Returns
    -------
    list of str
        Paths relative to the project's folder.
    """
    patterns = [*project.inputs, *(each.pattern for each in document.inputs)]
    return [name for pattern in patterns for name in matching(project.root, pattern)]


def digests(root: Path, names: Iterable[str]) -> dict[str, str | None]:
    """Hash the contents of files and the listings of folders.

    Parameters
    ----------
    root
        The project's folder.
    names
        Paths relative to it; a slash at the end stands for the listing of a folder.

    Returns
    -------
    dict
        The digest of each; None stands for what is not there.
    """
    return {name: _digest(root / name, listing=name.endswith("/")) for name in names}


def digests_after_run(root: Path, names: Iterable[str], started: float) -> dict[str, str | None]:
    """Hash what a run used; what has changed since it began cannot be trusted.

    Parameters
    ----------
    root, names
        As in `digests`.
    started
        When the run began, in seconds since the epoch.

    Returns
    -------
    dict
        The digest of each.
    """
    found = digests(root, names)
    for name in found:
        path = root / name
        if path.is_file() and path.stat().st_mtime >= started:
            found[name] = CHANGED
    return found


def stale(root: Path, inputs: Mapping[str, str | None]) -> bool:
    """Tell whether anything that a run used is different now.

    Parameters
    ----------
    root
        The project's folder.
    inputs
        What the run used, with its digests.

    Returns
    -------
    bool
    """
    return digests(root, inputs) != inputs


def _digest(path: Path, *, listing: bool) -> str | None:
    if listing and path.is_dir():
        return digest(sorted({each.name for each in path.iterdir()} - EXCLUDED))
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
