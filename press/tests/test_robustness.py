"""What can befall a build: always a clear message, nothing lost, and the next run is right."""

import errno
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from tiny_book import contents

from press import cli
from press.book.project import read_project
from press.build import build as rendering
from press.build.build import render
from press.check.book import checked_documents
from press.errors import PressError
from press.publish.pdf import write_pdf
from press.run import session
from press.run.kernels import Kernels, ask
from press.run.progress import Progress
from press.run.schedule import run_book

Edit = Callable[[str, str, str], None]


@pytest.fixture(scope="module")
def rendered(run_once: Path) -> dict[str, bytes]:
    """The site of the tiny book, undisturbed."""
    render(read_project(run_once), jobs=2, pdf=False)
    return contents(run_once / "_site")


@pytest.fixture
def published(book: Path, run_once: Path, rendered: dict[str, bytes]) -> Path:
    """The tiny book, rendered and then changed: the next build writes one page anew."""
    for name in ("_build", "_site"):
        shutil.copytree(run_once / name, book / name)
    return book


def render_by_command(book: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.chdir(book)
    return cli.main(["render", "--no-pdf"])


@pytest.mark.parametrize(
    "name", ["first-work.ipynb", "run.json", "second.md", "first.page.kept", "index.html"]
)
def test_a_disk_that_is_full(
    published: Path,
    rendered: dict[str, bytes],
    edit: Edit,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    """The disk is full when the file of that name is written: half of it fits."""
    edit("chapters/first.qmd", "Before.", "A new sentence.")
    if name == "first-work.ipynb":
        edit("chapters/first.qmd", "double(21)", "double(20) + 2")
    write = Path.write_bytes
    full = True

    def write_bytes(path: Path, content: bytes) -> int:
        if full and path.name.removesuffix(".part") == name:
            write(path, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return write(path, content)

    def write_text(path: Path, text: str, encoding: str = "utf-8") -> int:
        return write_bytes(path, text.encode(encoding))

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    monkeypatch.setattr(Path, "write_text", write_text)
    assert render_by_command(published, monkeypatch) == 1
    error = capsys.readouterr().err
    assert re.search(rf"{name}\S*: No space left on device\nPut this right", error), error
    assert contents(published / "_site") == rendered
    assert not list(published.rglob("*.part"))
    full = False
    assert render_by_command(published, monkeypatch) == 0
    assert "A new sentence." in (published / "_site/chapters/first.html").read_text()


@pytest.fixture
def small_disk(published: Path) -> Iterator[Path]:
    """The published book on a disk of its own with little room."""
    disk = published.with_name("disk")
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        shutil.copytree(published, disk / "book")
        yield disk / "book"
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.parametrize("room", [0, 200])
def test_a_small_disk(
    small_disk: Path,
    rendered: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    room: int,
) -> None:
    """A real disk, with so many kilobytes left."""
    page = small_disk / "chapters/first.qmd"
    page.write_text(page.read_text().replace("Before.", "A new sentence."))
    free = os.statvfs(small_disk).f_bavail * 4
    ballast = small_disk.with_name("ballast")
    ballast.write_bytes(bytes(max(0, free - room) * 1024))
    assert render_by_command(small_disk, monkeypatch) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert contents(small_disk / "_site") == rendered
    ballast.unlink()
    assert render_by_command(small_disk, monkeypatch) == 0
    assert b"A new sentence." in contents(small_disk / "_site")["chapters/first.html"]


def test_a_disk_that_may_only_be_read(
    small_disk: Path,
    rendered: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    remount = ["mount", "-o", "remount,ro", str(small_disk.parent)]
    subprocess.run(remount, check=True)
    assert render_by_command(small_disk, monkeypatch) == 1
    assert re.search(r"_build/lock: Read-only file system\nPut this right", capsys.readouterr().err)
    assert contents(small_disk / "_site") == rendered


@pytest.mark.parametrize("name", ["_build", "_build/book", "_build/pages"])
def test_a_file_in_the_place_of_a_folder(
    published: Path,
    rendered: dict[str, bytes],
    edit: Edit,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    edit("chapters/first.qmd", "Before.", "A new sentence.")
    aside = published.with_name("aside")
    (published / name).rename(aside)
    (published / name).write_text("in the way")
    assert render_by_command(published, monkeypatch) == 1
    assert re.search(rf"{name}\S*: (File exists|Not a directory)", capsys.readouterr().err)
    assert contents(published / "_site") == rendered
    (published / name).unlink()
    aside.rename(published / name)
    assert render_by_command(published, monkeypatch) == 0
    assert "A new sentence." in (published / "_site/chapters/first.html").read_text()


@pytest.mark.parametrize(
    ("name", "step"),
    [("_site", "replace_site"), ("_build", "write_website"), ("_build", "replace_site")],
)
def test_a_folder_that_vanishes_during_the_build(
    published: Path,
    rendered: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    step: str,
) -> None:
    original = getattr(rendering, step)
    kept = published.with_name("kept")
    shutil.copytree(published / "_build", kept)

    def vanish(*values: object) -> object:
        shutil.rmtree(published / name)
        return original(*values)

    with monkeypatch.context() as context:
        context.setattr(rendering, step, vanish)
        ended = render_by_command(published, context)
    assert ended == (0 if name == "_site" else 1)
    if name == "_build":
        assert "No such file or directory" in capsys.readouterr().err
        shutil.rmtree(published / name, ignore_errors=True)
        kept.rename(published / name)  # so that the chapters need not run here
    assert contents(published / "_site") == rendered
    assert render_by_command(published, monkeypatch) == 0
    assert contents(published / "_site") == rendered


DAMAGES: dict[str, Callable[[str], str]] = {
    "half-written": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "garbage": lambda text: "\0\1" + text[2:],
    "another version": lambda text: '{"metadata": {}, "version": 0}',
}


def test_entries_that_cannot_be_trusted_are_made_again(
    published: Path, rendered: dict[str, bytes]
) -> None:
    folder = published / "_build"
    entries = sorted([*(folder / "executed").rglob("*.json"), *(folder / "pages").rglob("*.kept")])
    assert len(entries) > 2 * len(DAMAGES)
    for path, damage in zip(entries, itertools.cycle(DAMAGES.values())):
        path.write_text(damage(path.read_text()))
    assert render(read_project(published), jobs=2, pdf=False).cells_run
    assert contents(published / "_site") == rendered
    assert render(read_project(published), jobs=2, pdf=False).cells_run == 0


def test_a_kept_page_that_was_altered_is_made_again(
    published: Path, rendered: dict[str, bytes]
) -> None:
    path = published / "_build/pages/chapters/first.page.kept"
    text = path.read_text()
    assert "Before" in text
    path.write_text(text.replace("Before", "Behind"))
    render(read_project(published), jobs=2, pdf=False)
    assert contents(published / "_site") == rendered


def test_a_kept_pdf_that_was_altered_is_made_again(published: Path) -> None:
    project, pdf, kept = read_project(published), published / "a.pdf", published / "_build/pdf.kept"
    write_pdf(project, published / "_build/book", pdf)
    made, entry = pdf.read_bytes(), kept.read_bytes()
    for damage in (entry[:-1], b"", made):
        kept.write_bytes(damage)
        write_pdf(project, published / "_build/book", pdf)
        assert (pdf.read_bytes(), kept.read_bytes()) == (made, entry)


def test_a_kernel_that_hangs_in_a_call_is_ended(
    published: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    add = Kernels.add

    def note(kernels: Kernels, process: int) -> None:
        started.append(process)
        add(kernels, process)

    monkeypatch.setattr(Kernels, "add", note)
    monkeypatch.setattr(session, "CELL_SECONDS", 1)
    endless = '__import__("re").match("(a+)+$", 40 * "a" + "b")'
    edit("chapters/first.qmd", 'log("first")', endless)
    with pytest.raises(PressError, match=r"first\.qmd:\d+: twice took longer than 1 seconds"):
        render(read_project(published), jobs=2, pdf=False)
    (kernel,) = started
    assert not psutil.pid_exists(kernel) or psutil.Process(kernel).status() == "zombie"


def test_a_kernel_that_does_not_start(
    published: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch, rendered: dict[str, bytes]
) -> None:
    edit("chapters/second.qmd", "numbers = ", "numbers  = ")
    with monkeypatch.context() as context:
        context.setattr(sys, "executable", "/bin/false")
        with pytest.raises(PressError, match=r"^chapters/second\.qmd: its Python did not start"):
            render(read_project(published), jobs=2, pdf=False)
    assert contents(published / "_site") == rendered
    assert render(read_project(published), jobs=2, pdf=False).cells_run >= 2


def test_a_kernel_that_ends_between_two_cells(
    published: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "uses_of", lambda project, client: ask(client, os._exit, 1))
    edit("chapters/second.qmd", "numbers = ", "numbers  = ")
    with pytest.raises(PressError, match=r"^chapters/second\.qmd: .* ended between two cells"):
        render(read_project(published), jobs=2, pdf=False)


IMPATIENT = """
import os, signal, sys
from nbclient import NotebookClient
from press.cli import main
from press.run import schedule
from press.run.kernels import Kernels

started = []
add = Kernels.add

def add_silent(kernels, process):
    started.append(process)
    if len(started) == 2:
        os.kill(process, signal.SIGSTOP)
    add(kernels, process)

Kernels.add = add_silent
NotebookClient._cleanup_kernel = lambda _: print("nbclient ends a kernel", file=sys.stderr)
schedule.PATIENCE = 0
sys.exit(main(["render", "--no-pdf"]))
"""


def test_a_build_that_failed_waits_for_no_kernel(book: Path, edit: Edit) -> None:
    """Nor does nbclient, for one that is about to start: that would wait for good at times."""
    late_error = "import time; time.sleep(2); 1 / 0\n"  # in both, whichever kernel is there first
    edit("chapters/first.qmd", "print(answer)", late_error)
    edit("chapters/second.qmd", "numbers = Path", f"{late_error}numbers = Path")
    command = [sys.executable, "-c", IMPATIENT]
    done = subprocess.run(
        command, cwd=book, timeout=60, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert "nbclient" not in done.stderr


def test_a_temporary_folder_with_a_long_name_is_no_obstacle(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    project = read_project(book)
    with Progress() as progress:
        run_book(project, checked_documents(project), 2, progress)
    assert not list(folder.glob("press-kernel-*"))
