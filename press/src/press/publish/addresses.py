"""Addresses that pages name: their own, that of their source, of their copies, of the site."""

import posixpath
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from press.book.contents import Chapter
from press.book.project import Project

CARD = "library/card.png"


@dataclass(frozen=True)
class PageLinks:
    """The addresses that a page's head and foot name.

    `source` (the Markdown copy) and `notebook` are relative to the page. `canonical` is known
    where the site's address is, `edit` and `issue` where the repository's is.
    """

    source: str
    notebook: str
    canonical: str | None = None
    edit: str | None = None
    issue: str | None = None


def page_links(project: Project, chapter: Chapter) -> PageLinks:
    """Give the addresses that a page's head and foot name.

    Parameters
    ----------
    project
        The book.
    chapter
        The page's chapter.

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
    notebook = quote(posixpath.basename(notebook_copy(chapter.page)))
    return PageLinks(quote(markdown_copy(name)), notebook, canonical, edit, issue)


def site_folder(project: Project) -> str:
    """Name the folder of the site on its host, with a slash at its end."""
    return urlsplit(project.site_url).path + "/"


def card_address(project: Project) -> str:
    """Name the site's picture; its address is absolute where the site's is known."""
    return f"{project.site_url}/{CARD}" if project.site_url else CARD


def markdown_copy(page: str) -> str:
    """Name the Markdown copy of a page, as https://llmstxt.org proposes."""
    return page + ".md"


def notebook_copy(page: str) -> str:
    """Name the notebook of a page."""
    return page.removesuffix(".html") + ".ipynb"
