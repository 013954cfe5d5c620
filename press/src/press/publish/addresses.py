"""Addresses that pages name: their own, that of their source, of their copies, of the site."""

import posixpath
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from press.book.contents import Chapter
from press.book.project import NONE, Project
from press.book.site_names import LIBRARY, SOLVED, WORK, markdown_copy, notebook_copy

CARD = f"{LIBRARY}/card.png"


@dataclass(frozen=True)
class PageLinks:
    """The addresses that a page's head and foot name.

    `source` (the Markdown copy), `work` and `solved` (the notebooks, of a page that has some) are
    relative to the page. `canonical` is known
    where the site's address is, `edit` and `issue` where the repository's is.
    """

    source: str
    work: str | None = None
    solved: str | None = None
    canonical: str | None = None
    edit: str | None = None
    issue: str | None = None


def page_links(project: Project, chapter: Chapter, *, notebooks: bool) -> PageLinks:
    """Give the addresses that a page's head and foot name.

    Parameters
    ----------
    project
        The book.
    chapter
        The page's chapter.
    notebooks
        Whether it has notebooks.

    Returns
    -------
    PageLinks
    """
    name = posixpath.basename(chapter.page)
    canonical = edit = issue = None
    if project.site_url:
        page = "" if chapter.page == "index.html" else quote(chapter.page)
        canonical = f"{project.site_url}/{page}"
    if project.repo_url:
        gitlab = "gitlab" in urlsplit(project.repo_url).netloc
        repository = project.repo_url + ("/-" if gitlab else "")
        edit = f"{repository}/edit/{project.repo_branch}/{quote(chapter.source)}"
        issue = f"{repository}/issues/new?{urlencode({'title': chapter.source})}"
    kinds = notebook_kinds(project) if notebooks else ()
    beside = {kind: quote(notebook_copy(name, kind)) for kind in kinds}
    return PageLinks(
        quote(markdown_copy(name)), beside.get(WORK), beside.get(SOLVED), canonical, edit, issue
    )


def site_folder(project: Project) -> str:
    """Name the folder of the site on its host, with a slash at its end."""
    return urlsplit(project.site_url).path + "/"


def card_address(project: Project) -> str:
    """Name the site's picture; its address is absolute where the site's is known."""
    return f"{project.site_url}/{CARD}" if project.site_url else CARD


def notebook_kinds(project: Project) -> tuple[str, ...]:
    """Say which notebooks a page has that has some; an edition without solutions lacks one."""
    return (WORK,) if project.solutions == NONE else (WORK, SOLVED)
