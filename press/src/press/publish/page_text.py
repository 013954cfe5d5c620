"""What the pages say, section by section, as plain text: for the search."""

import re
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from xml.etree import ElementTree

from press.publish.readable import in_a_line

FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# What ends a paragraph; a summary is the title of a box.
BLOCKS = (
    *("p", "div", "li", "dt", "dd", "tr", "caption", "figcaption", "blockquote", "summary", "pre"),
    *("table", "ul", "ol", "dl", "section", "details", "figure", "header", "main", *HEADINGS),
)
# Printed numbers are noise in a result, and so is what pages say of themselves.
LEFT_OUT = ("button", "svg", "script", "style", "template")
LEFT_OUT_CLASSES = {"anchor", "folded-contents", "equation-number", "footnote-back", "cited-in"}
LEFT_OUT_CLASSES |= {
    "chapter-number",
    "cover",
    "work",
    "overview",
    "cell-output-stdout",
    "cell-output-text",
}
TITLE_OF_CODE = "title-of-code"
LEFT_OUT_CLASSES.add(TITLE_OF_CODE)
VOID = ("img", "br", "hr", "wbr", "input", "col", "meta", "link", "source")


@dataclass
class Section:
    """A heading with what stands below it, up to the next heading.

    Parameters
    ----------
    anchor
        The heading's identifier; empty for the beginning of a page.
    title
        The heading, with its number; empty for the cover, which has the book's title.
    above
        The titles of the sections that it belongs to, from the chapter's on.
    terms
        What is set in bold: terms where they are explained, titles of boxes.
    text
        Its paragraphs, items and captions.
    details
        Its lines of code, the rows of its tables, the entries of a list of references.
    """

    anchor: str
    title: str = ""
    above: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)


def sections(page: str) -> list[Section]:
    """Read a page.

    Parameters
    ----------
    page
        Its HTML, as it is published.

    Returns
    -------
    list of Section
        In their order; the first is the page's beginning. Formulas are readable text.
    """
    reader = _SectionReader()
    reader.feed(FORMULA.sub(_formula, page))
    reader.close()
    return reader.sections


def _formula(found: re.Match[str]) -> str:
    return escape(in_a_line(ElementTree.fromstring(found[0])))


class _SectionReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sections = [Section("")]
        self.open: list[tuple[str, set[str]]] = []  # the elements around, from `main` on
        self.levels: list[tuple[int, str]] = []  # the headings above, with their levels
        self.words = ""  # of the paragraph so far
        self.bold = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "br":
            self.words += " "
        if tag in VOID or not (self.open or tag == "main"):
            return
        if tag in BLOCKS:
            self._end_paragraph()
        if tag in HEADINGS and tag != "h1" and not self._within(LEFT_OUT):
            self.sections.append(Section(attributes.get("id") or ""))
        if tag in ("td", "th") and self.words.strip():
            self.words += " · "
        classes = set((attributes.get("class") or "").split())
        if tag == "summary" and "code-fold" in self.open[-1][1]:
            classes.add(TITLE_OF_CODE)
        self.open.append((tag, classes))

    def handle_endtag(self, tag: str) -> None:
        if tag not in (each for each, _ in self.open):
            return
        if tag in BLOCKS:
            self._end_paragraph()
        if tag == "strong":
            self._end_term()
        while self.open.pop()[0] != tag:  # what the author's HTML never closed
            pass

    def handle_data(self, data: str) -> None:
        if not self.open or self._within(LEFT_OUT) or self._within_class(LEFT_OUT_CLASSES):
            return
        self.words += data
        if self._within(("strong",)):
            self.bold += data

    def _within(self, tags: tuple[str, ...]) -> bool:
        return any(tag in tags for tag, _ in self.open)

    def _within_class(self, classes: set[str]) -> bool:
        return any(classes & each for _, each in self.open)

    def _end_term(self) -> None:
        if term := " ".join(self.bold.split()):
            self.sections[-1].terms.append(term)
        self.bold = ""

    def _end_paragraph(self) -> None:
        words, self.words = self.words, ""
        section = self.sections[-1]
        if self._within(("pre", "tr")) or self._within_class({"csl-entry"}):
            lines = words.split("\n") if self._within(("pre",)) else [words]
            section.details += [" ".join(line.split()) for line in lines if line.strip()]
        elif text := " ".join(words.split()):
            heading = next((tag for tag, _ in self.open if tag in HEADINGS), None)
            if heading:
                level = int(heading[1])
                self.levels = [each for each in self.levels if each[0] < level]
                section.title = text
                section.above = [title for _, title in self.levels]
                self.levels.append((level, text))
            else:
                section.text.append(text)
                if self._within_class({"callout-title"}):
                    section.terms.append(text)
