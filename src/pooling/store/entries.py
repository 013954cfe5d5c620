"""The store's files: for each posterior its data, and a sidecar that says what they are.

An entry is there once its sidecar is. The data are written first, both are written aside and
renamed, and the sidecar is the first to go; so a process that is killed leaves no half entry.
"""

import contextlib
import datetime
import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr
from filelock import FileLock

from pooling.store.netcdf import read_tree, write_tree

LIMIT = 2_000_000_000  # bytes of all entries together: some 350 of the book's posteriors
DATA, SIDECAR, LOCK, ASIDE = ".nc", ".json", ".lock", ".part"
SUFFIXES = (SIDECAR, DATA, SIDECAR + ASIDE, DATA + ASIDE, LOCK)
OURS = re.compile(rf"([0-9a-f]{{32}})({'|'.join(map(re.escape, SUFFIXES))})")


class DamagedEntryError(Exception):
    """An entry's file is not what the store wrote. The message names the file."""


@dataclass(frozen=True)
class Entry:
    """One stored posterior: its digest, what its sidecar says, its size and when it was used."""

    digest: str
    about: Mapping[str, Any]
    size: int
    used: float


def lock(folder: Path, digest: str, *, wait: bool = True) -> FileLock:
    """A lock that one thread of one process holds at a time; it ends with its process."""
    return FileLock(folder / f"{digest}{LOCK}", timeout=-1 if wait else 0, thread_local=False)


def read(folder: Path, digest: str) -> xr.DataTree | None:
    """Read a posterior; None if it is not there.

    Raises
    ------
    DamagedEntryError
        If a file is truncated, corrupt or foreign. Data are not looked at before their checksum is.
    """
    sidecar, data = folder / f"{digest}{SIDECAR}", folder / f"{digest}{DATA}"
    if (about := _about(sidecar)) is None:
        return None
    try:
        with data.open("rb") as file:
            checksum = hashlib.file_digest(file, "sha256").hexdigest()
        if checksum != about["sha256"]:
            raise DamagedEntryError(data)
        tree = read_tree(data)
    except DamagedEntryError:
        raise
    except Exception as error:  # no file may stop a fit, whoever wrote it
        raise DamagedEntryError(data) from error
    with contextlib.suppress(OSError):  # the store may be one that we can only read
        os.utime(sidecar)
    return tree


def write(folder: Path, digest: str, tree: xr.DataTree, about: Mapping[str, Any]) -> None:
    """Write a posterior, completely or not at all; whoever does needs the lock.

    Raises
    ------
    OSError
        If it cannot be written, or is larger than the store may be.
    """
    names = [folder / f"{digest}{suffix}" for suffix in (DATA, SIDECAR)]
    data, sidecar = (path.with_name(path.name + ASIDE) for path in names)
    try:
        write_tree(tree, data)
        size = data.stat().st_size
        if size > LIMIT:
            raise OSError(f"its {size / 1e9:.1f} GB are more than the store may hold")
        with data.open("rb") as file:
            checksum = hashlib.file_digest(file, "sha256").hexdigest()
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        content = {"digest": digest, **about, "date": now, "sha256": checksum}
        sidecar.write_text(json.dumps(content, indent=1, default=str), encoding="utf-8")
        names[1].unlink(missing_ok=True)
        data.replace(names[0])
        sidecar.replace(names[1])
    finally:
        data.unlink(missing_ok=True)
        sidecar.unlink(missing_ok=True)


def entries(folder: Path) -> list[Entry]:
    """List the entries, the one that was used last first. Damaged sidecars are passed over."""
    found = []
    for digest in digests(folder):
        with contextlib.suppress(OSError, DamagedEntryError):
            sidecar, data = folder / f"{digest}{SIDECAR}", folder / f"{digest}{DATA}"
            if about := _about(sidecar):
                found.append(Entry(digest, about, data.stat().st_size, sidecar.stat().st_mtime))
    return sorted(found, key=lambda entry: -entry.used)


def digests(folder: Path) -> set[str]:
    """List what there is any file of, whole or not."""
    names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208 (names are wanted)
    return {match[1] for name in names if (match := OURS.fullmatch(name))}


def _about(sidecar: Path) -> dict[str, Any] | None:
    try:
        about = json.loads(sidecar.read_bytes())
        if about["digest"] != sidecar.stem or not isinstance(about["sha256"], str):
            raise DamagedEntryError(sidecar)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, LookupError) as error:
        raise DamagedEntryError(sidecar) from error
    return about
