"""The book's pages; only those are written anew whose text, or what they say of others, changed.

A chapter is first surveyed: its title, labels, citations. Surveys of all chapters together give the
context in which each page is written: numbers, links, the list of references. A page is kept with a
hash of everything that it was made from.
"""

import contextlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from press.book.project import Chapter, Project
from press.disk.digest import digest, engine_digest
from press.disk.files import write_json
from press.errors import PressError
from press.publish import addresses
from press.publish.convert import convert
from press.publish.notation import mend
from press.run.summary import about_run

Survey = dict[str, Any]
Page = dict[str, str]
NOT_FOUND = Chapter("404.qmd")  # the page for addresses where there is none


def write_pages(project: Project, book: Path) -> tuple[dict[str, Page], dict[str, Any]]:
    """Write every page of the website.

    Parameters
    ----------
    project
        The book's settings.
    book
        Folder of the woven chapters, their images and the bibliography. It is only read.

    Returns
    -------
    pages : dict
        Each page's ``html`` and ``description``, by its address; ``404.html`` is among them.
    context : dict
        What the book is made of: ``order`` (addresses), ``pages`` (title and number of each),
        ``labels``, ``homes`` (label to address), ``cited`` (keys), ``places`` (where each key is
        cited), ``holder`` (address of the list of references) and ``about`` (the site and its run).

    Raises
    ------
    PressError
        If pandoc fails or warns, or a label is used twice.
    """
    engine = _engine(project, book)
    texts = {
        each: digest(engine, (book / each.source).with_suffix(".md").read_bytes())
        for each in project.chapters
    }

    def survey(stale: list[Chapter]) -> dict[str, Survey]:
        return json.loads(convert(project, book, stale, to="survey"))

    surveys = _up_to_date(project, texts, "survey", survey)
    context = book_context(project, surveys)
    keys = {
        each: digest(texts[each], _shown(book, context, surveys[each], each))
        for each in project.chapters
    }

    keys[NOT_FOUND] = digest(engine, _common(context))

    def pages(stale: list[Chapter]) -> dict[str, Page]:
        chapters = [each for each in stale if each != NOT_FOUND] or project.chapters[:1]
        found = json.loads(convert(project, book, chapters, to="website", context=context))
        return {address: page | {"html": mend(page["html"])} for address, page in found.items()}

    written = _up_to_date(project, keys, "page", pages)
    return {chapter.page: page for chapter, page in written.items()}, context


def write_copies(project: Project, book: Path, context: dict[str, Any]) -> dict[str, str]:
    """Write every page as plain Markdown, for programs that read.

    Parameters
    ----------
    project, book
        As in `write_pages`.
    context
        What `write_pages` returned.

    Returns
    -------
    dict
        The Markdown of each page, by the page's address.

    Raises
    ------
    PressError
        If pandoc fails or warns.
    """
    engine = _engine(project, book)
    keys = {
        each: digest(engine, (book / each.source).with_suffix(".md").read_bytes(), context)
        for each in project.chapters
    }

    def copies(stale: list[Chapter]) -> dict[str, str]:
        return json.loads(convert(project, book, stale, to="markdown", context=context))

    written = _up_to_date(project, keys, "copy", copies)
    return {chapter.page: text for chapter, text in written.items()}


