"""Formulas as a line of plain text: τ_α², ȳ, (posterior sd)/√ESS."""

import re
import unicodedata
from xml.etree.ElementTree import Element

from press.publish.accents import HANGING, STANDING
from press.publish.notation import BARS, LIMITED

LOWERED = str.maketrans("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
RAISED = str.maketrans("0123456789+−=()in⊤′*", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿᵀ′*")
COMBINING = {sign: mark for mark, sign in STANDING.items()} | {mark: mark for mark in HANGING}
COMBINING |= {"¯": "\u0304", "‾": "\u0304"}
CLOSE = re.compile(r"[(\[{⟨⌊⌈√]|[.!′″%]|[)\]}⟩⌋⌉]")  # what stands without space on both sides
SIDED = (*BARS, "−", "+", "±", "∓")  # so do these as brackets, or before a number
SPACED = 0.2  # em, from which on a space parts words


def in_a_line(formula: Element) -> str:
    """Write a formula in a line.

    Parameters
    ----------
    formula
        Presentation MathML, without namespace.

    Returns
    -------
    str
        The formula with the signs of Unicode, as one would write it in a letter.
    """
    text = re.sub(r"\s+", " ", _text(formula))
    return re.sub(r" (?=[,;.)\]])|(?<=[(\[]) |(?<=\w) (?=\()", "", text).strip()


def _text(element: Element) -> str:
    parts = [_text(child) for child in element if child.tag != "annotation"]
    match element.tag:
        case "mi" | "mn" | "mtext" | "ms":
            return _word(element)
        case "mo":
            return _sign(element)
        case "mspace":
            width = re.fullmatch(r"(.*)em", element.get("width", ""))
            return " " if width and float(width[1]) >= SPACED else ""
        case "mfrac":
            return "/".join(_together(part) for part in parts)
        case "msqrt":
            return "√" + _together("".join(parts))
        case "mroot":
            return _script(parts[1], RAISED, "") + "√" + _together(parts[0])
        case "mover" if (mark := COMBINING.get(parts[1].strip())) and len(parts[0].strip()) == 1:
            return unicodedata.normalize("NFC", parts[0].strip() + mark)
        case "msub" | "munder":
            return _with_scripts(parts[0], _script(parts[1], LOWERED, "_"))
        case "msup" | "mover":
            return _with_scripts(parts[0], _script(parts[1], RAISED, "^"))
        case "msubsup" | "munderover":
            scripts = _script(parts[1], LOWERED, "_") + _script(parts[2], RAISED, "^")
            return _with_scripts(parts[0], scripts)
        case "mtable":
            return re.sub(r"([,;]);", r"\1", "; ".join(part.strip() for part in parts))
        case "mtr":
            return " ".join(part.strip() for part in parts)
    return "".join(parts)


def _word(element: Element) -> str:
    word = element.text or ""
    return f" {word} " if element.tag == "mi" and len(word) > 1 and word.isalpha() else word


def _sign(element: Element) -> str:
    sign = element.text or ""
    sided = element.get("form") in ("prefix", "postfix")
    if CLOSE.fullmatch(sign) or (sided and sign in SIDED):
        return sign
    if sign in (",", ";"):
        return f"{sign} "
    return sign if element.get("accent") or not sign.strip() else f" {sign} "


def _with_scripts(base: str, scripts: str) -> str:
    """Join them; after a script that is no smaller than what follows, there is a space."""
    base = base.strip()
    if base in LIMITED:
        return f" {base}{scripts} "
    return base + scripts + (" " if scripts[0] in "_^" else "")


def _script(text: str, signs: dict[int, int], mark: str) -> str:
    """Write an index or a power small where Unicode has its signs, else behind a mark."""
    text = text.strip()
    close = text.replace(" ", "")
    if all(ord(each) in signs for each in close):
        return close.translate(signs)
    return mark + _together(text)


def _together(text: str) -> str:
    """Put brackets around what has parts."""
    text = text.strip()
    return f"({text})" if re.search(r"[\s/+−=[]", text) else text
