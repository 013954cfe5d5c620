"""The kernels that stay: those of the chapters at which the author works, or has just looked."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future, wait
from typing import Any

from rich.console import Console

from press.book.chapter import Document
from press.book.project import Project
from press.run.executed import Executed
from press.run.forked import Nursery
from press.run.live import LiveChapter
from press.run.progress import Progress
from press.run.schedule import PATIENCE, TICK, SupersededError

KERNELS = 2  # chapters whose kernels are kept


class KernelPool:
    """Live chapters, the last few that were used, in one event loop.

    The loop has a thread of its own, which only talks to the kernels; the pool itself belongs to
    one thread, that of its owner.
    """

    def __init__(self) -> None:
        self._chapters: dict[str, LiveChapter] = {}
        self._edited = ""
        self._nursery: Nursery | None = None
        self._work: set[Future[Any]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def expect(self, project: Project, documents: Sequence[Document]) -> None:
        """Have kernels begin with what these chapters import; the first call counts."""
        self._nursery = self._nursery or Nursery(project.root, documents)

    def renew(self) -> None:
        """End every kernel, and forget what was imported: other versions may be installed now."""
        for source in list(self._chapters):
            self.drop(source)
        if self._nursery:
            self._nursery.close()
        self._nursery = None

    def __contains__(self, source: str) -> bool:
        """Tell whether a chapter has a kernel."""
        return source in self._chapters

    def run(
        self, project: Project, document: Document, unwanted: Callable[[list[str]], bool]
    ) -> tuple[Executed, bool]:
        """Run what has changed of a chapter; see `LiveChapter.run`.

        `unwanted` is told from time to time what runs. If it says so, the run is interrupted, and
        a `SupersededError` is raised.
        """
        self._edited = document.source
        live = self._chapter(document.source)
        progress = Progress()
        running = self._submit(live.run(project, document, progress))
        while not wait([running], timeout=TICK).done:
            if unwanted([document.source]):
                live.interrupt()
                if not wait([running], timeout=PATIENCE).done:
                    self.drop(document.source)  # it does not heed the interrupt
                raise SupersededError
        executed, fresh = running.result()
        progress.notice(executed.notices)
        return executed, fresh

    def warm(self, project: Project, document: Document) -> None:
        """Begin to run a chapter that has no kernel yet; do not wait, and be silent."""
        if document.source not in self._chapters:
            quiet = Progress(Console(quiet=True))
            self._submit(self._chapter(document.source).run(project, document, quiet))

    def used(self, source: str) -> list[str]:
        """List the repository's files that the chapter's kernel has used."""
        return self._chapters[source].used if source in self._chapters else []

    def drop(self, source: str) -> None:
        """End a chapter's kernel, if it has one; do not wait."""
        if live := self._chapters.pop(source, None):
            self._submit(live.close())

    def close(self) -> None:
        """End every kernel, whatever it is doing, and wait until they have ended."""
        self.renew()
        wait(list(self._work))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _chapter(self, source: str) -> LiveChapter:
        """Return the chapter's kernel, the last one used; the oldest has to go.

        The chapter that was edited last stays: pages that reload must not push it out.
        """
        live = self._chapters.pop(source, None) or LiveChapter(source, self._nursery)
        self._chapters[source] = live
        others = [each for each in self._chapters if each not in (source, self._edited)]
        for old in others[: max(0, len(self._chapters) - KERNELS)]:
            self.drop(old)
        return live

    def _submit[T](self, work: Coroutine[Any, Any, T]) -> Future[T]:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        self._work.add(future)
        future.add_done_callback(self._work.discard)
        return future
