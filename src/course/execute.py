"""Run chapters, each in a kernel of its own."""

from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait

from nbformat import NotebookNode

from course import cache
from course.kernels import Kernels
from course.notebook import Code, Document, to_notebook
from course.progress import Progress
from course.project import Project
from course.session import run_document


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
    CourseError
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


def _chapter(
    project: Project, document: Document, kernels: Kernels, progress: Progress
) -> NotebookNode:
    count = sum(isinstance(block, Code) for block in document.blocks)
    progress.start(document.source, count)
    cached = cache.load(project, document, to_notebook(document, project.execute))
    if cached:
        progress.finish(document.source, None)
        return cached
    notebook, used = run_document(project, document, kernels, progress)
    cache.store(project, document, notebook, used)
    progress.finish(document.source, notebook.metadata["course"]["seconds"])
    return notebook


def _raise_first(runs: list[Future[NotebookNode]]) -> None:
    for run in runs:
        if error := run.exception():
            raise error
