"""Serve a folder of pages on this machine, and tell the pages open in browsers when they change."""

import asyncio
import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tornado.httpserver import HTTPServer
from tornado.web import Application

from press.errors import PressError
from press.preview.handlers import HOSTS, NEWS, SCRIPT, Connection, PageHandler, Script
from press.preview.news import News

PORT = 8000
SILENCE = 20  # seconds after which an open connection is tried


def listen(port: int | None = None) -> socket.socket:
    """Take a port of this machine, which other machines do not reach.

    Parameters
    ----------
    port
        The port that the author asked for; without one it is 8000, or another if that is taken.

    Returns
    -------
    socket
        What listens there.

    Raises
    ------
    PressError
        If the port that was asked for cannot be had.
    """
    try:
        return socket.create_server((HOSTS[0], port or PORT))
    except OSError as error:
        if port:
            reason = os.strerror(error.errno).lower() if error.errno else str(error)
            remedy = "choose another, or leave out `--port`"
            raise PressError(f"port {port} cannot be used ({reason}); {remedy}") from error
    return socket.create_server((HOSTS[0], 0))


class PageServer:
    """A server of one folder, in a thread of its own while its context lasts.

    Parameters
    ----------
    folder
        The folder. Nothing outside of it is served.
    listening
        Where to listen; it is closed in the end.
    opened
        Called with the name of each page that a browser opens; without it, nobody writes the pages
        anew, and they are served as they are.
    """

    def __init__(
        self,
        folder: Path,
        listening: socket.socket,
        opened: Callable[[str], object] | None = None,
    ) -> None:
        self.address = f"http://{HOSTS[0]}:{listening.getsockname()[1]}/"
        self._listening = listening
        self._listening.setblocking(False)
        self._news = News()
        self._connected: set[Connection] = set()
        about = {"folder": folder.resolve(), "news": self._news, "opened": opened}
        news = {"news": self._news, "connected": self._connected}
        live: list[Any] = [(NEWS, Connection, news), (SCRIPT, Script)] if opened else []
        self._application = Application(
            [*live, (".*", PageHandler, about)],
            log_function=lambda _: None,  # the terminal is for what the author has to know
            websocket_ping_interval=SILENCE,
        )
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        """Begin to serve."""
        # As for requests that are none: the browser hears of it, the author need not.
        logging.getLogger("tornado.general").setLevel(logging.ERROR)
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End all connections."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def tell(self, changed: list[str], errors: Mapping[str, str]) -> None:
        """Tell the open pages of files that have just changed, and of the errors that stand.

        Parameters
        ----------
        changed
            Names of the files, relative to the folder.
        errors
            What is wrong, by the file that it is in; empty if nothing is.
        """
        self._loop.call_soon_threadsafe(self._tell, changed, dict(errors))

    # The news and the connections are touched in the server's thread alone.
    def _tell(self, changed: list[str], errors: dict[str, str]) -> None:
        self._news.tell(changed)
        other_errors = errors != self._news.errors
        self._news.errors = errors
        for connection in list(self._connected):
            connection.catch_up(other_errors)

    def _serve(self) -> None:
        asyncio.run(self._serve_until_end())

    async def _serve_until_end(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = HTTPServer(self._application)
        server.add_socket(self._listening)
        self._ready.set()
        await self._end.wait()
        server.stop()
        for connection in list(self._connected):
            connection.close()
        await server.close_all_connections()
