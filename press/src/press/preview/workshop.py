"""The book as it is being written: what has run, what has to run, and the pages to look at."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from press.book.chapter import Document
from press.book.contents import Chapter
from press.book.project import Project, read_project
from press.check.book import Memory, checked_documents, names_of_book, read_book
from press.check.displayed import Names
from press.disk.digest import PACKAGE, engine_digest
from press.errors import PressError
from press.preview.attempt import Attempt, done, failed
from press.preview.pool import KernelPool
from press.publish.downloads import write_archive
from press.publish.search_index import index_website
from press.publish.website import update_website
from press.run import reuse
from press.run.executed import Executed, runs, without_run
from press.run.progress import Progress
from press.run.schedule import SupersededError, run_book
from press.weave.book import tidy_book, weave_book, weave_chapter

SETTINGS = "_quarto.yml"
WEBSITE = "the website"  # stands for a file where an error is of no single one


class Workshop:
    """An author's working copy of the site, in `_build/preview`; `_site` is left alone.

    It has no PDF and no EPUB, which would be old ones. It belongs to one thread.

    Parameters
    ----------
    project
        The book.
    pending
        Names the files that have changed since they were asked for last; it does not take them.
    """

    def __init__(self, project: Project, pending: Callable[[], set[str]] = set) -> None:
        self._project = project
        self._pending = pending
        self._book = project.build / "preview" / "book"
        self.site = project.build / "preview" / "site"
        self._memory = Memory()
        self._names = Names(set(), set())
        self._attempts: dict[str, Attempt] = {}
        self._problems: dict[str, str] = {}
        self._website_error: dict[str, str] = {}
        self._pool = KernelPool()

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong now, by the file that has to be mended, in the order of the book."""
        wrong = {source: each.error for source, each in self._attempts.items() if each.error}
        found = self._website_error | wrong | self._problems
        order = [chapter.source for chapter in self._project.chapters] + [WEBSITE]
        return dict(sorted(found.items(), key=lambda e: order.index(e[0]) if e[0] in order else -1))

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
        SupersededError
            If a chapter was changed while it ran.
        """
        self._attempts.clear()
        documents = checked_documents(self._project, self._memory)
        self._pool.expect(self._project, documents)
        with Progress() as progress:
            chapters = run_book(self._project, documents, jobs, progress, self._changed)
        self._names = names_of_book(self._project, documents, self._memory)
        weave_book(self._project, chapters, self._book, self._names)
        shutil.rmtree(self.site, ignore_errors=True)
        update_website(_shown(self._project, self._project.chapters), self._book, self.site)
        write_archive(self._project, self.site)
        index_website(self._project, self.site)
        for chapter in chapters:
            self._attempts[chapter.document.source] = done(self._project, chapter)

    def update(self, changed: set[str]) -> Iterator[list[str]]:
        """Bring the site up to date, chapter by chapter; `errors` then says what is wrong.

        A chapter with an error keeps its page as it was, and the others go on. What has changed
        comes first; a newer change interrupts what runs, and the next update goes on with it.

        Parameters
        ----------
        changed
            Names of the files that changed, relative to the project's folder.

        Yields
        ------
        list of str
            Names of the site's files that have just changed.
        """
        if any((self._project.root / name).is_relative_to(PACKAGE) for name in changed):
            engine_digest.cache_clear()
        # First, for what changed while the checks find a mistake is not told again.
        self._note_changes(changed)
        before, documents = self._names, self._read()
        self._pool.expect(self._project, documents)
        for document in sorted(documents, key=lambda each: each.source not in changed):
            last = self._attempts.get(document.source)
            # What code shows may refer to a label or an entry that was not there before.
            wanted = last and last.error and self._names != before
            if not last or wanted or not last.holds(self._project, document):
                try:
                    self._attempts[document.source] = self._attempt(document)
                except SupersededError:
                    self._attempts.pop(document.source, None)
                    return
                yield self._publish()
        yield self._publish()
        # What is beside the pages comes last. It includes pictures, and those that are there
        # before the pages are written would not be among the files that change.
        if self._pending():  # the next update, which begins now, ends with this too
            return
        self._publish(copies=True)
        if self._pending():
            return
        with self._noting_website_error():
            write_archive(self._project, self.site)
            index_website(self._project, self.site)
        yield []

    def warm(self, page: str) -> None:
        """Run a chapter in a kernel that stays, so that its next edit is shown soon.

        Parameters
        ----------
        page
            Name of the chapter's page.
        """
        attempt = self._attempts.get(page.removesuffix(".html") + ".qmd")
        if attempt and attempt.document and runs(attempt.document):
            self._pool.warm(self._project, attempt.document)

    def close(self) -> None:
        """End every kernel, whatever it is doing."""
        self._pool.close()

    @property
    def pages(self) -> list[str]:
        """Names of the pages, in the order of the book."""
        return [chapter.page for chapter in self._project.chapters]

    def whole(self) -> bool:
        """Whether the working copy is still there."""
        return (self.site / "index.html").is_file()

    def _changed(self, running: list[str]) -> bool:
        """Whether a chapter that runs, or a file that it used, has been changed meanwhile."""
        changed = self._pending()
        known = [self._attempts[source] for source in running if source in self._attempts]
        return bool(changed.intersection(running)) or any(each.uses_any(changed) for each in known)

    def _overtaken(self, running: list[str]) -> bool:
        """Whether anything has been changed that can be shown sooner than what runs."""
        sources = [chapter.source for chapter in self._project.chapters]
        return SETTINGS in self._pending() or self._changed([*running, *sources])

    def _note_changes(self, changed: set[str]) -> None:
        """Note which chapters used files that have changed; their kernels may hold the old ones."""
        outdated = [name for name, each in self._attempts.items() if each.uses_any(changed)]
        for source in outdated:
            self._attempts[source] = self._attempts[source].outdated()
            self._pool.drop(source)
        if outdated and len(outdated) == len(self._attempts):  # a lock, perhaps
            self._pool.renew()

    def _read(self) -> list[Document]:
        """Read the book; return the chapters with which nothing is wrong."""
        root, settings = self._project.root, {}
        try:
            self._project = read_project(root)
        except PressError as error:
            settings = {SETTINGS: str(error)}  # the book goes on as it was set before
        listed = {chapter.source for chapter in self._project.chapters}
        for source in self._attempts.keys() - listed:
            del self._attempts[source]
            self._pool.drop(source)
        try:
            documents, problems = read_book(self._project, self._memory)
        except OSError as error:  # a file is gone, perhaps for a moment
            name = str(error.filename).removeprefix(f"{root}/")
            self._problems |= settings or {name: f"{name}: {error.strerror}"}
            return []
        self._names = names_of_book(self._project, documents, self._memory)
        found: dict[str, list[str]] = {}
        for problem in problems:
            found.setdefault(problem.source, []).append(str(problem))
        self._problems = settings | {source: "\n".join(lines) for source, lines in found.items()}
        return [document for document in documents if document.source not in found]

    def _attempt(self, document: Document) -> Attempt:
        """Run and weave a chapter; what goes wrong is its error until one of its files changes."""
        try:
            chapter = self._executed(document)
            weave_chapter(self._project, chapter, self._book, self._names)
        except (PressError, OSError) as error:
            return failed(self._project, document, self._pool.used(document.source), error)
        return done(self._project, chapter)

    def _executed(self, document: Document) -> Executed:
        if kept := reuse.load(self._project, document):
            return kept
        if not runs(document):
            return without_run(document)
        executed, fresh = self._pool.run(self._project, document, self._overtaken)
        if fresh:
            reuse.store(self._project, executed)
        return executed

    def _publish(self, *, copies: bool = False) -> list[str]:
        """Write the pages anew that have changed; return the names of the files that did."""
        project = self._project
        # A new chapter with a mistake in it has nothing to show yet.
        woven = [
            c for c in project.chapters if (self._book / c.source).with_suffix(".md").is_file()
        ]
        self._website_error = {}
        with self._noting_website_error():
            for name in project.bibliography:
                if name not in self._problems:
                    (self._book / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(project.root / name, self._book / name)
            shown = _shown(project, tuple(woven))
            if copies:  # what nobody links does no harm meanwhile
                tidy_book(shown, self._book)
            return update_website(shown, self._book, self.site, copies=copies)
        return []

    @contextmanager
    def _noting_website_error(self) -> Iterator[None]:
        try:
            yield
        except (PressError, OSError) as error:
            self._website_error = {WEBSITE: str(error)}


def _shown(project: Project, chapters: tuple[Chapter, ...]) -> Project:
    """Return the book as a preview has it, at the start and after an edit."""
    return replace(project, chapters=chapters, pdf_name="", epub_name="")
