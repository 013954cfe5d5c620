"""Mend accents in pandoc's MathML: where they sit, and what they look like over many letters."""

from xml.etree.ElementTree import Element

# Combining signs hang to the left of their letter; those that stand by themselves sit above it.
HANGING = "\u0300\u0301\u0302\u0303\u0306\u0307\u0308\u030a\u030c‾"
STANDING = dict(zip(HANGING, "ˋ´ˆ˜˘˙¨˚ˇ¯", strict=True))
# Over more than one letter these stretch: the sign that the font can draw at any width.
STRETCHING = {"\u0302": "\u0302", "→": "\u20d7"}
LINES = {"mover": "¯‾", "munder": "_"}
BRACE = "⏞"


def set_accent(element: Element) -> None:
    """Let an accent sit close; it stretches only over more than one letter.

    Parameters
    ----------
    element
        What MathML has for anything above or below something. It is left alone where that is no
        accent.
    """
    base, sign = element
    if sign.get("accent") != "true":
        return
    mark = sign.text or ""
    many = base.tag not in ("mi", "mn") or len(base.text or "") > 1
    if mark in LINES[element.tag] and (many or element.tag == "munder"):
        _draw_line(element)
    elif element.tag == "mover":
        element.set("accent", "true")
        if many and mark in STRETCHING:
            sign.text = STRETCHING[mark]
            sign.set("stretchy", "true")
        elif mark != BRACE:
            sign.set("stretchy", "false")
            sign.set("largeop", "true")  # the stylesheet tells what for
            sign.text = STANDING.get(mark, mark)


def _draw_line(element: Element) -> None:
    """Have the stylesheet draw a line: no two browsers stretch the sign for it alike."""
    row = Element("mrow")
    row.append(element[0])
    element[0] = row
    over = element.tag == "mover"
    element.attrib.update({"accent" if over else "accentunder": "true"})
    element.set("class", "line-over" if over else "line-under")
    element[1].set("stretchy", "false")
