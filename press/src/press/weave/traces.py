"""Find in a chapter's outputs what only this machine, or only this run, would show."""

import re
import sysconfig
import tempfile
from pathlib import Path

ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{4,}")
# Where a warning was given: `…/ipykernel_77/123.py:1: UserWarning: …`
WARNING_PLACE = re.compile(r"^\S[^:\n]*:\d+: (?=\w+: )", re.MULTILINE)


def trace_of_machine(text: str, root: Path) -> str | None:
    """Find a memory address or a path of this machine in text that readers would see.

    Parameters
    ----------
    text
        The text.
    root
        The project's folder.

    Returns
    -------
    str or None
        What was found and what to do about it; None if there is nothing of the kind.
    """
    if found := ADDRESS.search(text):
        reason = f"shows an address in memory ({found[0]}), which is another one in every run"
        return f"{reason}; show what readers need of the object, or hide it with `#| output: false`"
    for folder in _folders(root):
        # Not in the middle of another path or address, nor as the beginning of a longer name.
        if found := re.search(rf"(?<![\w.~-]){re.escape(folder)}(?![\w-])[^\s\"'<>)]*", text):
            reason = f"shows a path of this machine ({found[0]})"
            return f"{reason}; show a path inside the project, or only the file's name"
    return None


def without_places(warnings: str) -> str:
    """Leave out where warnings were given: a temporary file, or a library on this machine."""
    return WARNING_PLACE.sub("", warnings)


def _folders(root: Path) -> list[str]:
    home = Path.home()
    shortened = Path("~") / root.relative_to(home) if root.is_relative_to(home) else root
    folders = [root, shortened, Path(sysconfig.get_path("purelib")), home]
    folders += [Path(tempfile.gettempdir()), Path("/tmp")]
    return [str(folder) for folder in folders if len(folder.parts) > 1]
