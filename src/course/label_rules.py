"""Rules on labels: how they are written, and where they number what they name.

A rule takes a page and gives a line and a message for each problem.
"""

import re

from course.dialect import CALLOUTS, Problems
from course.images import IMAGE
from course.page import ATTRIBUTES, Page, line_of, read_attributes

KEBAB_CASE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# What stands before a label, by its kind.
PLACES = {
    "sec": (re.compile(r"(?:^|\n)#+ .*$"), "put it behind a heading"),
    "fig": (re.compile(r"\) *$|(?:^|\n) *:{3,} *$"), "put it behind an image, or on a :::"),
    "tbl": (re.compile(r"(?:^|\n) *(?:Table)?: .*$"), "put it behind the table's `: caption`"),
    "eq": (re.compile(r"\$\$\s*$"), "put it behind the $$ that ends the formula"),
}


def label_style(page: Page) -> Problems:
    """Labels are in kebab-case."""
    for label in page.labels:
        if not KEBAB_CASE.fullmatch(label.name):
            yield label.line, f"label {label.name} is not in kebab-case, as in fig-first-look"


def label_places(page: Page) -> Problems:
    """A label stands where both engines number what it names."""
    text = page.document.text
    for match in ATTRIBUTES.finditer(page.text):
        name = read_attributes(match[1]).identifier or ""
        place, remedy = PLACES.get(name.partition("-")[0], (None, ""))
        two_lines = "\n".join(text[: match.start()].rsplit("\n", 2)[-2:])
        if place and not place.search(two_lines):
            yield line_of(text, match.start()), f"label {name} numbers nothing here; {remedy}"


def images_alone(page: Page) -> Problems:
    """An image with a label is a figure only in a paragraph of its own, and with a caption."""
    for image in IMAGE.finditer(page.text):
        attributes = ATTRIBUTES.match(page.text, image.end())
        label = read_attributes(attributes[1]).identifier if attributes else None
        if attributes and label:
            alone = _stands_alone(page.document.text, image.start(), attributes.end())
            if not alone or not page.document.text[slice(*image.span(1))].strip():
                remedy = "write ![caption](file) between blank lines"
                line = line_of(page.text, attributes.start())
                yield line, f"label {label} numbers no figure here; {remedy}"


def headings_in_boxes(page: Page) -> Problems:
    """A heading in a box is its title, or a line in bold: it has no number."""
    boxes = [div for div in page.divs if set(div.attributes.classes) & set(CALLOUTS)]
    for heading in page.headings:
        inside = any(box.first < heading.line < (box.last or heading.line) for box in boxes)
        if inside and heading.attributes.identifier:
            yield heading.line, "a heading in a box has no number; take its label away"


def _stands_alone(text: str, start: int, end: int) -> bool:
    above, _, left = text[:start].rpartition("\n")
    right, _, below = text[end:].partition("\n")
    neighbours = (above.rpartition("\n")[2], below.partition("\n")[0])
    apart = all(not line.strip() or line.startswith((":::", "#")) for line in neighbours)
    return apart and not (left + right).strip()


RULES = (label_style, label_places, images_alone, headings_in_boxes)
