"""Run chapters, each in a kernel of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from functools import partial

from press.book.chapter import Code, Document
from press.book.project import Project
from press.disk.files import write_json
from press.run import reuse
from press.run.aside import aside
from press.run.executed import Executed
from press.run.forked import Nursery
from press.run.kernels import Kernels
from press.run.progress import Progress
from press.run.session import run_document
from press.run.summary import run_summary

TICK = 0.2  # seconds after which it is asked whether what runs is still wanted
PATIENCE = 1.0  # seconds for chapters to stop whose kernels have been ended


class SupersededError(Exception):
    """What runs is not wanted any more: its author has changed it."""


def run_chapters(
    project: Project,
    documents: Sequence[Document],
    jobs: int,
    progress: Progress,
    unwanted: Callable[[list[str]], bool] = lambda _: False,
    nursery: Nursery | None = None,
    then: Callable[[Executed], None] = lambda _: None,
) -> list[Executed]:
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
    unwanted
        Told from time to time which chapters have not ended yet, and says whether to stop.
    nursery
        From what kernels are forked, if any.
    then
        Given each chapter when it has ended, in a thread of its own.

    Returns
    -------
    list of Executed
        In the order of `documents`.

    Raises
    ------
    PressError
        If a cell fails, takes too long or ends its kernel; the other chapters are then stopped.
    SupersededError
        If they have been stopped because they are not wanted.
    """
    kernels, order = Kernels(nursery), [each.source for each in documents]
    # A long chapter that came last would run alone; how long it takes, its cells let one guess.
    documents = sorted(documents, key=_count, reverse=True)
    tasks = [partial(_chapter, project, each, kernels, progress, then) for each in documents]
    runs = aside(tasks, jobs)
    try:
        waiting = set(runs)
        while waiting:
            done, waiting = wait(runs, timeout=TICK, return_when=FIRST_EXCEPTION)
            _raise_first([run for run in runs if run in done])
            pairs = zip(documents, runs, strict=True)
            if unwanted([document.source for document, run in pairs if run in waiting]):
                raise SupersededError
    except BaseException:
        for run in runs:
            run.cancel()
        kernels.stop()
        wait(runs, timeout=PATIENCE)  # what is left of the kernels is tidied up
        raise
    return sorted((run.result() for run in runs), key=lambda run: order.index(run.document.source))


def run_book(
    project: Project,
    documents: list[Document],
    jobs: int,
    progress: Progress,
    unwanted: Callable[[list[str]], bool] = lambda _: False,
    then: Callable[[Executed], None] = lambda _: None,
    nursery: Nursery | None = None,
) -> list[Executed]:
    """Run the chapters; the one that `_quarto.yml` has run last can read how the others ran.

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
    unwanted, then
        As in `run_chapters`.
    nursery
        From what kernels are forked; it ends then. None is for one that begins now.

    Returns
    -------
    list of Executed
        In the same order.
    """
    last = [each for each in documents if each.source == project.run_last]
    others = [each for each in documents if each.source != project.run_last]
    with nursery or Nursery(project.root, documents) as forks:
        executed = run_chapters(project, others, jobs, progress, unwanted, forks, then)
        write_json(project.build / "run.json", run_summary(project, executed))
        executed += run_chapters(project, last, 1, progress, unwanted, forks, then)
    order = [each.source for each in documents]
    return sorted(executed, key=lambda each: order.index(each.document.source))


def _chapter(
    project: Project,
    document: Document,
    kernels: Kernels,
    progress: Progress,
    then: Callable[[Executed], None],
) -> Executed:
    progress.start(document.source, _count(document))
    executed = reuse.load(project, document)
    if executed:
        progress.finish(document.source, None)
    else:
        executed = run_document(project, document, kernels, progress)
        reuse.store(project, executed)
        progress.finish(document.source, executed.seconds, executed.unseen)
        progress.notice(executed.notices)
    then(executed)
    return executed


def _count(document: Document) -> int:
    """Count a chapter's cells."""
    return sum(isinstance(block, Code) for block in document.blocks)


def _raise_first(runs: list[Future[Executed]]) -> None:
    for run in runs:
        if error := run.exception():
            raise error
