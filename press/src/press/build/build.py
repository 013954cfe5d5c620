"""Make the website and the PDF, or leave the last ones exactly as they are."""

import shutil

from press.book.project import Project
from press.build.swap import next_site, only_build, replace_site
from press.check.book import Memory, checked_documents, names_of_book
from press.disk.files import write_json
from press.publish.notebooks import write_notebooks
from press.publish.pdf import write_pdf
from press.publish.website import RESULTS, write_website
from press.run.progress import Progress
from press.run.records import collect
from press.run.schedule import run_book
from press.weave.book import weave_book


def render(project: Project, *, jobs: int, pdf: bool = True) -> Progress:
    """Check, run and weave the chapters; write the site; put it in the place of the last one.

    Parameters
    ----------
    project
        The book.
    jobs
        How many chapters may run at a time.
    pdf
        Whether to set the PDF too; else the site keeps the last one.

    Returns
    -------
    Progress
        What was run.

    Raises
    ------
    PressError
        If a chapter cannot be read, run or woven. The site is then as it was before.
    """
    with only_build(project), Progress() as progress:
        memory = Memory()
        documents = checked_documents(project, memory)
        chapters = run_book(project, documents, jobs, progress)
        collected = collect(chapters)
        book = project.build / "book"
        weave_book(project, chapters, book, names_of_book(project, documents, memory))
        site = next_site(project)
        site.mkdir(parents=True)
        write_website(project, book, site)
        write_notebooks(project, documents, site)
        last_pdf = project.site / project.pdf_name
        if pdf:
            write_pdf(project, book, site / project.pdf_name)
        elif last_pdf.is_file():
            shutil.copyfile(last_pdf, site / project.pdf_name)
        write_json(site / RESULTS, collected)
        replace_site(project, site)
    return progress
