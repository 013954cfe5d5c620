"""Check the bibliography: every citation has an entry, every entry a citation and what it needs."""

import re
from pathlib import Path
from typing import NamedTuple

from press.book.outline import Outline, line_of
from press.book.project import Project
from press.check.links import malformed
from press.check.rules import Problems
from press.errors import Problem

HEAD = re.compile(r"^[ \t]*@(\w+)\s*\{\s*([^,\s{}]+)\s*(?=,)", re.MULTILINE)
FIELD = re.compile(r",\s*([A-Za-z][\w-]*)\s*=\s*")
NOT_ENTRIES = ("comment", "string", "preamble")
NEEDED = (("author", "editor"), ("title",), ("year", "date"))


class Entry(NamedTuple):
    """An entry of a bibliography: where it stands and what it says."""

    key: str
    source: str
    line: int
    fields: dict[str, str]
    closed: bool


def read_entries(text: str, source: str) -> list[Entry]:
    """Read a BibTeX file as far as the checks need it.

    Parameters
    ----------
    text
        Contents of the file.
    source
        Its name, for messages.

    Returns
    -------
    list of Entry
        In the order of the file; names of fields are in lower case.
    """
    entries = []
    for head in HEAD.finditer(text):
        if head[1].lower() not in NOT_ENTRIES:
            end = _closing_brace(text, head.start(2))
            fields = _fields(text[head.end() : len(text) if end is None else end])
            place = (source, line_of(text, head.start(2)))
            entries.append(Entry(head[2], *place, fields, end is not None))
    return entries


def bibliography(project: Project) -> tuple[list[Entry], list[Problem]]:
    """Read the book's bibliography.

    Parameters
    ----------
    project
        The book.

    Returns
    -------
    entries : list of Entry
    problems : list of Problem
        One for each file that cannot be read.
    """
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, name in enumerate(project.bibliography):
        path = Path(project.root, name)
        if not path.is_file():
            line = project.settings.line("bibliography", number)
            problems.append(Problem("_quarto.yml", line, f"bibliography {name} does not exist"))
            continue
        try:
            entries += read_entries(path.read_text(encoding="utf-8"), name)
        except UnicodeDecodeError:
            problems.append(Problem(name, 1, "not UTF-8; save the file as UTF-8"))
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
        if not entry.closed:
            yield Problem(*place, f"entry {entry.key} is never closed; add the missing brace")
            continue
        missing = [names for names in NEEDED if not any(entry.fields.get(n) for n in names)]
        for names in missing:
            yield Problem(*place, f"entry {entry.key} has no {' or '.join(names)}; add it")
        doi, address = entry.fields.get("doi", ""), entry.fields.get("url", "")
        if doi and not re.fullmatch(r"10\.\d{4,}/\S+", doi):
            yield Problem(*place, f"entry {entry.key}: {doi} is no DOI; write it as 10.1000/182")
        if address and malformed(address):
            yield Problem(
                *place, f"entry {entry.key}: {address} is not an address; write it in full"
            )
        first = keys.setdefault(entry.key, entry)
        same = works.setdefault(doi.lower() or entry.key, entry)
        if first is not entry:
            where = f"{first.source}:{first.line}"
            yield Problem(*place, f"entry {entry.key} is there already, at {where}; delete one")
        elif same is not entry:
            yield Problem(
                *place, f"entry {entry.key} has the DOI of {same.key}; keep one of the two"
            )


def unused_entries(entries: list[Entry], cited: set[str]) -> Problems:
    """Entries that no chapter cites."""
    for entry in entries:
        if entry.key not in cited:
            message = f"entry {entry.key} is cited nowhere; cite it or delete it"
            yield Problem(entry.source, entry.line, message)


def _closing_brace(text: str, start: int) -> int | None:
    """Position of the brace that closes what is open once at `start`."""
    depth = 1
    for brace in re.finditer(r"(?<!\\)[{}]", text[start:]):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return start + brace.start()
    return None


def _fields(body: str) -> dict[str, str]:
    """Names and values of an entry's fields; `body` begins at the comma behind its key."""
    fields, at = {}, 0
    while field := FIELD.match(body, at):
        start = field.end()
        if body[start : start + 1] == "{":
            end = _closing_brace(body, start + 1)
            value = body[start + 1 : end]
            at = len(body) if end is None else end + 1
        else:
            plain = re.compile(r'"((?:[^"{}]|\{[^{}]*\})*)"|([^,\s]*)').match(body, start)
            value = "" if plain is None else plain[1] or plain[2] or ""
            at = start if plain is None else plain.end()
        fields[field[1].lower()] = " ".join(value.split())
        at += len(body[at:]) - len(body[at:].lstrip())
    return fields
