"""Find formulas that pandoc cannot read, before anything is run."""

import re

from press.book.outline import Outline
from press.book.pandoc import run_pandoc
from press.errors import Problem

COMPLAINT = re.compile(r"Could not convert TeX math (.*?), rendering as TeX", re.DOTALL)


def bad_formulas(outlines: list[Outline], judged: dict[str, bool]) -> list[Problem]:
    """Give every formula of the book to pandoc, and list those that it cannot read.

    Parameters
    ----------
    outlines
        The chapters.
    judged
        Formulas that pandoc has seen, and whether it could read them; new ones are added, and those
        that the book no longer has are taken out.

    Returns
    -------
    list of Problem
    """
    found = [
        (formula, outline.document.source, at)
        for outline in outlines
        for formula, at in outline.formulas
    ]
    for formula in judged.keys() - {formula for formula, _, _ in found}:
        del judged[formula]
    new = list(dict.fromkeys(formula for formula, _, _ in found if formula not in judged))
    if new:
        judged |= _judge(new)
    return [
        Problem(source, line, f"pandoc cannot read this formula: {formula}")
        for formula, source, line in found
        if not judged[formula]
    ]


def _judge(formulas: list[str]) -> dict[str, bool]:
    text = "\n\n".join(f"$${formula}$$" for formula in formulas)
    answer = run_pandoc(["--from=markdown", "--to=html", "--mathml"], given=text)
    complaints = {" ".join(formula.split()) for formula in COMPLAINT.findall(answer.complaints)}
    return {formula: " ".join(formula.split()) not in complaints for formula in formulas}
