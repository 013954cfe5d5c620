"""Labels and what refers to them: every reference has its target, every label is given once."""

import re
from collections.abc import Iterator

from course.page import Page, line_of

CITATION = re.compile(r"(?<![\w\\@])@\{?(\w(?:\w|[:.#$%&\-+?<>~/](?=\w))*)")
REFERENCE = re.compile(r"(sec|fig|tbl|eq)-")

Problems = Iterator[tuple[str, int, str]]


def duplicate_labels(pages: list[Page]) -> Problems:
    """Labels given twice; a cell that nothing refers to need only differ within its chapter."""
    in_book: dict[str, str] = {}
    for page in pages:
        in_chapter: dict[str, str] = {}
        for label in page.labels:
            local = label.cell and not REFERENCE.match(label.name)
            first = in_chapter.get(label.name) or (None if local else in_book.get(label.name))
            place = f"{page.document.source}:{label.line}"
            if first:
                message = f"label {label.name} is taken, at {first}; choose another"
                yield page.document.source, label.line, message
            in_chapter.setdefault(label.name, place)
            if not local:
                in_book.setdefault(label.name, place)


def broken_references(pages: list[Page]) -> Problems:
    """`@sec-`, `@fig-`, `@tbl-` and `@eq-` without a label in the book that has a number."""
    labels = {label.name for page in pages for label in page.labels}
    unnumbered = {name for page in pages for name in unnumbered_sections(page)}
    unseen = {name for page in pages for name in unseen_outputs(page)}
    for page, line, name in at_signs(pages):
        reason = None
        if not REFERENCE.match(name):
            continue
        if name not in labels:
            reason = f"refers to nothing; no chapter has a label {name}"
        elif name in unnumbered:
            reason = f"refers to a heading without a number; write a link, as [words](#{name})"
        elif name in unseen:
            reason = "refers to a cell that shows nothing; look at its eval, include and output"
        if reason:
            yield page.document.source, line, f"@{name} {reason}"


def citations(pages: list[Page]) -> list[tuple[Page, int, str]]:
    """Every citation of the text: its page, line and key."""
    return [found for found in at_signs(pages) if not REFERENCE.match(found[2])]


def mentioned(pages: list[Page]) -> set[str]:
    """Every label and key that the text refers to, or that code may write into its output."""
    in_code = {key for page in pages for cell in page.cells for key in CITATION.findall(cell.code)}
    return in_code | {name for _, _, name in at_signs(pages)}


def unmentioned(pages: list[Page], names: set[str]) -> Problems:
    """Figures and tables that the text never points to; `names` are those it does."""
    for page in pages:
        for label in page.labels:
            if re.match(r"(fig|tbl)-", label.name) and label.name not in names:
                message = (
                    f"the text never mentions {label.name}; say in it what @{label.name} shows"
                )
                yield page.document.source, label.line, message


def at_signs(pages: list[Page]) -> Iterator[tuple[Page, int, str]]:
    """Whatever stands behind an `@` in prose: page, line and name."""
    for page in pages:
        for text, first in page.prose:
            for match in CITATION.finditer(text):
                yield page, first + line_of(text, match.start()) - 1, match[1]


def unnumbered_sections(page: Page) -> Iterator[str]:
    """Labels of the headings that have no number: all, where the chapter has none."""
    for heading in page.headings:
        label, classes, _ = heading.attributes
        if label and (not page.numbered or "unnumbered" in classes):
            yield label


def unseen_outputs(page: Page) -> Iterator[str]:
    """Labels of the figures and tables that their cells do not show."""
    for cell in page.cells:
        label = str(cell.options.get("label") or "")
        if REFERENCE.match(label) and any(
            cell.options.get(name) is False for name in ("eval", "include", "output")
        ):
            yield label
