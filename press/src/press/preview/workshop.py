"""The book as it is being written: what has run, what has to run, and the pages to look at."""

import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator

from rich.console import Console

from press.book.chapter import Document
from press.book.project import Project
from press.check.book import Memory, checked_documents
from press.disk.digest import PACKAGE, engine_digest
from press.errors import PressError
from press.publish.notebooks import write_notebooks
from press.publish.website import index_website, update_website
from press.run import reuse
from press.run.executed import Executed
from press.run.kernels import Kernels
from press.run.live import LiveChapter
from press.run.progress import Progress
from press.run.schedule import run_book
from press.run.session import run_document, runs
from press.weave.book import weave_book, weave_chapter

KERNELS = 2  # chapters whose kernels are kept


class Workshop:
    """An author's working copy of the site, in `_build/preview`; `_site` is left alone.

    Parameters
    ----------
    project
        The book.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._book = project.build / "preview" / "book"
        self.site = project.build / "preview" / "site"
        self._memory = Memory()
        self._documents: dict[str, Document] = {}
        self._notebooks: dict[str, Executed] = {}
        self._kernels = Kernels()
        self._live: dict[str, LiveChapter] = {}
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def open(self, jobs: int) -> None:
        """Write the whole site, from the cache where it still holds.

        Parameters
        ----------
        jobs
            How many chapters may run at a time.

        Raises
        ------
        PressError
            If a chapter cannot be read, run or woven.
        """
        documents = checked_documents(self._project, self._memory)
        with Progress() as progress:
            notebooks = run_book(self._project, documents, jobs, progress)
        weave_book(self._project, notebooks, self._book)
        shutil.rmtree(self.site, ignore_errors=True)
        update_website(self._project, self._book, self.site)
        write_notebooks(self._project, documents, self.site)
        pdf = self._project.site / self._project.pdf_name
        if pdf.is_file():
            shutil.copyfile(pdf, self.site / pdf.name)
        index_website(self.site)
        self._documents = {document.source: document for document in documents}
        self._notebooks = dict(zip(self._documents, notebooks, strict=True))

    def update(self, project: Project, changed: set[str]) -> Iterator[list[str]]:
        """Bring the site up to date, chapter by chapter.

        Parameters
        ----------
        project
            The book as it stands now.
        changed
            Names of the files that changed, relative to the project's folder.

        Yields
        ------
        list of str
            Names of the site's files that have just changed.

        Raises
        ------
        PressError
            If a chapter cannot be read, run or woven; its page is then as it was.
        """
        self._project = project
        if any((project.root / name).is_relative_to(PACKAGE) for name in changed):
            engine_digest.cache_clear()
        # First, for what changed while the checks find a mistake is not told again.
        self._forget(changed)
        documents = checked_documents(project, self._memory)
        for document in documents:
            source = document.source
            if self._documents.get(source) == document and source in self._notebooks:
                continue
            notebook = self._executed(document)
            weave_chapter(project, notebook, self._book)
            write_notebooks(project, [document], self.site)
            self._documents[source], self._notebooks[source] = document, notebook
            yield update_website(project, self._book, self.site, copies=False)
        for name in project.bibliography:
            shutil.copyfile(project.root / name, self._book / name)
        yield update_website(project, self._book, self.site, copies=False)
        index_website(self.site)

    def warm(self, address: str) -> None:
        """Run a chapter in a kernel that stays, so that its next edit is shown soon.

        Parameters
        ----------
        address
            Address of the chapter's page.
        """
        source = address.removesuffix(".html") + ".qmd"
        document = self._documents.get(source)
        if not document or source in self._live or not runs(document):
            return

        def run() -> None:
            with contextlib.suppress(PressError, RuntimeError):
                self._live_chapter(source).run(document, Progress(Console(quiet=True)))

        self._aside(run)

    def close(self) -> None:
        """End every kernel, whatever it is doing."""
        self._kernels.stop()
        for source in list(self._live):
            self._drop(source)
        for thread in self._threads:
            thread.join()

    def _executed(self, document: Document) -> Executed:
        kept = reuse.load(self._project, document)
        if kept:
            return kept
        if not runs(document):
            return run_document(self._project, document, self._kernels, Progress())
        live = self._live_chapter(document.source)
        try:
            executed, fresh = live.run(document, Progress())
        except PressError:
            if live.broken:
                self._drop(document.source)
            raise
        if fresh:
            reuse.store(self._project, executed)
        return executed

    def _live_chapter(self, source: str) -> LiveChapter:
        """Return the chapter's kernel, the last one used; the oldest has to go."""
        with self._lock:
            live = self._live.pop(source, None) or LiveChapter(self._project, source, self._kernels)
            self._live[source] = live
            surplus = list(self._live)[:-KERNELS]
        for old in surplus:
            self._drop(old)
        return live

    def _forget(self, changed: set[str]) -> None:
        """Forget the runs that used files which have changed."""
        for source, notebook in list(self._notebooks.items()):
            if changed.intersection(notebook.inputs):
                del self._notebooks[source]
                self._drop(source)

    def _drop(self, source: str) -> None:
        with self._lock:
            live = self._live.pop(source, None)
        if live:
            self._aside(live.close)  # it may be in the middle of a run

    def _aside(self, work: Callable[[], object]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads = [thread, *(each for each in self._threads if each.is_alive())]
        thread.start()
