"""How the book itself is cited: from `CITATION.cff` in the project's folder."""

import re
from pathlib import Path
from typing import Any, NoReturn

from press.book.yaml_lines import read_yaml
from press.errors import PressError

NAME = "CITATION.cff"
PERSON = {
    "family-names": "family",
    "given-names": "given",
    "name-particle": "non-dropping-particle",
    "name-suffix": "suffix",
    "name": "literal",
    "alias": "literal",
}
TEXTS = {"title": "title", "version": "version", "doi": "DOI", "journal": "container-title"}
KINDS = {"article": "article-journal", "book": "book", "dataset": "dataset", "data": "dataset"}
DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def read_citation(root: Path) -> dict[str, Any] | None:
    """Read how the book wants to be cited.

    Parameters
    ----------
    root
        The project's folder.

    Returns
    -------
    dict or None
        An entry of a bibliography, as CSL names its fields; None if there is no such file.

    Raises
    ------
    PressError
        If the file has no title or no authors, or its date is none.

    References
    ----------
    Citation File Format, https://citation-file-format.github.io
    """
    path = root / NAME
    if not path.is_file():
        return None
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PressError("not UTF-8; save the file as UTF-8", path=NAME, line=1) from error
    file, lines, faults = read_yaml(text, NAME, 1)
    if faults:
        line, message = min(faults.values())
        raise PressError(message, path=NAME, line=line)
    preferred = "preferred-citation"
    place = (preferred,) if preferred in file else ()
    values = file.get(preferred, file)

    def fail(name: str, message: str) -> NoReturn:
        raise PressError(message, path=NAME, line=lines.get((*place, name), lines.get(place, 1)))

    if not isinstance(values, dict):
        fail("", f"{preferred} needs settings below it, as `title: …`")
    if not isinstance(values.get("title"), str):
        fail("title", "no title; add `title: …`")
    authors = values.get("authors")
    if not isinstance(authors, list) or not all(_named(each) for each in authors) or not authors:
        fail("authors", "no authors; list each with `family-names` and `given-names`, or `name`")
    entry: dict[str, Any] = {
        "id": "-".join(re.findall(r"\w+", values["title"].partition(":")[0].lower())),
        "type": KINDS.get(str(values.get("type")), "software"),
        "author": [{PERSON[key]: name[key] for key in PERSON if key in name} for name in authors],
    }
    entry |= {csl: str(values[name]) for name, csl in TEXTS.items() if values.get(name)}
    if address := values.get("url") or values.get("repository-code"):
        entry["URL"] = str(address)
    if released := values.get("date-released"):
        if not (day := DATE.fullmatch(str(released))):
            fail("date-released", f"date-released is a day, such as 2026-01-31, not {released}")
        entry["issued"] = {"date-parts": [[int(part) for part in day.groups()]]}
    elif year := values.get("year"):
        entry["issued"] = {"date-parts": [[year]]}
    return entry


def _named(author: Any) -> bool:
    return isinstance(author, dict) and any(author.get(key) for key in PERSON)
