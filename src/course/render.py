"""Make the website and the PDF, or leave the last ones exactly as they are."""

import shutil
from pathlib import Path

from nbformat import NotebookNode

from course.check import Memory, read_book
from course.execute import run_chapters
from course.images import image_path, images
from course.notebook import Document
from course.notebooks import write_notebooks
from course.page import Page
from course.pdf import write_pdf
from course.progress import Progress
from course.project import CourseError, Project
from course.records import collect
from course.site import next_site, only_build, replace_site
from course.summary import run_summary, write_json
from course.weave import weave
from course.website import index_website, update_website, write_website

COLOPHON = "colophon.qmd"


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
    CourseError
        If a chapter cannot be read, run or woven. The site is then as it was before.
    """
    with only_build(project), Progress() as progress:
        documents = checked_documents(project)
        notebooks = run_book(project, documents, jobs, progress)
        collected = collect(notebooks)
        book = project.build / "book"
        weave_book(project, documents, notebooks, book)
        site = next_site(project)
        site.mkdir(parents=True)
        write_website(project, book, site)
        write_notebooks(project, documents, site)
        last_pdf = project.site / project.pdf_name
        if pdf:
            write_pdf(project, book, site / project.pdf_name)
        elif last_pdf.is_file():
            shutil.copyfile(last_pdf, site / project.pdf_name)
        write_json(site / "results.json", collected)
        replace_site(project, site)
    return progress


def render_chapter(project: Project, source: str) -> None:
    """Run one chapter and write its page, and those pages that show something of it.

    The rest of the site stays as the last `render` left it: other chapters, results and PDF.

    Parameters
    ----------
    project
        The book.
    source
        The chapter, as `_quarto.yml` names it.

    Raises
    ------
    CourseError
        If there is no such chapter, if the book has not been rendered yet, or if the chapter
        cannot be read, run or woven. The site is then as it was before.
    """
    if source not in [chapter.source for chapter in project.chapters]:
        names = ", ".join(chapter.source for chapter in project.chapters)
        raise CourseError(f"{source} is no chapter of the book; _quarto.yml has {names}")
    book = project.build / "book"
    with only_build(project), Progress() as progress:
        woven = [(book / each.source).with_suffix(".md") for each in project.chapters]
        if not project.site.is_dir() or not all(path.is_file() for path in woven):
            raise CourseError("render the whole book once before a chapter alone: `course render`")
        documents = [each for each in checked_documents(project) if each.source == source]
        (notebook,) = run_chapters(project, documents, 1, progress)
        weave_chapter(project, documents[0], notebook, book)
        site = next_site(project)
        shutil.copytree(project.site, site)
        update_website(project, book, site)
        write_notebooks(project, documents, site)
        index_website(site)
        replace_site(project, site)


def checked_documents(project: Project, memory: Memory | None = None) -> list[Document]:
    """Read the chapters.

    Parameters
    ----------
    project
        The book.
    memory
        What earlier calls found in chapters.

    Returns
    -------
    list of Document

    Raises
    ------
    CourseError
        If anything is wrong with any of them; the message lists all problems.
    """
    documents, problems = read_book(project, memory)
    if problems:
        raise CourseError("\n".join(map(str, problems)))
    return documents


def run_book(
    project: Project, documents: list[Document], jobs: int, progress: Progress
) -> list[NotebookNode]:
    """Run the chapters; a colophon at the end runs after all others and can read how they ran.

    Parameters
    ----------
    project
        The book.
    documents
        Its chapters.
    jobs
        How many may run at a time.
    progress
        Told what happens.

    Returns
    -------
    list of NotebookNode
        The executed notebooks.
    """
    last = documents[-1:] if Path(documents[-1].source).name == COLOPHON else []
    notebooks = run_chapters(project, documents[: len(documents) - len(last)], jobs, progress)
    write_json(project.build / "run.json", run_summary(project, notebooks))
    return notebooks + run_chapters(project, last, 1, progress)


def weave_book(
    project: Project, documents: list[Document], notebooks: list[NotebookNode], book: Path
) -> None:
    """Fill a fresh folder with the woven chapters, the images they link and the bibliography.

    Parameters
    ----------
    project
        The book.
    documents, notebooks
        Its chapters, as written and executed.
    book
        The folder to fill; what it held is deleted.
    """
    if book.exists():
        shutil.rmtree(book)
    for document, notebook in zip(documents, notebooks, strict=True):
        weave_chapter(project, document, notebook, book)
    for name in project.bibliography:
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(project.root / name, book / name)


def weave_chapter(project: Project, document: Document, notebook: NotebookNode, book: Path) -> None:
    """Write one woven chapter and the images it links.

    Parameters
    ----------
    project
        The book.
    document, notebook
        The chapter, as written and executed.
    book
        Folder of the woven chapters.
    """
    folder = (book / document.source).parent
    folder.mkdir(parents=True, exist_ok=True)
    text = weave(notebook, folder, project.root)
    (book / document.source).with_suffix(".md").write_text(text, encoding="utf-8")
    for image in images(Page(document)):
        path = image_path(project, document.source, image.target).resolve()
        copy = book / path.relative_to(project.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
