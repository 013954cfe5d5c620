"""Write files so that whoever looks finds the old one or the new one, whole."""

import json
from pathlib import Path
from typing import Any


def write_whole(path: Path, content: bytes) -> None:
    """Write a file completely, or leave it as it was.

    Parameters
    ----------
    path
        File to write; its folder is made if it is not there.
    content
        What to write.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".part")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise


def matching(root: Path, pattern: str) -> list[str]:
    """Name the files of a folder that a pattern matches.

    Parameters
    ----------
    root
        The folder; nothing outside of it is named.
    pattern
        A path relative to it, in which `*`, `?` and `**` may stand for others.

    Returns
    -------
    list of str
        Paths relative to the folder, in order.
    """
    if pattern.startswith("/") or ".." in pattern.split("/"):
        return []
    found = (path for path in root.glob(pattern) if path.is_file())
    return sorted(path.relative_to(root).as_posix() for path in found)


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Write JSON, completely or not at all; the same value always gives the same bytes.

    Parameters
    ----------
    path
        File to write.
    value
        What to write.
    """
    write_whole(path, (json.dumps(value, indent=2, sort_keys=True) + "\n").encode())
