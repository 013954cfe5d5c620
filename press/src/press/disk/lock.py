"""Let one process at a time do what must not be done by two."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


@contextmanager
def locked(path: Path, taken: Callable[[], object]) -> Iterator[None]:
    """Hold a lock; the system frees it when this process ends, however it ends.

    Parameters
    ----------
    path
        The lock's file; its folder is made if it is not there.
    taken
        Called if another process holds the lock. If it returns, this one waits; it may also raise.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        taken()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
