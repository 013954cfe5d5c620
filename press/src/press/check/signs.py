"""Signs that a reader of the PDF would not see."""

from press.book.contradictions import NAME
from press.book.markdown import line_of
from press.book.outline import Outline
from press.book.project import Project
from press.book.signs import missing_signs, said
from press.check.rules import Problems
from press.errors import Problem

REMEDY = "the PDF's fonts have no such sign; write a word for it, or show it on the website only"


def bad_signs(project: Project, outlines: list[Outline], judged: dict[str, bool]) -> Problems:
    """Find signs that the PDF's fonts lack, where the PDF shows them.

    Parameters
    ----------
    project
        The book.
    outlines
        Its chapters.
    judged
        Signs that have been tried, and whether some font has them; new ones are added.

    Yields
    ------
    Problem
    """
    words = {"title": project.title, "subtitle": project.subtitle, "author": project.author}
    for key, text in {**words, "page-footer": project.footer}.items():
        for _, sign in missing_signs(text, judged):
            line = project.settings.line("book", key)
            yield Problem(NAME, line, f"{said(sign)}: {REMEDY}")
    for outline in outlines:
        front = outline.document.front
        for _, sign in missing_signs(f"{front.get('title')}{front.get('subtitle')}", judged):
            yield Problem(outline.document.source, 1, f"{said(sign)}: {REMEDY}")
        text = outline.document.text
        for position, sign in missing_signs(text, judged):
            line = line_of(text, position)
            if not outline.inside(line, "html"):
                yield Problem(outline.document.source, line, f"{said(sign)}: {REMEDY}")
