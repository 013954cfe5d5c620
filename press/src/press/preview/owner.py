"""Show the book while its author writes: one thread owns the working copy, and a queue feeds it."""

import contextlib
import signal
import time
from collections.abc import Iterator, Mapping
from queue import Empty, SimpleQueue

from press.book.project import Project
from press.build.swap import only_build
from press.disk.lock import locked
from press.errors import PressError
from press.preview.server import PageServer, listen
from press.preview.watch import watching
from press.preview.workshop import Workshop
from press.run.schedule import TICK, SupersededError

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
    inbox = Inbox()
    running = "another `press preview` is running here; use that one"
    with until_interrupted(), only_preview(project, running), listen(port) as listening:
        workshop = Workshop(project, inbox.changed)
        try:
            # Watched from before the first reading: no change falls in between.
            with watching(project.root, inbox.put):
                events = _open(project, workshop, inbox, jobs)
                with PageServer(workshop.site, listening, opened=inbox.put) as server:
                    about = "shows the book as you write it (Ctrl-C ends it)"
                    print(f"{server.address} {about}", flush=True)
                    while True:
                        _follow(project, workshop, server, events)
                        events = inbox.take()
                        if not workshop.whole():
                            events += _open_again(project, workshop, server, inbox, jobs)
        finally:
            workshop.close()


class Inbox:
    """What has happened and is not dealt with yet."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Event] = SimpleQueue()
        self._events: list[Event] = []

    def put(self, event: Event) -> None:
        """Add an event; from any thread."""
        self._queue.put(event)

    def take(self) -> list[Event]:
        """Wait for an event; return it with all others that have come meanwhile."""
        while not self._events:
            # Never for long: Python does not see Ctrl-C in a wait that has begun just after it.
            with contextlib.suppress(Empty):
                self._events.append(self._queue.get(timeout=TICK))
        self.changed()
        events, self._events = self._events, []
        return events

    def changed(self) -> set[str]:
        """Name the files of which it has been told that they changed; they stay to be taken."""
        while not self._queue.empty():
            self._events.append(self._queue.get())
        return {name for event in self._events if isinstance(event, set) for name in event}


def _open(project: Project, workshop: Workshop, inbox: Inbox, jobs: int) -> list[Event]:
    """Write the whole working copy, from the start again where a chapter changes as it runs.

    Return what happened meanwhile, and has not been dealt with but for that.
    """
    events: list[Event] = []
    while True:
        with only_build(project), contextlib.suppress(SupersededError):
            workshop.open(jobs)
            return events
        events += inbox.take()


def _open_again(
    project: Project, workshop: Workshop, server: PageServer, inbox: Inbox, jobs: int
) -> list[Event]:
    """Write the working copy that somebody has deleted; if there is a mistake, wait for more."""
    print("the working copy is gone; it is written again", flush=True)
    try:
        events = _open(project, workshop, inbox, jobs)
    except PressError as error:
        print(error, flush=True)
        return []
    server.tell(workshop.pages, workshop.errors)
    print(f"{', '.join(workshop.pages)}: shown again", flush=True)
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


@contextlib.contextmanager
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


@contextlib.contextmanager
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
