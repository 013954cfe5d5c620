"""Signs that the fonts of the PDF have; they are those that typst carries."""

import json
import re
import unicodedata
from collections.abc import Iterator

import typst

SIGN = re.compile(r"[^\t\n\r -~]")
JOINERS = "\u200d\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
PICTURE = "\ufe0f"  # asks for a coloured picture of a sign; the PDF goes without
COMPLAINT = re.compile(r"\.typ:(\d+):\d+")


def missing_signs(text: str, known: dict[str, bool]) -> list[tuple[int, str]]:
    """Find signs that the PDF could not show.

    Parameters
    ----------
    text
        What is to be shown.
    known
        Signs that have been tried, and whether some font has them; new ones are added.

    Returns
    -------
    list of tuple
        Where each stands in the text, and the sign.
    """
    found = [each for each in _signs(text) if unicodedata.category(each[1][:1] or " ") != "Cf"]
    known |= {sign: False for _, sign in found if sign < " "}  # commands to a terminal
    new = list(dict.fromkeys(sign for _, sign in found if sign not in known))
    if new:
        # Each by itself: of signs in a row, typst tries no font for those behind one that none has.
        tried = (f"#text({_quoted(sign)})#parbreak()" for sign in new)
        lines = ['#set document(title: "signs")', *tried]
        compiler = typst.Compiler("\n".join(lines).encode(), ignore_system_fonts=True)
        missing: set[int] = set()
        try:
            compiler.compile_with_warnings(format="pdf", pdf_standards="ua-1")
        except typst.TypstError as error:
            missing = {int(line) for line in COMPLAINT.findall(error.diagnostic)}
        known |= {sign: line not in missing for line, sign in enumerate(new, start=2)}
    return [(position, sign) for position, sign in found if not known[sign]]


def said(sign: str) -> str:
    """Name a sign so that an author recognises it, though the terminal may not show it."""
    name = unicodedata.name(sign[0], "").lower()
    shown = f"{sign} " if sign.isprintable() else ""
    return f"{shown}(U+{ord(sign[0]):04X}{', ' if name else ''}{name})"


def _signs(text: str) -> Iterator[tuple[int, str]]:
    """Give signs with what belongs to them: accents, and what joins one to the next."""
    position = 0
    while match := SIGN.search(text, position):
        start = position = match.start()
        if unicodedata.combining(text[start]) and start:
            start -= 1
        position += 1
        while position < len(text) and _belongs(text, position):
            position += 1
        yield start, text[start:position].replace(PICTURE, "")


def _belongs(text: str, position: int) -> bool:
    """Whether a sign is part of the one before it."""
    sign, before = text[position], text[position - 1]
    joined = sign in JOINERS or sign == PICTURE or before == "\u200d"
    return joined or bool(unicodedata.combining(sign))


def _quoted(sign: str) -> str:
    return json.dumps(sign, ensure_ascii=False)
