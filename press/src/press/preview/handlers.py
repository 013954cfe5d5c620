"""What the preview's server answers: pages, the script that keeps them up to date, its news."""

import contextlib
import mimetypes
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tornado.httputil import HTTPHeaders
from tornado.web import RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from press.preview.news import News

NEWS, SCRIPT = "/_preview/news", "/_preview/preview.js"
HOSTS = ("127.0.0.1", "localhost")


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


class Local(RequestHandler):
    """Answers requests to this machine under its own names."""

    def prepare(self) -> None:
        """Refuse other names: with one, a page elsewhere could read what is served here."""
        if self.request.host_name not in HOSTS:
            self.set_status(403)
            self.finish("This server is for this machine only")

    def send(self, content: bytes, kind: str) -> None:
        """Answer with a file, which browsers must not keep."""
        text = kind.startswith("text/")
        self.set_header("Content-Type", f"{kind}; charset=utf-8" if text else kind)
        self.set_header("Cache-Control", "no-store")
        self.finish(content)


class PageHandler(Local):
    """Answers with files of the folder; pages get the script that keeps them up to date."""

    def initialize(self, folder: Path, news: News, opened: Callable[[str], object] | None) -> None:
        """Take what `PageServer` hands on."""
        self.folder, self.news, self.opened = folder, news, opened

    def get(self) -> None:
        """Send the file that the address names, or the page that says that there is none."""
        # The whole file at once: it may be replaced while it is sent.
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


class Script(Local):
    """Answers with the script."""

    def get(self) -> None:
        """Send it."""
        self.send((files("press.preview") / "preview.js").read_bytes(), "text/javascript")


class Connection(Local, WebSocketHandler):
    """An open page. Only pages of this server are let in: tornado compares Origin and Host."""

    def initialize(self, news: News, connected: "set[Connection]") -> None:
        """Take what `PageServer` hands on."""
        self.news, self.connected = news, connected

    def open(self) -> None:
        """Tell a page that has just been opened, or that comes back, what it has missed."""
        self.page = _name(self.get_query_argument("page", "/"))
        self.mark = self.get_query_argument("mark", "")
        self.connected.add(self)
        self.catch_up(other_errors=True)

    def on_close(self) -> None:
        """Forget a page that is closed."""
        self.connected.discard(self)

    def catch_up(self, other_errors: bool) -> None:
        """Let the page reload if it has changed; else tell it the errors, if they are others."""
        if self.news.changed_since(self.mark, self.page):
            self._tell({"reload": True})
        elif other_errors:
            self._tell({"errors": dict(self.news.errors)})

    def _tell(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(WebSocketClosedError):
            # A page may also close while it is told. Of an exception that nobody has looked at,
            # asyncio would print the traceback.
            self.write_message(message).add_done_callback(
                lambda told: told.cancelled() or told.exception()
            )


def _name(path: str) -> str:
    """Return the name of the file that the path of an address stands for."""
    name = unquote(path).lstrip("/")
    return name + "index.html" if name.endswith("/") or not name else name
