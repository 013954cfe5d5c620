"""Serve a folder of pages on this machine, and tell the pages open in browsers when they change."""

import asyncio
import logging
import mimetypes
import socket
import threading
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler

from press.errors import PressError
from press.preview.news import News

NEWS, SCRIPT = "/_preview/news", "/_preview/preview.js"
HOSTS = ("127.0.0.1", "localhost")
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
        (listening,) = bind_sockets(port or PORT, HOSTS[0])
    except OSError as error:
        if port:
            reason = (error.strerror or str(error)).lower()
            remedy = "choose another, or leave out `--port`"
            raise PressError(f"port {port} cannot be used ({reason}); {remedy}") from error
        (listening,) = bind_sockets(0, HOSTS[0])
    return listening


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
        self._news = News()
        self._connected: set[_Connection] = set()
        about = {"folder": folder.resolve(), "news": self._news, "opened": opened}
        news = {"news": self._news, "connected": self._connected}
        live: list[Any] = [(NEWS, _Connection, news), (SCRIPT, _Script)] if opened else []
        self._application = Application(
            [*live, (".*", _Page, about)],
            log_function=lambda _: None,  # the terminal is for what the author has to know
            websocket_ping_interval=SILENCE,
        )
        self._ready, self._thread = threading.Event(), threading.Thread(target=self._serve)

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
        for connection in self._connected:
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


def is_navigation(headers: HTTPHeaders) -> bool:
    """Tell whether a browser asks for a page in order to show it, as opposed to parts of it.

    Parameters
    ----------
    headers
        The request's headers.

    Returns
    -------
    bool
    """
    if "Sec-Purpose" in headers:  # fetched ahead, and perhaps never shown
        return False
    if destination := headers.get("Sec-Fetch-Dest"):
        return destination == "document"
    # Browsers that do not say so ask for HTML by name only where they show it.
    return "text/html" in headers.get("Accept", "")


class _Local(RequestHandler):
    def prepare(self) -> None:
        # A page elsewhere must not read this one through a name of its own for this machine.
        if self.request.host_name not in HOSTS:
            self.set_status(403)
            self.finish("This server is for this machine only")

    def send(self, content: bytes, kind: str) -> None:
        text = kind.startswith("text/")
        self.set_header("Content-Type", f"{kind}; charset=utf-8" if text else kind)
        self.set_header("Cache-Control", "no-store")
        self.finish(content)


class _Page(_Local):
    def initialize(self, folder: Path, news: News, opened: Callable[[str], object] | None) -> None:
        self.folder, self.news, self.opened = folder, news, opened

    def get(self) -> None:
        mark = self.news.mark()  # before the file is read
        found = self._file()
        file = found or self.folder / "404.html"
        try:
            content = file.read_bytes()
        except OSError:
            self.send_error(404)
            return
        self.set_status(200 if found else 404)
        if file.suffix == ".html" and self.opened:
            script = f'<script type="module" src="{SCRIPT}" data-mark="{mark}"></script>\n</head>'
            content = content.replace(b"</head>", script.encode(), 1)
            if found and self.request.method == "GET" and is_navigation(self.request.headers):
                self.opened(found.relative_to(self.folder).as_posix())
        kind, encoding = mimetypes.guess_type(file.name)
        self.send(content, "application/octet-stream" if encoding or not kind else kind)

    head = get

    def _file(self) -> Path | None:
        """Return the file that the address names, if it is one of the folder's."""
        try:
            file = (self.folder / _name(self.request.path)).resolve(strict=True)
        except (OSError, ValueError):
            return None
        return file if file.is_file() and file.is_relative_to(self.folder) else None


class _Script(_Local):
    def get(self) -> None:
        self.send((files("press.preview") / "preview.js").read_bytes(), "text/javascript")


class _Connection(_Local, WebSocketHandler):
    """An open page. Only pages of this server are let in: tornado compares Origin and Host."""

    def initialize(self, news: News, connected: "set[_Connection]") -> None:
        self.news, self.connected = news, connected

    def open(self) -> None:
        self.page = _name(self.get_query_argument("page", "/"))
        self.mark = self.get_query_argument("mark", "")
        self.connected.add(self)
        self.catch_up(other_errors=bool(self.news.errors))

    def on_close(self) -> None:
        self.connected.discard(self)

    def catch_up(self, other_errors: bool) -> None:
        if self.news.changed_since(self.mark, self.page):
            self.write_message({"reload": True})
        elif other_errors:
            self.write_message({"errors": dict(self.news.errors)})


def _name(path: str) -> str:
    """Return the name of the file that the path of an address stands for."""
    name = unquote(path).lstrip("/")
    return name + "index.html" if name.endswith("/") or not name else name
