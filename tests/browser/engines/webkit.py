"""A window of WebKit, through WebKitWebDriver: W3C's WebDriver over HTTP.

Its browser needs a display, which Xvfb is without a screen.
"""

import base64
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from engines.window import SECONDS, find_program, running, strokes, wait_for

# The browser has a bar that cannot be narrower than what is in it, 450 pixels: so that is small.
SMALL_BAR = """* {
  min-width: 0; margin: 0; padding: 0; border: 0; font-size: 1px; -gtk-icon-transform: scale(0);
}"""
# X gives the keys to the window below the mouse, which stays in the middle of the screen: so the
# corner of the window, which is a part of the bar, is put there.
SCREEN = "1400x1000x24"
CORNER = {"x": 690, "y": 490}
# Without a graphics card, layers put together by the processor cost a quarter of all the time.
PLAIN = {"WEBKIT_DISABLE_COMPOSITING_MODE": "1", "WEBKIT_DISABLE_DMABUF_RENDERER": "1"}
OPENER = build_opener(ProxyHandler({}))


class WebKitWindow:
    """A session of WebKitWebDriver, with the verbs of a `Window`."""

    def __init__(self, driver: str) -> None:
        self._session = ""
        self._driver = driver
        self._session = (
            "/session/" + self._command("POST", "/session", capabilities={})["sessionId"]
        )

    def _command(self, method: str, path: str, **parameters: Any) -> Any:
        body = json.dumps(parameters).encode() if method == "POST" else None
        headers = {"Content-Type": "application/json"}
        request = Request(self._driver + self._session + path, body, headers, method=method)
        try:
            with OPENER.open(request, timeout=SECONDS) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            raise AssertionError(f"{path}: {json.load(error)['value']['message']}") from error

    def open(self, address: str) -> None:
        self._command("POST", "/url", url=address)

    def evaluate(self, expression: str) -> Any:
        return self._command("POST", "/execute/sync", script=f"return ({expression})", args=[])

    def resize(self, width: int, height: int) -> None:
        self._command("POST", "/window/rect", **CORNER, width=width, height=height)
        wait_for(self, f"innerWidth === {width} && document.hasFocus()")

    def press(self, *keys: str) -> None:
        self._command("POST", "/actions", **strokes(keys))

    def screenshot(self) -> bytes:
        return base64.b64decode(self._command("GET", "/screenshot"))

    def close(self) -> None:
        """End the session, and the browser with it."""
        self._command("DELETE", "")


@contextmanager
def webkit_window(folder: Path) -> Iterator[WebKitWindow]:
    """Keep WebKit's browser running, with settings of its own in an empty folder."""
    program = find_program("webkit2gtk-driver", "WebKitWebDriver")
    (folder / "gtk-3.0").mkdir()
    (folder / "gtk-3.0" / "gtk.css").write_text(SMALL_BAR)
    port = _free_port()
    settings = {"XDG_CONFIG_HOME": str(folder), "GDK_BACKEND": "x11", **PLAIN}
    with _display() as display, running(program, f"--port={port}", DISPLAY=display, **settings):
        driver = f"http://127.0.0.1:{port}"
        _wait_for_answer(driver + "/status")
        window = WebKitWindow(driver)
        try:
            yield window
        finally:
            window.close()


@contextmanager
def _display() -> Iterator[str]:
    program = find_program("xvfb", "Xvfb")
    reading, writing = os.pipe()
    options = ("-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp")
    with os.fdopen(reading) as announcement, running(program, *options, descriptors=(writing,)):
        os.close(writing)
        yield f":{announcement.readline().strip()}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def _wait_for_answer(address: str) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            return OPENER.open(address, timeout=SECONDS).close()
        except OSError:
            assert time.monotonic() < deadline, "WebKitWebDriver does not start"
            time.sleep(0.02)
