"""Remove entries of the store: all on request, those not used for longest when it is full."""

import contextlib
from pathlib import Path

from filelock import Timeout

from pooling.store.entries import LIMIT, SUFFIXES, digests, entries, lock


def remove(folder: Path, digest: str) -> bool:
    """Remove whatever there is of an entry, unless somebody is at work on it; tell whether."""
    with contextlib.suppress(OSError, Timeout), lock(folder, digest, wait=False):
        for suffix in SUFFIXES:
            (folder / f"{digest}{suffix}").unlink(missing_ok=True)
        return True
    return False


def remove_all(folder: Path) -> int:
    """Remove every entry that nobody is at work on, and what killed processes left.

    Returns
    -------
    int
        How many there were that are still there.
    """
    return sum(not remove(folder, digest) for digest in digests(folder))


def make_room(folder: Path) -> None:
    """Remove what killed processes left, and what was not used for longest if all is too much.

    Whoever reads an entry that goes has its file open, or samples again. The entry that was just
    written stays: whoever wrote it has the lock.
    """
    listed = entries(folder)
    for digest in set(digests(folder)) - {entry.digest for entry in listed}:
        remove(folder, digest)
    total = sum(entry.size for entry in listed)
    for entry in reversed(listed):
        if total > LIMIT and remove(folder, entry.digest):
            total -= entry.size
