"""The richest form of an output that a page and the PDF can show."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from press.check.policy import blocked
from press.run.records import RECORD

MARKDOWN, LATEX, HTML, PLAIN = "text/markdown", "text/latex", "text/html", "text/plain"
IMAGES = {"image/svg+xml": ".svg", "image/png": ".png", "image/jpeg": ".jpg"}
SHOWN = (RECORD, MARKDOWN, LATEX, *IMAGES, HTML)
INSTEAD = "show text, Markdown or a picture of it"

# What Python calls an object that has no words for itself: `<IPython.core.display.HTML object>`.
BARE = re.compile(r"<[\w.]+ object(?: at 0x[0-9a-f]+)?>")
# What LaTeX marks as a formula; its other constructs have no place on a page.
FORMULA = re.compile(
    r"\$\$(?P<display>[^$]+)\$\$|\$(?P<text>[^$]+)\$|\\\[(?P<bracket>.+)\\\]"
    r"|\\begin\{(?P<name>equation|align|gather)\*?\}(?P<rows>.+)\\end\{(?P=name)\*?\}",
    re.DOTALL,
)
INNER = {"align": "aligned", "gather": "gathered"}


class Form(NamedTuple):
    """A form of an output: its MIME type, its data, and why it cannot be shown."""

    kind: str
    data: Any
    fault: str = ""


def richest(data: Mapping[str, Any], *, only_html: bool) -> Form:
    """Choose the form of an output that is shown.

    Parameters
    ----------
    data
        Its forms, by MIME type.
    only_html
        Whether the PDF does not show it.

    Returns
    -------
    Form
        Formulas are Markdown.
    """
    forms = {kind: data[kind] for kind in SHOWN if kind in data}
    formula = _formula(str(forms.pop(LATEX, "")))
    if formula and not forms.keys() & {RECORD, MARKDOWN}:
        return Form(MARKDOWN, formula)
    plain = str(data.get(PLAIN, ""))
    if forms:
        kind, content = next(iter(forms.items()))
        fault = _fault_of_html(content, plain, only_html) if kind == HTML else ""
        return Form(kind, content, fault)
    others = [kind for kind in data if kind != PLAIN]
    fault = f"this cell shows {others[0]}, which a page cannot hold; {INSTEAD}" if others else ""
    return Form(PLAIN, plain, fault)


def _formula(latex: str) -> str:
    """Return LaTeX as a formula of the dialect, or nothing if it is none."""
    found = FORMULA.fullmatch(latex.strip())
    if not found:
        return ""
    tex = next(text for name, text in found.groupdict().items() if text and name != "name")
    tex = tex.replace("\\displaystyle", "").strip()
    if inner := INNER.get(found["name"] or ""):
        tex = f"\\begin{{{inner}}}{tex}\\end{{{inner}}}"
    return f"$${tex}$$"


def _fault_of_html(html: str, plain: str, only_html: bool) -> str:
    if found := blocked(html):
        return f"this cell shows HTML with {found[0][1]}"
    if only_html or not BARE.fullmatch(plain):
        return ""
    remedy = 'put the cell inside ::: {.content-visible when-format="html"} with a counterpart'
    return f"this cell shows HTML, for which the PDF has no words; show Markdown, or {remedy}"
