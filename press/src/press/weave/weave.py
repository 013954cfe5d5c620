"""Weave an executed notebook into Markdown for pandoc: prose, code, and what the code showed."""

from pathlib import Path

import yaml

from press.book.chapter import Code, InlineExpression, Prose, inline_expressions
from press.book.markdown import escape_html
from press.book.outline import Outline
from press.book.project import Project
from press.book.signs import missing_signs, said
from press.check.displayed import Names, displayed_faults
from press.errors import PressError, Problem
from press.run.executed import CellRun, Executed, ProseRun
from press.weave.traces import trace_of_machine
from press.weave.woven import WovenCell

TITLES = ("title", "subtitle", "description")


def weave(project: Project, chapter: Executed, folder: Path, names: Names) -> str:
    """Turn a chapter that has run into Markdown.

    Parameters
    ----------
    project
        The book.
    chapter
        The chapter.
    folder
        Folder that the Markdown will stand in; images go to `<stem>_files/` within it.
    names
        What the Markdown may refer to.

    Returns
    -------
    str
        The chapter's Markdown.

    Raises
    ------
    PressError
        If a cell labelled `fig-` shows no image, or one labelled `tbl-` no Markdown table, if a
        figure has no words for those who do not see it, if a cell prints a warning and its options
        do not say what to do with it, if an output cannot be shown, or not in the PDF, or shows an
        address in memory or a path of this machine, or if it is Markdown with a fault.
    """
    document, outline = chapter.document, Outline(chapter.document)
    titles = {key: document.front[key] for key in TITLES if key in document.front}
    problems: list[Problem] = []
    parts = ["---\n" + yaml.safe_dump(titles, allow_unicode=True) + "---"] if titles else []
    shown: list[tuple[str, int]] = []  # Markdown that code has made, and the code's line
    printed: list[tuple[str, int]] = []  # all that code has made, where the PDF shows it
    for position, (block, run) in enumerate(zip(document.blocks, chapter.blocks, strict=True), 1):
        if isinstance(block, Prose) and isinstance(run, ProseRun):
            parts.append(_prose(block, run, document.source, project.root))
            for span, value in zip(inline_expressions(block.text), run.values, strict=True):
                shown.append((value, _line(block, span)))
        elif isinstance(block, Code) and isinstance(run, CellRun):
            cell = WovenCell(project, outline, block, run, position, folder)
            parts.append(cell.markdown())
            shown += [(each, block.line) for each in cell.displayed]
            if not cell.only_html:
                printed.append((parts[-1], block.line))
    problems += [
        Problem(document.source, line, message)
        for line, message in displayed_faults(project, outline, shown, names)
    ]
    for text, line in [*shown, *printed]:
        for _, sign in missing_signs(text, names.signs):
            message = f"this shows {said(sign)}, which the PDF's fonts do not have"
            problems.append(Problem(document.source, line, message))
    if problems:
        raise PressError("\n".join(map(str, sorted(set(problems)))))
    return "\n\n".join(part for part in parts if part) + "\n"


def _prose(block: Prose, run: ProseRun, source: str, root: Path) -> str:
    """Put the values of inline expressions in their places, last first so that positions hold."""
    text = block.text
    for span, value in reversed(list(zip(inline_expressions(text), run.values, strict=True))):
        if trace := trace_of_machine(value, root):
            raise PressError(f"`{span.code}` {trace}", path=source, line=_line(block, span))
        text = text[: span.start] + escape_html(value) + text[span.end :]
    return text


def _line(block: Prose, span: InlineExpression) -> int:
    return block.line + block.text.count("\n", 0, span.start)
