"""Where the store is, and what it says when it cannot be used."""

import contextlib
import errno
import os
import warnings
from functools import cache
from pathlib import Path

import platformdirs

VARIABLE = "POOLING_STORE"
PACKAGE = str(Path(__file__).parents[1])
# The mark of a cache (bford.info/cachedir), for programs that make backups or watch what is read.
TAG, SIGNATURE = "CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n"


class StoreWarning(UserWarning):
    """Something is wrong with the store; posteriors are right all the same."""

    harmless = True  # for programs that collect warnings: no result depends on what is wrong


def store_folder() -> Path:
    """Where the store is: the folder in `POOLING_STORE`, else one in the platform's cache.

    Returns
    -------
    Path
        The folder; it need not exist.

    Raises
    ------
    OSError
        If `POOLING_STORE` is not an absolute path, so that it would be another folder in each
        chapter.
    """
    if not (chosen := os.environ.get(VARIABLE)):
        return platformdirs.user_cache_path("partial-pooling", appauthor=False)
    folder = Path(os.path.expanduser(chosen))  # noqa: PTH111 (does not fail without a home)
    if not folder.is_absolute():
        raise OSError(errno.EINVAL, "this path is not absolute", chosen)
    return folder


def make_folder(folder: Path) -> None:
    """Make a folder of the store, for this user alone, and mark it as a cache.

    Raises
    ------
    OSError
        If that cannot be done.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / TAG).exists():
        (folder / TAG).write_text(SIGNATURE, encoding="ascii")


def remove_folder(folder: Path) -> None:
    """Remove a folder of the store if nothing but its mark is in it."""
    with contextlib.suppress(OSError):
        if [each.name for each in folder.iterdir()] == [TAG]:
            (folder / TAG).unlink()
        folder.rmdir()


def warn_not_stored(error: Exception) -> None:
    """Say why a posterior was sampled without being stored, and what to do."""
    name, reason = getattr(error, "filename", None), getattr(error, "strerror", None) or error
    place = f"{name}: " if name else ""
    remedy = f"set {VARIABLE} to the absolute path of a folder that has room and can be written to"
    warn(
        f"this posterior could not be stored ({place}{reason}), so the next fit samples again; "
        f"{remedy}"
    )


@cache
def warn(message: str) -> None:
    """Warn at the line that called this package, of one thing once in a process."""
    warnings.warn(message, StoreWarning, skip_file_prefixes=(PACKAGE,))
