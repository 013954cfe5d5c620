"""Rules on code: the options of cells, and inline expressions.

A rule takes a chapter's outline and gives a line and a message for each problem.
"""

import difflib
import re

from press.book.chapter import Code, Prose, inline_expressions
from press.book.markdown import CODE_SPAN, hide_blocks, line_of
from press.book.options import OPTIONS
from press.book.outline import Outline
from press.check.rules import Breaches

SWITCHES = ("echo", "eval", "include", "output", "warning", "error")


def cell_options(outline: Outline) -> Breaches:
    """Cells use the options that both engines know, above their code."""
    for cell in outline.cells:
        for name, line in cell.option_lines.items():
            if name not in OPTIONS:
                near = difflib.get_close_matches(name, OPTIONS, n=1)
                remedy = f"did you mean {near[0]}?" if near else f"use {', '.join(OPTIONS)}"
                yield line, f"unknown option {name}; {remedy}"
        for number, text in enumerate(cell.code.split("\n")):
            if text.startswith("#|"):
                yield cell.code_line + number, "option lines come first in a cell"


def option_values(outline: Outline) -> Breaches:
    """Switches are true or false."""
    for cell in outline.cells:
        for name in SWITCHES:
            if not isinstance(cell.options.get(name, True), bool):
                yield cell.option_lines[name], f"{name} is true or false"
        if cell.options.get("code-fold", True) not in (True, False, "show"):
            yield cell.option_lines["code-fold"], "code-fold is true, false or show"


def captions(outline: Outline) -> Breaches:
    """Figures have a caption and say what one sees; tables have a caption."""
    for cell in outline.cells:
        label = str(cell.options.get("label") or "")
        needed = {"fig-": ("fig-cap", "fig-alt"), "tbl-": ("tbl-cap",)}.get(label[:4], ())
        for name in needed:
            if not cell.options.get(name):
                yield cell.line, f"{label} has no {name}; add `#| {name}: …`"


def inline_syntax(outline: Outline) -> Breaches:
    """Inline expressions are Python expressions."""
    for block in outline.document.blocks:
        if isinstance(block, Prose):
            for expression in inline_expressions(block.text):
                try:
                    compile(expression.code, "inline", "eval")
                except (SyntaxError, ValueError):
                    line = block.line + block.text.count("\n", 0, expression.start)
                    yield line, f"not a Python expression: {expression.code}"


def inline_look_alikes(outline: Outline) -> Breaches:
    """A code span that is nearly an inline expression would be printed as it stands."""
    text = hide_blocks(outline.document.text)
    for span in CODE_SPAN.finditer(text):
        if span[1] == "`" and re.match(r"\{\w+\}(?<!\{python\})|\{python\}\S", span[2]):
            line = line_of(text, span.start())
            yield line, "an inline expression begins with `{python} `, the space included"


def commented_cells(outline: Outline) -> Breaches:
    """A cell inside an HTML comment would run."""
    open_comment = False
    for block in outline.document.blocks:
        if isinstance(block, Code):
            if open_comment:
                yield block.line, "this cell stands in an HTML comment; delete it or the comment"
        else:
            text = re.sub(r"<!--.*?-->", "", block.text, flags=re.DOTALL)
            open_comment = "<!--" in text or (open_comment and "-->" not in text)


RULES = (
    cell_options,
    option_values,
    captions,
    inline_syntax,
    inline_look_alikes,
    commented_cells,
)
