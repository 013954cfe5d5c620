"""Read a chapter: `.qmd` text to front matter, prose and code blocks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from markdown_it.token import Token

from press.book.keys import CELL, FRONT_MATTER
from press.book.markdown import CODE_SPAN, fences, hide_blocks
from press.book.settings import read_settings
from press.errors import PressError

CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)

NONE = "none"  # declared by what starts a program that reads no file


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


class Declared(NamedTuple):
    """Files that a chapter says it uses: their names, as a pattern, and the line that says so."""

    pattern: str
    line: int


@dataclass(frozen=True)
class Document:
    """A chapter as written.

    `text` is the whole file with its front matter blanked, so that a position in it has the line
    number that it has in the file. `inputs` are the files that the chapter says it uses.
    """

    source: str
    front: dict[str, Any]
    blocks: tuple[Prose | Code, ...]
    text: str = ""
    inputs: tuple[Declared, ...] = ()


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
        If a fence is never closed, a cell is indented, YAML cannot be read, or front matter or a
        cell has a setting that is unknown, set twice, empty or of the wrong kind.
    """
    found: list[PressError] = []
    text = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))
    front, inputs, text = _front_matter(text, source, found)
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
                blocks.append(_code(lines[start + 1 : end - 1], start + 1, source, found))
            except PressError as error:
                found.append(error)
            at = end
    blocks += _prose(lines, at, len(lines))
    if errors is not None:
        errors += found
    elif found:
        raise found[0]
    for block in blocks:
        if isinstance(block, Code):
            named = block.options.get("inputs", ())
            inputs += _declared(named, block.option_lines.get("inputs", 0))
    return Document(source, front, tuple(blocks), text, tuple(inputs))


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


def _front_matter(
    text: str, source: str, errors: list[PressError]
) -> tuple[dict[str, Any], list[Declared], str]:
    """Read the front matter; return the chapter with it blanked, so that line numbers stay."""
    front: dict[str, Any] = {}
    inputs: list[Declared] = []
    if opening := re.match(r"---[ \t]*\n(?![ \t]*\n)", text):
        closing = CLOSING.search(text, opening.end())
        if not closing:
            message = "front matter is never closed; add a line with ---"
            errors.append(PressError(message, path=source, line=1))
            return front, inputs, text
        try:
            block = text[opening.end() : closing.start()]
            settings = read_settings(block, FRONT_MATTER, source, errors, line=2)
            front, line = settings.values, settings.line("inputs")
            inputs = _declared(front.get("inputs", ()), line)
        except PressError as error:
            errors.append(error)
        text = "\n" * text.count("\n", 0, closing.end()) + text[closing.end() :]
    return front, inputs, text


def _declared(patterns: Sequence[str], line: int) -> list[Declared]:
    return [Declared(pattern, line) for pattern in patterns if pattern != NONE]


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


def _code(lines: list[str], fence_line: int, source: str, errors: list[PressError]) -> Code:
    count = next((i for i, line in enumerate(lines) if not line.startswith("#|")), len(lines))
    text = "\n".join(re.sub(r"^#\| ?", "", line) for line in lines[:count])
    settings = read_settings(text, CELL, source, errors, line=fence_line + 1)
    if count < len(lines) and re.match(r"#\s+\|", lines[count]):
        message = "Quarto takes this comment for an option; write #| for one, or no |"
        errors.append(PressError(message, path=source, line=fence_line + 1 + count))
    while count < len(lines) and not lines[count].strip():
        count += 1
    code = "\n".join(lines[count:]).rstrip()
    option_lines = {
        str(place[0]): line for place, line in settings.lines.items() if len(place) == 1
    }
    return Code(code, settings.values, fence_line, fence_line + 1 + count, option_lines)
