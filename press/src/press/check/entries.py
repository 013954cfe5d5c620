"""Read the bibliographies: pandoc says what stands in them, as for the pages, and a scan where."""

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from press.book.markdown import line_of
from press.book.pandoc import run_pandoc
from press.errors import PressError

REFERENCES = Path(__file__).parent / "references.lua"
FORMATS = (".bib", ".bibtex", ".json", ".yaml", ".yml")
EVERY_ENTRY = '---\nnocite: "@*"\n---\n'
# Where an entry begins: `@book{key,`; or `"id": "key"`, `id: key` in CSL's own formats.
BIBTEX_HEAD = re.compile(r"@(?P<kind>\w+)\s*\{\s*(?P<key>[^,\s{}]+)\s*(?=,)")
CSL_HEAD = re.compile(r"""\bid["']?\s*:\s*["']?(?P<key>[^"',\s}\]]+)""")
PARENT = re.compile(r"\b(?:crossref|xref|xdata)\s*=\s*[\"{]?\s*([^\s\"{},]+)", re.IGNORECASE)
PLACE = re.compile(r"line (\d+),? column (\d+)\)?[:,]?")


@dataclass(frozen=True)
class Entry:
    """An entry of a bibliography: where it stands, and what it says.

    Parameters
    ----------
    key, source, line
        Its name, its file, and where it begins there.
    kind
        What kind of work it is, as the file says: `article`, `online`.
    title, publisher, doi, url
        Empty where there is none. The publisher may be an organisation or an institution.
    named
        Whether it has an author or an editor, or who else stands in for one.
    dated
        Whether it has a date, or says in what state the work is, or when it was looked at.
    parent
        Key of the entry that it takes fields from, or None.
    """

    key: str
    source: str
    line: int
    kind: str
    title: str
    publisher: str
    named: bool
    dated: bool
    doi: str
    url: str
    parent: str | None


class Head(NamedTuple):
    """Where an entry begins, of what kind it is, and which entry it takes fields from."""

    kind: str
    line: int
    parent: str | None
    parent_line: int


def read_entries(root: Path, source: str) -> list[Entry]:
    """Read a bibliography.

    Parameters
    ----------
    root
        The project's folder.
    source
        The file's path in it; of one of the `FORMATS`: BibTeX, or CSL's JSON or YAML.

    Returns
    -------
    list of Entry

    Raises
    ------
    PressError
        If the file cannot be read, or an entry takes fields from one that is not there.
    """
    try:
        text = (root / source).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise PressError("not UTF-8; save the file as UTF-8", path=source, line=1) from error
    heads = _heads(text, BIBTEX_HEAD if Path(source).suffix.startswith(".bib") else CSL_HEAD)
    arguments = ["--from=markdown", f"--bibliography={source}", f"--to={REFERENCES}"]
    answer = run_pandoc(arguments, given=EVERY_ENTRY, folder=root)
    if answer.failed:
        raise _error(text, source, answer.complaints)
    for key, head in ((key, head) for key, found in heads.items() for head in found):
        if head.parent and head.parent not in heads:
            message = f"entry {key} takes fields from {head.parent}, which is no entry; add it"
            raise PressError(message, path=source, line=head.parent_line)
    entries = []
    for work in json.loads(answer.printed):
        found = heads[work["key"]]
        head = found.pop(0) if len(found) > 1 else (found or [Head("", 1, None, 1)])[0]
        work["kind"] = head.kind or work["kind"]
        entries.append(Entry(**work, source=source, line=head.line, parent=head.parent))
    return entries


def _heads(text: str, pattern: re.Pattern[str]) -> defaultdict[str, list[Head]]:
    """Where the entries of each key begin, in order."""
    heads: defaultdict[str, list[Head]] = defaultdict(list)
    found = list(pattern.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    for match, end in zip(found, ends, strict=True):
        parent = PARENT.search(text, match.end(), end)
        heads[match["key"]].append(
            Head(
                match.groupdict().get("kind", "").lower(),
                line_of(text, match.start()),
                parent[1] if parent else None,
                line_of(text, parent.start()) if parent else 1,
            )
        )
    return heads


def _error(text: str, source: str, complaint: str) -> PressError:
    place = PLACE.search(complaint)
    if not place:
        reason = " ".join(complaint.splitlines()[1:]) or complaint
        return PressError(f"pandoc cannot read this: {reason}", path=source, line=1)
    line, column = int(place[1]), int(place[2])
    reason = " ".join(complaint[place.end() :].split())
    lines = text.split("\n")
    at_start = reason == "unexpected '@'" and not lines[line - 1][: column - 1].strip()
    if at_start or "end of input" in reason:
        above = "\n".join([*lines[: line - 1], lines[line - 1][: column - 1]])
        if heads := [*BIBTEX_HEAD.finditer(above)]:
            message = f"entry {heads[-1]['key']} is never closed; add the missing brace"
            return PressError(message, path=source, line=line_of(above, heads[-1].start()))
    return PressError(f"pandoc cannot read this: {reason}", path=source, line=line)
