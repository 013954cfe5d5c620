"""Rules on code: cells and inline expressions.

A rule takes a chapter's outline and gives a line and a message for each problem.
"""

import re

from press.book.chapter import Code, Prose, inline_expressions
from press.book.contradictions import NO_FILE
from press.book.markdown import CODE_SPAN, hide_blocks, line_of
from press.book.outline import Outline
from press.book.project import Project
from press.book.scripts import scripts
from press.book.site_names import is_own
from press.check.rules import Breaches, Problems
from press.disk.files import matching
from press.errors import Problem


def late_options(outline: Outline) -> Breaches:
    """Options stand above a cell's code."""
    for cell in outline.cells:
        for number, text in enumerate(cell.code.split("\n")):
            if text.startswith("#|"):
                yield cell.code_line + number, "option lines come first in a cell"


def captions(outline: Outline) -> Breaches:
    """Figures have a caption and say what one sees; tables have a caption."""
    for cell in outline.cells:
        label = str(cell.options.get("label") or "")
        needed = {"fig-": ("fig-cap", "fig-alt"), "tbl-": ("tbl-cap",)}.get(label[:4], ())
        for name in needed:
            if name not in cell.option_lines:
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


def inline_in_options(outline: Outline) -> Breaches:
    """Options are not evaluated."""
    for cell in outline.cells:
        for name, value in cell.options.items():
            if "{python}" in str(value):
                line = cell.option_lines[name]
                yield line, f"{name} is printed as it stands; put what is computed in the text"


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


def missing_inputs(project: Project, outline: Outline) -> Problems:
    """What a chapter says it uses is there."""
    for pattern, line in outline.document.inputs:
        if not matching(project.root, pattern):
            yield Problem(outline.document.source, line, f"{pattern} {NO_FILE}")


def missing_scripts(project: Project, outline: Outline) -> Problems:
    """What plays with a figure is there."""
    for name, line in scripts(outline):
        if not (project.root / name).is_file():
            message = f"script {name} does not exist; its path begins in the project's folder"
            yield Problem(outline.document.source, line, message)
        elif is_own(name, project.chapters, project.name):
            message = f"script {name} lies in a folder that the press fills; move it"
            yield Problem(outline.document.source, line, message)


RULES = (
    late_options,
    captions,
    inline_syntax,
    inline_look_alikes,
    inline_in_options,
    commented_cells,
)
