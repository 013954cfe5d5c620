"""The preview's server: this machine only, nothing but the folder, and news for open pages."""

import asyncio
import contextlib
import gc
import http.client
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tiny_book import write
from tornado.httputil import HTTPHeaders
from tornado.websocket import WebSocketClosedError
from web_socket import Socket, own_port

from press.errors import PressError
from press.preview import handlers
from press.preview.handlers import Connection, is_navigation
from press.preview.news import News
from press.preview.server import PORT, PageServer, listen

Serve = Callable[..., PageServer]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "site/index.html": "<head></head>Home",
        "site/chapters/a b.html": "<head></head>Chapter",
        "site/style.css": "p {}",
        "site/picture.svg": "<svg/>",
        "site/data.bin": "",
        "site/404.html": "<head></head>Not found",
        "site/empty/file.txt": "",
        "secret.html": "secret",
    }.items():
        write(tmp_path, name, text)
    (tmp_path / "site/link.html").symlink_to(tmp_path / "secret.html")
    return tmp_path / "site"


@pytest.fixture
def serve(folder: Path) -> Iterator[Serve]:
    with contextlib.ExitStack() as stack:

        def start(opened: Callable[[str], object] | None = None) -> PageServer:
            listening = socket.create_server(("127.0.0.1", 0))
            return stack.enter_context(PageServer(folder, listening, opened))

        yield start


def port_of(server: PageServer) -> int:
    return int(server.address.rstrip("/").rpartition(":")[2])


def ask(
    server: PageServer, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port_of(server), timeout=30)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    with contextlib.closing(connection):
        return answer.status, dict(answer.headers), answer.read()


def raw(server: PageServer, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port_of(server)), timeout=30) as connection:
        connection.sendall(request)
        parts = []
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65536):
                parts.append(part)
    return b"".join(parts)


def mark_in(page: bytes) -> str:
    return page.decode().split('data-mark="')[1].split('"')[0]


def follow(server: PageServer, page: str, mark: str, **headers: str) -> Socket:
    return Socket(port_of(server), f"{handlers.NEWS}?page={page}&mark={mark}", **headers)


def test_pages_are_served_as_they_are(serve: Serve) -> None:
    server = serve()
    status, headers, body = ask(server, "/")
    assert (status, body) == (200, b"<head></head>Home")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert ask(server, "/chapters/a%20b.html?found=x")[2] == b"<head></head>Chapter"
    assert ask(server, "/", method="HEAD")[::2] == (200, b"")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/style.css", "text/css; charset=utf-8"),
        ("/picture.svg", "image/svg+xml"),
        ("/data.bin", "application/octet-stream"),
    ],
)
def test_files_have_their_types(serve: Serve, path: str, kind: str) -> None:
    assert ask(serve(), path)[1]["Content-Type"] == kind


def test_without_a_wish_a_port_that_is_taken_gives_another() -> None:
    with listen() as first, listen() as second:
        assert first.getsockname() != second.getsockname()
        assert second.getsockname()[0] == "127.0.0.1"
        assert second.getsockname()[1] != PORT


def test_a_port_that_was_asked_for_is_had_on_this_machine_only_or_refused() -> None:
    port = own_port()
    refused = pytest.raises(PressError, match=f"port {port} cannot be used .*`--port`")
    with socket.create_server(("127.0.0.1", port)), refused:
        listen(port)
    with listen(port) as listening:
        assert listening.getsockname() == ("127.0.0.1", port)


@pytest.mark.parametrize(
    "path",
    [
        "/nothing.html",
        "/empty/",
        "/empty",
        "/../secret.html",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "//secret.html",
        "/link.html",
        "/index.html/",
        "/index.html%00.txt",
        "/" + "a" * 5000,
        "/chapters/a b.html/more",
        "/%ff%fe",
        "/_preview/news",
        "/_preview/preview.js",
    ],
)
def test_nothing_else_is_served(serve: Serve, path: str) -> None:
    status, _, body = ask(serve(), path.replace(" ", "%20"))
    assert (status, body) == (404, b"<head></head>Not found")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", b" 405 "),
        (b"nonsense\r\n\r\n", b" 400 "),
        (b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n", b""),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", b" 403 "),
        (b"GET / HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n", b" 403 "),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", b" 200 "),
    ],
)
def test_odd_requests_are_survived(
    serve: Serve,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    request_: bytes,
    status: bytes,
) -> None:
    server = serve()
    assert status in raw(server, request_)[:300]
    assert ask(server, "/")[0] == 200
    assert capsys.readouterr() == ("", "")
    assert not caplog.records  # which would be printed outside of pytest


