"""Read a chapter: `.qmd` text to prose and code blocks, and those to a Jupyter notebook."""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from markdown_it.token import Token

from press.book.markdown import CODE_SPAN, fences, hide_blocks
from press.book.options import read_yaml, split_front_matter
from press.errors import PressError


@dataclass(frozen=True)
class Prose:
    """Markdown between two code cells, verbatim; `line` is its first line in the `.qmd`."""

    text: str
    line: int


@dataclass(frozen=True)
class Code:
    """A code cell: its code without the option lines, its own options, and where they stand.

    `line` is the line of the opening fence, `code_line` that of the first line of code, and
    `option_lines` gives the line of each option.
    """

    code: str
    options: dict[str, Any]
    line: int
    code_line: int
    option_lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """A chapter as written.

    `text` is the whole file with its front matter blanked, so that a position in it has the line
    number that it has in the file.
    """

    source: str
    front: dict[str, Any]
    blocks: tuple[Prose | Code, ...]
    text: str = ""


class InlineExpression(NamedTuple):
    """A `` `{python} …` `` span: where it starts and ends in its text, and its code."""

    start: int
    end: int
    code: str


def parse(text: str, source: str, errors: list[PressError] | None = None) -> Document:
    """Split a chapter into front matter, prose and code cells.

    Parameters
    ----------
    text
        Contents of the `.qmd` file.
    source
        The file's path relative to the project's root; used in messages.
    errors
        A list to add errors to, instead of raising the first one.

    Returns
    -------
    Document
        The chapter. Blocks of blank lines are left out.

    Raises
    ------
    PressError
        If a fence is never closed, a cell is indented, or YAML cannot be read.
    """
    found: list[PressError] = []
    text = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))
    front: dict[str, Any] = {}
    try:
        front, text = split_front_matter(text, source)
    except PressError as error:
        found.append(error)
    lines = text.split("\n")
    blocks: list[Prose | Code] = []
    at = 0
    for fence in fences(text):
        start, end = fence.map or [0, 0]
        problem = _fence_problem(fence, lines[start:end])
        if problem:
            found.append(PressError(problem, path=source, line=start + 1))
        elif fence.info.strip() == "{python}":
            blocks += _prose(lines, at, start)
            try:
                blocks.append(_code(lines[start + 1 : end - 1], start + 1, source))
            except PressError as error:
                found.append(error)
            at = end
    blocks += _prose(lines, at, len(lines))
    if errors is not None:
        errors += found
    elif found:
        raise found[0]
    return Document(source, front, tuple(blocks), text)


def inline_expressions(text: str) -> list[InlineExpression]:
    """Find the inline expressions of a prose block, in order.

    Spans shown verbatim (double backticks, fences) and HTML comments are left alone.

    Parameters
    ----------
    text
        Markdown.

    Returns
    -------
    list of InlineExpression
    """
    return [
        InlineExpression(span.start(), span.end(), span[2].removeprefix("{python}").strip())
        for span in CODE_SPAN.finditer(hide_blocks(text))
        if span[1] == "`" and re.match(r"\{python\}\s", span[2])
    ]


def _fence_problem(fence: Token, lines: list[str]) -> str | None:
    # Inside lists and quotations the last line carries the container's own signs.
    last = lines[-1].lstrip(" \t>").rstrip() if len(lines) > 1 else ""
    info = fence.info.strip()
    if len(last) < len(fence.markup) or set(last) != {fence.markup[0]}:
        return f"this fence is never closed; add a line with {fence.markup}"
    if not re.match(r"\{python\b", info):
        return None
    if not lines[0].startswith(fence.markup):
        return "a code cell must start at the left margin, outside lists and quotations"
    if info != "{python}":
        return f"write {{python}} instead of {info}; options go on `#|` lines"
    return None


def _prose(lines: list[str], start: int, end: int) -> list[Prose]:
    while start < end and not lines[start].strip():
        start += 1
    while start < end and not lines[end - 1].strip():
        end -= 1
    return [Prose("\n".join(lines[start:end]), start + 1)] if start < end else []


def _code(lines: list[str], fence_line: int, source: str) -> Code:
    count = next((i for i, line in enumerate(lines) if not line.startswith("#|")), len(lines))
    options, option_lines = read_yaml(
        "\n".join(re.sub(r"^#\| ?", "", line) for line in lines[:count]), source, fence_line + 1
    )
    while count < len(lines) and not lines[count].strip():
        count += 1
    code = "\n".join(lines[count:]).rstrip()
    return Code(code, options, fence_line, fence_line + 1 + count, option_lines)
