"""The website: one page a chapter, and beside the pages everything that they need."""

import base64
from collections.abc import Container
from concurrent.futures import wait
from functools import partial
from pathlib import Path

from press.book.project import Project
from press.book.site_names import LIBRARY, RESULTS, markdown_copy, notebook_archive
from press.disk.files import write_whole
from press.publish.companions import companion_names, companions
from press.publish.context import Context
from press.publish.downloads import data_files
from press.publish.notebooks import notebook_names, notebooks
from press.publish.package import wheel_of
from press.publish.pages import survey_book, write_copies, write_pages
from press.publish.search_index import INDEX, index_website
from press.run.aside import aside

FORMULA_FONT = "fonts/stix-two-math.woff2"
SITE_ASSETS = Path(__file__).parent / "site"
TEMPLATES = ("page.html", "not-found.js")


def write_website(project: Project, book: Path, site: Path) -> None:
    """Write the website of the woven book.

    Parameters
    ----------
    project
        The book's settings.
    book
        Folder that holds the woven chapters (`chapters/data.md` beside `chapters/data_files/`), the
        bibliography, the images that the chapters link, and nothing else. It is only read.
    site
        Folder to fill, which may hold what `render` puts beside the pages; all else in it goes.

    Raises
    ------
    PressError
        If pandoc fails, with what it printed, or a synonym is one for nothing.
    """
    update_website(project, book, site)
    index_website(project, site)


def update_website(project: Project, book: Path, site: Path, *, copies: bool = True) -> list[str]:
    """Bring a website up to date, but for its search index; what belongs to it no more goes.

    Parameters
    ----------
    project, book, site
        As in `write_website`; the site may be that of an earlier version of the book.
    copies
        Whether to bring the Markdown copies, the notebooks and what else stands beside the pages
        up to date too.

    Returns
    -------
    list of str
        Names of the files that are new or changed, relative to the site. The archive, the PDF and
        the results that stand in it already are left alone.

    Raises
    ------
    PressError
        If pandoc fails, with what it printed.
    """
    context = survey_book(project, book)
    wanted = [_copies, _notebooks] if copies else []
    beside = aside([partial(each, project, book, context) for each in wanted], workers=2)
    try:
        pages = write_pages(project, book)
    except Exception:
        wait(beside)  # nothing of a build goes on when it has ended, but for Ctrl-C
        raise
    files = {address: page.html.encode() for address, page in pages.items()}
    if copies:
        files |= companions(project, pages, context)
    wait(beside)
    for each in beside:
        files |= each.result()
    texts_of_book = [each.source.removesuffix(".qmd") + ".md" for each in project.chapters]
    files |= _files(book, without=(*texts_of_book, *project.bibliography))
    files |= {name: (project.root / name).read_bytes() for name in data_files(project)}
    assets = _files(SITE_ASSETS, without=TEMPLATES)
    files |= {f"{LIBRARY}/{name}": content for name, content in assets.items()}
    font = base64.b64encode(files[f"{LIBRARY}/{FORMULA_FONT}"])
    script = files[f"{LIBRARY}/formulas.js"]
    files[f"{LIBRARY}/formulas.js"] = script.replace(FORMULA_FONT.encode(), font)
    changed = [name for name, content in files.items() if _write(site / name, content)]
    others = {*map(markdown_copy, context.order), *notebook_names(project, context)}
    others |= {*companion_names(project), notebook_archive(project.name), RESULTS, INDEX}
    others |= {project.pdf_name, project.epub_name, context.site.downloads.wheel or ""}
    _remove_others(site, others.union(files))
    return changed


def _copies(project: Project, book: Path, context: Context) -> dict[str, bytes]:
    """Make the copies of pages in Markdown."""
    texts = write_copies(project, book, context)
    return {markdown_copy(address): text.encode() for address, text in texts.items()}


def _notebooks(project: Project, book: Path, context: Context) -> dict[str, bytes]:
    """Make the notebooks, and the package that they install."""
    wheel = wheel_of(project)
    made = notebooks(project, book, context, wheel)
    return made | ({wheel.name: wheel.content} if wheel else {})


def _files(folder: Path, without: Container[str]) -> dict[str, bytes]:
    """Read the files of a folder, by their names in it."""
    names = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: path.read_bytes()
        for name, path in names.items()
        if path.is_file() and name not in without
    }


def _remove_others(site: Path, names: Container[str]) -> None:
    """Delete what is none of the site's files."""
    for path in sorted(site.rglob("*"), reverse=True):  # what a folder holds before the folder
        name = path.relative_to(site).as_posix()
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif name not in names:
            path.unlink()


def _write(path: Path, content: bytes) -> bool:
    """Write a file if it changes; a reader finds the old one or the new one, whole."""
    if path.is_file() and path.read_bytes() == content:
        return False
    write_whole(path, content)
    return True
