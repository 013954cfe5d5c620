"""Read Markdown just far enough to tell text from code, mathematics and comments."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Blocks only. Four spaces of indentation continue a footnote or a list in pandoc; they are no code.
MARKDOWN = MarkdownIt("commonmark").disable(["code", "inline"])
CODE_SPAN = re.compile(r"(?<![\\`])(`+)(?!`)((?:(?!\n[ \t]*\n).)+?)(?<!`)\1(?!`)", re.DOTALL)
MATHS = re.compile(
    r"(?<!\\)\$\$.+?\$\$|(?<![\\$])\$(?=[^\s$])(?:\\.|(?!\n[ \t]*\n)[^$\\])*?(?<=\S)\$(?!\d)",
    re.DOTALL,
)
TARGET = re.compile(r"(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)")
ADDRESS = re.compile(r"<[a-z]+:[^<>\s]*>|https?://[^\s<>)]+")

# A link is [words](target), [words][name] or <address>; `[name]: target` says where a name leads.
LINK = re.compile(
    r"(?<![!\\])\[((?:[^\[\]]|\[[^\[\]]*\])*)\]"
    r"\(\s*<?([^()\s>]*(?:\([^()\s]*\)[^()\s>]*)*)>?(?:\s+\"[^\"]*\")?\s*\)"
)
LINK_BY_NAME = re.compile(r"(?<![!\\\]])\[([^\[\]^@][^\[\]]*)\]\[([^\[\]^@]*)\]")
LINK_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]^@]+)\]:\s*<?(\S*?)>?(?=\s|$)", re.MULTILINE)
AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>]*)>")
IMAGE = re.compile(r"!\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*([^()\s]*)(?:\s+\"[^\"]*\")?\s*\)")
TABLE_CAPTION = re.compile(r"^(?:Table)?:[ \t]+(.*?)[ \t]*\{#tbl-[^{}]*\}[ \t]*$", re.MULTILINE)
CITATION = re.compile(
    r"(?<![\w\\@])@(?:\{([^{}\s]+)\}|(\w(?:\w|[:.#$%&\-+?<>~/](?=\w))*))"  # @{key}, @key
)

# `{#identifier .class name="value"}`; a `-` alone stands for .unnumbered.
ATTRIBUTES = re.compile(r"\{((?:[^{}\"]|\"[^\"]*\")*)\}")
ATTRIBUTE = re.compile(
    r"#(?P<id>[^\s\"'}]+)|\.(?P<cls>[^\s\"'}]+)|(?<!\S)(?P<unnumbered>-)(?!\S)"
    r"|(?P<name>[\w-]+)=(?P<value>\"[^\"]*\"|'[^']*'|[^\s\"'}]+)"
)

TAG = re.compile(r"<[A-Za-z][^<>]*>")
# What opens an HTML tag, unless it is an address or a mail address in angle brackets.
TAG_START = re.compile(r"(?<!\\)<(?=[A-Za-z/])(?![A-Za-z][\w+.-]*:|[^\s<>@]+@)")


class Attributes(NamedTuple):
    """What `{#id .class name="value"}` says."""

    identifier: str | None
    classes: list[str]
    values: dict[str, str]


def read_attributes(text: str) -> Attributes:
    """Read what stands between the braces of an attribute list."""
    found = list(ATTRIBUTE.finditer(text))
    return Attributes(
        next((match["id"] for match in found if match["id"]), None),
        [match["cls"] or "unnumbered" for match in found if match["cls"] or match["unnumbered"]],
        {match["name"]: match["value"].strip("\"'") for match in found if match["name"]},
    )


def line_of(text: str, position: int) -> int:
    """Line number, from 1, of a position in a text."""
    return text.count("\n", 0, position) + 1


def keys_behind_at(text: str) -> Iterator[tuple[int, str]]:
    """Position and key of whatever is cited, or referred to, with an `@`."""
    for match in CITATION.finditer(text):
        yield match.start(), match[1] or match[2]


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


def hide_code_and_maths(text: str) -> str:
    """Blank code, mathematics and HTML comments; every other character keeps its place."""
    return hide_spans(hide_blocks(text))


def hide_spans(text: str) -> str:
    """Blank code and mathematics within paragraphs; every other character keeps its place."""
    return MATHS.sub(hide, CODE_SPAN.sub(hide, text))


def mask_spans(text: str) -> str:
    """Write an x for each sign of code and mathematics: their lines are then not blank."""

    def mask(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", "x", match[0])

    return MATHS.sub(mask, CODE_SPAN.sub(mask, text))


def text_without_targets(text: str) -> str:
    """Blank link targets and addresses, where an `@` is no citation."""
    return ADDRESS.sub(hide, TARGET.sub(hide, text))


def escape_html(text: str) -> str:
    """Escape the HTML tags of a Markdown text outside code and mathematics: they become text."""
    for match in reversed([*TAG_START.finditer(hide_code_and_maths(text))]):
        text = f"{text[: match.start()]}\\{text[match.start() :]}"
    return text
