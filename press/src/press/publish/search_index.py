"""The index of the search: a script that a page loads when its reader begins to search.

A page that is opened as a file may load a script, but not read a file. What is found for which
words is decided in `site/finder.js`.
"""

import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from press.book.project import NONE, Project
from press.book.site_names import LIBRARY
from press.book.synonyms import Synonym, read_synonyms
from press.disk.files import write_whole
from press.errors import PressError
from press.publish.page_text import Section, sections

INDEX = f"{LIBRARY}/search-index.js"
COMMENT = "// What the pages say, section by section, and the book's synonyms: for finder.js."


def index_website(project: Project, site: Path) -> None:
    """Write the index of the pages that there are.

    Parameters
    ----------
    project
        The book.
    site
        The folder of its pages.

    Raises
    ------
    PressError
        If the book has other names for a term that it nowhere uses.
    """
    addresses = [chapter.page for chapter in project.chapters]
    pages = {each: site / each for each in addresses if (site / each).is_file()}
    found = {each: sections(path.read_text("utf-8")) for each, path in pages.items()}
    synonyms = _synonyms(project, [each for page in found.values() for each in page])
    title = project.title
    index = {
        "sections": [_entry(page, each, title) for page, of_it in found.items() for each in of_it],
        "synonyms": [[each.term, *each.names] for each in synonyms],
    }
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    write_whole(site / INDEX, f"{COMMENT}\nconst searchIndex = {text}\n".encode())


def _entry(page: str, section: Section, book: str) -> dict[str, object]:
    return {
        "address": page + (f"#{section.anchor}" if section.anchor else ""),
        "above": section.above,
        "title": section.title or book,
        "heading": [section.title] if section.title else [],
        "terms": section.terms,
        "text": section.text,
        "details": section.details,
    }


def _synonyms(project: Project, found: Iterable[Section]) -> list[Synonym]:
    """Read the synonyms; those of what only solutions say are left out with these."""
    texts = [line for each in found for line in (each.title, *each.text, *each.details)]
    book = _plain("\n".join(texts))
    synonyms = read_synonyms(project.root, project.synonyms, [])  # its faults were told before
    strangers = [each for each in synonyms if _plain(each.term) not in book]
    if strangers and project.solutions != NONE:
        message = f"the book nowhere says {strangers[0].term}; write the term as it stands there"
        raise PressError(message, path=project.synonyms, line=strangers[0].line)
    return [each for each in synonyms if each not in strangers]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
