"""What an author can put right: the one kind of error that the command reports in a line."""

from pathlib import Path
from typing import NamedTuple


class PressError(Exception):
    """Something an author can put right; the message names file, line and remedy."""

    def __init__(self, message: str, *, path: str | Path | None = None, line: int | None = None):
        place = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
        super().__init__(place + message)
        self.reason = message
        self.line = line


class Problem(NamedTuple):
    """Something wrong with the book, where it is, and what to do about it."""

    source: str
    line: int
    message: str

    def __str__(self) -> str:
        """As `file:line: message`."""
        return f"{self.source}:{self.line}: {self.message}"