def test_pages_are_told_what_changed_and_what_is_wrong(serve: Serve) -> None:
    server = serve(print)
    body = ask(server, "/chapters/a%20b.html")[2]
    assert b"WebSocket" in ask(server, handlers.SCRIPT)[2]
    with follow(server, "/chapters/a%2520b.html", mark_in(body)) as page:
        assert page.receive() == {"errors": {}}
        server.tell(["index.html"], {"a.qmd": "a.qmd:1: no\nsuch luck"})
        assert page.receive() == {"errors": {"a.qmd": "a.qmd:1: no\nsuch luck"}}
        server.tell([], {"a.qmd": "a.qmd:1: no\nsuch luck"})
        server.tell([], {"a.qmd": "a.qmd:2: no"})
        assert page.receive() == {"errors": {"a.qmd": "a.qmd:2: no"}}
        server.tell(["chapters/a b.html"], {})
        assert page.receive() == {"reload": True}


def test_a_page_that_is_opened_hears_of_the_errors_that_stand(serve: Serve) -> None:
    server = serve(print)
    server.tell([], {"a.qmd": "one", "b.qmd": "two"})
    with follow(server, "/", mark_in(ask(server, "/")[2])) as page:
        assert page.receive() == {"errors": {"a.qmd": "one", "b.qmd": "two"}}


def test_a_page_that_comes_back_hears_what_it_has_missed(serve: Serve) -> None:
    server = serve(print)
    mark = mark_in(ask(server, "/")[2])
    server.tell(["index.html"], {})
    with follow(server, "/", mark) as page:
        assert page.receive() == {"reload": True}
    with follow(server, "/", "0123abcd-5") as page:
        assert page.receive() == {"reload": True}


def test_what_changes_between_reading_a_page_and_marking_it_is_told(
    serve: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(print)
    read = Path.read_bytes

    def read_before_a_save(path: Path) -> bytes:
        content = read(path)
        monkeypatch.undo()
        path.write_text("<head></head>New")
        server._tell(["index.html"], {})  # this is the server's thread
        return content

    monkeypatch.setattr(Path, "read_bytes", read_before_a_save)
    body = ask(server, "/")[2]
    assert body.endswith(b"Home")
    with follow(server, "/", mark_in(body)) as page:
        assert page.receive() == {"reload": True}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Origin": "http://evil.example", "Host": "evil.example"},
        {"Origin": "http://evil.example", "Sec_Fetch_Site": "cross-site"},
    ],
)
def test_pages_of_others_hear_nothing(serve: Serve, headers: dict[str, str]) -> None:
    server = serve(print)
    server.tell([], {"a.qmd": "private"})
    with pytest.raises(ConnectionRefusedError, match="403"):
        follow(server, "/", "", **headers)
    origin = server.address.rstrip("/")
    with follow(server, "/", mark_in(ask(server, "/")[2]), Origin=origin) as page:
        assert page.receive() == {"errors": {"a.qmd": "private"}}


def test_many_open_pages_leave_room_for_another(serve: Serve) -> None:
    server = serve(print)
    mark = mark_in(ask(server, "/")[2])
    with contextlib.ExitStack() as stack:
        pages = [stack.enter_context(follow(server, "/", mark)) for _ in range(60)]
        assert ask(server, "/")[0] == 200
        server.tell(["index.html"], {})
        for page in pages:
            assert page.receive() == {"errors": {}}
            assert page.receive() == {"reload": True}


SHOWN = {"Sec_Fetch_Dest": "document", "Accept": "text/html,*/*"}


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        (SHOWN, True),
        ({"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, True),
        ({"Sec_Fetch_Dest": "empty", "Accept": "*/*"}, False),
        ({"Sec_Fetch_Dest": "image", "Accept": "image/*"}, False),
        ({"Sec_Fetch_Dest": "iframe", "Accept": "text/html,*/*"}, False),
        ({"Accept": "*/*"}, False),
        ({}, False),
        ({**SHOWN, "Sec_Purpose": "prefetch"}, False),
    ],
)
def test_only_a_navigation_opens_a_page(serve: Serve, headers: dict[str, str], shown: bool) -> None:
    opened: list[str] = []
    server = serve(opened.append)
    assert ask(server, "/chapters/a%20b.html", **headers)[0] == 200
    assert ask(server, "/chapters/a%20b.html", method="HEAD", **headers)[0] == 200
    assert ask(server, "/style.css", **headers)[0] == 200
    assert ask(server, "/nothing.html", **headers)[0] == 404
    assert opened == (["chapters/a b.html"] if shown else [])
    named = HTTPHeaders({name.replace("_", "-"): value for name, value in headers.items()})
    assert is_navigation(named) is shown


def test_a_page_that_closes_while_it_is_told_is_no_news_for_the_terminal() -> None:
    printed: list[object] = []

    async def tell() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: printed.append(context))
        connection = object.__new__(Connection)
        connection.news, connection.mark, connection.page = News(), "of another preview", "a.html"
        told = loop.create_future()
        told.set_exception(WebSocketClosedError())
        connection.write_message = lambda _: told  # type: ignore[method-assign]
        connection.catch_up(other_errors=True)
        await asyncio.sleep(0)

    asyncio.run(tell())
    gc.collect()
    assert printed == []
