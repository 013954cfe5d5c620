"""Read Markdown just far enough to tell text from code, mathematics and comments."""

import re

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

# What opens an HTML tag, unless it is an address or a mail address in angle brackets.
TAG_START = re.compile(r"(?<!\\)<(?=[A-Za-z/])(?![A-Za-z][\w+.-]*:|[^\s<>@]+@)")


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
    return MATHS.sub(hide, CODE_SPAN.sub(hide, hide_blocks(text)))


def text_without_targets(text: str) -> str:
    """Blank link targets and addresses, where an `@` is no citation."""
    return ADDRESS.sub(hide, TARGET.sub(hide, text))


def escape_html(text: str) -> str:
    """Escape the HTML tags of a Markdown text outside code and mathematics: they become text."""
    for match in reversed([*TAG_START.finditer(hide_code_and_maths(text))]):
        text = f"{text[: match.start()]}\\{text[match.start() :]}"
    return text
