"""Find everything that can be wrong with the book without running a cell."""

from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from course import cell_rules, dialect, label_rules, style_law, style_words
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


class Reading(NamedTuple):
    """A chapter that was read: what cannot be parsed in it, and what breaks its own rules."""

    page: Page
    errors: list[Problem]
    problems: list[Problem]


@dataclass
class Memory:
    """What was found in chapters and formulas, to be known at once while they stay the same."""

    chapters: dict[tuple[str, str], Reading] = field(default_factory=dict)
    formulas: dict[str, bool] = field(default_factory=dict)


def read_book(
    project: Project, memory: Memory | None = None
) -> tuple[list[Document], list[Problem]]:
    """Read every chapter, and find what would be wrong or lost on the pages.

    Parameters
    ----------
    project
        The book.
    memory
        What earlier calls found; this call adds to it.

    Returns
    -------
    documents : list of Document
        The chapters that could be read, in order.
    problems : list of Problem
        All problems, by chapter and line. Cross-references are judged only when every chapter
        could be read.
    """
    memory = memory or Memory()
    readings: list[Reading] = []
    unreadable: list[Problem] = []
    for chapter in project.chapters:
        try:
            text = (project.root / chapter.source).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            unreadable.append(Problem(chapter.source, 1, "not UTF-8; save the file as UTF-8"))
            continue
        key = (chapter.source, text)
        if key not in memory.chapters:
            memory.chapters[key] = _read_chapter(*key)
        readings.append(memory.chapters[key])
    unreadable += [problem for reading in readings for problem in reading.errors]
    pages = [reading.page for reading in readings]
    found: list[tuple[str, int, str]] = [each for one in readings for each in one.problems]
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
    found += bad_formulas(pages, memory.formulas)
    documents = [page.document for page in pages]
    return documents, _in_order(project, unreadable + [Problem(*each) for each in found])


def _read_chapter(source: str, text: str) -> Reading:
    errors: list[CourseError] = []
    page = Page(parse(text, source, errors))
    problems = [
        Problem(source, line, message)
        for rule in (*dialect.RULES, *label_rules.RULES, *cell_rules.RULES)
        for line, message in rule(page)
    ]
    return Reading(page, [Problem(source, e.line or 1, e.reason) for e in errors], problems)


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
