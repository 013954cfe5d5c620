"""A folder for a kernel's sockets and settings that does not stay behind, whatever happens."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from course.kernel import MATPLOTLIBRC

PREFIX = "course-kernel-"
SETTINGS = "matplotlibrc"  # the first file in such a folder
YOUNG = 60  # seconds in which a folder may not be locked yet by the process that made it


@contextlib.contextmanager
def kernel_folder() -> Iterator[Path]:
    """Make a folder, and delete it in the end; delete now what killed builds have left.

    Paths of sockets may have few letters, so the folder is not inside the project.

    Yields
    ------
    Path
        The folder, which is locked while it is used. It holds Matplotlib's settings.
    """
    _remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / SETTINGS).write_text(MATPLOTLIBRC)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _remove_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob(PREFIX + "*"):
        with contextlib.suppress(OSError):
            about = folder.stat()
            old = about.st_mtime < time.time() - YOUNG
            if not old or about.st_uid != os.getuid() or not (folder / SETTINGS).is_file():
                continue
            lock = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(lock)
