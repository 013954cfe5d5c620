"""The book's pages; only those are written anew whose text, or what they say of others, changed.

A chapter is first surveyed: its title, labels, citations. Surveys of all chapters together give the
context in which each page is written: numbers, links, the list of references. A page is kept with a
digest of everything that it was made from.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from press.book.contents import Chapter
from press.book.project import Project
from press.book.site_names import NOT_FOUND
from press.disk.digest import digest, engine_digest
from press.disk.kept import keep, read_kept
from press.publish.context import Context, as_json, book_context
from press.publish.convert import convert
from press.publish.notation import mend
from press.publish.survey import Survey


@dataclass(frozen=True)
class Page:
    """A page of the website, and what it says in a sentence or two."""

    html: str
    description: str


def write_pages(project: Project, book: Path) -> dict[str, Page]:
    """Write every page of the website.

    Parameters
    ----------
    project
        The book's settings.
    book
        Folder of the woven chapters, their images and the bibliography. It is only read.

    Returns
    -------
    dict
        Each page, by its address; ``404.html`` is among them.

    Raises
    ------
    PressError
        If pandoc fails or warns, or a label is used twice.
    """
    surveys, texts = _surveyed(project, book)
    context = book_context(project, surveys)
    engine = _engine(project, book)
    keys = {
        each: digest(texts[each], _shown(book, context, surveys[each], each))
        for each in project.chapters
    }

    keys[NOT_FOUND] = digest(engine, _common(context))

    def pages(stale: list[Chapter]) -> dict[str, Any]:
        chapters = [each for each in stale if each != NOT_FOUND] or project.chapters[:1]
        found = json.loads(convert(project, book, chapters, to="website", context=context))
        return {address: page | {"html": mend(page["html"])} for address, page in found.items()}

    written = _up_to_date(project, keys, "page", pages)
    return {chapter.page: Page(**page) for chapter, page in written.items()}


def survey_book(project: Project, book: Path) -> Context:
    """Find out what the book is made of, and write nothing.

    Parameters
    ----------
    project, book
        As in `write_pages`.

    Returns
    -------
    Context
    """
    return book_context(project, _surveyed(project, book)[0])


def write_copies(project: Project, book: Path, context: Context) -> dict[str, str]:
    """Write every page as plain Markdown, for programs that read.

    Parameters
    ----------
    project, book
        As in `write_pages`.
    context
        What `survey_book` returned.

    Returns
    -------
    dict
        The Markdown of each page, by the page's address.

    Raises
    ------
    PressError
        If pandoc fails or warns.
    """
    return _whole(project, book, context, "markdown", project.chapters)


def write_cells(project: Project, book: Path, context: Context) -> dict[str, dict[str, Any]]:
    """Write the cells of every page's notebooks, for `notebooks`.

    Parameters
    ----------
    project, book, context
        As in `write_copies`.

    Returns
    -------
    dict
        For each page that has notebooks, the cells of each.

    Raises
    ------
    PressError
        If pandoc fails or warns.
    """
    pages = [each for each in project.chapters if context.pages[each.page].links.work]
    return _whole(project, book, context, "notebook", pages)


def _whole(
    project: Project, book: Path, context: Context, kind: str, chapters: Sequence[Chapter]
) -> dict[str, Any]:
    """Write chapters in a form that depends on all of the book."""
    engine = _engine(project, book)
    keys = {
        each: digest(engine, (book / each.source).with_suffix(".md").read_bytes(), as_json(context))
        for each in chapters
    }

    def make(stale: list[Chapter]) -> dict[str, Any]:
        return json.loads(convert(project, book, stale, to=kind, context=context))

    written = _up_to_date(project, keys, kind, make)
    return {chapter.page: found for chapter, found in written.items()}


def _surveyed(project: Project, book: Path) -> tuple[dict[Chapter, Survey], dict[Chapter, str]]:
    """Survey every chapter; return also the digest of each one's text."""
    engine = _engine(project, book)
    texts = {
        each: digest(engine, (book / each.source).with_suffix(".md").read_bytes())
        for each in project.chapters
    }

    def survey(stale: list[Chapter]) -> dict[str, Any]:
        return json.loads(convert(project, book, stale, to="survey"))

    found = _up_to_date(project, texts, "survey", survey)
    return {chapter: Survey.from_lua(each) for chapter, each in found.items()}, texts


def _shown(book: Path, context: Context, survey: Survey, chapter: Chapter) -> list[Any]:
    """Return what of the book a page shows, besides its own text."""
    folder = (book / chapter.source).parent
    images = [book / name[1:] if name[:1] == "/" else folder / name for name in survey.images]
    listed = context.citing_places if chapter.page == context.references_page else None
    return [
        _common(context),
        [[name, as_json(context.targets.get(name))] for name in survey.references],
        [[name, context.page_of.get(name)] for name in survey.links],
        [digest(path.read_bytes()) for path in images if path.is_file()],
        [context.cited, context.references_page] if survey.citations else None,
        as_json(listed),
    ]


def _common(context: Context) -> list[Any]:
    """Return what every page shows of the book."""
    pages = [[address, as_json(context.pages[address])] for address in context.order]
    return [pages, as_json(context.site)]


def _up_to_date(
    project: Project,
    keys: Mapping[Chapter, str],
    kind: str,
    make: Callable[[list[Chapter]], Mapping[str, Any]],
) -> dict[Chapter, Any]:
    """Return what belongs to the keys: what is kept, and the rest made in one go and kept."""
    found = {each: read_kept(_file(project, each, kind), key) for each, key in keys.items()}
    stale = [each for each, content in found.items() if content is None]
    made = make(stale) if stale else {}
    for each in stale:
        keep(_file(project, each, kind), keys[each], json.dumps(made[each.page]).encode())
    return {
        each: made[each.page] if content is None else json.loads(content)
        for each, content in found.items()
    }


def _file(project: Project, chapter: Chapter, kind: str) -> Path:
    return project.build / "pages" / chapter.source.replace(".qmd", f".{kind}.kept")


def _engine(project: Project, book: Path) -> str:
    """Hash what every page depends on: the settings, the bibliography, and this package."""
    bibliography = [digest((book / name).read_bytes()) for name in project.bibliography]
    return digest(project.words, project.pdf_name, project.epub_name, bibliography, engine_digest())
