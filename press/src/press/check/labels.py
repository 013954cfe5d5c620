"""Rules on labels and on what refers to them.

A rule takes a chapter's outline and gives a line and a message for each breach; those that take the
outlines of all chapters give problems.
"""

import re
from collections.abc import Iterator

from press.book.markdown import ATTRIBUTES, IMAGE, keys_behind_at, line_of, read_attributes
from press.book.outline import Outline
from press.check.rules import Breaches, Problems
from press.errors import Problem

REFERENCE = re.compile(r"(sec|fig|tbl|eq)-")
KEBAB_CASE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# What stands before a label, by its kind; that of a section stands in its heading.
PLACES = {
    "fig": (re.compile(r"\) *$|(?:^|\n) *:{3,} *$"), "put it behind an image, or on a :::"),
    "tbl": (re.compile(r"(?:^|\n) *(?:Table)?: .*$"), "put it behind the table's `: caption`"),
    "eq": (re.compile(r"\$\$\s*$"), "put it behind the $$ that ends the formula"),
}


def label_style(outline: Outline) -> Breaches:
    """Labels are in kebab-case."""
    for label in outline.labels:
        if not KEBAB_CASE.fullmatch(label.name):
            yield label.line, f"label {label.name} is not in kebab-case, as in fig-first-look"


def label_places(outline: Outline) -> Breaches:
    """A label stands where both engines number what it names."""
    text = outline.document.text
    sections = {(each.attributes.identifier, each.line) for each in outline.headings}
    for match in ATTRIBUTES.finditer(outline.text):
        name = read_attributes(match[1]).identifier or ""
        line = line_of(text, match.start())
        place, remedy = PLACES.get(name.partition("-")[0], (None, ""))
        two_lines = "\n".join(text[: match.start()].rsplit("\n", 2)[-2:])
        if name.startswith("sec-") and (name, line) not in sections:
            yield line, f"label {name} numbers nothing here; put it behind a heading"
        elif place and not place.search(two_lines):
            yield line, f"label {name} numbers nothing here; {remedy}"


def images_alone(outline: Outline) -> Breaches:
    """An image with a label is a figure only in a paragraph of its own, and with a caption."""
    for image in IMAGE.finditer(outline.text):
        attributes = ATTRIBUTES.match(outline.text, image.end())
        label = read_attributes(attributes[1]).identifier if attributes else None
        if attributes and label:
            alone = _stands_alone(outline, image.start(), attributes.end())
            if not alone or not outline.document.text[slice(*image.span(1))].strip():
                remedy = "write ![caption](file) between blank lines"
                line = line_of(outline.text, attributes.start())
                yield line, f"label {label} numbers no figure here; {remedy}"


def headings_in_boxes(outline: Outline) -> Breaches:
    """A heading in a box is its title, or a line in bold: it has no number."""
    for heading in outline.headings:
        if outline.boxed(heading.line) and heading.attributes.identifier:
            yield heading.line, "a heading in a box has no number; take its label away"


def _stands_alone(outline: Outline, start: int, end: int) -> bool:
    text = outline.document.text
    _, _, left = text[:start].rpartition("\n")
    right = text[end:].partition("\n")[0]
    lines = ["", *text.split("\n"), ""]  # so that a line has its number
    neighbours = (line_of(text, start) - 1, line_of(text, end) + 1)
    apart = all(
        not lines[number].strip()
        or lines[number].startswith(":::")
        or number in outline.heading_lines
        for number in neighbours
    )
    return apart and not (left + right).strip()


def duplicate_labels(outlines: list[Outline]) -> Problems:
    """Labels given twice; a cell that nothing refers to need only differ within its chapter."""
    in_book: dict[str, str] = {}
    for outline in outlines:
        in_chapter: dict[str, str] = {}
        for label in outline.labels:
            local = label.cell and not REFERENCE.match(label.name)
            first = in_chapter.get(label.name) or (None if local else in_book.get(label.name))
            place = f"{outline.document.source}:{label.line}"
            if first:
                message = f"label {label.name} is taken, at {first}; choose another"
                yield Problem(outline.document.source, label.line, message)
            in_chapter.setdefault(label.name, place)
            if not local:
                in_book.setdefault(label.name, place)


def broken_references(outlines: list[Outline]) -> Problems:
    """`@sec-`, `@fig-`, `@tbl-` and `@eq-` without a label in the book that has a number."""
    labels = {label.name for outline in outlines for label in outline.labels}
    unnumbered = {name for outline in outlines for name in unnumbered_sections(outline)}
    unseen = {name for outline in outlines for name in unseen_outputs(outline)}
    for outline, line, name in at_signs(outlines):
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
            yield Problem(outline.document.source, line, f"@{name} {reason}")


def citations(outlines: list[Outline]) -> list[tuple[Outline, int, str]]:
    """Every citation of the text: its page, line and key."""
    return [found for found in at_signs(outlines) if not REFERENCE.match(found[2])]


def mentioned(outlines: list[Outline]) -> set[str]:
    """Every label and key that the text refers to, or that code may write into its output."""
    in_code = {
        key
        for outline in outlines
        for cell in outline.cells
        for _, key in keys_behind_at(cell.code)
    }
    return in_code | {name for _, _, name in at_signs(outlines)}


def unmentioned(outlines: list[Outline], names: set[str]) -> Problems:
    """Figures and tables that the text never points to; `names` are those it does."""
    for outline in outlines:
        for label in outline.labels:
            if re.match(r"(fig|tbl)-", label.name) and label.name not in names:
                message = (
                    f"the text never mentions {label.name}; say in it what @{label.name} shows"
                )
                yield Problem(outline.document.source, label.line, message)


def at_signs(outlines: list[Outline]) -> Iterator[tuple[Outline, int, str]]:
    """Whatever stands behind an `@` in prose: chapter, line and name."""
    for outline in outlines:
        for text, first in outline.prose:
            for position, key in keys_behind_at(text):
                yield outline, first + line_of(text, position) - 1, key


def unnumbered_sections(outline: Outline) -> Iterator[str]:
    """Labels of the headings that have no number: all, where the chapter has none."""
    for heading in outline.headings:
        label, classes, _ = heading.attributes
        if label and (not outline.numbered or "unnumbered" in classes):
            yield label


def unseen_outputs(outline: Outline) -> Iterator[str]:
    """Labels of the figures and tables that their cells do not show."""
    for cell in outline.cells:
        label = str(cell.options.get("label") or "")
        if REFERENCE.match(label) and any(
            cell.options.get(name) is False for name in ("eval", "include", "output")
        ):
            yield label


RULES = (label_style, label_places, images_alone, headings_in_boxes)
