"""Rules on names that the press gives itself: what an author calls so is taken for its own.

A rule takes a chapter's outline and gives a line and a message for each breach.
"""

import re

from press.book.contradictions import LANDING
from press.book.exercises import CHECK
from press.book.headings import Heading
from press.book.markdown import ATTRIBUTES, line_of
from press.book.outline import Outline
from press.check.links import HTML_ID
from press.check.rules import Breaches

# Identifiers of page.html and of the site's scripts.
OF_PAGE = (
    *("main", "sidebar", "keys", "keys-title", "preview", "preview-errors"),
    *("search", "search-input", "search-status", "search-results"),
)
OF_LANDING_PAGE = ("get-it", "how-to-cite")
# The list of references, its entries, their citations, footnotes, and lines of code.
OF_PANDOC = re.compile(r"refs|ref-.+|cite-.+-\d+|fn(ref)?\d+|cb\d+(-\d+)?")


def labels_of_checks(outline: Outline) -> Breaches:
    """Notebooks and what runs them know by its name a cell that checks what a reader wrote."""
    for label in outline.labels:
        if label.cell and label.name.startswith(CHECK):
            remedy = f"{CHECK}… names cells that check exercises; choose another"
            yield label.line, f"label {label.name} is the press's own: {remedy}"


def identifiers_of_pages(outline: Outline) -> Breaches:
    """What a page finds by its identifier stands on it once."""
    lists = {div.first for div in outline.divs if div.attributes.identifier == "refs"}
    for label in outline.labels:
        if not label.cell and label.line not in lists and _is_of_page(label.name, outline):
            yield label.line, f"label {label.name} is one of the page's own; choose another"
    for heading in outline.headings:
        name = _identifier(heading, outline)
        bare = not heading.attributes.identifier and not outline.boxed(heading.line)
        if bare and _is_of_page(name, outline):
            message = f"the address of this heading, #{name}, is one of the page's own"
            yield heading.line, f"{message}; give it a label, as {{#sec-{name}}}"
    html = outline.raw_html
    for match in HTML_ID.finditer(html):
        if _is_of_page(match[1], outline):
            line = line_of(html, match.start())
            yield line, f"id {match[1]} is one of the page's own; choose another"


def _is_of_page(name: str, outline: Outline) -> bool:
    landing = outline.document.source == LANDING
    own = OF_PAGE + (OF_LANDING_PAGE if landing else ())
    return name in own or OF_PANDOC.fullmatch(name) is not None


def _identifier(heading: Heading, outline: Outline) -> str:
    """What pandoc calls a heading that has no label: its words in small letters."""
    line = outline.document.text.split("\n")[heading.line - 1]
    words = re.sub(r"[^\w\s.-]", "", ATTRIBUTES.sub("", line).lower())
    return re.sub(r"^[^a-z]+", "", "-".join(words.split()))


RULES = (labels_of_checks, identifiers_of_pages)
