"""Text as a terminal would leave it."""

import re

# Escape sequences of ECMA-48: operating system commands (links, titles), control sequences
# (colours, movements) and the short ones.
ESCAPE = re.compile(r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)|\[[0-?]*[ -/]*[@-~]|[ -/]*[0-~])")
OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n)")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def plain_text(text: str) -> str:
    """Leave out colours and other commands to a terminal, and lines that were overwritten.

    Parameters
    ----------
    text
        What a program printed.

    Returns
    -------
    str
        The text that remains to be read.
    """
    return CONTROL.sub("", OVERWRITTEN.sub("", ESCAPE.sub("", text).replace("\r\n", "\n")))
