"""`press preview` as an author meets it: a process that watches, a browser that is told."""

import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
from tiny_book import write

from press import cli

Edit = Callable[[str, str, str], None]
COMMAND = [sys.executable, "-u", "-m", "press.cli", "preview"]


@pytest.fixture
def preview(book: Path, executed: None) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        COMMAND, cwd=book, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    yield process
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    assert process.stdout
    process.stdout.close()


def line_with(process: subprocess.Popen[str], text: str) -> str:
    """Read what the preview prints up to a line with `text`."""
    assert process.stdout
    for line in process.stdout:
        if text in line:
            return line
    raise AssertionError(f"the preview ended before it printed {text}")


def open_page(port: int) -> tuple[str, IO[bytes]]:
    """Open the first chapter as a browser does, with its stream of events."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/chapters/first.html")
    text = connection.getresponse().read().decode()
    mark = text.split('data-mark="')[1].split('"')[0]
    events = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    events.request("GET", f"/_preview/events?{mark}")
    return text, events.getresponse()


def next_event(events: IO[bytes]) -> dict[str, object]:
    line = next(line for line in iter(events.readline, b"") if line.startswith(b"data: "))
    return json.loads(line.removeprefix(b"data: "))


def test_edits_errors_and_their_end_reach_the_page_and_the_terminal(
    book: Path, preview: subprocess.Popen[str], edit: Edit
) -> None:
    port = int(line_with(preview, "shows the book").split("/")[2].split(":")[1])
    page, events = open_page(port)
    assert "Before." in page
    edit("chapters/first.qmd", "Before.", "A new sentence.")
    assert next_event(events) == {"pages": ["chapters/first.html"]}
    assert "chapters/first.html: shown after" in line_with(preview, "shown after")
    assert "A new sentence." in open_page(port)[0]

    edit("chapters/first.qmd", "@smith2020", "@nobody")
    told = next_event(events)
    assert str(told["error"]).startswith("chapters/first.qmd:3: @nobody is not an entry")
    assert line_with(preview, "@nobody").strip() == told["error"]
    page, later = open_page(port)
    assert "A new sentence." in page
    assert next_event(later) == told

    edit("chapters/first.qmd", "@nobody", "@smith2020")
    assert next_event(events) == {"pages": []}
    line_with(preview, "No error any more")

    edit("chapters/first.qmd", "[1, 2]", "[1, 3]")
    assert next_event(events) == {"pages": "all"}


def test_a_second_preview_is_refused(
    book: Path,
    preview: subprocess.Popen[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    line_with(preview, "shows the book")
    monkeypatch.chdir(book)
    assert cli.main(["preview"]) == 1
    assert "another `press preview` is running here" in capsys.readouterr().err


def test_a_preview_that_cannot_begin_says_why(
    book: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(book, "index.qmd", "# Welcome {.unnumbered}\n\n@nobody\n")
    monkeypatch.chdir(book)
    assert cli.main(["preview"]) == 1
    assert "index.qmd:3: @nobody" in capsys.readouterr().err
