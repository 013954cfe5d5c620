"""Put a finished site in the place of the last one, whatever happens meanwhile."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from course.project import CourseError, Project


def replace_site(project: Project, new: Path) -> None:
    """Put a finished site in the place of the last one.

    Parameters
    ----------
    project
        The book.
    new
        Folder of the finished site; it is moved.
    """
    old = project.build / "site.old"
    if project.site.exists():
        project.site.rename(old)
    try:
        new.rename(project.site)
    except OSError:
        old.rename(project.site)
        raise
    shutil.rmtree(old, ignore_errors=True)


def recover(project: Project) -> None:
    """Tidy up after a build that was interrupted, even in the middle of the swap.

    Parameters
    ----------
    project
        The book.
    """
    old, new = project.build / "site.old", project.build / "site.new"
    if old.exists() and not project.site.exists():
        old.rename(project.site)
    for folder in (old, new):
        if folder.exists():
            shutil.rmtree(folder)


@contextmanager
def only_build(project: Project) -> Iterator[None]:
    """Keep a second build away from this folder.

    Parameters
    ----------
    project
        The book.

    Raises
    ------
    CourseError
        If another build is at work.
    """
    project.build.mkdir(exist_ok=True)
    with (project.build / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError("another `course render` is at work here; wait for it") from None
        yield


def remove_built(project: Project) -> list[str]:
    """Delete the site and everything that a build leaves behind for the next one.

    Parameters
    ----------
    project
        The book.

    Returns
    -------
    list of str
        Names of the folders that were there.

    Raises
    ------
    CourseError
        If another build is at work.
    """
    folders = [folder for folder in (project.site, project.build) if folder.exists()]
    if project.build.exists():
        with only_build(project):
            pass
    for folder in folders:
        shutil.rmtree(folder)
    return [folder.name for folder in folders]
