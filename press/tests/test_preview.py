"""`press preview` as an author meets it: a process that watches, a browser that is told."""

import contextlib
import http.client
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from tiny_book import write
from web_socket import Socket, own_port

from press import cli
from press.preview.owner import Inbox, until_interrupted
from press.preview.watch import watching

Edit = Callable[[str, str, str], None]
SECONDS = 120  # how long to wait for what has to come
COMMAND = [sys.executable, "-u", "-m", "press.cli", "preview"]
SLEEPING = """
```{{python}}
import os, time
with open({name!r}, "w") as file:
    file.write(str(os.getpid()))
time.sleep(600)
```
"""


class Preview:
    """A running `press preview`, and what it prints."""

    def __init__(self, book: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, *options],
            cwd=book,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line)

    def lines_until(self, text: str) -> list[str]:
        """Wait for a line with `text`; return it and all before it that nobody waited for."""
        lines: list[str] = []
        with contextlib.suppress(queue.Empty):
            while not lines or text not in lines[-1]:
                lines.append(self._lines.get(timeout=SECONDS).strip())
            return lines
        raise AssertionError(f"the preview does not print {text}")

    def line_with(self, text: str) -> str:
        """Wait for a line with `text`, past all others."""
        return self.lines_until(text)[-1]

    def port(self) -> int:
        return int(self.line_with("shows the book").split("/")[2].split(":")[1])

    def end(self, how: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """End it as a terminal does, with everything that it has started; give what it prints."""
        os.killpg(self.process.pid, how)
        status = self.process.wait(SECONDS)
        self._reader.join()
        return status, "".join(self._lines.get() for _ in range(self._lines.qsize()))


Start = Callable[..., Preview]


@pytest.fixture
def start(book: Path, executed: None) -> Iterator[Start]:
    """Start a preview of the book; none outlives its test."""
    started: list[Preview] = []

    def now(*options: str) -> Preview:
        started.append(Preview(book, *options))
        return started[-1]

    yield now
    for each in started:
        if each.process.poll() is None:
            each.end(signal.SIGKILL)


@pytest.fixture
def preview(start: Start) -> Iterator[Preview]:
    running = start()
    yield running
    status, printed = running.end()
    assert status == 0
    assert "Traceback" not in printed
    assert "nterrupt" not in printed


def get(port: int, address: str = "/chapters/first.html", **headers: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", address, headers=headers)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def open_page(port: int, address: str = "/chapters/first.html") -> tuple[str, Socket]:
    """Open a page as a browser does, with its news."""
    text = get(port, address)
    mark = text.split('data-mark="')[1].split('"')[0]
    return text, Socket(port, f"/_preview/news?page={address}&mark={mark}")


def test_edits_errors_and_their_end_reach_the_page_and_the_terminal(
    book: Path, preview: Preview, edit: Edit
) -> None:
    port = preview.port()
    text, page = open_page(port)
    assert "Before." in text
    with page:
        assert page.receive() == {"errors": {}}
        edit("chapters/first.qmd", "Before.", "A new sentence.")
        assert page.receive() == {"reload": True}
    assert "chapters/first.html: shown after" in preview.line_with("shown after")

    text, page = open_page(port)
    assert "A new sentence." in text
    with page:
        assert page.receive() == {"errors": {}}
        edit("chapters/first.qmd", "@smith2020", "@nobody")
        told = page.receive()["errors"]
        assert list(told) == ["chapters/first.qmd"]
        (message,) = told.values()
        assert message.startswith("chapters/first.qmd:3: @nobody is not an entry")
        assert preview.line_with("@nobody") == message
        edit("chapters/second.qmd", "will count", "will count well")
        assert "chapters/second.html: shown" in preview.line_with("shown after")
        text, later = open_page(port)
        assert "A new sentence." in text
        with later:
            assert later.receive() == {"errors": told}
        edit("index.qmd", "@sec-first", "@sec-none")
        assert list(page.receive()["errors"]) == ["index.qmd", "chapters/first.qmd"]
        edit("chapters/first.qmd", "@nobody", "@smith2020")
        assert list(page.receive()["errors"]) == ["index.qmd"]
        preview.line_with("chapters/first.qmd: no error any more")
        edit("index.qmd", "@sec-none", "@sec-first")
        assert page.receive() == {"errors": {}}
        preview.line_with("No error any more")
        edit("chapters/first.qmd", "[1, 2]", "[1, 3]")
        assert page.receive() == {"reload": True}


def test_a_second_preview_is_refused_and_clean_deletes_nothing(
    book: Path,
    preview: Preview,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    port = preview.port()
    monkeypatch.chdir(book)
    assert cli.main(["preview"]) == 1
    assert "another `press preview` is running here" in capsys.readouterr().err
    write(book, "_site/index.html", "")
    assert cli.main(["clean"]) == 1
    assert "`press preview` is running here" in capsys.readouterr().err
    assert (book / "_site/index.html").exists()
    assert "Before." in get(port)


def test_the_port_is_the_one_asked_for_or_an_error(book: Path, start: Start) -> None:
    port = own_port()
    with socket.create_server(("127.0.0.1", port)):
        command = [*COMMAND, "--port", str(port)]
        refused = subprocess.run(command, cwd=book, capture_output=True, text=True, timeout=60)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"port {port} cannot be used (address already in use)")
    assert refused.stdout == ""  # nothing was run in vain
    running = start("--port", str(port))
    assert running.port() == port
    assert running.end()[0] == 0


def test_a_preview_that_cannot_begin_says_why(
    book: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(book, "index.qmd", "# Welcome {.unnumbered}\n\n@nobody\n")
    monkeypatch.chdir(book)
    assert cli.main(["preview"]) == 1
    assert "index.qmd:3: @nobody" in capsys.readouterr().err


def kernel_in(file: Path) -> psutil.Process:
    """Wait until a cell has written its process to a file."""
    end = time.monotonic() + SECONDS
    while not (file.exists() and file.read_text()):
        assert time.monotonic() < end, "no kernel has begun"
        time.sleep(0.05)
    return psutil.Process(int(file.read_text()))


def test_ctrl_c_ends_a_wait_that_it_does_not_wake() -> None:
    inbox, ended = Inbox(), threading.Event()
    in_time = []

    def interrupt() -> None:
        time.sleep(0.2)  # the main thread waits by then
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)  # it is not woken by this
        in_time.append(ended.wait(SECONDS))
        inbox.put("end the wait, whatever the preview does")

    thread = threading.Thread(target=interrupt)
    with until_interrupted():
        thread.start()
        inbox.take()
    ended.set()
    thread.join()
    assert in_time == [True]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("when", ["at the start", "after an edit", "while warming"])
def test_whoever_ends_it_gets_quiet_and_no_kernel_is_left(
    book: Path, start: Start, edit: Edit, tmp_path: Path, when: str, how: signal.Signals
) -> None:
    file = tmp_path / "kernel"
    cell = SLEEPING.format(name=str(file))
    if when == "at the start":
        write(book, "index.qmd", f"# Welcome {{.unnumbered}}\n{cell}\n")
        running = start()
    elif when == "after an edit":
        running = start()
        running.port()
        write(book, "index.qmd", f"# Welcome {{.unnumbered}}\n{cell}\n")
    else:
        hang = f'import time\nopen({str(file)!r}, "w").write(str(os.getpid()))\n'
        hang += 'time.sleep(600 * os.path.exists("hang"))\n'
        edit("chapters/first.qmd", "import os\n", "import os\n" + hang)
        running = start()
        port = running.port()
        file.unlink()
        write(book, "chapters/hang", "")
        get(port, Accept="text/html")
    kernel = kernel_in(file)
    status, printed = running.end(how)
    assert (status, "Traceback" in printed, "nterrupt" in printed) == (0, False, False)
    assert not kernel.is_running() or kernel.status() == psutil.STATUS_ZOMBIE


def test_what_changes_while_the_preview_begins_is_shown(
    book: Path, start: Start, edit: Edit, tmp_path: Path
) -> None:
    file = tmp_path / "kernel"
    cell = SLEEPING.format(name=str(file)).replace("sleep(600)", "sleep(3)")
    write(book, "index.qmd", f"# Welcome {{.unnumbered}}\n{cell}\n")
    running = start()
    kernel_in(file)  # by then the chapters have been read
    edit("chapters/first.qmd", "Before.", "A new sentence.")
    running.line_with("chapters/first.html: shown after")
    assert running.end()[0] == 0


def test_what_changes_while_a_cell_runs_is_shown_next(
    book: Path, preview: Preview, edit: Edit, tmp_path: Path
) -> None:
    preview.port()
    file = tmp_path / "kernel"
    cell = SLEEPING.format(name=str(file)).replace("sleep(600)", "sleep(3)")
    write(book, "index.qmd", f"# Welcome {{.unnumbered}}\n{cell}\n")
    kernel_in(file)
    edit("chapters/tools.py", "2 * number", "3 * number")
    time.sleep(0.3)  # so that the watch tells of them apart; if it does not, the test still holds
    edit("data/numbers.txt", "1 2 3", "1 2 3 4")
    preview.line_with("index.html")
    preview.line_with("chapters/first.html: shown after")
    preview.line_with("chapters/second.html: shown after")


def test_a_kernel_that_dies_while_idle_is_replaced_unseen(
    book: Path, preview: Preview, edit: Edit
) -> None:
    preview.port()
    edit("chapters/first.qmd", "double(21)", "double(4)")
    preview.line_with("shown after")
    (kernel,) = kernels_of(psutil.Process(preview.process.pid))
    kernel.kill()
    edit("chapters/first.qmd", "double(4)", "double(5)")
    *before, _ = preview.lines_until("chapters/first.html: shown")
    # Of cells that take seconds the preview tells, and on a busy machine each may.
    assert [
        line for line in before if not re.fullmatch(r"chapters/first.qmd.*: [\d.]+ s", line)
    ] == []


def test_a_watch_tells_of_everything_since_it_began(tmp_path: Path) -> None:
    told: queue.SimpleQueue[set[str] | Exception] = queue.SimpleQueue()
    threads = threading.active_count()
    (tmp_path / "folder").mkdir()
    with watching(tmp_path, told.put):
        write(tmp_path, "folder/a.qmd", "")
        found = told.get(timeout=60)
        assert isinstance(found, set)
        while "folder/a.qmd" not in found:
            found |= told.get(timeout=60)
    assert threading.active_count() == threads
    write(tmp_path, "b.qmd", "")
    assert told.empty()


def test_a_watch_that_fails_says_so(tmp_path: Path) -> None:
    told: queue.SimpleQueue[set[str] | Exception] = queue.SimpleQueue()
    with watching(tmp_path / "none", told.put):
        assert isinstance(told.get(timeout=60), Exception)


@pytest.fixture
def tabs(chromium: str) -> Iterator[Any]:
    """Tabs of the system's Chromium: its context, and the errors of scripts in its pages."""
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        context = browser.new_context()
        context.set_default_timeout(60_000)
        wrong: list[str] = []
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        yield context
        browser.close()
    assert not wrong


def test_eight_tabs_reload_at_their_place_and_show_errors(
    preview: Preview, edit: Edit, tabs: Any
) -> None:
    address = f"http://127.0.0.1:{preview.port()}/chapters/first.html"
    edit("chapters/first.qmd", "Before.", "Before.\n\n" + "A line.\n\n" * 100)
    preview.line_with("shown after")
    pages = [tabs.new_page() for _ in range(8)]
    for page in pages:
        page.goto(address)
    pages[0].locator("summary.callout-title").click()
    pages[0].evaluate("scrollTo(0, 900)")
    edit("chapters/first.qmd", "Before.", "A new sentence.")
    for page in pages:
        page.get_by_text("A new sentence.").wait_for()
    page = pages[0]
    # The text is there before the script that finds the page's place again has run.
    page.locator("details[open] > summary.callout-title").wait_for()
    page.wait_for_function("Math.round(scrollY) == 900")
    edit("chapters/first.qmd", "@smith2020", "@nobody")
    for each in pages:
        each.locator("#preview-errors pre", has_text="@nobody is not an entry").wait_for()
    edit("index.qmd", "@sec-first", "@sec-none")
    page.locator("#preview-errors strong", has_text="index.qmd").wait_for()
    assert page.locator("#preview-errors strong").all_inner_texts() == [
        "index.qmd",
        "chapters/first.qmd",
    ]
    edit("chapters/first.qmd", "@nobody", "@smith2020")
    page.locator("#preview-errors strong", has_text="first.qmd").wait_for(state="detached")
    edit("index.qmd", "@sec-none", "@sec-first")
    for each in pages:
        each.locator("#preview-errors").wait_for(state="detached")


def test_a_page_finds_the_next_preview(start: Start, edit: Edit, tabs: Any) -> None:
    port = own_port()
    running = start("--port", str(port))
    assert running.port() == port
    page = tabs.new_page()
    page.goto(f"http://127.0.0.1:{port}/chapters/first.html")
    running.end()
    edit("chapters/first.qmd", "Before.", "A new sentence.")
    running = start("--port", str(port))
    running.port()
    page.get_by_text("A new sentence.").wait_for()
    running.end()


def test_a_tooltip_warms_no_kernel_and_a_page_does(preview: Preview, tabs: Any) -> None:
    address = f"http://127.0.0.1:{preview.port()}/"
    page = tabs.new_page()
    page.goto(address)  # a page without code
    page.evaluate("fetch('/chapters/second.html').then(answer => answer.text())")
    page.evaluate(
        """() => new Promise(shown => {
          const frame = document.createElement('iframe')
          frame.src = '/chapters/second.html'
          frame.onload = shown
          document.body.append(frame)
        })"""
    )
    page.goto(address + "chapters/first.html")
    process = psutil.Process(preview.process.pid)
    end = time.monotonic() + SECONDS
    while not (kernels := kernels_of(process)):
        assert time.monotonic() < end, "no kernel has begun"
        time.sleep(0.05)
    assert len(kernels) == 1  # those of earlier requests would have been started before


def kernels_of(process: psutil.Process) -> list[psutil.Process]:
    return [each for each in process.children() if "ipykernel" in " ".join(each.cmdline())]


def endless(running: Path, *more: str) -> str:
    """Code that never ends, and says by a file that it has begun."""
    return "\n".join([f"open({str(running)!r}, 'w').close()", "while True:", *more, "    pass"])


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("deaf", [False, True], ids=["", "that heeds no interrupt"])
def test_a_newer_edit_interrupts_an_endless_cell(
    book: Path, preview: Preview, edit: Edit, tmp_path: Path, deaf: bool
) -> None:
    port, running = preview.port(), tmp_path / "running"
    ignoring = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" if deaf else ""
    code = ignoring + endless(running)
    edit("chapters/first.qmd", "print(answer)", f"print(answer)\n{code}")
    wait_for(running)
    running.unlink()
    edit("chapters/second.qmd", "you will count", "you will count slowly")
    preview.line_with("chapters/second.html: shown")
    assert "count slowly" in get(port, "/chapters/second.html")
    wait_for(running)  # the endless cell again, as it stands in the chapter
    edit("chapters/first.qmd", f"print(answer)\n{code}", "print(answer + 1)")
    preview.line_with("chapters/first.html: shown")
    assert "43" in get(port)


def test_a_fix_saved_while_the_preview_begins_interrupts_an_endless_cell(
    book: Path, start: Start, edit: Edit, tmp_path: Path
) -> None:
    code = endless(tmp_path / "running")
    edit("chapters/second.qmd", "numbers = Path", f"{code}\nnumbers = Path")
    running = start()
    wait_for(tmp_path / "running")
    edit("chapters/second.qmd", f"{code}\nnumbers = Path", "numbers = Path")
    edit("chapters/second.qmd", "you will count", "you will count at last")
    assert "count at last" in get(running.port(), "/chapters/second.html")


def test_a_working_copy_that_is_deleted_is_written_again(
    book: Path, preview: Preview, edit: Edit
) -> None:
    port = preview.port()
    shutil.rmtree(book / "_build")
    edit("chapters/first.qmd", "Before.", "Afterwards.")
    preview.line_with("the working copy is gone")
    assert "chapters/first.html" in preview.line_with("shown again")
    assert "Afterwards." in get(port)


def test_the_page_of_a_chapter_that_is_taken_out_is_gone(
    book: Path, preview: Preview, edit: Edit
) -> None:
    port = preview.port()
    assert "you will count" in get(port, "/chapters/second.html")
    edit("chapters/first.qmd", " and @tbl-later", "")
    preview.line_with("chapters/first.html: shown")
    edit("_quarto.yml", "chapters/first.qmd, chapters/second.qmd", "chapters/first.qmd")
    preview.line_with("chapters/first.html")
    assert "you will count" not in get(port, "/chapters/second.html")
