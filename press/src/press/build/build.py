"""Make the website and the PDF, or leave the last ones exactly as they are."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import replace
from functools import partial
from pathlib import Path

from press.book.chapter import parse
from press.book.project import NONE, Project
from press.book.site_names import RESULTS
from press.build.swap import next_site, only_build, replace_site
from press.check.book import Memory, checked_documents, names_of_book
from press.check.solutions import refuse_references_into_solutions
from press.disk.epoch import source_date_epoch
from press.disk.files import write_json, write_whole
from press.errors import PressError
from press.publish.downloads import write_archive
from press.publish.epub import write_epub
from press.publish.notebooks import notebooks
from press.publish.package import wheel_of
from press.publish.pages import survey_book
from press.publish.pdf import write_pdf
from press.publish.website import write_website
from press.run.aside import aside
from press.run.forked import Nursery
from press.run.progress import Progress
from press.run.records import collect
from press.run.schedule import run_book
from press.weave.book import Weaving


def render(project: Project, *, jobs: int, pdf: bool = True) -> Progress:
    """Check, run and weave the chapters; write the site; put it in the place of the last one.

    Parameters
    ----------
    project
        The book.
    jobs
        How many chapters may run at a time.
    pdf
        Whether to set the PDF too, and the EPUB if the book has one. A site without them has no
        links to them.

    Returns
    -------
    Progress
        What was run.

    Raises
    ------
    PressError
        If a chapter cannot be read, run or woven. The site is then as it was before. Also if the
        PDF cannot be set; the site is then a new one, without it.
    """
    source_date_epoch()  # a bad one is an error now, not after everything has run
    with only_build(project), Progress() as progress, _nursery(project) as nursery:
        memory = Memory()
        documents = checked_documents(project, memory)
        if project.solutions == NONE:
            refuse_references_into_solutions(documents)
        book = project.build / "book"
        names = partial(names_of_book, project, documents, memory)
        weaving = Weaving(project, book, names)
        chapters = run_book(project, documents, jobs, progress, then=weaving.add, nursery=nursery)
        weaving.finish()
        collected = collect(chapters, solutions=project.solutions != NONE)
        site = next_site(project)
        site.mkdir(parents=True)
        shown = project if pdf else replace(project, pdf_name="", epub_name="")
        beside = _write_documents(project, book, site) if pdf else []
        try:
            write_website(shown, book, site)
        except Exception:
            wait(beside)  # nothing of a build goes on when it has ended, but for Ctrl-C
            raise
        wait(beside)
        failure = next(filter(None, [each.result() for each in beside]), None)
        if failure:
            write_website(replace(project, pdf_name=""), book, site)
        write_archive(project, site)
        write_json(site / RESULTS, collected)
        replace_site(project, site)
    if failure:
        raise PressError(
            f"{failure}\nThe website is written, without a PDF and without links to it."
        )
    return progress


def make_notebooks(project: Project, *, jobs: int, output: Path) -> list[str]:
    """Check, run and weave the chapters; write their notebooks, and what these need.

    Parameters
    ----------
    project
        The book.
    jobs
        How many chapters may run at a time.
    output
        Folder to write to; chapters keep their place in it.

    Returns
    -------
    list of str
        Names of the notebooks, relative to the folder.

    Raises
    ------
    PressError
        If a chapter cannot be read, run or woven, or the book's package not be built.
    """
    with only_build(project), Progress() as progress:
        memory = Memory()
        documents = checked_documents(project, memory)
        book = project.build / "book"
        names = partial(names_of_book, project, documents, memory)
        weaving = Weaving(project, book, names)
        run_book(project, documents, jobs, progress, then=weaving.add)
        weaving.finish()
        wheel = wheel_of(project)
        made = notebooks(project, book, survey_book(project, book), wheel)
        files = made | ({wheel.name: wheel.content} if wheel else {})
        for name, content in files.items():
            write_whole(output / name, content)
    return list(made)


def _nursery(project: Project) -> Nursery:
    """Prepare for kernels; what they import is imported while the chapters are checked.

    But not if they have run before, and need not run again perhaps.
    """
    errors: list[PressError] = []  # which the check tells of
    texts = {
        chapter.source: (project.root / chapter.source).read_text("utf-8", errors="replace")
        for chapter in project.chapters
    }
    nursery = Nursery(project.root, [parse(texts[each], each, errors) for each in texts])
    if not (project.build / "executed").exists():
        nursery.begin()
    return nursery


def _write_documents(project: Project, book: Path, site: Path) -> list[Future[PressError | None]]:
    """Begin to write PDF and EPUB. If the PDF fails, that is said: the website is to be had."""

    def set_pdf() -> PressError | None:
        try:
            write_pdf(project, book, site / project.pdf_name)
        except PressError as error:
            return error
        return None

    tasks: list[Callable[[], PressError | None]] = [set_pdf]
    if project.epub_name:
        tasks.append(partial(write_epub, project, book, site / project.epub_name))
    return aside(tasks, workers=2)
