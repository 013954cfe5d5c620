"""A chapter whose kernel stays after its run, so that an edit runs only the cells from it on."""

import asyncio
import contextlib
import time
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError

from press.book.chapter import Code, Document, inline_expressions
from press.book.jupyter import cell_options
from press.book.project import Project
from press.errors import PressError
from press.run import inside
from press.run.executed import BlockRun, Executed
from press.run.forked import Nursery
from press.run.inputs import Uses
from press.run.kernels import Kernels, ask, chapter_kernel, kernel_failures, uses_of
from press.run.progress import Progress
from press.run.session import executed_now, run_blocks


class LiveChapter:
    """A chapter and its running kernel, for one author at work.

    The outputs are those of a fresh run, but for what cells change inside the objects of earlier
    cells. So they serve a preview; only those of the first run are fit to be kept. All calls are
    made in one event loop; each waits until the one before it is done.

    Parameters
    ----------
    source
        The chapter.
    nursery
        From what its kernels are forked; without it, each is started by itself.
    """

    def __init__(self, source: str, nursery: Nursery | None = None) -> None:
        self._source = source
        self._turn = asyncio.Lock()
        self._closed = False
        self._kernels = Kernels(nursery)
        self._stack = contextlib.AsyncExitStack()
        self._client: Any = None
        self._figure_format = ""
        self._steps: list[list[object]] = []
        self._blocks: list[BlockRun] = []
        self._reached = -1
        self.used: list[str] = []

    async def run(
        self, project: Project, document: Document, progress: Progress
    ) -> tuple[Executed, bool]:
        """Run what has changed since the last call, and everything below it.

        A kernel that has ended meanwhile, or that was set up for figures of another format, is
        replaced by a new one, which runs the whole chapter. Afterwards `used` lists the
        repository's files that the chapter has used, also if it failed.

        Parameters
        ----------
        project
            The book as it stands now.
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
            If a cell fails, takes too long or ends its kernel. The next call then begins at that
            cell, or in a new kernel if this one is of no more use.
        """
        async with self._turn:
            if self._closed:
                raise RuntimeError(f"{self._source} is closed")
            try:
                with kernel_failures(document.source):
                    return await self._run_changed(project, document, progress)
            except PressError as error:
                if isinstance(error.__cause__, (CellTimeoutError, RuntimeError)):
                    await self._end_kernel()
                else:
                    with contextlib.suppress(CellTimeoutError, RuntimeError):
                        self._note(await uses_of(project, self._client))
                raise

    def interrupt(self) -> None:
        """Interrupt what the kernel does, as Ctrl-C would."""
        self._kernels.interrupt()

    async def close(self) -> None:
        """End the kernel for good, whatever it is doing."""
        self._closed = True
        self._kernels.stop()
        async with self._turn:
            await self._end_kernel()

    async def _run_changed(
        self, project: Project, document: Document, progress: Progress
    ) -> tuple[Executed, bool]:
        started = time.time()
        fresh = await self._ensure_kernel(project)
        steps = _steps(project, document)
        progress.start(document.source, sum(isinstance(each, Code) for each in document.blocks))
        first = _first_difference(self._steps, steps)
        del self._blocks[first:]
        if first <= self._reached:
            try:
                await ask(self._client, inside.restore_state, first)
            except DeadKernelError:  # it was just ending, and nothing of this edit has run
                await self._end_kernel()
                return await self._run_changed(project, document, progress)

        async def before(number: int) -> None:
            self._steps, self._reached = steps[:number], number
            await ask(self._client, inside.keep_state, number)

        await run_blocks(self._client, project, document, progress, self._blocks, before)
        self._steps = steps
        used = await uses_of(project, self._client)
        self._note(used)
        return executed_now(project, document, self._blocks, used, started), fresh

    def _note(self, used: Uses) -> None:
        self.used = [*used.read, *used.seen]

    async def _ensure_kernel(self, project: Project) -> bool:
        """Start a kernel unless there is one that fits; return whether it is a new one."""
        fits = self._client and self._figure_format == project.figure_format
        if fits and await self._client.km.is_alive():
            return False
        await self._end_kernel()
        self._figure_format = project.figure_format
        kernel = chapter_kernel(project, self._source, self._kernels)
        self._client = await self._stack.enter_async_context(kernel)
        return True

    async def _end_kernel(self) -> None:
        self._client, self._reached = None, -1
        self._steps, self._blocks = [], []
        await self._stack.aclose()


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
