"""Run chapters, each in a kernel of its own."""

from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path

from nbformat import NotebookNode

from press.book.chapter import Code, Document
from press.book.jupyter import to_notebook
from press.book.project import Project
from press.disk.files import write_json
from press.run import reuse
from press.run.kernels import Kernels
from press.run.progress import Progress
from press.run.session import run_document
from press.run.summary import run_summary

COLOPHON = "colophon.qmd"


def run_chapters(
    project: Project, documents: Sequence[Document], jobs: int, progress: Progress
) -> list[NotebookNode]:
    """Run chapters in parallel; those whose last run still holds are taken from the cache.

    Parameters
    ----------
    project
        The book.
    documents
        The chapters to run.
    jobs
        How many kernels may run at a time.
    progress
        Told what happens.

    Returns
    -------
    list of NotebookNode
        The executed notebooks, in the order of `documents`.

    Raises
    ------
    PressError
        If a cell fails, takes too long or ends its kernel; the other chapters are then stopped.
    """
    kernels = Kernels()
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        runs = [pool.submit(_chapter, project, each, kernels, progress) for each in documents]
        try:
            done, _ = wait(runs, return_when=FIRST_EXCEPTION)
            _raise_first([run for run in runs if run in done])
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            kernels.stop()
            raise
    return [run.result() for run in runs]


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


def _chapter(
    project: Project, document: Document, kernels: Kernels, progress: Progress
) -> NotebookNode:
    count = sum(isinstance(block, Code) for block in document.blocks)
    progress.start(document.source, count)
    cached = reuse.load(project, document, to_notebook(document, project.execute))
    if cached:
        progress.finish(document.source, None)
        return cached
    notebook, used = run_document(project, document, kernels, progress)
    reuse.store(project, document, notebook, used)
    progress.finish(document.source, notebook.metadata["press"]["seconds"])
    return notebook


def _raise_first(runs: list[Future[NotebookNode]]) -> None:
    for run in runs:
        if error := run.exception():
            raise error
