"""A chapter laid open for the checks: its text without code and mathematics, divs and labels."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from press.book.chapter import Code, Document
from press.book.headings import Heading, find_headings
from press.book.markdown import (
    ATTRIBUTES,
    CODE_SPAN,
    MATHS,
    TAG,
    Attributes,
    fences,
    hide,
    hide_blocks,
    hide_code_and_maths,
    hide_spans,
    line_of,
    read_attributes,
    text_without_targets,
)

CALLOUTS = ("callout-note", "callout-tip", "callout-warning")
# An image's caption is its alternative text unless it has another.
ALT_TEXT = re.compile(
    r"!\[(?P<alt>[^\[\]]*)\](?!\([^()]*\)\{[^{}]*fig-alt=)|fig-alt=\"(?P<described>[^\"]*)\""
)
CAPTIONS = ("fig-cap", "tbl-cap", "code-summary")


class Div(NamedTuple):
    """A `:::` block; `last` is None if it is never closed."""

    attributes: Attributes
    first: int
    last: int | None


class Label(NamedTuple):
    """An identifier that something can refer to; `cell` says whether it labels a code cell."""

    name: str
    line: int
    cell: bool


@dataclass(frozen=True)
class Outline:
    """A chapter and what the checks look at; positions in every text are those in the file."""

    document: Document

    @cached_property
    def cells(self) -> list[Code]:
        """The code cells."""
        return [block for block in self.document.blocks if isinstance(block, Code)]

    @cached_property
    def text(self) -> str:
        """The chapter with code, mathematics, comments and what underlines headings blanked."""
        lines = hide_spans(self._without_blocks).split("\n")
        for heading in self.headings:
            if heading.last_line > heading.line:
                lines[heading.last_line - 1] = " " * len(lines[heading.last_line - 1])
        return "\n".join(lines)

    @cached_property
    def texts(self) -> list[tuple[str, int]]:
        """Markdown without code and mathematics, captions too: each text with its first line."""
        return [(self.text, 1), *((hide_code_and_maths(t), n) for t, n in self._options(*CAPTIONS))]

    @cached_property
    def alt_texts(self) -> list[tuple[str, int]]:
        """What cells say one sees in their figures: plain text, each with its line."""
        return self._options("fig-alt")

    @cached_property
    def prose(self) -> list[tuple[str, int]]:
        """The same without the targets of links: where references and citations count."""
        return [(text_without_targets(text), line) for text, line in self.texts]

    @cached_property
    def raw_html(self) -> str:
        """The chapter's raw HTML; all else is blank."""
        lines = self.document.text.split("\n")
        shown = re.sub(r"[^\n]", " ", self.text).split("\n")
        for fence in fences(self.document.text):
            if fence.info.strip() == "{=html}" and fence.map:
                shown[slice(*fence.map)] = lines[slice(*fence.map)]
        text = list("\n".join(shown))
        for tag in TAG.finditer(self.text):
            text[slice(*tag.span())] = tag[0]
        return "".join(text)

    @cached_property
    def formulas(self) -> list[tuple[str, int]]:
        """Every formula, without its dollar signs, and its line; those of captions too."""
        text = CODE_SPAN.sub(hide, self._without_blocks)
        return _formulas([(text, 1), *self._options(*CAPTIONS)])

    @cached_property
    def spoken_formulas(self) -> list[tuple[str, int]]:
        """The formulas of alternative texts, and their lines."""
        text = CODE_SPAN.sub(hide, self._without_blocks)
        described = [
            (match["alt"] or match["described"] or "", line_of(text, match.start()))
            for match in ALT_TEXT.finditer(text)
        ]
        return _formulas([*described, *self.alt_texts])

    @property
    def headings(self) -> list[Heading]:
        """The headings, in order."""
        return self._headings[0]

    @property
    def heading_look_alikes(self) -> list[tuple[int, str]]:
        """Lines that read as a heading in one place and as text in another: what to do."""
        return self._headings[1]

    @cached_property
    def _headings(self) -> tuple[list[Heading], list[tuple[int, str]]]:
        return find_headings(self._without_blocks)

    @cached_property
    def _without_blocks(self) -> str:
        return hide_blocks(self.document.text)

    @cached_property
    def heading_lines(self) -> set[int]:
        """The lines of the headings, those that underline one among them."""
        return {line for each in self.headings for line in range(each.line, each.last_line + 1)}

    @cached_property
    def numbered(self) -> bool:
        """Whether the chapter has a number: its title does not say otherwise."""
        titles = [heading for heading in self.headings if heading.level == 1]
        plain = bool(titles) and "unnumbered" not in titles[0].attributes.classes
        return plain and self.document.source != "index.qmd"

    @cached_property
    def divs(self) -> list[Div]:
        """The divs, in the order in which they open."""
        return self._read_divs()[0]

    @cached_property
    def stray_closings(self) -> list[int]:
        """Lines with a closing `:::` that closes nothing."""
        return self._read_divs()[1]

    @cached_property
    def labels(self) -> list[Label]:
        """Every identifier of the page, of cells and in prose."""
        found = [
            Label(str(cell.options["label"]), cell.option_lines["label"], True)
            for cell in self.cells
            if "label" in cell.options
        ]
        for match in ATTRIBUTES.finditer(self.text):
            identifier = read_attributes(match[1]).identifier
            if identifier:
                found.append(Label(identifier, line_of(self.text, match.start()), False))
        return sorted(found, key=lambda label: label.line)

    def inside(self, line: int, format_name: str) -> bool:
        """Whether a line is shown only in the format named."""
        return any(
            "content-visible" in div.attributes.classes
            and div.attributes.values.get("when-format") == format_name
            and div.first < line < (div.last or line + 1)
            for div in self.divs
        )

    def boxed(self, line: int) -> bool:
        """Whether a line stands in a callout."""
        return any(
            div.first < line < (div.last or line + 1)
            for div in self.divs
            if set(div.attributes.classes) & set(CALLOUTS)
        )

    def _options(self, *names: str) -> list[tuple[str, int]]:
        return [
            (str(cell.options[name]), cell.option_lines[name])
            for cell in self.cells
            for name in names
            if cell.options.get(name)
        ]

    def _read_divs(self) -> tuple[list[Div], list[int]]:
        opened: list[int] = []
        divs: list[Div] = []
        stray: list[int] = []
        for number, text in enumerate(self.text.split("\n"), start=1):
            fence = re.match(r"\s*:{3,}\s*(.*?)\s*:*\s*$", text)
            if not fence:
                continue
            if fence[1]:
                opened.append(len(divs))
                content = fence[1].strip("{}") if fence[1].startswith("{") else "." + fence[1]
                divs.append(Div(read_attributes(content), number, None))
            elif opened:
                index = opened.pop()
                divs[index] = divs[index]._replace(last=number)
            else:
                stray.append(number)
        return divs, stray


def _formulas(texts: list[tuple[str, int]]) -> list[tuple[str, int]]:
    return [
        (match[0].strip("$").strip(), first + line_of(text, match.start()) - 1)
        for text, first in texts
        for match in MATHS.finditer(text)
    ]
