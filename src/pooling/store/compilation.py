"""Let JAX keep what it compiles: a fit with another key need not wait, nor a check tomorrow."""

import contextlib
import functools
import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import jax
from jax.experimental.compilation_cache import compilation_cache

from pooling.store.folder import make_folder, store_folder

LIMIT = 200_000_000  # bytes; a model takes less than one million
WRITTEN = re.compile(r".+-[0-9a-f]{64}-(cache|atime)|\.lockfile")  # the names that JAX gives


@contextlib.contextmanager
def kept_programs(folder: Path) -> Iterator[None]:
    """Keep compiled programs in a folder, and take them from there, while the block runs.

    Where the user has a folder for them already, or has turned this off, that stays as it is.

    Parameters
    ----------
    folder
        A folder of this user, which exists. In one of another user JAX keeps nothing: a compiled
        program is one that we would run.
    """
    configured = jax.config.jax_compilation_cache_dir is not None
    if configured or not jax.config.jax_enable_compilation_cache or not _is_ours(folder):
        yield
        return
    wanted = {
        "jax_compilation_cache_dir": str(folder),
        # JAX's own limit would read every file of the folder for each program that it keeps. With
        # a thousand of them that takes longer than to compile a small one again.
        "jax_compilation_cache_max_size": -1,
        # A fit compiles some fifty programs; most take a few hundredths of a second each.
        "jax_persistent_cache_min_compile_time_secs": 0.0,
    }
    before = {name: getattr(jax.config, name) for name in wanted}
    try:
        _configure(wanted)
        with warnings.catch_warnings():
            # A disk that is full, a file that is damaged or that another process is just writing:
            # JAX compiles, as it would without.
            message = r"Error (reading|writing) persistent compilation cache"
            warnings.filterwarnings("ignore", message=message)
            yield
    finally:
        _configure(before)


@contextlib.contextmanager
def programs_in_store() -> Iterator[None]:
    """Keep compiled programs in the store while the block runs; without, if that cannot be."""
    with contextlib.ExitStack() as kept:
        with contextlib.suppress(OSError):
            folder = store_folder() / "compiled"
            make_folder(folder)
            kept.callback(make_room_for_programs, folder)
            kept.enter_context(kept_programs(folder))
        yield


@functools.cache  # once in a process, since it looks at every file
def make_room_for_programs(folder: Path) -> None:
    """Remove the programs that were not used for longest, if all together are too much.

    A process that misses one compiles it.
    """
    found = []
    with contextlib.suppress(OSError):
        for each in folder.iterdir():
            if WRITTEN.fullmatch(each.name):
                about = each.stat()
                # Many systems note once a day when a file was read; some never do.
                found.append((max(about.st_atime, about.st_mtime), about.st_size, each))
        excess = sum(size for _, size, _ in found) - LIMIT
        for _, size, each in sorted(found):
            if excess <= 0:
                break
            each.unlink(missing_ok=True)
            excess -= size


def remove_programs(folder: Path) -> int:
    """Remove the programs that JAX has kept in a folder.

    Returns
    -------
    int
        How many bytes that were.
    """
    size = 0
    for path in folder.glob("*"):
        if WRITTEN.fullmatch(path.name):
            with contextlib.suppress(OSError):
                removed = path.stat().st_size
                path.unlink()
                size += removed
    return size


def _configure(options: dict[str, object]) -> None:
    for name, value in options.items():
        jax.config.update(name, value)
    compilation_cache.reset_cache()


def _is_ours(folder: Path) -> bool:
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()
