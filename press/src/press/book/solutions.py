"""Solutions, which stand in boxes of their own: where they are, and a chapter without them.

The edition without solutions is made from chapters that have run with them. Where one stood, a mark
says how many figures, tables and equations it had, so that those behind it keep their numbers, and
what notebooks to work in give to readers there.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from press.book.chapter import Code, Document, Prose
from press.book.outline import Outline

SOLUTION = "callout-tip"
KINDS = ("fig", "tbl", "eq")  # what has a number and can stand in a box
FORMATS = ("html", "typst")
STUB = "stub"  # the attribute of a woven cell that has, quoted, what an exercise gives its reader


def solutions(outline: Outline) -> list[tuple[int, int]]:
    """Find the solutions of a chapter.

    Parameters
    ----------
    outline
        The chapter.

    Returns
    -------
    list of (int, int)
        The first and the last line of each; one within another is not told apart from it.
    """
    found: list[tuple[int, int]] = []
    for div in outline.divs:
        if SOLUTION in div.attributes.classes and not (found and div.first < found[-1][1]):
            found.append((div.first, div.last or outline.document.text.count("\n") + 1))
    return found


def in_solution(outline: Outline, line: int) -> bool:
    """Whether a line stands in a solution, or opens or ends one."""
    return any(first <= line <= last for first, last in solutions(outline))


def without_solutions(document: Document) -> Document:
    """Take the solutions out of a chapter.

    Parameters
    ----------
    document
        The chapter as written.

    Returns
    -------
    Document
        What is left has the lines that it had before.
    """
    outline = Outline(document)
    blocks: list[Prose | Code] = []
    for block in document.blocks:
        if isinstance(block, Prose):
            blocks += _prose_outside(outline, block)
        elif not in_solution(outline, block.line):
            blocks.append(block)
    lines = document.text.split("\n")
    for first, last in solutions(outline):
        lines[first - 1 : last] = [""] * (last - first + 1)
    return replace(document, blocks=tuple(blocks), text="\n".join(lines))


def with_marks_for_solutions(text: str) -> str:
    """Put a mark in the place of each solution of a chapter's Markdown.

    Parameters
    ----------
    text
        Markdown of a chapter that has run.

    Returns
    -------
    str
    """
    outline = Outline(Document("", {}, (), text))
    lines = text.split("\n")
    for first, last in reversed(solutions(outline)):
        indent = lines[first - 1][: -len(lines[first - 1].lstrip())]
        lines[first - 1 : last] = [indent + line for line in _mark(outline, first, last)]
    return "\n".join(lines)


def _prose_outside(outline: Outline, block: Prose) -> Iterator[Prose]:
    numbered = list(enumerate(block.text.split("\n"), start=block.line))
    for inside, group in groupby(numbered, lambda each: in_solution(outline, each[0])):
        kept = [] if inside else list(group)
        while kept and not kept[0][1].strip():
            kept.pop(0)
        if kept:
            yield Prose("\n".join(line for _, line in kept).rstrip(), kept[0][0])


def _mark(outline: Outline, first: int, last: int) -> list[str]:
    """Say what had a number between two lines, in which formats, and what is asked there."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("", *FORMATS)}
    for label in outline.labels:
        kind = label.name.partition("-")[0]
        if kind in KINDS and first < label.line < last:
            only = next((name for name in FORMATS if outline.inside(label.line, name)), "")
            counts[only][kind] += 1
    lines = []
    within = [div.attributes.values for div in outline.divs if first < div.first < last]
    stubs = " ".join(f"{each['exercise']}:{each[STUB]}" for each in within if STUB in each)
    for name, found in counts.items():
        if found or not name:
            visible = f' .content-visible when-format="{name}"' if name else ""
            numbers = "".join(f' {kind}="{found[kind]}"' for kind in KINDS if found[kind])
            numbers += f' {STUB}s="{stubs}"' if stubs and not name else ""
            lines += [f"::: {{.left-out{visible}{numbers}}}", ":::", ""]
    return lines[:-1]
