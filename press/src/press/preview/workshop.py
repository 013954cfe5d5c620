"""The book as it is being written: what has run, what has to run, and the pages to look at."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from nbformat import NotebookNode

from press.book.chapter import Code, Document, inline_expressions
from press.book.images import image_path, images
from press.book.jupyter import to_notebook
from press.book.outline import Outline
from press.book.project import Project, read_project
from press.check.book import Memory, checked_documents, read_book
from press.disk.digest import PACKAGE, engine_digest
from press.errors import PressError
from press.preview.pool import KernelPool
from press.publish.notebooks import write_notebooks
from press.publish.website import index_website, update_website
from press.run import reuse
from press.run.progress import Progress
from press.run.schedule import run_book
from press.weave.book import weave_book, weave_chapter

SETTINGS, LOCK = "_quarto.yml", "requirements.lock"
WEBSITE = "the website"  # stands for a file where an error is of no single one


@dataclass(frozen=True)
class Attempt:
    """What became of a chapter: as it was written and set, what it used, and what went wrong."""

    document: Document | None  # None once something that it used has changed
    settings: Any
    uses: frozenset[str]
    error: str = ""


class Workshop:
    """An author's working copy of the site, in `_build/preview`; `_site` is left alone.

    It belongs to one thread.

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
        self._attempts: dict[str, Attempt] = {}
        self._problems: dict[str, str] = {}
        self._website_error: dict[str, str] = {}
        self._pool = KernelPool()

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong now, by the file that has to be mended, in the order of the book."""
        failed = {source: each.error for source, each in self._attempts.items() if each.error}
        found = self._website_error | failed | self._problems
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
        """
        documents = checked_documents(self._project, self._memory)
        with Progress() as progress:
            notebooks = run_book(self._project, documents, jobs, progress)
        weave_book(self._project, documents, notebooks, self._book)
        shutil.rmtree(self.site, ignore_errors=True)
        update_website(self._project, self._book, self.site)
        write_notebooks(self._project, documents, self.site)
        pdf = self._project.site / self._project.pdf_name
        if pdf.is_file():
            shutil.copyfile(pdf, self.site / pdf.name)
        index_website(self.site)
        for document, notebook in zip(documents, notebooks, strict=True):
            self._attempts[document.source] = self._done(document, notebook)

    def update(self, changed: set[str]) -> Iterator[list[str]]:
        """Bring the site up to date, chapter by chapter; `errors` then says what is wrong.

        A chapter with an error keeps its page as it was, and the others go on.

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
        documents = self._read()
        for name in self._project.bibliography:
            if documents and name not in self._problems:
                (self._book / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self._project.root / name, self._book / name)
        for document in documents:
            if self._is_new(document):
                self._attempts[document.source] = self._attempt(document)
                yield self._publish()
        yield self._publish(index=True)

    def warm(self, page: str) -> None:
        """Run a chapter in a kernel that stays, so that its next edit is shown soon.

        Parameters
        ----------
        page
            Name of the chapter's page.
        """
        attempt = self._attempts.get(page.removesuffix(".html") + ".qmd")
        if attempt and attempt.document and _runs(attempt.document):
            self._pool.warm(self._project, attempt.document)

    def close(self) -> None:
        """End every kernel, whatever it is doing."""
        self._pool.close()

    def _note_changes(self, changed: set[str]) -> None:
        """Note which chapters used files that have changed; their kernels may hold the old ones."""
        for source, attempt in self._attempts.items():
            # What a failed chapter lacks may be a module that was not there to be used.
            wanted = attempt.error and any(name.endswith(".py") for name in changed)
            used = attempt.uses & (changed | {_folder(name) for name in changed})
            if used or wanted:
                self._attempts[source] = replace(attempt, document=None)
                self._pool.drop(source)

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
            self._problems |= settings or {
                str(error.filename): f"{error.filename}: {error.strerror}"
            }
            return []
        found: dict[str, list[str]] = {}
        for problem in problems:
            found.setdefault(problem.source, []).append(str(problem))
        self._problems = settings | {source: "\n".join(lines) for source, lines in found.items()}
        return [document for document in documents if document.source not in found]

    def _is_new(self, document: Document) -> bool:
        last = self._attempts.get(document.source)
        return not last or (last.document, last.settings) != (document, self._settings)

    @property
    def _settings(self) -> Any:
        return self._project.execute, self._project.figure_format

    def _attempt(self, document: Document) -> Attempt:
        """Run and weave a chapter; what goes wrong is its error until one of its files changes."""
        try:
            notebook = self._executed(document)
            weave_chapter(self._project, document, notebook, self._book)
            write_notebooks(self._project, [document], self.site)
        except (PressError, OSError) as error:
            uses = frozenset((*self._pool.used(document.source), LOCK))
            return Attempt(document, self._settings, uses, str(error))
        return self._done(document, notebook)

    def _done(self, document: Document, notebook: NotebookNode) -> Attempt:
        pictures = [
            image_path(self._project, document.source, image.target).resolve()
            for image in images(Outline(document))
        ]
        shown = [path.relative_to(self._project.root).as_posix() for path in pictures]
        return Attempt(document, self._settings, frozenset((*_inputs(notebook), *shown, LOCK)))

    def _executed(self, document: Document) -> NotebookNode:
        fresh = to_notebook(document, self._project.execute)
        kept = reuse.load(self._project, document, fresh)
        if kept or not _runs(document):
            return kept or fresh
        notebook, used = self._pool.run(self._project, document)
        if used is not None:
            reuse.store(self._project, document, notebook, used)
        return notebook

    def _publish(self, *, index: bool = False) -> list[str]:
        """Write the pages anew that have changed; return the names of the files that did."""
        woven = tuple(
            chapter
            for chapter in self._project.chapters
            if (self._book / chapter.source).with_suffix(".md").is_file()
        )
        try:
            project = replace(self._project, chapters=woven)
            changed = update_website(project, self._book, self.site, copies=False)
            if index:
                index_website(self.site)
        except (PressError, OSError) as error:
            # Where chapters do not fit together, the checks have said it better.
            known = self._problems and isinstance(error, PressError)
            self._website_error = {} if known else {WEBSITE: str(error)}
            return []
        self._website_error = {}
        return changed


def _inputs(notebook: NotebookNode) -> list[str]:
    """List the repository's files and folders that an executed chapter has used."""
    return list(notebook.metadata["press"].get("inputs", []))


def _folder(name: str) -> str:
    return name.rpartition("/")[0] or "."


def _runs(document: Document) -> bool:
    blocks = document.blocks
    return any(isinstance(block, Code) or inline_expressions(block.text) for block in blocks)
