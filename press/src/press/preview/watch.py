"""Show the book while its author writes: watch the files, run and write anew what changed."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watchfiles import DefaultFilter, watch

from press.book.project import Project, read_project
from press.build.swap import only_build
from press.disk.lock import locked
from press.errors import PressError
from press.preview.server import News, PageServer
from press.preview.workshop import Workshop

UNWATCHED = ("_build", "_site", ".venv", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache")
QUIET = 30  # milliseconds without a further change, after which an edit counts as done


def preview(project: Project, *, jobs: int, port: int = 8000) -> None:
    """Serve the book on this machine, and keep it up to date until interrupted.

    Parameters
    ----------
    project
        The book.
    jobs
        How many chapters may run at a time at the start.
    port
        Port to listen on; if it is taken, another one is chosen.

    Raises
    ------
    PressError
        If another preview of this book is running, or if nothing can be shown at the start.
    """
    with only_preview(project):
        workshop = Workshop(project)
        try:
            with only_build(project):
                workshop.open(jobs)
            news = News()
            with PageServer(workshop.site, port, news, workshop.warm) as http:
                threading.Thread(target=http.serve_forever, daemon=True).start()
                address = f"http://{http.server_address[0]!s}:{http.server_port}/"
                print(f"{address} shows the book as you write it (Ctrl-C ends it)", flush=True)
                for changed in changes(project.root):
                    project = _update(workshop, project, changed, news)
        finally:
            workshop.close()


def changes(root: Path) -> Iterator[set[str]]:
    """Wait for changes in a project's folder; yield the names of the files, relative to it.

    Parameters
    ----------
    root
        The project's folder.

    Yields
    ------
    set of str
    """
    only = DefaultFilter(ignore_dirs=(*DefaultFilter.ignore_dirs, *UNWATCHED))
    for batch in watch(root, watch_filter=only, step=QUIET, raise_interrupt=True):
        yield {Path(path).relative_to(root).as_posix() for _, path in batch}


def _update(workshop: Workshop, project: Project, changed: set[str], news: News) -> Project:
    """Bring the pages up to date; tell the terminal and the browsers how it went."""
    started = time.perf_counter()
    try:
        if "_quarto.yml" in changed:
            project = read_project(project.root)
        with only_build(project):
            for files in workshop.update(project, changed):
                seconds = time.perf_counter() - started
                if files:
                    # Pictures and styles may be of any page.
                    html = all(name.endswith(".html") for name in files)
                    news.tell({"pages": files if html else "all"})
                    print(f"{', '.join(files)}: shown after {seconds:.2f} s", flush=True)
        if news.stands():
            news.tell({"pages": []})
            print("No error any more", flush=True)
    except (PressError, OSError) as error:
        print(error, flush=True)
        news.tell({"pages": [], "error": str(error)})
    return project


@contextmanager
def only_preview(project: Project) -> Iterator[None]:
    """Keep a second preview away from this folder.

    Parameters
    ----------
    project
        The book.

    Raises
    ------
    PressError
        If another preview is running.
    """

    def taken() -> None:
        raise PressError("another `press preview` is running here; use that one")

    with locked(project.build / "preview" / "lock", taken):
        yield
