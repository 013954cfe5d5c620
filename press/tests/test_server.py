"""The preview's server: this machine only, nothing but the folder, and news for open pages."""

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tiny_book import write

from press.preview.server import News, PageServer

Ask = Callable[..., tuple[int, dict[str, str], bytes]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "site/index.html": "<head></head>Home",
        "site/chapters/a b.html": "<head></head>Chapter",
        "site/style.css": "p {}",
        "site/404.html": "<head></head>Not found",
        "site/empty/file.txt": "",
        "secret.html": "secret",
    }.items():
        write(tmp_path, name, text)
    (tmp_path / "site/link.html").symlink_to(tmp_path / "secret.html")
    return tmp_path / "site"


@pytest.fixture
def serve(folder: Path) -> Iterator[Callable[..., PageServer]]:
    servers: list[PageServer] = []

    def start(*arguments: object) -> PageServer:
        server = PageServer(folder, 0, *arguments)  # type: ignore[arg-type]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def ask(server: PageServer, path: str, method: str = "GET", **headers: str):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, dict(answer.headers), answer.read()


def raw(server: PageServer, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def test_pages_are_served_as_they_are(serve) -> None:
    server = serve()
    status, headers, body = ask(server, "/")
    assert (status, body) == (200, b"<head></head>Home")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert ask(server, "/chapters/a%20b.html?found=x")[2] == b"<head></head>Chapter"
    assert ask(server, "/style.css")[1]["Content-Type"] == "text/css; charset=utf-8"
    assert ask(server, "/", method="HEAD")[::2] == (200, b"")


def test_it_listens_on_this_machine_only(serve) -> None:
    assert serve().server_address[0] == "127.0.0.1"


def test_a_port_that_is_taken_gives_another(serve, folder: Path) -> None:
    first = serve()
    with PageServer(folder, first.server_port) as second:
        assert second.server_port != first.server_port


@pytest.mark.parametrize(
    "path",
    [
        "/nothing.html",
        "/empty/",
        "/../secret.html",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "//secret.html",
        "/link.html",
        "/index.html%00.txt",
        "/" + "a" * 5000,
        "/chapters/a b.html/more",
        "/%ff%fe",
        "/_preview/events",
        "/_preview/preview.js",
    ],
)
def test_nothing_else_is_served(serve, path: str) -> None:
    status, _, body = ask(serve(), path.replace(" ", "%20"))
    assert (status, body) == (404, b"<head></head>Not found")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b" 501 "),
        (b"GET / HTTP/9.9\r\n\r\n", b" 505 "),
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n", b" 414 "),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", b" 403 "),
        (b"GET / HTTP/1.1\r\nHost: evil.example:80\r\n\r\n", b" 403 "),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b" 200 "),
        (b"", b""),
    ],
)
def test_odd_requests_are_survived(serve, capsys, request_: bytes, status: bytes) -> None:
    server = serve()
    assert status in raw(server, request_)[:300]
    assert ask(server, "/")[0] == 200
    assert capsys.readouterr() == ("", "")


def test_pages_are_told_what_changed(serve) -> None:
    news, opened = News(), []
    server = serve(news, opened.append)
    body = ask(server, "/chapters/a%20b.html")[2].decode()
    assert opened == ["chapters/a b.html"]
    assert b"EventSource" in ask(server, "/_preview/preview.js")[2]
    mark = body.split('data-mark="')[1].split('"')[0]
    stream = socket.create_connection(("127.0.0.1", server.server_port), timeout=10)
    stream.sendall(f"GET /_preview/events?{mark} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    lines = stream.makefile("rb")
    for item in ({"pages": ["index.html"]}, {"pages": [], "error": "a.qmd:1: no\nsuch luck"}):
        news.tell(item)
        line = next(line for line in lines if line.startswith(b"data: "))
        assert json.loads(line.removeprefix(b"data: ")) == item
    stream.close()


def test_an_error_that_stands_is_told_to_pages_opened_later() -> None:
    news = News()
    news.tell({"pages": ["a.html"]})
    assert news.since(news.mark(), 0)[0] == []
    news.tell({"pages": [], "error": "no"})
    assert news.since(news.mark(), 0)[0] == [{"pages": [], "error": "no"}]
    news.tell({"pages": []})
    assert news.since(news.mark(), 0)[0] == []


def test_pages_of_an_earlier_preview_reload() -> None:
    assert News().since(News().mark(), 0)[0] == [{"pages": "all"}]
    assert News().since("", 0)[0] == [{"pages": "all"}]
