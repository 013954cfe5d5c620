"""A window of Firefox, through Marionette: the protocol that Firefox itself speaks.

A message is its length in bytes, a colon, and JSON:
https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
"""

import base64
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from engines.window import SECONDS, find_program, running, strokes, wait_for

# A window without bars, and so as narrow as a phone: one with bars is 500 pixels wide or wider.
BARE_WINDOW = "Boolean(window.open('about:blank', '', 'popup'))"


class FirefoxWindow:
    """The end of a connection to Firefox, with the verbs of a `Window`."""

    def __init__(self, connection: socket.socket, answers: BinaryIO) -> None:
        self._connection = connection
        self._answers = answers
        self._count = 0
        self._receive()  # Firefox speaks first
        self._command("WebDriver:NewSession")
        self.evaluate(BARE_WINDOW)
        newest = self._command("WebDriver:GetWindowHandles")[-1]
        self._command("WebDriver:SwitchToWindow", handle=newest)

    def _receive(self) -> Any:
        length = b""
        while (sign := self._answers.read(1)) != b":":
            assert sign, "Firefox has ended"
            length += sign
        return json.loads(self._answers.read(int(length)))

    def _command(self, name: str, **parameters: Any) -> Any:
        self._count += 1
        message = json.dumps([0, self._count, name, parameters]).encode()
        self._connection.sendall(b"%d:%b" % (len(message), message))
        _, _, error, answer = self._receive()
        assert not error, f"{name}: {error['message']}"
        return answer

    def open(self, address: str) -> None:
        self._command("WebDriver:Navigate", url=address)

    def evaluate(self, expression: str) -> Any:
        script = f"return ({expression})"
        return self._command("WebDriver:ExecuteScript", script=script, args=[])["value"]

    def resize(self, width: int, height: int) -> None:
        self._command("WebDriver:SetWindowRect", width=width, height=height)
        wait_for(self, f"innerWidth === {width}")

    def press(self, *keys: str) -> None:
        self._command("WebDriver:PerformActions", **strokes(keys))

    def screenshot(self) -> bytes:
        picture = self._command("WebDriver:TakeScreenshot", full=False)["value"]
        return base64.b64decode(picture)


@contextmanager
def firefox_window(folder: Path) -> Iterator[FirefoxWindow]:
    """Keep Firefox running, with a profile of its own in an empty folder."""
    program = find_program("firefox-esr", "firefox-esr", "firefox")
    (folder / "user.js").write_text('user_pref("marionette.port", 0);')  # any that is free
    options = ("--headless", "--no-remote", "--marionette", "--profile", str(folder))
    with running(program, *options, HOME=str(folder)):
        address = "127.0.0.1", _announced_port(folder / "MarionetteActivePort")
        with (
            socket.create_connection(address, timeout=SECONDS) as connection,
            connection.makefile("rb") as answers,
        ):
            yield FirefoxWindow(connection, answers)


def _announced_port(announcement: Path) -> int:
    deadline = time.monotonic() + SECONDS
    while not (announcement.is_file() and (port := announcement.read_text())):
        assert time.monotonic() < deadline, "Firefox does not start"
        time.sleep(0.02)
    return int(port)