def book_context(project: Project, surveys: Mapping[Chapter, Survey]) -> dict[str, Any]:
    """Number the chapters, and gather what their pages need to know of each other.

    Parameters
    ----------
    project
        The book.
    surveys
        What `survey.lua` found in each chapter.

    Returns
    -------
    dict
        The context; see `write_pages`.

    Raises
    ------
    PressError
        If two chapters use the same label.
    """
    pages: dict[str, dict[str, Any]] = {}
    labels: dict[str, dict[str, str]] = {}
    homes: dict[str, str] = {}
    places: dict[str, list[dict[str, str]]] = {}
    number = 0
    for chapter in project.chapters:
        survey, address = surveys[chapter], chapter.page
        number += survey["numbered"]
        own = str(number) if survey["numbered"] else ""
        about = {
            "title": survey.get("title"),
            "plain": survey.get("plain"),
            "number": own or None,
            "part": chapter.part,
            "within": chapter.within,
            "apart": chapter.within is None or None,
            **addresses.page_links(project, chapter),
        }
        pages[address] = {name: value for name, value in about.items() if value is not None}
        for label, target in dict(survey["labels"]).items():
            if label in labels:
                message = f'label "{label}" is used in {homes[label]} too'
                raise PressError(message, path=chapter.source)
            labels[label] = {name: text.replace("#", own) for name, text in target.items()}
            homes[label] = address
        for identifier in survey["identifiers"]:
            homes.setdefault(identifier, address)
        counts: dict[str, int] = {}
        for citation in survey["cited"]:
            key = citation["key"]
            counts[key] = counts.get(key, 0) + 1
            name = citation.get("section", "").replace("#", own) or survey.get("title") or ""
            place = {"id": f"cite-{key}-{counts[key]}", "name": name, "page": address}
            if all((each["name"], each["page"]) != (name, address) for each in places.get(key, [])):
                places.setdefault(key, []).append(place)
    # The list of references stands where its author put it, or at the end of the book.
    lists = [each.page for each in project.chapters if surveys[each]["lists_references"]]
    holder = (lists or [project.chapters[-1].page])[0]
    homes |= {f"ref-{key}": holder for key in places}
    return {
        "order": [chapter.page for chapter in project.chapters],
        "pages": pages,
        "labels": labels,
        "homes": homes,
        "cited": sorted(places),
        "places": places,
        "holder": holder,
        "about": addresses.site_links(project) | about_run(project),
    }


def _shown(book: Path, context: dict[str, Any], survey: Survey, chapter: Chapter) -> list[Any]:
    """Return what of the book a page shows, besides its own text."""
    folder = (book / chapter.source).parent
    images = [book / name[1:] if name[:1] == "/" else folder / name for name in survey["images"]]
    return [
        _common(context),
        [[name, context["labels"].get(name)] for name in survey["referred"]],
        [[name, context["homes"].get(name)] for name in survey["linked"]],
        [digest(path.read_bytes()) for path in images if path.is_file()],
        [context["cited"], context["holder"]] if survey["cited"] else None,
        context["places"] if chapter.page == context["holder"] else None,
    ]


def _common(context: dict[str, Any]) -> list[Any]:
    """Return what every page shows of the book."""
    pages = [[address, context["pages"][address]] for address in context["order"]]
    return [pages, context["about"]]


def _up_to_date(
    project: Project,
    keys: Mapping[Chapter, str],
    kind: str,
    make: Callable[[list[Chapter]], Mapping[str, Any]],
) -> dict[Chapter, Any]:
    """Return what belongs to the keys: what is kept, and the rest made in one go and kept."""
    kept = {each: _kept(_file(project, each, kind), key) for each, key in keys.items()}
    stale = [each for each, value in kept.items() if value is None]
    made = make(stale) if stale else {}
    for each in stale:
        kept[each] = made[each.page]
        entry = {"digest": digest(keys[each], kept[each]), "value": kept[each]}
        write_json(_file(project, each, kind), entry)
    return kept


def _file(project: Project, chapter: Chapter, kind: str) -> Path:
    return project.build / "pages" / chapter.source.replace(".qmd", f".{kind}.json")


def _kept(path: Path, key: str) -> Any:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        entry = json.loads(path.read_text(encoding="utf-8"))
        if entry["digest"] == digest(key, entry["value"]):
            return entry["value"]
    return None


def _engine(project: Project, book: Path) -> str:
    """Hash what every page depends on: the settings, the bibliography, and this package."""
    settings = [project.title, project.subtitle, project.author, project.language]
    bibliography = [digest((book / name).read_bytes()) for name in project.bibliography]
    return digest(settings, project.pdf_name, bibliography, engine_digest())
