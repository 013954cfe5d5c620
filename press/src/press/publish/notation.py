"""Mend the MathML that pandoc writes where browsers would set it worse than TeX."""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
APPLY_FUNCTION = "\u2061"
WITH_SCRIPTS = ("msub", "msup", "msubsup", "munder", "mover", "munderover")
THIN = "0.167em"
ROOT_SPACE = "0.1em"
# Combining signs hang to the left of their letter; those that stand by themselves sit above it.
STANDING = {"\u0302": "ˆ", "\u0303": "˜", "\u0307": "˙", "\u0308": "¨", "\u030c": "ˇ", "‾": "¯"}


def mend(page: str) -> str:
    """Mend every formula of a page.

    Parameters
    ----------
    page
        HTML with pandoc's MathML in it.

    Returns
    -------
    str
        The page; nothing outside `<math>` is touched.
    """
    return re.sub(r"<math\b.*?</math>", lambda match: _formula(match[0]), page, flags=re.DOTALL)


def _formula(text: str) -> str:
    root = ElementTree.fromstring(text.replace(f' xmlns="{NAMESPACE}"', ""))
    parents = {child: parent for parent in root.iter() for child in parent}
    for element in list(root.iter()):
        if element.tag == "mover":
            _accent(element)
        elif element.tag == "msup":
            _prime(element)
        elif element.tag == "msqrt":  # the font's radical signs leave no space (see its README)
            element.insert(0, Element("mspace", width=ROOT_SPACE))
        elif element.tag == "mtable" and _is_aligned(element):
            element.set("displaystyle", "true")  # else its fractions shrink
        elif element.tag == "mtd" and len(element) and element[0].tag == "mo":
            element[0].set("form", "infix")  # else the sign after `&` loses the space around it
        elif element.tag == "mi" and element.text == "…":
            element.tag = "mo"
            element.attrib.update(lspace="0", rspace=THIN)
        elif element.tag == "mo" and element.text in ("∥", "‖"):
            element.attrib.update(lspace="0", rspace="0")
            element.attrib.setdefault("stretchy", "false")  # true where TeX has \\left
        elif element.tag == "mo" and element.text == "|" and element.get("form") == "infix":
            element.attrib.update(lspace="0", rspace="0")  # TeX's \middle
        elif element.tag == "mo" and element.text == APPLY_FUNCTION:
            _function(element, parents)
        if element.tag in WITH_SCRIPTS:
            _close_up(element)
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def _accent(mover: Element) -> None:
    """Let an accent sit close; it stretches only over more than one letter."""
    base, sign = mover
    if sign.get("accent") != "true":
        return
    mover.set("accent", "true")
    stretches = base.tag != "mi" or len(base.text or "") > 1
    if not stretches:
        sign.set("stretchy", "false")
        sign.text = STANDING.get(sign.text or "", sign.text)
    elif sign.text == "¯":
        sign.text = "‾"


def _prime(power: Element) -> None:
    """Set primes beside their letter: raised as an exponent they shrink twice."""
    if re.fullmatch("[′″‴]+", power[1].text or ""):
        power.tag = "mrow"
        power[1].attrib.update(lspace="0", rspace="0")


def _close_up(element: Element) -> None:
    """Leave out the space around signs in scripts: browsers keep what TeX keeps only in a line."""
    for script in element[1:]:
        for sign in script.iter("mo"):
            if sign.get("accent") != "true":
                sign.attrib.update(lspace="0", rspace="0")


def _is_aligned(table: Element) -> bool:
    """Tell whether lines are aligned at `&`: pandoc then sets the first column to the right."""
    cell = table.find("mtr/mtd")
    return cell is not None and cell.get("columnalign") == "right"


def _function(apply: Element, parents: dict[Element, Element]) -> None:
    """Put a thin space around `log` and the like, except before a parenthesis."""
    function = parents[apply]
    function.remove(apply)
    while parents[function].tag in WITH_SCRIPTS and parents[function][0] is function:
        function = parents[function]
    row = parents[function]
    position = list(row).index(function)
    if row.tag not in ("mrow", "mtd", "math", "mstyle"):
        return
    if position + 1 < len(row) and not _opens(row[position + 1]):
        row.insert(position + 1, Element("mspace", width=THIN))
    if position > 0 and row[position - 1].tag not in ("mo", "mspace"):
        row.insert(position, Element("mspace", width=THIN))


def _opens(element: Element) -> bool:
    """Tell whether an element is, or starts with, a sign that brings its own space."""
    if element.tag == "mrow" and len(element):
        return _opens(element[0])
    return element.tag in ("mo", "mspace")
