"""Find formulas that pandoc cannot read, before anything is run."""

import re
import subprocess

import pypandoc

from course.markdown import CODE_SPAN, MATHS, hide, hide_blocks
from course.page import Page, line_of

COMPLAINT = re.compile(r"Could not convert TeX math (.*?), rendering as TeX", re.DOTALL)


def bad_formulas(pages: list[Page]) -> list[tuple[str, int, str]]:
    """Give every formula of the book to pandoc, and list those that it cannot read.

    Parameters
    ----------
    pages
        The chapters.

    Returns
    -------
    list of tuple
        File, line and message of each.
    """
    found = []
    for page in pages:
        text = CODE_SPAN.sub(hide, hide_blocks(page.document.text))
        for match in MATHS.finditer(text):
            place = (page.document.source, line_of(text, match.start()))
            found.append((match[0].strip("$").strip(), *place))
    if not found:
        return []
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "--from=markdown", "--to=html", "--mathml"],
        input="\n\n".join(f"$${formula}$$" for formula, _, _ in found),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    complaints = {" ".join(formula.split()) for formula in COMPLAINT.findall(done.stderr)}
    return [
        (source, line, f"pandoc cannot read this formula: {formula}")
        for formula, source, line in found
        if " ".join(formula.split()) in complaints
    ]
