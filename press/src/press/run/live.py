"""A chapter whose kernel stays after its run, so that an edit runs only the cells from it on."""

import asyncio
import contextlib
import threading
import time
from typing import Any

from nbclient.exceptions import CellTimeoutError
from nbformat import NotebookNode

from press.book.chapter import Document, inline_expressions
from press.book.jupyter import to_notebook
from press.book.project import Project
from press.errors import PressError
from press.run.kernels import Kernels, ask, chapter_kernel, files_used, kernel_failures
from press.run.progress import Progress
from press.run.session import note_run, run_blocks


class LiveChapter:
    """A chapter and its running kernel, for one author at work.

    The outputs are those of a fresh run, but for what cells change inside the objects of earlier
    cells. So they serve a preview; only those of the first run are fit to be kept.
    """

    def __init__(self, project: Project, source: str, kernels: Kernels) -> None:
        self._project = project
        self._source = source
        self._kernels = kernels
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._stack = contextlib.AsyncExitStack()
        self._client: Any = None
        self._steps: list[list[object]] = []
        self._notebook: NotebookNode | None = None
        self._reached = -1
        self.broken = False
        self.used: dict[str, str | None] = {}

    def run(
        self, document: Document, progress: Progress
    ) -> tuple[NotebookNode, dict[str, str | None] | None]:
        """Run what has changed since the last call, and everything below it.

        Parameters
        ----------
        document
            The chapter as it stands now.
        progress
            Told of each cell.

        Returns
        -------
        notebook : NotebookNode
            The executed notebook.
        used : dict or None
            After a run from the first cell on, the repository's files that it used, with their
            hashes; else None.

        Raises
        ------
        PressError
            If a cell fails, takes too long or ends its kernel. After a failure the next call begins
            at that cell; otherwise `broken` is true and the kernel is of no more use.
        """
        with self._lock:
            work = asyncio.run_coroutine_threadsafe(self._run(document, progress), self._loop)
            return work.result()

    def close(self) -> None:
        """End the kernel."""
        with self._lock:
            asyncio.run_coroutine_threadsafe(self._stack.aclose(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    async def _run(
        self, document: Document, progress: Progress
    ) -> tuple[NotebookNode, dict[str, str | None] | None]:
        try:
            with kernel_failures(document.source):
                return await self._run_changed(document, progress)
        except PressError as error:
            self.broken = isinstance(error.__cause__, (CellTimeoutError, RuntimeError))
            raise

    async def _run_changed(
        self, document: Document, progress: Progress
    ) -> tuple[NotebookNode, dict[str, str | None] | None]:
        started = time.time()
        notebook = to_notebook(document, self._project.execute)
        steps = _steps(notebook)
        progress.start(document.source, sum(cell.cell_type == "code" for cell in notebook.cells))
        fresh = self._client is None
        if self._client is None:
            kernel = chapter_kernel(self._project, self._source, self._kernels)
            self._client = await self._stack.enter_async_context(kernel)
        first = _first_difference(self._steps, steps)
        for old, new in zip(
            (self._notebook or notebook).cells[:first], notebook.cells, strict=False
        ):
            _take_outputs(old, new)
        if first <= self._reached:
            await ask(self._client, f"restore_state({first})")
        self._notebook = notebook

        async def before(number: int) -> None:
            self._steps, self._reached = steps[:number], number
            await ask(self._client, f"keep_state({number})")

        await run_blocks(self._client, document, notebook, progress, before, first)
        self._steps = steps
        self.used = note_run(
            self._project, notebook, await files_used(self._project, self._client), started
        )
        return notebook, self.used if fresh else None


def _steps(notebook: NotebookNode) -> list[list[object]]:
    """List what each cell of a notebook does when it is run."""
    return [
        [cell.source, cell.metadata["press"]["options"].get("eval"), cell.metadata["tags"]]
        if cell.cell_type == "code"
        else [expression.code for expression in inline_expressions(cell.source)]
        for cell in notebook.cells
    ]


def _first_difference(old: list[list[object]], new: list[list[object]]) -> int:
    pairs = zip(old, new, strict=False)
    differing = (number for number, (one, other) in enumerate(pairs) if one != other)
    return next(differing, min(len(old), len(new)))


def _take_outputs(old: NotebookNode, new: NotebookNode) -> None:
    if old.cell_type == "code":
        new.outputs, new.execution_count = old.outputs, old.execution_count
        new.metadata["press"]["seconds"] = old.metadata["press"]["seconds"]
    else:
        new.metadata["press"]["inline"] = old.metadata["press"]["inline"]
