"""Show the book while its author writes: one thread owns the working copy, and a queue feeds it."""

import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from queue import SimpleQueue

from press.book.project import Project
from press.build.swap import only_build
from press.disk.lock import locked
from press.errors import PressError
from press.preview.server import PageServer, listen
from press.preview.watch import watching
from press.preview.workshop import Workshop

SIGNALS = (signal.SIGINT, signal.SIGTERM)
# Names of files that have changed, the name of a page that was opened, or what ended the watch.
Event = set[str] | str | Exception


def preview(project: Project, *, jobs: int, port: int | None = None) -> None:
    """Serve the book on this machine, and keep it up to date until interrupted.

    Parameters
    ----------
    project
        The book.
    jobs
        How many chapters may run at a time at the start.
    port
        Port to listen on; without one it is 8000, or another if that is taken.

    Raises
    ------
    PressError
        If another preview of this book is running, if the port cannot be had, or if nothing can be
        shown at the start.
    """
    queue: SimpleQueue[Event] = SimpleQueue()
    running = "another `press preview` is running here; use that one"
    with until_interrupted(), only_preview(project, running), listen(port) as listening:
        workshop = Workshop(project)
        try:
            # Watched from before the first reading: no change falls in between.
            with watching(project.root, queue.put):
                with only_build(project):
                    workshop.open(jobs)
                with PageServer(workshop.site, listening, opened=queue.put) as server:
                    about = "shows the book as you write it (Ctrl-C ends it)"
                    print(f"{server.address} {about}", flush=True)
                    while True:
                        _follow(project, workshop, server, _next(queue))
        finally:
            workshop.close()


def _next(queue: SimpleQueue[Event]) -> list[Event]:
    """Wait for an event; return it with all others that have come meanwhile."""
    events = [queue.get()]
    while not queue.empty():
        events.append(queue.get())
    return events


def _follow(project: Project, workshop: Workshop, server: PageServer, events: list[Event]) -> None:
    """Bring the pages up to date; tell the terminal and the browsers how it went."""
    started = time.perf_counter()
    changed: set[str] = set()
    for event in events:
        if isinstance(event, Exception):
            raise PressError(f"the files can be watched no longer: {event}") from event
        changed |= event if isinstance(event, set) else set()
    if changed:
        before = told = workshop.errors
        with only_build(project):
            for files in workshop.update(changed):
                server.tell(files, workshop.errors)
                if files:
                    seconds = time.perf_counter() - started
                    print(f"{', '.join(files)}: shown after {seconds:.2f} s", flush=True)
                _print_errors(told, workshop.errors)
                told = workshop.errors
        for source in changed & told.keys():
            if before.get(source) == told[source]:  # saved again, and still wrong
                print(told[source], flush=True)
    for event in events:
        if isinstance(event, str):
            workshop.warm(event)


def _print_errors(before: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Print the errors that are new, and say which are mended."""
    for source, message in now.items():
        if before.get(source) != message:
            print(message, flush=True)
    mended = [source for source in before if source not in now]
    if mended and not now:
        print("No error any more", flush=True)
    else:
        for source in mended:
            print(f"{source}: no error any more", flush=True)


@contextmanager
def only_preview(project: Project, running: str) -> Iterator[None]:
    """Keep a preview away from this folder, as long as the context lasts.

    Parameters
    ----------
    project
        The book.
    running
        What to say where one is running.

    Raises
    ------
    PressError
        If a preview is running.
    """

    def taken() -> None:
        raise PressError(running)

    with locked(project.build / "preview" / "lock", taken):
        yield


@contextmanager
def until_interrupted() -> Iterator[None]:
    """Let Ctrl-C, or a request to end, end what runs in the context, quietly and only once."""

    def end(*_: object) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)  # the kernels are ended whoever is impatient
        raise KeyboardInterrupt

    before = {each: signal.signal(each, end) for each in SIGNALS}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
