"""Keep what took long to make, and trust it only while it is what was made from the same things."""

from pathlib import Path

from press.disk.digest import digest
from press.disk.files import write_whole

LENGTH = len(digest())


def keep(path: Path, key: str, content: bytes) -> None:
    """Keep something, completely or not at all.

    Parameters
    ----------
    path
        File to keep it in.
    key
        Digest of everything that it was made from.
    content
        What was made.
    """
    write_whole(path, digest(key, content).encode() + content)


def read_kept(path: Path, key: str) -> bytes | None:
    """Return what is kept.

    Parameters
    ----------
    path
        File that it is kept in.
    key
        Digest of everything that it would be made from now.

    Returns
    -------
    bytes or None
        None if nothing is kept, if it was made from other things, or if anything has damaged it.
    """
    try:
        found = path.read_bytes()
    except OSError:
        return None
    content = found[LENGTH:]
    return content if found[:LENGTH] == digest(key, content).encode() else None
