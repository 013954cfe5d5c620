"""What a chapter used of the repository: files, and the listings of folders."""

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from press.book.chapter import Code, Document
from press.book.project import Project
from press.disk.digest import digest
from press.disk.files import matching
from press.run.uses import EXCLUDED, input_name

WORD = re.compile(r"[^\s\"'`()\[\]{},;=<>|&$]+")
FOLDER = "a folder"
CHANGED = "changed during the run"  # never a digest, so the next build runs the chapter again


class Uses(NamedTuple):
    """What a run used, as its kernel saw it, and its harmless warnings.

    See `press.run.uses.uses`, and `press.run.inside.publish_uses`.
    """

    read: list[str]
    seen: list[str]
    started: list[tuple[str, str]]
    notices: list[str]


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


def digests_after_run(
    project: Project, document: Document, used: Uses, started: float
) -> dict[str, str | None]:
    """Hash what a run used.

    What was read and has changed since the run began cannot be trusted. What was only looked at, or
    named, and has changed is taken for the run's own product.

    Parameters
    ----------
    project
        The book.
    document
        The chapter.
    used
        What its kernel saw.
    started
        When the run began, in seconds since the epoch.

    Returns
    -------
    dict
        The digest of each file and folder.
    """

    def changed(name: str) -> bool:
        path = project.root / name
        return _is_file(path) and path.stat().st_mtime >= started

    seen = {*used.seen, *_named_in_code(project, document)} - {*used.read}
    found = digests(project.root, [name for name in sorted(seen) if not changed(name)])
    found |= digests(project.root, used.read)
    return found | {name: CHANGED for name in used.read if changed(name)}


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


def _named_in_code(project: Project, document: Document) -> set[str]:
    """Find files that cells name: a library in C, or another program, may read them unseen."""
    folder, root = (project.root / document.source).parent, str(project.root)
    cells = [block.code for block in document.blocks if isinstance(block, Code)]
    paths = {folder / word for code in cells for word in WORD.findall(code)}
    names = (input_name(os.path.normpath(path), root) for path in paths if _is_file(path))
    return {*filter(None, names)}


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # no path can be so long, or so written
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _digest(path: Path, *, listing: bool) -> str | None:
    if listing and _is_folder(path):
        return digest(sorted({each.name for each in path.iterdir()} - EXCLUDED))
    if _is_file(path):
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return FOLDER if _is_folder(path) else None
