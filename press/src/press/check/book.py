"""Find everything that can be wrong with the book without running a cell."""

from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from press.book.chapter import Document, parse
from press.book.outline import Outline
from press.book.project import Project
from press.book.synonyms import read_synonyms
from press.check import cells, dialect, labels, policy, reserved, style, words
from press.check.bibliography import (
    Bibliographies,
    bad_entries,
    bibliography,
    unknown_citations,
    unused_entries,
)
from press.check.displayed import Names
from press.check.exercises import exercise_problems
from press.check.formulas import Judged, bad_formulas
from press.check.images import image_problems
from press.check.labels import (
    broken_references,
    citations,
    duplicate_labels,
    mentioned,
    unmentioned,
)
from press.check.law import read_law
from press.check.links import dead_links_in_html, dead_links_in_text
from press.check.signs import bad_signs
from press.check.solutions import references_into_solutions
from press.errors import PressError, Problem


class Reading(NamedTuple):
    """A chapter that was read: what cannot be parsed in it, and what breaks its own rules."""

    outline: Outline
    errors: list[Problem]
    problems: list[Problem]


@dataclass
class Memory:
    """What was found in the book's files, to be known at once while they stay the same.

    Of each chapter it holds the last text and what was found in it; of formulas, those in use; of
    signs outside of ASCII, all that were ever met.
    """

    chapters: dict[str, tuple[str, Reading]] = field(default_factory=dict)
    formulas: Judged = field(default_factory=dict)
    signs: dict[str, bool] = field(default_factory=dict)
    bibliographies: Bibliographies = field(default_factory=dict)


def read_book(
    project: Project, memory: Memory | None = None
) -> tuple[list[Document], list[Problem]]:
    """Read every chapter, and find what would be wrong or lost on the pages.

    Parameters
    ----------
    project
        The book.
    memory
        What the last call found; this call puts what it finds in its place.

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
            text = (project.root / chapter.source).read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            unreadable.append(Problem(chapter.source, 1, "not UTF-8; save the file as UTF-8"))
            continue
        known, reading = memory.chapters.get(chapter.source, (None, None))
        if reading is None or known != text:
            reading = _read_chapter(chapter.source, text)
            memory.chapters[chapter.source] = (text, reading)
        readings.append(reading)
    for source in memory.chapters.keys() - {chapter.source for chapter in project.chapters}:
        del memory.chapters[source]
    unreadable += [problem for reading in readings for problem in reading.errors]
    outlines = [reading.outline for reading in readings]
    found: list[Problem] = [each for one in readings for each in one.problems]
    found += [problem for outline in outlines for problem in image_problems(project, outline)]
    found += [problem for outline in outlines for problem in cells.missing_inputs(project, outline)]
    found += [
        problem for outline in outlines for problem in cells.missing_scripts(project, outline)
    ]
    found += duplicate_labels(outlines)
    found += exercise_problems(project, outlines)
    if not unreadable:
        found += broken_references(outlines)
        found += dead_links_in_html(project, outlines)
        found += bad_signs(project, outlines, memory.signs)
    entries, problems = bibliography(project, memory.bibliographies)
    found += problems
    if not problems:
        found += unknown_citations(project, entries, citations(outlines))
    found += bad_entries(entries)
    found += bad_formulas(outlines, memory.formulas)
    found += _synonym_problems(project)
    documents = [outline.document for outline in outlines]
    return documents, _in_order(project, unreadable + found)


def _read_chapter(source: str, text: str) -> Reading:
    errors: list[PressError] = []
    outline = Outline(parse(text, source, errors))
    problems = [
        Problem(source, line, message)
        for rule in (
            *dialect.RULES,
            *labels.RULES,
            *reserved.RULES,
            *cells.RULES,
            policy.blocked_html,
            *([] if errors else [dead_links_in_text]),
        )
        for line, message in rule(outline)
    ]
    return Reading(outline, [Problem(source, e.line or 1, e.reason) for e in errors], problems)


def _synonym_problems(project: Project) -> list[Problem]:
    errors: list[PressError] = []
    read_synonyms(project.root, project.synonyms, errors)
    return [Problem(project.synonyms, error.line or 1, error.reason) for error in errors]


def checked_documents(project: Project, memory: Memory | None = None) -> list[Document]:
    """Read the chapters.

    Parameters
    ----------
    project
        The book.
    memory
        What earlier calls found in chapters.

    Returns
    -------
    list of Document

    Raises
    ------
    PressError
        If anything is wrong with any of them; the message lists all problems.
    """
    documents, problems = read_book(project, memory)
    if problems:
        raise PressError("\n".join(map(str, problems)))
    return documents


def names_of_book(project: Project, documents: list[Document], memory: Memory) -> Names:
    """List what the book's text may refer to.

    Parameters
    ----------
    project
        The book.
    documents
        Its chapters.
    memory
        What `read_book` has just found in them.

    Returns
    -------
    Names
    """
    outlines = [memory.chapters[document.source][1].outline for document in documents]
    entries, _ = bibliography(project, memory.bibliographies)
    return Names(
        {label.name for outline in outlines for label in outline.labels},
        {entry.key for entry in entries},
        memory.formulas,
        memory.signs,
    )


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
        mentions, references into solutions from outside, and entries of the bibliography that the
        text never cites, by chapter and line.
    """
    memory = Memory()
    documents, problems = read_book(project, memory)
    if len(documents) < len(project.chapters):
        return documents, problems
    outlines = [Outline(document) for document in documents]
    law, found = read_law(project.root)
    rules = [*style.RULES, *words.RULES]
    rules += [partial(rule, law=law) for rule in (*style.RULES_OF_LAW, *words.RULES_OF_LAW)]
    found += [
        Problem(outline.document.source, *each)
        for outline in outlines
        for rule in rules
        for each in rule(outline)
    ]
    names = mentioned(outlines)
    found += unmentioned(outlines, names)
    found += references_into_solutions(outlines)
    found += unused_entries(bibliography(project, memory.bibliographies)[0], names)
    return documents, _in_order(project, problems + found)


def _in_order(project: Project, problems: list[Problem]) -> list[Problem]:
    """Each problem once, by the order of the chapters; what concerns no chapter comes first."""
    order = {chapter.source: number for number, chapter in enumerate(project.chapters)}
    return sorted(set(problems), key=lambda p: (order.get(p.source, -1), p))
