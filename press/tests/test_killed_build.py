"""A build that is killed anywhere leaves a whole site, and the next build is right."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from tiny_book import contents, write_book

from press.book.project import read_project
from press.build.build import render
from press.build.swap import only_build

Edit = Callable[[str, str, str], None]
CHANGED = ("chapters/first.qmd", "Before.", "A new sentence.")

# Renders the book, and kills itself after (or instead of) the step that the argument patches.
DRIVER = """
import os, signal, sys
from pathlib import Path
from press.build import build
from press.build import swap
from press.publish import website
from press.cli import main

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def then_die(step):
    return lambda *values, **named: (step(*values, **named), die())

exec(sys.argv[1])
main(["render", "--no-pdf"])
"""
TWO_RENAMES = "swap._exchange = lambda *_: False\n"
FIRST_RENAME = """
rename = Path.rename
Path.rename = lambda old, new: (rename(old, new), old.name == "_site" and die())
"""
STEPS = {  # what the site is when the build is killed there
    "build.run_book = then_die(build.run_book)": "old",
    "build.Weaving.finish = then_die(build.Weaving.finish)": "old",
    "website.write_whole = then_die(website.write_whole)": "old",
    "build.replace_site = die": "old",
    "swap._exchange = then_die(swap._exchange)": "new",
    TWO_RENAMES + FIRST_RENAME: "none",
    TWO_RENAMES + "build.replace_site = then_die(build.replace_site)": "new",
}


@pytest.fixture(scope="module")
def published(run_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two books that have been rendered undisturbed: `old`, and `new` after a change of prose."""
    folder = tmp_path_factory.mktemp("published")
    for name in ("old", "new"):
        book = write_book(folder / name)
        shutil.copytree(run_once / "_build", book / "_build")
        if name == "new":
            path = book / CHANGED[0]
            path.write_text(path.read_text().replace(*CHANGED[1:]))
        render(read_project(book), jobs=2, pdf=False)
    assert contents(folder / "old/_site") != contents(folder / "new/_site")
    return folder


@pytest.fixture
def changed(book: Path, published: Path, edit: Edit) -> Path:
    """A book that is published, and has been changed since."""
    for name in ("_build", "_site"):
        shutil.copytree(published / "old" / name, book / name)
    edit(*CHANGED)
    return book


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files, with a path short enough for sockets."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.mark.parametrize("step", STEPS)
def test_the_site_is_whole_wherever_the_build_is_killed(
    changed: Path, published: Path, step: str
) -> None:
    done = subprocess.run([sys.executable, "-c", DRIVER, step], cwd=changed)
    assert done.returncode == -signal.SIGKILL
    project, site = read_project(changed), changed / "_site"
    if STEPS[step] == "none":
        assert not site.exists()
        with only_build(project):  # what every command does first that reads or writes the site
            assert contents(site) == contents(published / "old/_site")
    else:
        assert contents(site) == contents(published / STEPS[step] / "_site")
    render(project, jobs=2, pdf=False)
    assert contents(site) == contents(published / "new/_site")
    assert not list((changed / "_build").glob("site.*"))
    assert not list((changed / "_build").rglob("*.part"))


@pytest.mark.parametrize("call", ["time.sleep(300)", 're.match("(a+)+$", 40 * "a" + "b")'])
def test_nothing_survives_a_build_that_is_killed_while_a_cell_runs(
    changed: Path, published: Path, edit: Edit, temporary: Path, tmp_path: Path, call: str
) -> None:
    cell = (
        "import re, time\n"
        'Path(os.environ["CELL_LOG"]).with_name("kernel").write_text(f"{os.getpid()}\\n")\n' + call
    )
    edit("chapters/first.qmd", 'log("first")', cell)
    command = [sys.executable, "-m", "press.cli", "render", "--no-pdf"]
    with subprocess.Popen(command, cwd=changed) as build:
        note = tmp_path / "kernel"
        wait_for(lambda: note.exists() and note.read_text().endswith("\n"))
        build.kill()
    assert contents(changed / "_site") == contents(published / "old/_site")
    kernel = int(note.read_text())
    wait_for(lambda: not runs(kernel))

    (left,) = temporary.iterdir()
    os.utime(left, (0, 0))
    edit("chapters/first.qmd", cell, 'log("first")')
    edit("chapters/first.qmd", "double(21)", "double(20) + 2")
    render(read_project(changed), jobs=2, pdf=False)
    assert not list(temporary.iterdir())
    assert "answer is 42" in (changed / "_site/chapters/first.html").read_text()


def runs(process: int) -> bool:
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_folders_in_use_or_of_others_are_left_alone(temporary: Path) -> None:
    from press.run.workfolder import kernel_folder

    other = temporary / "press-kernel-notes"
    other.mkdir()
    os.utime(other, (0, 0))
    with kernel_folder() as first:
        os.utime(first, (0, 0))
        with kernel_folder() as second:
            assert sorted(temporary.iterdir()) == sorted([other, first, second])
    assert list(temporary.iterdir()) == [other]


def test_where_the_swap_fails_the_old_site_comes_back(
    changed: Path, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("press.build.swap._exchange", lambda *_: False)
    rename = Path.rename

    def refused(path: Path, target: Path) -> Path:
        if target == changed / "_site" and path.name != "site.old":
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(OSError, match="No space"):
        render(read_project(changed), jobs=2, pdf=False)
    assert contents(changed / "_site") == contents(published / "old/_site")


WAITING = """
from press.build import build
from press.cli import main

collect = build.collect
def later(*values, **named):
    print("at work", flush=True)
    input()
    return collect(*values, **named)

build.collect = later
main(["render", "--no-pdf"])
"""


def test_a_second_build_waits_for_the_first(changed: Path, published: Path) -> None:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": changed}
    first = subprocess.Popen([sys.executable, "-c", WAITING], stdin=subprocess.PIPE, **pipes)
    assert any("at work" in line for line in first.stdout)
    command = [sys.executable, "-u", "-m", "press.cli", "render", "--no-pdf"]
    second = subprocess.Popen(command, **pipes)
    assert second.stderr.readline() == "waiting for another build of this book to end …\n"
    assert contents(changed / "_site") == contents(published / "old/_site")
    _, errors = first.communicate("\n")
    assert (first.returncode, errors) == (0, "")
    printed, errors = second.communicate()
    assert (second.returncode, errors) == (0, "")
    assert "index.qmd: from cache" in printed
    assert contents(changed / "_site") == contents(published / "new/_site")


def test_a_build_that_waited_locks_the_folder_that_is_there_now(book: Path) -> None:
    import fcntl
    import threading

    project, at_work, done = read_project(book), threading.Event(), threading.Event()

    def second() -> None:
        with only_build(project):
            at_work.set()
            done.wait(20)

    thread = threading.Thread(target=second)
    with only_build(project):
        thread.start()
        time.sleep(0.2)  # so that it waits; if it does not yet, the test still holds
        shutil.rmtree(project.build)
    assert at_work.wait(20)
    with (project.build / "lock").open("w") as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    done.set()
    thread.join()


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
