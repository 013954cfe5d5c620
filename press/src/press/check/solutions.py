"""What stands outside of solutions does without them: there is an edition that has none."""

import re
from collections.abc import Iterator

from press.book.chapter import Document
from press.book.markdown import LINK, LINK_BY_NAME, LINK_DEFINITION, line_of
from press.book.outline import Outline
from press.book.solutions import in_solution, solutions
from press.check.labels import at_signs
from press.check.rules import Problems
from press.errors import PressError, Problem

NOTE = re.compile(r"\[(\^[^\[\]\s]+)\](:?)")


def references_into_solutions(outlines: list[Outline]) -> Problems:
    """Find what leads into a solution, and stands outside of it.

    Parameters
    ----------
    outlines
        The chapters.

    Yields
    ------
    Problem
    """
    solved = {
        label.name: outline.document.source
        for outline in outlines
        for label in outline.labels
        if in_solution(outline, label.line)
    }
    for outline, line, name in _referring(outlines):
        if name in solved and not in_solution(outline, line):
            yield _problem(outline, line, f"{name} stands in a solution of {solved[name]}")
    for outline in outlines:
        yield from _notes(outline)
        yield from _names_of_links(outline)


def refuse_references_into_solutions(documents: list[Document]) -> None:
    """Raise an error that lists them all, if anything leads into a solution from outside.

    Parameters
    ----------
    documents
        The chapters.

    Raises
    ------
    PressError
        If anything does.
    """
    found = references_into_solutions([Outline(document) for document in documents])
    if problems := sorted(set(found)):
        raise PressError("\n".join(map(str, problems)))


def _referring(outlines: list[Outline]) -> Iterator[tuple[Outline, int, str]]:
    """Whatever names a label: chapter, line and name."""
    yield from at_signs(outlines)
    for outline in outlines:
        for text, first in outline.texts:
            for match in (*LINK.finditer(text), *LINK_DEFINITION.finditer(text)):
                yield outline, first + line_of(text, match.start()) - 1, match[2].removeprefix("#")


def _notes(outline: Outline) -> Problems:
    """Footnotes that stand in a solution and are called from outside, or the other way round."""
    found = [
        (m[1], bool(m[2]), line_of(outline.text, m.start())) for m in NOTE.finditer(outline.text)
    ]
    texts = {name: line for name, defines, line in found if defines}
    for name, defines, line in found:
        if not defines and name in texts and _place(outline, line) != _place(outline, texts[name]):
            message = f"the text of [{name}] is on the other side of a solution's border"
            yield Problem(outline.document.source, line, f"{message}; move it to this side")


def _names_of_links(outline: Outline) -> Problems:
    """Links whose address stands in a solution, while they do not."""
    text = outline.text
    addresses = {m[1].casefold(): line_of(text, m.start()) for m in LINK_DEFINITION.finditer(text)}
    for match in LINK_BY_NAME.finditer(text):
        name, line = (match[2] or match[1]).casefold(), line_of(text, match.start())
        inside = name in addresses and in_solution(outline, addresses[name])
        if inside and not in_solution(outline, line):
            yield _problem(outline, line, f"the address of [{name}] stands in a solution")


def _place(outline: Outline, line: int) -> tuple[int, int] | None:
    """The solution that a line stands in."""
    return next((each for each in solutions(outline) if each[0] <= line <= each[1]), None)


def _problem(outline: Outline, line: int, found: str) -> Problem:
    remedy = "an edition without solutions lacks it: refer to the task, or move one of the two"
    return Problem(outline.document.source, line, f"{found}, and this does not; {remedy}")
