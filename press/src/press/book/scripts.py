"""The scripts of a book's own, with which readers play with its figures."""

import re
import shutil
from pathlib import Path

from press.book.chapter import Code
from press.book.outline import Outline
from press.book.project import Project

# As `weave` writes it; whatever else stands in a chapter's code stands below another fence.
NAMED = re.compile(r'^`{3,} \{\.numbers plays="([^"]*)"\}$', re.MULTILINE)


def scripts_of(cell: Code) -> list[str]:
    """Name the scripts that play with a cell's figure, in the order in which a page loads them.

    Parameters
    ----------
    cell
        The cell.

    Returns
    -------
    list of str
        Paths from the project's folder.
    """
    named = cell.options.get("plays") or []
    listed = named if isinstance(named, list) else [named]
    return [each for each in listed if isinstance(each, str)]  # others are errors of the settings


def scripts(outline: Outline) -> list[tuple[str, int]]:
    """Name the scripts that a chapter's cells name.

    Parameters
    ----------
    outline
        The chapter.

    Returns
    -------
    list of (str, int)
        Each with the line that names it.
    """
    return [
        (name, cell.option_lines["plays"]) for cell in outline.cells for name in scripts_of(cell)
    ]


def woven_scripts(text: str) -> list[str]:
    """Name the scripts that a woven chapter names.

    Parameters
    ----------
    text
        Its Markdown.

    Returns
    -------
    list of str
    """
    return [name for found in NAMED.finditer(text) for name in found[1].split()]


def copy_scripts(project: Project, names: list[str], folder: Path) -> None:
    """Copy scripts to where a page looks for them.

    Parameters
    ----------
    project
        The book.
    names
        The scripts.
    folder
        Folder that stands for the project's own.
    """
    for name in names:
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(project.root / name, copy)
