"""Find everything that can be wrong with the book without running a cell."""

from functools import partial
from typing import NamedTuple

from course import cell_rules, dialect, style_law, style_words
from course.bibliography import bad_entries, bibliography, unknown_citations, unused_entries
from course.formulas import bad_formulas
from course.images import image_problems
from course.links import dead_links
from course.notebook import Document, parse
from course.page import Page
from course.project import CourseError, Project
from course.references import (
    broken_references,
    citations,
    duplicate_labels,
    mentioned,
    unmentioned,
)


class Problem(NamedTuple):
    """Something wrong, where it is, and what to do about it."""

    source: str
    line: int
    message: str

    def __str__(self) -> str:
        """As `file:line: message`."""
        return f"{self.source}:{self.line}: {self.message}"


def read_book(project: Project) -> tuple[list[Document], list[Problem]]:
    """Read every chapter, and find what would be wrong or lost on the pages.

    Parameters
    ----------
    project
        The book.

    Returns
    -------
    documents : list of Document
        The chapters that could be read, in order.
    problems : list of Problem
        All problems, by chapter and line. Cross-references are judged only when every chapter
        could be read.
    """
    documents: list[Document] = []
    unreadable: list[Problem] = []
    for chapter in project.chapters:
        try:
            text = (project.root / chapter.source).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            unreadable.append(Problem(chapter.source, 1, "not UTF-8; save the file as UTF-8"))
            continue
        errors: list[CourseError] = []
        documents.append(parse(text, chapter.source, errors))
        unreadable += [Problem(chapter.source, each.line or 1, each.reason) for each in errors]
    pages = [Page(document) for document in documents]
    found = [
        (page.document.source, line, message)
        for page in pages
        for rule in (*dialect.RULES, *cell_rules.RULES)
        for line, message in rule(page)
    ]
    found += [problem for page in pages for problem in image_problems(project, page)]
    found += duplicate_labels(pages)
    if not unreadable:
        found += broken_references(pages)
        found += dead_links(project, pages)
    entries, problems = bibliography(project)
    found += problems
    if not problems:
        found += unknown_citations(project, entries, citations(pages))
    found += bad_entries(entries)
    found += bad_formulas(pages)
    return documents, _in_order(project, unreadable + [Problem(*each) for each in found])


def check_book(project: Project) -> tuple[list[Document], list[Problem]]:
    """Read every chapter, and find also what could be published but should not be.

    Parameters
    ----------
    project
        The book.

    Returns
    -------
    documents : list of Document
        The chapters that could be read, in order.
    problems : list of Problem
        Those of `read_book`, breaches of the style law, figures and tables that the text never
        mentions, and entries of the bibliography that it never cites, by chapter and line.
    """
    documents, problems = read_book(project)
    if len(documents) < len(project.chapters):
        return documents, problems
    pages = [Page(document) for document in documents]
    words, found = style_words.read_words(project.root)
    rules = (*style_law.RULES, *style_words.RULES, partial(style_words.other_words, words=words))
    found += [
        (page.document.source, *each) for page in pages for rule in rules for each in rule(page)
    ]
    names = mentioned(pages)
    found += unmentioned(pages, names)
    found += unused_entries(bibliography(project)[0], names)
    return documents, _in_order(project, problems + [Problem(*each) for each in found])


def _in_order(project: Project, problems: list[Problem]) -> list[Problem]:
    """Each problem once, by the order of the chapters; what concerns no chapter comes first."""
    order = {chapter.source: number for number, chapter in enumerate(project.chapters)}
    return sorted(set(problems), key=lambda p: (order.get(p.source, -1), p))
