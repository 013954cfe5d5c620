"""Mend accents in pandoc's MathML: where they sit, and what they look like over many letters."""

from xml.etree.ElementTree import Element

# Combining signs hang to the left of their letter; those that stand by themselves sit above it.
HANGING = "\u0300\u0301\u0302\u0303\u0306\u0307\u0308\u030a\u030c‾"
STANDING = dict(zip(HANGING, "ˋ´ˆ˜˘˙¨˚ˇ¯", strict=True))
# Over more than one letter these stretch: the sign that the font can draw at any width.
STRETCHING = {"\u0302": "\u0302", "→": "\u20d7", "¯": "‾", "‾": "‾"}
BRACE = "⏞"


def set_accent(mover: Element) -> None:
    """Let an accent sit close; it stretches only over more than one letter.

    Parameters
    ----------
    mover
        What MathML has for anything above something. It is left alone where that is no accent.
    """
    base, sign = mover
    if sign.get("accent") != "true":
        return
    mark = sign.text or ""
    many = base.tag not in ("mi", "mn") or len(base.text or "") > 1
    mover.set("accent", "true")
    if many and mark in STRETCHING:
        sign.text = STRETCHING[mark]
        sign.set("stretchy", "true")
        if sign.text == "‾":  # a line keeps its distance
            mover.set("accent", "false")
            sign.set("accent", "false")
    elif mark != BRACE:
        sign.set("stretchy", "false")
        sign.text = STANDING.get(mark, mark)
