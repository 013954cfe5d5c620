"""Names of the files that the press itself writes: on the site, and in the archive of notebooks."""

from collections.abc import Sequence

from press.book.contents import Chapter

LIBRARY = "library"
RESULTS = "results.json"
LLMS, SITEMAP, ROBOTS = "llms.txt", "sitemap.xml", "robots.txt"
NOT_FOUND = Chapter("404.qmd")  # the page for addresses where there is none
HOW_TO_BEGIN = "README.md"  # at the top of the archive
WORK, SOLVED = "work", "solved"  # the notebooks of a page


def markdown_copy(page: str) -> str:
    """Name the Markdown copy of a page, as https://llmstxt.org proposes."""
    return page + ".md"


def notebook_copy(page: str, kind: str) -> str:
    """Name a notebook of a page: the one to work in, or the solved one."""
    return f"{page.removesuffix('.html')}-{kind}.ipynb"


def notebook_archive(book: str) -> str:
    """Name the archive of all notebooks; `book` is what the book's files are called."""
    return f"{book}-notebooks.zip"


def figure_folder(source: str) -> str:
    """Name the folder of the figures that a chapter's cells draw."""
    return f"{source.removesuffix('.qmd')}_files"


def is_own(name: str, chapters: Sequence[Chapter], book: str) -> bool:
    """Whether a file would take the place of one of the press's own, or lie in a folder of its own.

    Parameters
    ----------
    name
        The file, relative to the project's folder, which is its place on the site too.
    chapters
        The book's chapters.
    book
        What the book's files are called.

    Returns
    -------
    bool
    """
    folders = (LIBRARY, *(figure_folder(chapter.source) for chapter in chapters))
    if name.startswith(tuple(f"{folder}/" for folder in folders)):
        return True
    pages = [chapter.page for chapter in (*chapters, NOT_FOUND)]
    beside = [notebook_copy(page, kind) for page in pages for kind in (WORK, SOLVED)]
    of_book = [f"{book}.pdf", f"{book}.epub", notebook_archive(book)]
    of_site = [RESULTS, LLMS, SITEMAP, ROBOTS, HOW_TO_BEGIN]
    return name in {*pages, *map(markdown_copy, pages), *beside, *of_book, *of_site}
