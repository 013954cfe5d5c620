"""What the book's pages need to know of each other: numbers, addresses, citations, the site."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from press.book.contents import Chapter
from press.book.project import Project
from press.errors import PressError
from press.publish.addresses import PageLinks, card_address, page_links, site_folder
from press.publish.downloads import Downloads, downloads
from press.publish.survey import Survey, Target
from press.run.about import about_run


@dataclass(frozen=True)
class PageInfo:
    """What other pages show of a page: titles in HTML and as plain text, its number, its part.

    `part` is the title of the part that the page opens, `within` that of the part it is in,
    `minutes` how long a chapter takes to read.
    """

    title: str | None
    plain_title: str | None
    number: str | None
    part: str | None
    within: str | None
    minutes: int | None
    links: PageLinks


@dataclass(frozen=True)
class CitingPlace:
    """Where a work is cited: the page, the identifier on it, and the name of the section."""

    page: str
    identifier: str
    name: str


@dataclass(frozen=True)
class SiteInfo:
    """What every page shows of the site: its folder, its card, its last run, what it offers."""

    folder: str
    card: str
    version: str | None
    date: str | None
    downloads: Downloads


@dataclass(frozen=True)
class Context:
    """What the book is made of; a page is named by its address.

    Parameters
    ----------
    order
        The pages, in order.
    pages
        What others show of each.
    targets
        What the labels name, by label, with their numbers.
    page_of
        The page that an identifier stands on.
    citing_places
        Where each work is cited, by its key.
    references_page
        The page that has the list of references.
    site
        What every page shows.
    """

    order: list[str]
    pages: dict[str, PageInfo]
    targets: dict[str, Target]
    page_of: dict[str, str]
    citing_places: dict[str, list[CitingPlace]]
    references_page: str
    site: SiteInfo

    @property
    def cited(self) -> list[str]:
        """Keys of the works that the book cites."""
        return sorted(self.citing_places)


def book_context(project: Project, surveys: Mapping[Chapter, Survey]) -> Context:
    """Number the chapters, and gather what their pages need to know of each other.

    Parameters
    ----------
    project
        The book.
    surveys
        What each chapter has.

    Returns
    -------
    Context

    Raises
    ------
    PressError
        If two chapters use the same label.
    """
    pages: dict[str, PageInfo] = {}
    targets: dict[str, Target] = {}
    page_of: dict[str, str] = {}
    citing_places: dict[str, list[CitingPlace]] = {}
    number = 0
    for chapter in project.chapters:
        survey, page = surveys[chapter], chapter.page
        number += survey.numbered
        chapter_number = str(number) if survey.numbered else ""
        pages[page] = PageInfo(
            title=survey.title,
            plain_title=survey.plain_title,
            number=chapter_number or None,
            part=chapter.part,
            within=chapter.within,
            minutes=survey.minutes if survey.numbered else None,
            links=page_links(project, chapter, notebooks=survey.runs),
        )
        for label, target in survey.targets.items():
            if label in targets:
                message = f'label "{label}" is used in {page_of[label]} too'
                raise PressError(message, path=chapter.source)
            its_number = target.number and target.number.replace("#", chapter_number)
            targets[label] = Target(target.name, its_number)
            page_of[label] = page
        for identifier in survey.identifiers:
            page_of.setdefault(identifier, page)
        for key, places in _citing_places(survey, page, chapter_number).items():
            citing_places.setdefault(key, []).extend(places)
    # The list of references stands where its author put it, or at the end of the book.
    lists = [each.page for each in project.chapters if surveys[each].lists_references]
    references_page = (lists or [project.chapters[-1].page])[0]
    page_of |= {f"ref-{key}": references_page for key in citing_places}
    run = about_run(project)
    return Context(
        order=[chapter.page for chapter in project.chapters],
        pages=pages,
        targets=targets,
        page_of=page_of,
        citing_places=citing_places,
        references_page=references_page,
        site=SiteInfo(
            folder=site_folder(project),
            card=card_address(project),
            version=run.get("version"),
            date=run.get("date"),
            downloads=downloads(project),
        ),
    )


def _citing_places(survey: Survey, page: str, number: str) -> dict[str, list[CitingPlace]]:
    """Where a chapter cites each work: the first citation of each section."""
    found: dict[str, dict[str, CitingPlace]] = {}
    counts: Counter[str] = Counter()
    for citation in survey.citations:
        key = citation.key
        counts[key] += 1
        name = (citation.section or "").replace("#", number) or survey.title or ""
        place = CitingPlace(page, f"cite-{key}-{counts[key]}", name)
        found.setdefault(key, {}).setdefault(name, place)
    return {key: list(places.values()) for key, places in found.items()}


def as_json(value: Any) -> Any:
    """Turn dataclasses into what JSON can hold; what is None is left out, as Lua has it.

    Parameters
    ----------
    value
        A dataclass, or lists and dictionaries of them.

    Returns
    -------
    Any
    """
    if is_dataclass(value):
        named = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: as_json(each) for name, each in named.items() if each is not None}
    if isinstance(value, dict):
        return {name: as_json(each) for name, each in value.items()}
    return [as_json(each) for each in value] if isinstance(value, list) else value
