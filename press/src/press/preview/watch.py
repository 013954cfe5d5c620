"""Watch a project's folder: which of its files change."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from watchfiles import DefaultFilter, watch

UNWATCHED = (
    *("_build", "_site", "_site-without-solutions", ".venv", ".git"),
    *(".mypy_cache", ".ruff_cache", ".pytest_cache"),
)
QUIET = 30  # milliseconds without a further change, after which an edit counts as done
BREATH = 100  # milliseconds after which a watch without changes says that it is still there


@contextmanager
def watching(root: Path, tell: Callable[[set[str] | Exception], object]) -> Iterator[None]:
    """Watch a folder while the context lasts, in a thread of its own.

    Whatever changes once the context has begun is told, however busy the listener is meanwhile.

    Parameters
    ----------
    root
        The project's folder.
    tell
        Called with the names of files that have changed, relative to the folder, or with what
        ended the watch.
    """
    begun, stop = threading.Event(), threading.Event()
    only = DefaultFilter(ignore_dirs=(*DefaultFilter.ignore_dirs, *UNWATCHED))

    def follow() -> None:
        try:
            for batch in watch(
                root,
                watch_filter=only,
                step=QUIET,
                stop_event=stop,
                rust_timeout=BREATH,
                yield_on_timeout=True,
            ):
                begun.set()
                if batch:
                    tell({Path(path).relative_to(root).as_posix() for _, path in batch})
        except Exception as error:  # of whatever kind: without a watch there is no preview
            tell(error)
        finally:
            begun.set()

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        begun.wait()
        yield
    finally:
        stop.set()
        thread.join()
