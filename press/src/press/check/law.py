"""Read the book's style law: the tables of `STYLE.md` that the rules on style go by."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from press.book.markdown import hide_blocks
from press.errors import Problem

LAW = "STYLE.md"
PHRASES = {
    "a chapter opens with": "opening",
    "a chapter ends with": "ending",
    "a solution is due below": "solved",
}
NUMBERS = {
    "lines of a cell, at most": "cell_lines",
    "words of a sentence, at most": "sentence_words",
    "characters of an alt text, at least": "alt_characters",
}


class Word(NamedTuple):
    """A word of the book's, and the forms of it that the book does not use."""

    chosen: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class Law:
    """What the book asks of its chapters; None where it asks nothing.

    Parameters
    ----------
    opening
        Words that stand before a chapter's first section.
    ending
        How the title of its last section begins.
    solved
        How the titles of the sections begin that hold a solution.
    cell_lines, sentence_words
        The most lines of a cell and words of a sentence.
    alt_characters
        The fewest characters of an alt text.
    words
        One word for one thing.
    """

    opening: str | None = None
    ending: str | None = None
    solved: str | None = None
    cell_lines: int | None = None
    sentence_words: int | None = None
    alt_characters: int | None = None
    words: tuple[Word, ...] = ()


def read_law(root: Path) -> tuple[Law, list[Problem]]:
    """Read the tables below the headings `Measures` and `Words` of the style law.

    Parameters
    ----------
    root
        Folder of the project.

    Returns
    -------
    law : Law
        Without the file, one that asks nothing.
    problems : list of Problem
        One for each row that cannot be read.
    """
    path = root / LAW
    if not path.is_file():
        return Law(), []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return Law(), [Problem(LAW, 1, "not UTF-8; save the file as UTF-8")]
    law, problems = _measures(text)
    words: list[Word] = []
    for line, cells in _rows(text, "Words"):
        others = tuple(word.strip() for word in cells[-1].split(",") if word.strip())
        if len(cells) == 2 and cells[0] and others:
            words.append(Word(cells[0], others))
        else:
            message = "write `| the word | its other forms, with commas |`"
            problems.append(Problem(LAW, line, message))
    return replace(law, words=tuple(words)), problems


def _measures(text: str) -> tuple[Law, list[Problem]]:
    found: dict[str, str | int] = {}
    problems = []
    for line, cells in _rows(text, "Measures"):
        rule, value = cells if len(cells) == 2 else (cells[0], "")
        name = PHRASES.get(rule) or NUMBERS.get(rule)
        message = None
        if not name:
            near = difflib.get_close_matches(rule, [*PHRASES, *NUMBERS], n=1)
            known = f"did you mean `{near[0]}`?" if near else "use " + _listed()
            message = f"no rule is called `{rule}`; {known}"
        elif not value:
            message = f"write `| {rule} | its value |`"
        elif rule in NUMBERS and not (value.isdecimal() and int(value) > 0):
            message = f"{rule}: write a whole number from 1 on, not {value}"
        elif name in found:
            message = f"`{rule}` is there already; delete one"
        else:
            found[name] = int(value) if rule in NUMBERS else value
        if message:
            problems.append(Problem(LAW, line, message))
    return replace(Law(), **found), problems  # type: ignore[arg-type]


def _listed() -> str:
    return ", ".join(f"`{rule}`" for rule in (*PHRASES, *NUMBERS))


def _rows(text: str, heading: str) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each row, below its head, of the tables of a section."""
    inside, above = False, 0
    for number, line in enumerate(hide_blocks(text).split("\n"), start=1):
        if title := re.match(r"#{1,2}[ \t]+(.*?)[ \t]*$", line):
            inside = title[1] == heading
        row = re.fullmatch(r"\|(.*)\|[ \t]*", line)
        above = above + 1 if row else 0
        if inside and row and above > 2:
            yield number, [cell.strip() for cell in row[1].split("|")]
