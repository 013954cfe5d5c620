"""What a test asks of a window, whichever browser it belongs to."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

SECONDS = 60  # to wait for what must come; a busy machine takes its time
# Keys that are no letters, as WebDriver names them: https://www.w3.org/TR/webdriver2/#keyboard-actions
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c", "ArrowDown": "\ue015"}


class Window(Protocol):
    """A window of a browser, with one page in it."""

    def open(self, address: str) -> None:
        """Open a page and wait until it is loaded."""

    def evaluate(self, expression: str) -> Any:
        """Value of a JavaScript expression."""

    def resize(self, width: int, height: int) -> None:
        """Give the page a width; the height is about right."""

    def press(self, *keys: str) -> None:
        """Press keys, one after the other: letters, or names such as Tab."""

    def screenshot(self) -> bytes:
        """PNG of what one sees."""


class MissingProgramError(Exception):
    """A program is not on this machine; the message says how to get it."""


def find_program(package: str, *names: str) -> str:
    """Path of the first of some programs, which come with a package of Debian."""
    for name in names:
        if path := shutil.which(name):
            return path
    raise MissingProgramError(
        f"{' or '.join(names)} is not on the PATH; run `apt install {package}`"
    )


@contextmanager
def running(*command: str, descriptors: tuple[int, ...] = (), **environment: str) -> Iterator[None]:
    """Keep a program running, without what it says."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
        pass_fds=descriptors,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(SECONDS)


def strokes(keys: tuple[str, ...]) -> dict[str, Any]:
    """WebDriver's words for pressing keys."""
    codes = [KEYS.get(key, key) for key in keys]
    actions = [{"type": kind, "value": code} for code in codes for kind in ("keyDown", "keyUp")]
    return {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}


def wait_for(window: Window, expression: str) -> None:
    """Wait until a JavaScript expression is true.

    Only its truth leaves the window: an element may be gone before Firefox has told of it.
    """
    deadline = time.monotonic() + SECONDS
    while not window.evaluate(f"Boolean({expression})"):
        assert time.monotonic() < deadline, f"after {SECONDS} s still not so: {expression}"
        time.sleep(0.02)
