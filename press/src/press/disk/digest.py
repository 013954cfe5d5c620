"""Digests: what something was made from, in a few letters."""

import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[1]
SOURCES = (".py", ".lua", ".html", ".typ")


def digest(*values: Any) -> str:
    """Hash bytes, or values that JSON can hold.

    Parameters
    ----------
    *values
        What to hash, in order.

    Returns
    -------
    str
        The SHA-256, as hexadecimal digits.
    """
    total = hashlib.sha256()
    for value in values:
        data = value if isinstance(value, bytes) else json.dumps(value, sort_keys=True).encode()
        total.update(hashlib.sha256(data).digest())
    return total.hexdigest()


def folder_digest(folder: Path) -> str:
    """Hash the names and contents of all files in a folder.

    Parameters
    ----------
    folder
        The folder.

    Returns
    -------
    str
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return digest(
        [[path.relative_to(folder).as_posix(), digest(path.read_bytes())] for path in paths]
    )


@cache
def engine_digest() -> str:
    """Hash this package's code, filters and templates, and the versions of what it calls.

    Returns
    -------
    str
    """
    sources = sorted(path for path in PACKAGE.rglob("*") if path.suffix in SOURCES)
    versions = [version(name) for name in ("pypandoc_binary", "typst")]
    return digest(versions, *(path.read_bytes() for path in sources))
