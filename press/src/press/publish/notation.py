"""Mend the MathML that pandoc writes where browsers would set it worse than TeX."""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from press.publish.accents import set_accent

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
APPLY_FUNCTION = "\u2061"
WITH_SCRIPTS = ("msub", "msup", "msubsup", "munder", "mover", "munderover")
ROWS = ("mrow", "mtd", "math", "mstyle")
LABELLED = ("munder", "mover", "munderover")
THIN = "0.167em"
THICK = "0.278em"
SPACES = {"\\": "0.222em", ":": THICK}  # where browsers differ from TeX
# Room at the left of a root, and a height and depth that the smallest of the radical signs suits.
ROOT_SPACE = {"width": "0.1em", "height": "0.66em", "depth": "0.15em"}
BAR_SPACE = "0.1em"
SIGNS = ("−", "+", "±", "∓", "∼", ".", "/", "!")  # pandoc's letters that are none
BARS = ("|", "∣", "∥", "‖")
LIMITED = "∑∏∐⋂⋃⋀⋁∫∬∭∮"  # operators, which have limits
LONG = {"→": "⟶", "←": "⟵"}
TALL = ("msubsup", "munder", "munderover", "mfrac", "msqrt", "mroot", "mtable")


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
        if element.tag in ("mover", "munder"):
            set_accent(element)
        elif element.tag == "msup":
            _prime(element)
        elif element.tag == "msqrt":
            # The font's radical signs leave no space (see its README). And they hang from the bar:
            # over a lone ν, Chromium lets the smallest of them reach far below the line.
            element.insert(0, Element("mspace", ROOT_SPACE))
        elif element.tag == "mtd" and len(element) and element[0].tag == "mo":
            # Else the sign after `&` loses the space around it.
            element[0].attrib.setdefault("form", "infix")
        elif element.tag == "mi" and element.text == "…":
            element.tag = "mo"
            element.attrib.update(lspace="0", rspace=THIN)
        elif element.tag == "mi" and element.text in SIGNS:
            _sign(element)
        elif element.tag == "mo" and element.text in ("∥", "‖") and element.get("form"):
            element.attrib.update(lspace="0", rspace="0")
            element.attrib.setdefault("stretchy", "false")  # true where TeX has \\left
        elif element.tag == "mo" and element.text in SPACES:
            for side in ("lspace", "rspace"):
                element.attrib.setdefault(side, SPACES[element.text])
        if element.tag == "mo" and element.get("stretchy") == "true" and element.get("form"):
            _bracket(element, parents[element])
        elif element.tag == "mi":
            _function(element, parents)
        elif element.tag == "mspace" and (element.get("width") or "").startswith("-"):
            _overlap(element, parents[element])
        if element.tag in WITH_SCRIPTS:
            _close_up(element)
            _labelled(element, parents[element])
    for words in root.iter("mtext"):  # browsers take it for space: signs beside it lose theirs
        words.tag = "mi"
        words.attrib.setdefault("mathvariant", "normal")
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def _sign(sign: Element) -> None:
    """Let a sign stand close, as in −1: Firefox puts space between a slanted letter and others."""
    sign.tag = "mo"
    sign.attrib.update(form="prefix", lspace="0", rspace="0", stretchy="false")


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


def _bracket(sign: Element, row: Element) -> None:
    """Let brackets stand close, and stretch only around what is tall: stretched ones are wider."""
    tall = any(element.tag in TALL for element in row.iter())
    space = BAR_SPACE if tall and sign.text in BARS else "0"
    sign.attrib.update(lspace=space, rspace=space, stretchy="true" if tall else "false")


def _labelled(element: Element, row: Element) -> None:
    """Keep the space around a relation with something above or below it, and lengthen arrows."""
    sign, label = element[0], element[1]
    text = sign.text or ""
    if element.tag not in LABELLED or sign.tag != "mo" or text in LIMITED or label.get("accent"):
        return
    if row.tag not in ROWS:
        return
    sign.text = LONG.get(text, text)
    position = list(row).index(element)
    row.insert(position + 1, Element("mspace", width=THICK))
    row.insert(position, Element("mspace", width=THICK))


def _overlap(space: Element, row: Element) -> None:
    r"""Draw signs together across a negative space, as in `\perp\!\!\!\perp`."""
    position = list(row).index(space)
    if row.tag not in ROWS or not 0 < position < len(row) - 1:
        return
    if _bracketed(row[position + 1]):  # TeX has a space there to take back; browsers have none
        row.remove(space)
        return
    for sign, side in ((row[position - 1], "rspace"), (row[position + 1], "lspace")):
        if sign.tag == "mo":
            sign.set(side, "0")


def _function(name: Element, parents: dict[Element, Element]) -> None:
    """Put a thin space around `log` and the like, except before a parenthesis."""
    function = name
    apply = parents[name].find("mo")
    if apply is not None and apply.text == APPLY_FUNCTION and parents[apply][0] is name:
        function = parents[name]
        function.remove(apply)
    elif len(name.text or "") < 2:
        return
    while parents[function].tag in WITH_SCRIPTS and parents[function][0] is function:
        function = parents[function]
    row = parents[function]
    position = list(row).index(function)
    if row.tag not in ROWS:
        return
    if position + 1 < len(row) and not _opens(row[position + 1]):
        row.insert(position + 1, Element("mspace", width=THIN))
    if position > 0 and row[position - 1].tag not in ("mo", "mspace"):
        row.insert(position, Element("mspace", width=THIN))


def _bracketed(element: Element) -> bool:
    """Tell whether an element is, or starts with, a bracket."""
    if element.tag == "mrow" and len(element):
        return _bracketed(element[0])
    return element.tag == "mo" and element.get("form") == "prefix" and element.text not in SIGNS


def _opens(element: Element) -> bool:
    """Tell whether an element is, or starts with, a sign that brings its own space."""
    if element.tag == "mrow" and len(element):
        return _opens(element[0])
    return element.tag in ("mo", "mspace")
