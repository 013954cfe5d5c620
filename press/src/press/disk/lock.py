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
    lock, waits = FileLock(path), False
    while not lock.is_locked:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(blocking=waits)
        except Timeout:
            taken()
            waits = True
        except FileNotFoundError:
            continue  # the one waited for has deleted the folder
    try:
        yield
    finally:
        lock.release()
