"""Text as a terminal would leave it."""

import re

# Escape sequences of ECMA-48: operating system commands (links, titles), control sequences
# (colours, movements) and the short ones.
ESCAPE = re.compile(r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)|\[[0-?]*[ -/]*[@-~]|[ -/]*[0-~])")
ERASE = re.compile(r"\x1b\[[012]?K")  # what stands in the line goes
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def plain_text(text: str) -> str:
    """Leave out colours and other commands to a terminal, and what was overwritten.

    Parameters
    ----------
    text
        What a program printed.

    Returns
    -------
    str
        The text that remains to be read.
    """
    return "\n".join(map(_line, text.replace("\r\n", "\n").split("\n")))


def without_bars(text: str) -> str:
    """Leave out the lines that a program wrote over again and again: bars that show progress.

    Parameters
    ----------
    text
        What a program printed.

    Returns
    -------
    str
        The other lines.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    rest = "\n".join(line for line in lines if "\r" not in line)
    return rest if plain_text(rest).strip() else ""


def _line(line: str) -> str:
    shown = ""
    for part in line.split("\r"):  # each begins at the left again, and covers what is there
        *erased, part = ERASE.split(part)
        text = _without_backspaces(ESCAPE.sub("", part))
        shown = text if erased else text + shown[len(text) :]
    return CONTROL.sub("", shown)


def _without_backspaces(text: str) -> str:
    if "\b" not in text:
        return text
    kept: list[str] = []
    for sign in text:
        if sign != "\b":
            kept.append(sign)
        elif kept:
            kept.pop()
    return "".join(kept)
