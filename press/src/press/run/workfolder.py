"""A folder for a kernel's sockets and settings that does not stay behind, whatever happens."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from press.run.inside import MATPLOTLIBRC

PREFIX = "press-kernel-"
SETTINGS = "matplotlibrc"  # the first file in such a folder
LOCK = "lock"
LONGEST = 70  # bytes; a socket's path has 107 at most, of which we need 31
YOUNG = 60  # seconds in which a folder may not be locked yet by the process that made it


@contextlib.contextmanager
def kernel_folder() -> Iterator[Path]:
    """Make a folder, and delete it in the end; delete now what killed builds have left.

    Paths of sockets may have some hundred letters, so the folder is not inside the project, nor in
    a temporary folder with a long name.

    Yields
    ------
    Path
        The folder, which is locked while it is used. It holds Matplotlib's settings.
    """
    _remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_short_folder()))
    with FileLock(folder / LOCK):
        (folder / SETTINGS).write_text(MATPLOTLIBRC)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _short_folder() -> str:
    folder = tempfile.gettempdir()
    return folder if len(os.fsencode(folder)) <= LONGEST else "/tmp"


def _remove_abandoned() -> None:
    for folder in Path(_short_folder()).glob(PREFIX + "*"):
        with contextlib.suppress(OSError):
            about = folder.stat()
            old = about.st_mtime < time.time() - YOUNG
            if not old or about.st_uid != os.getuid() or not (folder / SETTINGS).is_file():
                continue
            with contextlib.suppress(Timeout), FileLock(folder / LOCK, blocking=False):
                shutil.rmtree(folder)
