"""Find links that lead nowhere, without asking the net."""

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from press.book.markdown import (
    ADDRESS,
    AUTOLINK,
    LINK,
    LINK_BY_NAME,
    LINK_DEFINITION,
    TAG,
    TARGET,
    hide,
    line_of,
)
from press.book.outline import Outline
from press.book.project import Project
from press.check.labels import REFERENCE, unseen_outputs
from press.check.rules import Problems
from press.errors import Problem

HTML_LINK = re.compile(r"""\b(?:href|src)\s*=\s*["']([^"']*)["']""")
HTML_ID = re.compile(r"""\bid\s*=\s*["']([^"']*)["']""")
HOST = re.compile(r"localhost|[\w-]+(\.[\w-]+)+")


def dead_links_in_text(outline: Outline) -> Iterator[tuple[int, str]]:
    """Find links of a chapter's Markdown that cannot work.

    Parameters
    ----------
    outline
        The chapter.

    Yields
    ------
    line : int
    message : str
    """
    labels = _labels(outline)
    for text, first in outline.texts:
        for position, message in _in_markdown(text, labels):
            yield first + line_of(text, position) - 1, message


def dead_links_in_html(project: Project, outlines: list[Outline]) -> Problems:
    """Find links of raw HTML, which may lead to other pages, that cannot work.

    Parameters
    ----------
    project
        The book.
    outlines
        Its chapters.

    Yields
    ------
    Problem
    """
    addresses = {chapter.source: chapter.page for chapter in project.chapters}
    identifiers = {
        addresses[outline.document.source]: _identifiers(outline) for outline in outlines
    }
    for outline in outlines:
        source, text = outline.document.source, outline.raw_html
        for link in HTML_LINK.finditer(text):
            if reason := _in_html(link[1], addresses[source], identifiers, project.pdf_name):
                yield Problem(source, line_of(text, link.start()), f"a link to {link[1]}; {reason}")


def malformed(address: str) -> bool:
    """Whether no browser could open a full address.

    Parameters
    ----------
    address
        One that begins with `https://`, `http://` or `mailto:`.

    Returns
    -------
    bool
    """
    if address.startswith("mailto:"):
        return not re.fullmatch(r"mailto:[^@\s]+@[\w-]+(\.[\w-]+)+(\?\S*)?", address)
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return True
    return not HOST.fullmatch(host) or re.search(r"[\s\"\\^`{|}]", address) is not None


def _in_markdown(text: str, page_labels: set[str]) -> Iterator[tuple[int, str]]:
    """Position and message of each bad link in Markdown."""
    defined = {match[1].casefold(): match[2] for match in LINK_DEFINITION.finditer(text)}
    for match in LINK_BY_NAME.finditer(text):
        if (match[2] or match[1]).casefold() not in defined:
            name = match[2] or match[1]
            yield match.start(), f"nothing says where [{name}] leads; add `[{name}]: https://…`"
    for match in (*LINK.finditer(text), *LINK_DEFINITION.finditer(text)):
        if message := _target(match[2], page_labels):
            yield match.start(2), message
    for match in AUTOLINK.finditer(text):
        if malformed(match[1]):
            yield match.start(), f"{match[1]} is not an address; write it in full"
    rest = LINK_DEFINITION.sub(hide, TAG.sub(hide, AUTOLINK.sub(hide, TARGET.sub(hide, text))))
    for match in ADDRESS.finditer(rest):
        address = match[0].rstrip(".,;:!?*_'\"")
        yield match.start(), f"{address} is no link as it stands; write <{address}>"


def _target(target: str, page_labels: set[str]) -> str | None:
    """Say what is wrong with the target of a Markdown link."""
    if re.search(r"\.qmd\b", target):
        return "a link to a .qmd breaks in the PDF; refer to its label, as in @sec-data"
    if re.match(r"https?://|mailto:", target):
        return f"{target} is not an address; write it in full" if malformed(target) else None
    if target.startswith("#") and target[1:] in page_labels:
        return None
    remedy = "refer to a label, as in @sec-data, or give a full https:// address"
    where = ", which is not on this page" if target.startswith("#") else ""
    return f"a link to {target or 'nothing'}{where}; {remedy}"


def _in_html(target: str, here: str, identifiers: dict[str, set[str]], pdf: str) -> str | None:
    """Say what is wrong with a link in raw HTML, which may lead to the site's own files."""
    if re.match(r"https?://|mailto:", target):
        return "this is not an address; write it in full" if malformed(target) else None
    if target.startswith("data:"):
        return None
    path, _, identifier = target.partition("#")
    address = normpath(join(dirname(here), unquote(path))) if path else here
    if address == pdf and not identifier:
        return None
    if address not in identifiers:
        return f"the site has no {address}"
    return None if identifier in identifiers[address] | {""} else f"{address} has no {identifier}"


def _identifiers(outline: Outline) -> set[str]:
    """Whatever a link on the website may lead to."""
    return _labels(outline) | set(HTML_ID.findall(outline.raw_html))


def _labels(outline: Outline) -> set[str]:
    """What a link may lead to in the PDF, too."""
    names = {
        label.name for label in outline.labels if not label.cell or REFERENCE.match(label.name)
    }
    return names - set(unseen_outputs(outline))
