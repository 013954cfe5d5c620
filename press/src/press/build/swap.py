"""Put a finished site in the place of the last one, whatever happens meanwhile."""

import ctypes
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from press.book.project import NONE, Project, edition
from press.build.own import keep_others, list_own_files, others
from press.disk.lock import locked

RENAME_EXCHANGE = 2  # from linux/fs.h
AT_FDCWD = -100  # from linux/fcntl.h: paths are relative to the working folder


def next_site(project: Project) -> Path:
    """Name a folder to write the next site to.

    A program of an earlier build that was killed may still be writing to that build's folder, so
    each build has one of its own.

    Parameters
    ----------
    project
        The book.

    Returns
    -------
    Path
        A folder that does not exist yet.
    """
    return project.build / f"site.{secrets.token_hex(4)}"


def replace_site(project: Project, new: Path) -> None:
    """Put a finished site in the place of the last one.

    Where the system can let two folders change places, whoever looks finds one site or the other,
    whole. Elsewhere there is a moment without a site, and `only_build` mends it if the build is
    killed just then. What an author has put into the last site is in the new one, too.

    Parameters
    ----------
    project
        The book.
    new
        Folder of the finished site; it is moved.

    Raises
    ------
    PressError
        If an author's file has the name of one of the new site's.
    """
    list_own_files(new)
    if not project.site.exists():
        new.rename(project.site)
        return
    keep_others(project.site, new)
    if _exchange(new, project.site):
        old = new
    else:
        old = project.build / "site.old"
        project.site.rename(old)
        try:
            new.rename(project.site)
        except OSError:
            old.rename(project.site)
            raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def only_build(project: Project) -> Iterator[None]:
    """Wait until no other build is at work in this folder, and tidy up after a killed one.

    Parameters
    ----------
    project
        The book.
    """
    with locked(project.build / "lock", _waiting):
        _recover(project)
        yield


def remove_built(project: Project) -> list[str]:
    """Delete both sites and everything that a build leaves behind for the next one.

    What an author has put into a site stays.

    Parameters
    ----------
    project
        The book.

    Returns
    -------
    list of str
        Names of the folders that were there.
    """
    sites = (project.site, edition(project, NONE).site)
    folders = [folder for folder in (*sites, project.build) if folder.exists()]
    if folders:
        with only_build(project):
            kept = {site / name for site in sites for name in others(site)}
            for folder in folders:
                _remove(folder, kept)
    return [folder.name for folder in folders]


def _remove(folder: Path, kept: set[Path]) -> None:
    """Delete a folder but for some files in it."""
    if folder.exists() and not any(path.is_relative_to(folder) for path in kept):
        shutil.rmtree(folder)
    for path in folder.iterdir() if folder.exists() else ():
        if path.is_dir() and not path.is_symlink():
            _remove(path, kept)
        elif path not in kept:
            path.unlink()


def _waiting() -> None:
    print("waiting for another build of this book to end …", file=sys.stderr)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; return whether the system could do it."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None)  # Linux has it, and some file systems
    if rename is None:
        return False
    paths = (AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other))
    return bool(rename(*paths, RENAME_EXCHANGE) == 0)


def _recover(project: Project) -> None:
    old = project.build / "site.old"
    if old.exists() and not project.site.exists():
        old.rename(project.site)
    for folder in project.build.glob("site.*"):
        shutil.rmtree(folder, ignore_errors=True)
