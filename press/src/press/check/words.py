"""The part of STYLE.md on words and sentences, as far as a machine can judge it.

A rule takes a chapter's outline and gives a line and a message for each problem.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from press.book.outline import Outline, line_of
from press.check.links import INLINE
from press.check.rules import Breaches
from press.errors import Problem

LAW = "STYLE.md"
LONGEST_SENTENCE = 45
SAYS_NOTHING = re.compile(r"(click )?(here|this|link|this link|more|read more)", re.IGNORECASE)
BLOCK = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+|#]|:::|\d+\.)[ \t])|\n(?=\|)")
SENTENCE = re.compile(r"(?:(?!(?<=[.?!])[\"”’)*]*\s).)+", re.DOTALL)


class Word(NamedTuple):
    """A word of the book's, and the forms of it that the book does not use."""

    chosen: str
    others: tuple[str, ...]


def read_words(root: Path) -> tuple[list[Word], list[Problem]]:
    """Read the table below the heading `Words` of the book's style law, if it has one.

    Parameters
    ----------
    root
        Folder of the project.

    Returns
    -------
    words : list of Word
    problems : list of Problem
        One for each row that cannot be read.
    """
    path = root / LAW
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    words: list[Word] = []
    problems: list[Problem] = []
    section = re.search(r"^## Words$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    rows = re.finditer(r"^\|(.*)\|[ \t]*$", section[1], re.MULTILINE) if section else ()
    for row in [*rows][2:]:
        cells = [cell.strip() for cell in row[1].split("|")]
        others = tuple(word.strip() for word in cells[-1].split(",") if word.strip())
        if len(cells) == 2 and cells[0] and others:
            words.append(Word(cells[0], others))
        else:
            line = line_of(text, section.start(1) + row.start()) if section else 1
            problems.append(
                Problem(LAW, line, "write `| the word | its other forms, with commas |`")
            )
    return words, problems


def other_words(outline: Outline, words: Sequence[Word]) -> Breaches:
    """One word for one thing, in one spelling: that of the law's list."""
    for chosen, others in words:
        forms = "|".join(re.escape(form) for form in others)
        pattern = re.compile(rf"(?<![\w@-])(?:{forms})(?![\w-])", re.IGNORECASE)
        for text, first in (*outline.prose, *outline.alt_texts):
            for match in pattern.finditer(text):
                if match[0] != chosen:
                    line = first + line_of(text, match.start()) - 1
                    yield line, f"{match[0]}: write {chosen} (see {LAW})"


def doubled_words(outline: Outline) -> Breaches:
    """No word stands twice in a row."""
    for text, first in (*outline.prose, *outline.alt_texts):
        for match in re.finditer(r"\b([^\W\d_]+)[ \n]\1\b", text, re.IGNORECASE):
            if match[1].lower() not in ("that", "had"):
                line = first + line_of(text, match.start()) - 1
                yield line, f"{match[1]} stands twice; delete one"


def exclamation_marks(outline: Outline) -> Breaches:
    """The text does not shout."""
    for text, first in (*outline.prose, *outline.alt_texts):
        for match in re.finditer(r"[^\W_][\"'”’)*]*(!)(?!\[)", text):
            line = first + line_of(text, match.start(1)) - 1
            yield line, "an exclamation mark; write a full stop"


def link_words(outline: Outline) -> Breaches:
    """The words of a link say where it leads, also to one who hears only them."""
    for match in INLINE.finditer(outline.text):
        words = outline.document.text[slice(*match.span(1))].strip()
        if not words or SAYS_NOTHING.fullmatch(words.strip("*_. ")):
            line = line_of(outline.text, match.start())
            yield line, f"[{words}] does not say where the link leads; write it in words"


def long_sentences(outline: Outline) -> Breaches:
    """A sentence can be read in one breath: at most 45 words, formulas and code not counted."""
    for text, first in (*outline.prose, *outline.alt_texts):
        start = 0
        for end in [*(match.start() for match in BLOCK.finditer(text)), len(text)]:
            for sentence in SENTENCE.finditer(text, start, end):
                count = len(re.findall(r"[^\W_][\w'’-]*", sentence[0]))
                if count > LONGEST_SENTENCE and "|" not in sentence[0]:
                    begin = sentence.start() + len(sentence[0]) - len(sentence[0].lstrip())
                    message = f"a sentence of {count} words; split it (at most {LONGEST_SENTENCE})"
                    yield first + line_of(text, begin) - 1, message
            start = end


RULES = (doubled_words, exclamation_marks, link_words, long_sentences)
