"""The command `python -m pooling.store`: what is there, and away with it."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pooling.store import entries
from pooling.store.compilation import remove_programs
from pooling.store.folder import remove_folder, store_folder
from pooling.store.removal import remove_all

HEADINGS = ("Model", "Rows", "Subjects", "Chains × draws", "Sampled", "MB")


def main(arguments: Sequence[str] | None = None) -> int:
    """List the stored posteriors, or remove them.

    Parameters
    ----------
    arguments
        What follows the command's name; by default what it was called with.

    Returns
    -------
    int
        0, or 1 if the store could not be read or cleared.
    """
    parser = argparse.ArgumentParser(
        prog="python -m pooling.store", description="List the stored posteriors, or remove them."
    )
    parser.add_argument("action", nargs="?", choices=["list", "clear"], default="list")
    action = parser.parse_args(arguments).action
    try:
        folder = store_folder()
        print(listing(folder) if action == "list" else clear(folder))
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def listing(folder: Path) -> str:
    """Table of the stored posteriors, the one that was used last first; total and place."""
    found = entries.entries(folder / "posteriors")
    rows = [HEADINGS, *(_row(entry) for entry in found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(_align, row, widths, range(len(row)))).rstrip() for row in rows]
    table = [*lines, ""] if found else []
    total = sum(entry.size for entry in found)
    return "\n".join([*table, f"{_count(len(found))}, {total / 1e6:.1f} MB, in {folder}"])


def clear(folder: Path) -> str:
    """Remove what the store has written, and nothing else; say how much that was."""
    before = entries.entries(folder / "posteriors")
    in_use = remove_all(folder / "posteriors")
    left = {entry.digest for entry in entries.entries(folder / "posteriors")}
    gone = [entry for entry in before if entry.digest not in left]
    size = sum(entry.size for entry in gone) + remove_programs(folder / "compiled")
    for each in (folder / "posteriors", folder / "compiled", folder):
        remove_folder(each)
    kept = f"; {in_use} in use, and left" if in_use else ""
    return f"Removed {_count(len(gone))}, {size / 1e6:.1f} MB with compiled programs{kept}"


def _row(entry: entries.Entry) -> tuple[str, ...]:
    about = entry.about
    chains = about.get("settings", {}).get("chains", {})
    draws = f"{chains.get('num_chains', '?')} × {chains.get('num_samples', '?')}"
    date = str(about.get("date", "")).replace("T", " ")[:16]
    names = [str(about.get(name, "?")) for name in ("model", "rows", "subjects")]
    return (*names, draws, date, f"{entry.size / 1e6:.1f}")


def _align(text: str, width: int, column: int) -> str:
    return text.ljust(width) if column in (0, 4) else text.rjust(width)


def _count(number: int) -> str:
    return f"{number} posterior{'' if number == 1 else 's'}"


if __name__ == "__main__":
    sys.exit(main())
