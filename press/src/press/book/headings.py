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
    underline = 0  # the line that underlines the last heading
    for number, line in enumerate(lines, start=1):
        above, below = lines[number - 2 : number - 1], lines[number : number + 1]
        if number == underline:
            begins = True
            continue
        if begins and below and _is_underlined(line, below[0]):
            underline = number + 1
            level = 1 if below[0].startswith("=") else 2
            headings.append(_heading(level, shown[number - 1], number, underline))
        elif begins and (hashes := HASHES.match(line)):
            headings.append(_heading(len(hashes[1]), shown[number - 1], number, number))
        elif message := _look_alike(line, "".join(above)):
            look_alikes.append((number, message))
        begins = bool(BETWEEN.match(line) or HASHES.match(line))
    return headings, look_alikes


def _is_underlined(line: str, below: str) -> bool:
    alone = line.strip() and not NESTED.match(line) and not UNDERLINE.match(line)
    return bool(alone and UNDERLINE.match(below))


def _look_alike(line: str, above: str) -> str | None:
    """Say what to do about a line that begins no heading here."""
    if HASHES.match(line):
        return "put a blank line before this heading, or it is read as text"
    if line.startswith("#######"):
        return "a heading begins with one to six #"
    if MISPLACED.match(line):
        place = "at the left margin, outside lists, notes and quotations"
        return f"a heading begins {place}; write \\# for a plain #"
    text_above = above.strip(" \t>")
    if re.match(r"[ \t>]*(?:=+|-+)[ \t]*$", line) and text_above and text_above[:3] != ":::":
        return "put a blank line above this line, or it is read with the text there"
    return None


def _heading(level: int, line: str, first: int, last: int) -> Heading:
    found = WORDS.match(line)
    words, attributes = (found[1], found[2]) if found else ("", "")
    return Heading(level, words, read_attributes(attributes or ""), first, last)
