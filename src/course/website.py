"""The website: one page a chapter, and beside the pages everything that they need."""

import shutil
import subprocess
import sys
from pathlib import Path

from course.pages import write_pages
from course.pandoc import ASSETS
from course.project import CourseError, Project

LIBRARY = "library"
# Formulas and printed numbers are noise in a result; code is worth finding.
NOT_SEARCHED = "math, .equation-number, .cell-output-stdout > pre, .cell-output-text > pre"
NOT_PUBLISHED = ("*.md", "*.bib", "*.json", "*.ipynb")


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
    pages, _ = write_pages(project, book)
    shutil.copytree(book, site, ignore=shutil.ignore_patterns(*NOT_PUBLISHED), dirs_exist_ok=True)
    shutil.copytree(
        ASSETS / "website", site / LIBRARY, ignore=shutil.ignore_patterns("*.html", "*.lua")
    )
    for address, about in pages.items():
        page = site / address
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(about["html"], encoding="utf-8")
    _index(site)


def _index(site: Path) -> None:
    """Add full-text search: pagefind reads the pages and writes `pagefind/` beside them."""
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
