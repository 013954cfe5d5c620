"""Find in a formula what the dialect's mathematics does not hold."""

import re
from collections.abc import Iterator

from press.check.mathematics import CHARACTERS, CONSTRUCTS, REMEDIES, SIGNS

COMMAND = re.compile(r"\\([A-Za-z]+\*?|.)", re.DOTALL)
WORDS = re.compile(r"\\(?:text(?:bf|it|rm|sf)?|mbox)\s*\{((?:[^{}\\]|\\.)*)\}", re.DOTALL)
ENVIRONMENT = re.compile(r"\\begin\s*\{([^{}]*)\}(\[[^\]]*\])?(?:\{([^{}]*)\})?")

EXAMPLES = " ".join([*SIGNS.values(), *CONSTRUCTS.values()])
COMMANDS = {*COMMAND.findall(EXAMPLES), *"{}| "}
ENVIRONMENTS = {match[1] for match in ENVIRONMENT.finditer(EXAMPLES)}
# What some commands take in braces, and how to say it.
ARGUMENTS = {
    "mathbf": (r"[^\\]*", r"takes letters and numbers; for others write \boldsymbol"),
    "mathbb": (r"[A-Z]|1", "takes a capital letter, or 1"),
    "mathcal": (r"[A-Z]+", "takes capital letters"),
    "mathscr": (r"[A-Z]+", "takes capital letters"),
    "mathsf": (r"[A-Za-z]+", "takes letters"),
    "operatorname": (r"(?:[A-Za-z \-]|\\,)+", "takes a name; scripts stand behind it"),
    "operatorname*": (r"(?:[A-Za-z \-]|\\,)+", "takes a name; scripts stand behind it"),
}


def faults(formula: str) -> Iterator[str]:
    """Find what does not belong to the dialect's mathematics.

    Parameters
    ----------
    formula
        A formula without its dollar signs.

    Yields
    ------
    str
        What it is, and what to write instead.
    """
    for match in WORDS.finditer(formula):
        yield from _faults_of_words(match[1])
    tex = WORDS.sub("x", formula)
    for name in dict.fromkeys(COMMAND.findall(tex)):
        if name not in COMMANDS and name.removesuffix("*") not in COMMANDS:
            yield f"\\{name} {_remedy(f'\\{name}')}"
    for match in ENVIRONMENT.finditer(tex):
        name, option, columns = match.groups()
        if name not in ENVIRONMENTS:
            yield f"the environment {name} {_remedy(name)}"
        elif option:
            yield f"the environment {name} takes no {option}; delete it"
        elif name == "array" and not re.fullmatch(r"[lcr ]+", columns or ""):
            yield f"columns of an array are l, c or r and have no lines; {columns} is none of them"
    for name, (pattern, reason) in ARGUMENTS.items():
        for argument in re.findall(rf"\\{re.escape(name)}\s*\{{([^{{}}]*)\}}", tex):
            if not re.fullmatch(pattern, argument):
                yield f"\\{name} {reason}, so {argument} is not set"
    if re.search(r"(?<!\\)(?:\\\\)*%", tex):
        yield r"% begins a comment in TeX; write \%, or delete it"
    for sign in dict.fromkeys(tex):
        if not sign.isascii() and sign not in CHARACTERS:
            yield f"{sign} is not a sign of formulas; write words in \\text{{…}}"
    if _has_double_script(tex):
        yield "two scripts in one place; put braces around what belongs together"


def _faults_of_words(words: str) -> Iterator[str]:
    for name in COMMAND.findall(words):
        if name not in "%$#&_{} ":
            yield f"\\{name} has no place in \\text{{…}}; close it before"
    for formula in re.findall(r"(?<!\\)\$(.*?)(?<!\\)\$", words):
        yield from faults(formula)
    for sign in words:
        if ord(sign) > 0x24F and sign not in f"{CHARACTERS}–—‘’“”":
            yield f"the fonts of formulas lack {sign}; write it outside of the formula"


def _remedy(name: str) -> str:
    for names, remedy in REMEDIES.items():
        if name in names.split():
            return f"is not used in formulas; {remedy}"
    return "is not in the dialect's mathematics; the press's README lists what is"


def _has_double_script(tex: str) -> bool:
    """Tell whether a letter has two indices or two exponents, which TeX refuses."""
    token = r"\s*(?:\\(?:[A-Za-z]+|.)|[^\s\\])"
    twice = re.compile(rf"\^{token}(?:\s*_{token})?\s*\^|_{token}(?:\s*\^{token})?\s*_")
    tex, count = re.sub(r"\\[{}]", "|", tex), 1
    while count:  # from the innermost braces outwards
        if any(twice.search(group) for group in re.findall(r"\{([^{}]*)\}", tex)):
            return True
        tex, count = re.subn(r"\{[^{}]*\}", "x", tex)
    return bool(twice.search(tex))
