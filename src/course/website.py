"""The website: one page a chapter, and beside the pages everything that they need."""

import base64
import posixpath
import subprocess
import sys
from pathlib import Path

from course.addresses import markdown_copy
from course.companions import companions
from course.files import write_whole
from course.pages import write_copies, write_pages
from course.pandoc import ASSETS
from course.project import CourseError, Project

LIBRARY = "library"
FORMULA_FONT = "fonts/stix-two-math.woff2"
# Formulas and printed numbers are noise in a result; code is worth finding.
NOT_SEARCHED = "math, .equation-number, .cell-output-stdout > pre, .cell-output-text > pre"
SOURCES = (".md", ".bib", ".json", ".ipynb")
TEMPLATES = (".html",)


def write_website(project: Project, book: Path, site: Path) -> None:
    """Write the website of the woven book.

    Parameters
    ----------
    project
        The book's settings.
    book
        Folder that holds the woven chapters (`chapters/data.md` beside `chapters/data_files/`), the
        bibliography and the images that the chapters link. It is only read.
    site
        Folder to fill; empty or not yet there.

    Raises
    ------
    CourseError
        If pandoc or pagefind fails, with what it printed.
    """
    update_website(project, book, site)
    index_website(site)


def update_website(project: Project, book: Path, site: Path, *, copies: bool = True) -> list[str]:
    """Bring a website up to date, but for its search index.

    Parameters
    ----------
    project, book, site
        As in `write_website`; the site may be that of an earlier version of the book.
    copies
        Whether to bring the Markdown copies and what else stands beside the pages up to date too.

    Returns
    -------
    list of str
        Names of the files that are new or changed, relative to the site.

    Raises
    ------
    CourseError
        If pandoc fails, with what it printed.
    """
    pages, context = write_pages(project, book)
    files = {address: page["html"].encode() for address, page in pages.items()}
    if copies:
        files |= companions(project, pages, context)
        texts = write_copies(project, book, context)
        files |= {markdown_copy(address): text.encode() for address, text in texts.items()}
    for folder, prefix, left_out in ((book, "", SOURCES), (ASSETS / "website", LIBRARY, TEMPLATES)):
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix not in left_out:
                files[posixpath.join(prefix, path.relative_to(folder).as_posix())] = (
                    path.read_bytes()
                )
    font = base64.b64encode(files[f"{LIBRARY}/{FORMULA_FONT}"])
    script = files[f"{LIBRARY}/formulas.js"]
    files[f"{LIBRARY}/formulas.js"] = script.replace(FORMULA_FONT.encode(), font)
    return [name for name, content in files.items() if _write(site / name, content)]


def _write(path: Path, content: bytes) -> bool:
    """Write a file if it changes; a reader finds the old one or the new one, whole."""
    if path.is_file() and path.read_bytes() == content:
        return False
    write_whole(path, content)
    return True


def index_website(site: Path) -> None:
    """Add full-text search: pagefind reads the pages and writes `pagefind/` beside them.

    Parameters
    ----------
    site
        The folder of the pages.

    Raises
    ------
    CourseError
        If pagefind fails, with what it printed.
    """
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pagefind", "--site", str(site), "--quiet"),
            *("--exclude-selectors", NOT_SEARCHED),
        ],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        raise CourseError(f"pagefind could not index the site: {done.stderr or done.stdout}")
