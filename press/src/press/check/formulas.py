"""Find formulas that cannot be set, or not be spoken, before anything is run."""

import re

from press.book.outline import Outline
from press.book.pandoc import run_pandoc
from press.check.constructs import faults
from press.errors import Problem

COMPLAINT = re.compile(r"Could not convert TeX math (.*?), rendering as TeX", re.DOTALL)

# Whether pandoc could write a formula, by the format and the formula.
Judged = dict[tuple[str, str], bool]
REASONS = {
    "html": "pandoc cannot read this formula: {}",
    "plain": "a screen reader cannot speak this formula; say it in words: {}",
}


def bad_formulas(outlines: list[Outline], judged: Judged) -> list[Problem]:
    """List formulas with what the dialect does not hold, and those that pandoc cannot write.

    Parameters
    ----------
    outlines
        The chapters.
    judged
        What pandoc has judged; new formulas are added, and those that the book no longer has are
        taken out.

    Returns
    -------
    list of Problem
    """
    found = [
        (("html", formula), outline.document.source, at)
        for outline in outlines
        for formula, at in outline.formulas
    ] + [
        (("plain", formula), outline.document.source, at)
        for outline in outlines
        for formula, at in outline.spoken_formulas
    ]
    used = dict.fromkeys(key for key, _, _ in found)
    for key in judged.keys() - used.keys():
        del judged[key]
    for format_name in REASONS:
        new = [key for key in used if key[0] == format_name and key not in judged]
        if new:
            judged |= _judge(format_name, new)
    problems = []
    for (format_name, formula), source, line in found:
        shown = " ".join(formula.split())
        reasons = [f"{fault} (in {shown})" for fault in faults(formula)]
        if not reasons and not judged[format_name, formula]:
            reasons = [REASONS[format_name].format(shown)]
        problems += [Problem(source, line, reason) for reason in reasons]
    return problems


def _judge(format_name: str, keys: list[tuple[str, str]]) -> Judged:
    text = "\n\n".join(f"$${formula}$$" for _, formula in keys)
    answer = run_pandoc(["--from=markdown", f"--to={format_name}", "--mathml"], given=text)
    complaints = {" ".join(formula.split()) for formula in COMPLAINT.findall(answer.complaints)}
    return {key: " ".join(key[1].split()) not in complaints for key in keys}
