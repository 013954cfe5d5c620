"""A chapter whose kernel stays after its run, so that an edit runs only the cells from it on."""

import asyncio
import contextlib
import threading
import time
from typing import Any

from nbclient.exceptions import CellTimeoutError

from press.book.chapter import Code, Document, inline_expressions
from press.book.jupyter import cell_options
from press.book.project import Project
from press.errors import PressError
from press.run import inside
from press.run.executed import BlockRun, Executed
from press.run.kernels import Kernels, ask, chapter_kernel, inputs_used, kernel_failures
from press.run.progress import Progress
from press.run.session import executed_now, run_blocks


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
        self._blocks: list[BlockRun] = []
        self._reached = -1
        self.broken = False

    def run(self, document: Document, progress: Progress) -> tuple[Executed, bool]:
        """Run what has changed since the last call, and everything below it.

        Parameters
        ----------
        document
            The chapter as it stands now.
        progress
            Told of each cell.

        Returns
        -------
        executed : Executed
            The chapter that has run.
        fresh : bool
            Whether the run was from the first cell on, in a kernel of its own: fit to be kept.

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

    async def _run(self, document: Document, progress: Progress) -> tuple[Executed, bool]:
        try:
            with kernel_failures(document.source):
                return await self._run_changed(document, progress)
        except PressError as error:
            self.broken = isinstance(error.__cause__, (CellTimeoutError, RuntimeError))
            raise

    async def _run_changed(self, document: Document, progress: Progress) -> tuple[Executed, bool]:
        started = time.time()
        steps = _steps(self._project, document)
        progress.start(document.source, sum(isinstance(each, Code) for each in document.blocks))
        fresh = self._client is None
        if self._client is None:
            kernel = chapter_kernel(self._project, self._source, self._kernels)
            self._client = await self._stack.enter_async_context(kernel)
        first = _first_difference(self._steps, steps)
        del self._blocks[first:]
        if first <= self._reached:
            await ask(self._client, inside.restore_state, first)

        async def before(number: int) -> None:
            self._steps, self._reached = steps[:number], number
            await ask(self._client, inside.keep_state, number)

        await run_blocks(self._client, self._project, document, progress, self._blocks, before)
        self._steps = steps
        used = await inputs_used(self._project, self._client)
        return executed_now(self._project, document, self._blocks, used, started), fresh


def _steps(project: Project, document: Document) -> list[list[object]]:
    """List what each block of a chapter does when it is run."""
    steps: list[list[object]] = []
    for block in document.blocks:
        if isinstance(block, Code):
            options = cell_options(document, block, project.execute)
            steps.append([block.code, options.get("eval"), options.get("error")])
        else:
            steps.append([expression.code for expression in inline_expressions(block.text)])
    return steps


def _first_difference(old: list[list[object]], new: list[list[object]]) -> int:
    pairs = zip(old, new, strict=False)
    differing = (number for number, (one, other) in enumerate(pairs) if one != other)
    return next(differing, min(len(old), len(new)))
