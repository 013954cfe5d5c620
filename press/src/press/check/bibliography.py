"""Check the bibliography: every citation has an entry, every entry a citation and what it needs."""

import re

from press.book.outline import Outline
from press.book.project import Project
from press.check.entries import FORMATS, Entry, read_entries
from press.check.links import malformed
from press.check.rules import Problems
from press.errors import PressError, Problem

# Kinds of works that people write; for others an organisation may stand in for the author.
WRITTEN = (
    *("article", "book", "mvbook", "inbook", "bookinbook", "incollection", "inproceedings"),
    *("phdthesis", "mastersthesis", "thesis", "article-journal", "chapter", "paper-conference"),
)

Bibliographies = dict[tuple[str, bytes], list[Entry] | Problem]


def bibliography(project: Project, known: Bibliographies) -> tuple[list[Entry], list[Problem]]:
    """Read the book's bibliography.

    Parameters
    ----------
    project
        The book.
    known
        What was read of each file, by its name and contents; this call adds to it.

    Returns
    -------
    entries : list of Entry
    problems : list of Problem
        One for each file that cannot be read.
    """
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, name in enumerate(project.bibliography):
        path = project.root / name
        message = None
        if not path.is_file():
            message = f"bibliography {name} does not exist"
        elif path.suffix not in FORMATS:
            message = f"bibliography {name} is of no kind known here; use {', '.join(FORMATS)}"
        if message:
            line = project.settings.line("bibliography", number)
            problems.append(Problem("_quarto.yml", line, message))
            continue
        version = (name, path.read_bytes())
        if version not in known:
            try:
                known[version] = read_entries(project.root, name)
            except PressError as error:
                known[version] = Problem(name, error.line or 1, error.reason)
        found = known[version]
        if isinstance(found, Problem):
            problems.append(found)
        else:
            entries += found
    return entries, problems


def unknown_citations(
    project: Project, entries: list[Entry], citations: list[tuple[Outline, int, str]]
) -> Problems:
    """`@key` without such an entry."""
    keys = {entry.key for entry in entries}
    known = ", ".join(project.bibliography) or "a bibliography in _quarto.yml"
    for outline, line, key in citations:
        if key not in keys:
            message = f"@{key} is not an entry of {known}; add it, or write \\@ for a plain @"
            yield Problem(outline.document.source, line, message)


def bad_entries(entries: list[Entry]) -> Problems:
    """Entries given twice, or without author, title or year, or with an address that is none."""
    keys: dict[str, Entry] = {}
    works: dict[str, Entry] = {}
    for entry in entries:
        place = entry.source, entry.line
        named = entry.named or (entry.publisher and entry.kind not in WRITTEN)
        needs = {"author or editor": named, "title": entry.title, "year or date": entry.dated}
        for name, there in needs.items():
            if not there:
                yield Problem(*place, f"entry {entry.key} has no {name}; add it")
        if entry.doi and not re.fullmatch(r"10\.\d{4,}/\S+", entry.doi):
            message = f"entry {entry.key}: {entry.doi} is no DOI; write it as 10.1000/182"
            yield Problem(*place, message)
        if entry.url and malformed(entry.url):
            message = f"entry {entry.key}: {entry.url} is not an address; write it in full"
            yield Problem(*place, message)
        first = keys.setdefault(entry.key, entry)
        same = works.setdefault(entry.doi.lower() or entry.key, entry)
        if first is not entry:
            where = f"{first.source}:{first.line}"
            yield Problem(*place, f"entry {entry.key} is there already, at {where}; delete one")
        elif same is not entry and (same.parent or same.key) != (entry.parent or entry.key):
            yield Problem(
                *place, f"entry {entry.key} has the DOI of {same.key}; keep one of the two"
            )


def unused_entries(entries: list[Entry], cited: set[str]) -> Problems:
    """Entries that no chapter cites, and that no entry takes fields from."""
    parents = {entry.parent for entry in entries}
    for entry in entries:
        if entry.key not in cited | parents:
            message = f"entry {entry.key} is cited nowhere; cite it or delete it"
            yield Problem(entry.source, entry.line, message)
