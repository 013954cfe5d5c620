"""Read a chapter: `.qmd` text to prose and code blocks, and those to a Jupyter notebook."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import nbformat
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from nbformat import NotebookNode

from course.project import CourseError

OPTIONS = (
    "label",
    "echo",
    "eval",
    "include",
    "output",
    "warning",
    "error",
    "code-fold",
    "code-summary",
    "fig-cap",
    "fig-alt",
    "tbl-cap",
    "exercise",
)
KERNELSPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}
# Four spaces of indentation continue a footnote or a list in pandoc; they are not code.
MARKDOWN = MarkdownIt("commonmark").disable("code")
CODE_SPAN = re.compile(r"(?<![\\`])(`+)(?!`)((?:(?!\n[ \t]*\n).)+?)(?<!`)\1(?!`)", re.DOTALL)


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


def parse(text: str, source: str) -> Document:
    """Split a chapter into front matter, prose and code cells.

    Parameters
    ----------
    text
        Contents of the `.qmd` file.
    source
        The file's path relative to the project's root; used in messages.

    Returns
    -------
    Document
        The chapter. Blocks of blank lines are left out.

    Raises
    ------
    CourseError
        If a fence is never closed, a cell is indented, or YAML cannot be read.
    """
    text = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))
    front, text = _split_front_matter(text, source)
    lines = text.split("\n")
    blocks: list[Prose | Code] = []
    at = 0
    for fence in fences(text):
        start, end = fence.map or [0, 0]
        if not _is_closed(fence, lines[start:end]):
            raise CourseError(
                f"this fence is never closed; add a line with {fence.markup}",
                path=source,
                line=start + 1,
            )
        if not re.match(r"\{python\b", fence.info.strip()):
            continue
        if not lines[start].startswith(fence.markup):
            raise CourseError(
                "a code cell must start at the left margin, outside lists and quotations",
                path=source,
                line=start + 1,
            )
        if fence.info.strip() != "{python}":
            raise CourseError(
                f"write {{python}} instead of {fence.info.strip()}; options go on `#|` lines",
                path=source,
                line=start + 1,
            )
        blocks += _prose(lines, at, start)
        blocks.append(_code(lines[start + 1 : end - 1], start + 1, source))
        at = end
    blocks += _prose(lines, at, len(lines))
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


def to_notebook(document: Document, defaults: dict[str, Any]) -> NotebookNode:
    """Make a notebook that has not been run.

    Parameters
    ----------
    document
        The chapter.
    defaults
        The project's `execute:` settings; the chapter's and the cells' own win over them.

    Returns
    -------
    NotebookNode
        One cell a block, in order. The same document always gives the same notebook, byte for byte.
    """
    defaults = {**defaults, **(document.front.get("execute") or {})}
    defaults = {name: value for name, value in defaults.items() if name in OPTIONS}
    cells, identifiers = [], set[str]()
    for number, block in enumerate(document.blocks, start=1):
        if isinstance(block, Prose):
            metadata = {"course": {"line": block.line, "inline": []}}
            cell = nbformat.v4.new_markdown_cell(block.text, metadata=metadata)
            identifier = f"text-{number}"
        else:
            options = {**defaults, **block.options}
            metadata = {"course": {"line": block.line, "options": options}, "tags": _tags(options)}
            cell = nbformat.v4.new_code_cell(block.code, metadata=metadata)
            label = re.sub(r"[^\w-]", "-", str(options.get("label") or ""))[:50]
            identifier = label if label and label not in identifiers else f"code-{number}"
        identifiers.add(identifier)
        cells.append(cell | {"id": identifier})
    return nbformat.from_dict(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {
                "kernelspec": KERNELSPEC,
                "language_info": {"name": "python"},
                "course": {"source": document.source, "front": document.front},
            },
            "cells": cells,
        }
    )


def fences(text: str) -> list[Token]:
    """Find the fenced code blocks of a Markdown text, whether they are run or only shown."""
    return [token for token in MARKDOWN.parse(text) if token.type == "fence"]


def hide_blocks(text: str) -> str:
    """Blank fenced code and HTML comments; every other character keeps its place."""
    lines = text.split("\n")
    for token in MARKDOWN.parse(text):
        comment = token.type == "html_block" and token.content.lstrip().startswith("<!--")
        if token.map and (token.type == "fence" or comment):
            start, end = token.map
            lines[start:end] = [" " * len(line) for line in lines[start:end]]
    return re.sub(r"<!--.*?-->", hide, "\n".join(lines), flags=re.DOTALL)


def hide(match: re.Match[str]) -> str:
    """Blank a match for `re.sub`; line breaks stay, so that positions and line numbers do."""
    return re.sub(r"[^\n]", " ", match[0])


def read_yaml(text: str, source: str, line: int) -> tuple[dict[str, Any], dict[str, int]]:
    """Read a YAML mapping.

    Parameters
    ----------
    text
        The YAML.
    source, line
        Where the text begins; used in messages.

    Returns
    -------
    values : dict
        The mapping, with dates and the like as text, as JSON has them.
    lines : dict
        The line of each key.

    Raises
    ------
    CourseError
        If the text is not YAML, not a mapping, or names a key twice.
    """
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = line + mark.line if mark else line
        problem = getattr(error, "problem", None) or str(error)
        hint = "text that holds `: ` or begins with a sign needs quotation marks"
        raise CourseError(f"not valid YAML: {problem}; {hint}", path=source, line=where) from error
    if tree is None:
        return {}, {}
    if not isinstance(tree, yaml.MappingNode):
        raise CourseError("expected `name: value` here", path=source, line=line)
    lines: dict[str, int] = {}
    for key, _ in tree.value:
        where = line + key.start_mark.line
        if str(key.value) in lines:
            raise CourseError(f"{key.value} is set twice", path=source, line=where)
        lines[str(key.value)] = where
    return json.loads(json.dumps(values, default=str)), lines


def _split_front_matter(text: str, source: str) -> tuple[dict[str, Any], str]:
    opening = re.match(r"---[ \t]*\n(?![ \t]*\n)", text)
    if not opening:
        return {}, text
    closing = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE).search(text, opening.end())
    if not closing:
        raise CourseError("front matter is never closed; add a line with ---", path=source, line=1)
    front, _ = read_yaml(text[opening.end() : closing.start()], source, 2)
    return front, "\n" * text.count("\n", 0, closing.end()) + text[closing.end() :]


def _is_closed(fence: Token, lines: list[str]) -> bool:
    # Inside lists and quotations the last line carries the container's own signs.
    last = lines[-1].lstrip(" \t>").rstrip() if len(lines) > 1 else ""
    return len(last) >= len(fence.markup) and set(last) == {fence.markup[0]}


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


def _tags(options: dict[str, Any]) -> list[str]:
    skipped = ["skip-execution", "nbval-skip"] if options.get("eval") is False else []
    return skipped + (["raises-exception"] if options.get("error") is True else [])
