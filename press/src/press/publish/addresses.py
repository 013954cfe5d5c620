"""Addresses that pages name: their own, that of their source, of their copies, of the site."""

import posixpath
from urllib.parse import quote, urlencode, urlsplit

from press.book.project import Chapter, Project

CARD = "library/card.png"


def page_links(project: Project, chapter: Chapter) -> dict[str, str]:
    """Give the addresses that a page's head and foot name.

    Parameters
    ----------
    project
        The book.
    chapter
        The page's chapter.

    Returns
    -------
    dict
        ``source`` (the Markdown copy) and ``notebook``, relative to the page; where the site's
        address is known ``canonical``, and where the repository's is ``edit`` and ``issue``.
    """
    name = posixpath.basename(chapter.page)
    links = {
        "source": quote(markdown_copy(name)),
        "notebook": quote(name.removesuffix(".html") + ".ipynb"),
    }
    if project.site_url:
        page = "" if chapter.page == "index.html" else quote(chapter.page)
        links["canonical"] = f"{project.site_url}/{page}"
    if project.repo_url:
        gitlab = "gitlab" in urlsplit(project.repo_url).netloc
        repository = project.repo_url + ("/-" if gitlab else "")
        links["edit"] = f"{repository}/edit/{project.repo_branch}/{quote(chapter.source)}"
        links["issue"] = f"{repository}/issues/new?{urlencode({'title': chapter.source})}"
    return links


def site_links(project: Project) -> dict[str, str]:
    """Give the site's own addresses.

    Parameters
    ----------
    project
        The book.

    Returns
    -------
    dict
        ``base``, the folder of the site on its host, and ``card``, its picture; the card is
        absolute where the site's address is known.
    """
    base = urlsplit(project.site_url).path + "/"
    return {"base": base, "card": f"{project.site_url}/{CARD}" if project.site_url else CARD}


def markdown_copy(page: str) -> str:
    """Name the Markdown copy of a page, as https://llmstxt.org proposes."""
    return page + ".md"
