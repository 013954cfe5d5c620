"""Find headings, as pandoc does: `## Words`, or words with a line of `=` or `-` below them."""

import re
from typing import NamedTuple

from press.book.markdown import Attributes, hide_spans, mask_spans, read_attributes

HASHES = re.compile(r"(#{1,6})(?=[ \t]|$)")
UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")
WORDS = re.compile(r"(?:#+[ \t]+)?[ \t]*(.*?)[ \t]*(?:#+[ \t]*)?(?:\{([^{}]*)\})?[ \t]*$")
# Lines that end a paragraph, or belong to none: blank ones, divs, tables and their captions, tags,
# rules, and what says where a link leads.
BETWEEN = re.compile(
    r"[ \t]*(?:$|:::|\||(?:Table)?:[ \t]|</?[A-Za-z][\w-]*[\s/>]|\[[^\[\]^]+\]:"
    r"|(?:[-*_][ \t]*){3,}$)"
)
# A list, a quotation or a table: text in which an underline makes no heading that one would expect.
NESTED = re.compile(r"[ \t]*(?:>|[-*+][ \t]|\(?(?:\d+|\w)[.)][ \t]|\||:::|#)")
MISPLACED = re.compile(r"(?:[ \t]+|[ \t]*(?:(?:>|[-*+]|\d+[.)])[ \t]*)+)#{1,6}(?:[ \t]|$)")


class Heading(NamedTuple):
    """A heading: its level, its words without code and mathematics, its attributes, its lines."""

    level: int
    words: str
    attributes: Attributes
    line: int
    last_line: int


def find_headings(text: str) -> tuple[list[Heading], list[tuple[int, str]]]:
    """Find the headings of a chapter, and what looks like one and is none.

    Parameters
    ----------
    text
        The chapter, its front matter, fenced code and comments blanked.

    Returns
    -------
    headings : list of Heading
        In order; those in boxes are among them.
    look_alikes : list of (int, str)
        Line and message of each line that reads as a heading in one place and as text in another.
    """
    lines = mask_spans(text).split("\n")
    shown = hide_spans(text).split("\n")
    headings: list[Heading] = []
    look_alikes: list[tuple[int, str]] = []
    begins = True  # whether a block can begin on the line
    for number, line in enumerate(lines, start=1):
        below = lines[number] if number < len(lines) else ""
        message = None
        if headings and number == headings[-1].last_line and UNDERLINE.match(line):
            begins = True
            continue
        if begins and line.strip() and UNDERLINE.match(below) and not _stands_apart(line):
            level = 1 if below.startswith("=") else 2
            headings.append(_heading(level, shown[number - 1], number, number + 1))
        elif hashes := HASHES.match(line):
            if not begins:
                message = "put a blank line before this heading, or it is read as text"
            else:
                headings.append(_heading(len(hashes[1]), shown[number - 1], number, number))
                begins = True
                continue
        elif line.startswith("#######"):
            message = "a heading begins with one to six #"
        elif MISPLACED.match(line):
            message = (
                "a heading begins at the left margin, outside lists, notes and quotations; "
                "write \\# for a plain #"
            )
        elif re.match(r"[ \t>]*(?:=+|-+)[ \t]*$", line) and number > 1:
            above = lines[number - 2].strip(" \t>")
            if above and not above.startswith(":::"):
                message = "put a blank line above this line, or it is read with the text there"
        if message:
            look_alikes.append((number, message))
        begins = BETWEEN.match(line) is not None
    return headings, look_alikes


def _stands_apart(line: str) -> bool:
    return NESTED.match(line) is not None or UNDERLINE.match(line) is not None


def _heading(level: int, line: str, first: int, last: int) -> Heading:
    found = WORDS.match(line)
    words, attributes = (found[1], found[2]) if found else ("", "")
    return Heading(level, words, read_attributes(attributes or ""), first, last)
