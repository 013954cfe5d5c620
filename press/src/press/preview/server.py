"""Serve a folder of pages on this machine, and tell the pages open in browsers when they change."""

import json
import secrets
import sys
import threading
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

EVENTS, SCRIPT = "/_preview/events", "/_preview/preview.js"
HOSTS = ("127.0.0.1", "localhost")
SILENCE = 10.0  # seconds after which an open connection is tried


class News:
    """What has happened to the pages since the preview began; many browsers may wait for it."""

    def __init__(self) -> None:
        self._items: list[dict[str, Any]] = []
        self._arrived = threading.Condition()
        self._name = secrets.token_hex(4)

    def tell(self, item: dict[str, Any]) -> None:
        """Add an item."""
        with self._arrived:
            self._items.append(item)
            self._arrived.notify_all()

    def stands(self) -> bool:
        """Tell whether the last item is an error."""
        return bool(self._items and self._items[-1].get("error"))

    def mark(self) -> str:
        """Name the present, for a page to ask what came after; an error that stands comes again."""
        with self._arrived:
            return f"{self._name}-{len(self._items) - self.stands()}"

    def since(self, mark: str, timeout: float) -> tuple[list[dict[str, Any]], str]:
        """Wait for items after a mark; return them and the next mark, none if time is up.

        A mark of another preview, which has ended, makes every page reload.
        """
        name, _, count = mark.partition("-")
        if name != self._name or not count.isdecimal():
            return [{"pages": "all"}], self.mark()
        with self._arrived:
            self._arrived.wait_for(lambda: len(self._items) > int(count), timeout)
            return self._items[int(count) :], f"{name}-{len(self._items)}"


class PageServer(ThreadingHTTPServer):
    """A server of one folder; it listens on this machine only.

    Parameters
    ----------
    folder
        The folder. Nothing outside of it is served.
    port
        Port to listen on; if it is taken, another one is chosen.
    news
        What to tell the pages; without it they are served as they are.
    opened
        Called with the address of each page that is opened.
    """

    daemon_threads = True

    def __init__(
        self,
        folder: Path,
        port: int,
        news: News | None = None,
        opened: Callable[[str], None] | None = None,
    ) -> None:
        self.folder = folder.resolve()
        self.news = news
        self.opened = opened
        try:
            super().__init__((HOSTS[0], port), _Handler)
        except OSError:
            super().__init__((HOSTS[0], 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore browsers that go away in the middle of an answer."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(SimpleHTTPRequestHandler):
    server: PageServer
    timeout = 60

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments, directory=str(arguments[2].folder))

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        # A page elsewhere must not read this one through a name of its own for this machine.
        host = (self.headers.get("Host") or HOSTS[0]).rsplit(":", 1)[0]
        path = urlsplit(self.path).path
        if host not in HOSTS:
            self.send_error(403, "This server is for this machine only")
        elif self.server.news and path == EVENTS:
            self._send_events(self.server.news)
        elif self.server.news and path == SCRIPT:
            script = files("press.preview") / "preview.js"
            self._send(200, "text/javascript", script.read_bytes())
        else:
            self._send_file()

    def _send_file(self) -> None:
        found = self._file()
        status, file = (200, found) if found else (404, self.server.folder / "404.html")
        try:
            content = file.read_bytes()
        except OSError:
            self.send_error(404)
            return
        if file.suffix == ".html" and self.server.news:
            mark = self.server.news.mark()
            script = f'<script src="{SCRIPT}" data-mark="{mark}" defer></script>\n</head>'
            content = content.replace(b"</head>", script.encode(), 1)
            if self.server.opened and found:
                self.server.opened(found.relative_to(self.server.folder).as_posix())
        self._send(status, self.guess_type(file), content)

    def _file(self) -> Path | None:
        """Return the file that the address names, if it is one of the folder's."""
        try:
            file = Path(self.translate_path(self.path)).resolve(strict=True)
            if file.is_dir():
                file = (file / "index.html").resolve(strict=True)
        except (OSError, ValueError):
            return None
        return file if file.is_relative_to(self.server.folder) else None

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        text = kind.startswith("text/") and "charset" not in kind
        self.send_header("Content-Type", kind + "; charset=utf-8" if text else kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _send_events(self, news: News) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        mark = urlsplit(self.path).query
        while self.command != "HEAD":
            items, mark = news.since(mark, SILENCE)
            for item in items:
                self.wfile.write(f"data: {json.dumps(item)}\n\n".encode())
            if not items:
                self.wfile.write(b": still here\n\n")
            self.wfile.flush()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Keep the terminal for what the author has to know."""
