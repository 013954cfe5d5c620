"""What a check says, and how it comes to say it."""

import re
from dataclasses import dataclass

PARAGRAPH = re.compile(r" (?=Read again:|The cells below use)")
SHARED = "What the models share"
"""The section on the signature, the observed site and the likelihood."""

SECTIONS = {
    "complete_pooling": "Task 1a: Complete pooling",
    "no_pooling": "Task 1b: No pooling",
    "partial_pooling": "Task 1c: Partial pooling",
}
"""The section that sets each model."""


@dataclass(frozen=True)
class Verdict:
    """Whether a model means what was asked, and why not.

    Parameters
    ----------
    passed
        Whether it does.
    message
        One to three sentences of Markdown.
    """

    passed: bool
    message: str

    def __str__(self) -> str:
        """The message, as a terminal shows it."""
        return f"{self._mark} {self.message}"

    def _repr_markdown_(self) -> str:
        """The message, as a notebook shows it: one thing a paragraph, and seen from afar."""
        mark = "✅ **Right.**" if self.passed else "❌ **Not yet.**"
        return f"{mark} {PARAGRAPH.sub(chr(10) * 2, self.message)}"

    @property
    def _mark(self) -> str:
        return "✓" if self.passed else "✗"


class Wrong(Exception):  # noqa: N818 (no error of the program, but what the reader is told)
    """The reason why a model is not the one asked for; ends the check.

    Parameters
    ----------
    reason
        One or two sentences.
    section
        Title of the section to read again; None means the one that sets the model.
    """

    def __init__(self, reason: str, section: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.section = reason, section
