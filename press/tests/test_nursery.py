"""Kernels forked from one Python that has imported what the chapters import."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from tiny_book import write

from press.book.chapter import Document
from press.book.project import read_project
from press.build import build
from press.check.book import checked_documents
from press.run.executed import Executed
from press.run.forked import Forked, Nursery
from press.run.progress import Progress
from press.run.schedule import run_book

Edit = Callable[[str, str, str], None]
TELL = 'print(os.getppid(), *(name in sys.modules for name in ("matplotlib", "lxml", "tools")))'


def run(book: Path) -> list[Executed]:
    project = read_project(book)
    with Progress() as progress:
        return run_book(project, checked_documents(project), 2, progress)


def printed(chapter: Executed, cell: int) -> list[str]:
    (output,) = chapter.blocks[cell].outputs
    return output.text.split()


@pytest.fixture
def telling(book: Path, edit: Edit) -> Path:
    """The book, with two chapters that say in which state they began."""
    edit("chapters/first.qmd", "import os\nfrom", f"import os, sys\n{TELL}\nfrom")
    edit("chapters/first.qmd", "print(answer)", "")
    edit("chapters/first.qmd", " and @tbl-later", "")
    cell = f"```{{python}}\nimport os, sys\n{TELL}\n```"
    write(book, "chapters/second.qmd", f"# Second {{#sec-second}}\n\n{cell}\n")
    return book


@pytest.mark.usefixtures("forking")
def test_chapters_begin_with_what_is_installed_of_what_any_imports(telling: Path) -> None:
    _, first, second, _ = run(telling)
    of_first, of_second = printed(first, 1), printed(second, 1)
    assert of_first == of_second
    parent, *imported = of_first
    assert imported == ["True", "False", "False"]
    assert int(parent) != os.getpid()
    assert not psutil.pid_exists(int(parent))


def test_without_a_nursery_each_is_started_by_itself(
    telling: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    _, first, second, _ = run(telling)
    assert printed(first, 1) == printed(second, 1) == [str(os.getpid()), *3 * ["False"]]


@pytest.mark.usefixtures("forking")
def test_a_first_build_imports_while_it_checks(
    telling: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported: list[bool] = []

    def checked(*arguments: Any) -> list[Document]:
        children = psutil.Process().children()
        imported.append(any("press.run.nursery" in each.cmdline() for each in children))
        return checked_documents(*arguments)

    monkeypatch.setattr(build, "checked_documents", checked)
    for _ in range(2):
        build.render(read_project(telling), jobs=2, pdf=False)
    assert imported == [True, False]  # the second one need not run anything, perhaps


@pytest.mark.usefixtures("forking")
@pytest.mark.parametrize("program", ["", "import time\ntime.sleep(300)\n"], ids=["ended", "late"])
def test_a_nursery_that_does_not_answer_is_done_without(
    telling: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    write(tmp_path, "programs/other_nursery.py", program)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "programs"), prepend=os.pathsep)
    monkeypatch.setattr("press.run.forked.NURSERY", "other_nursery")
    monkeypatch.setattr("press.run.forked.LONGEST", 30 if not program else 0)
    _, first, _, _ = run(telling)
    assert printed(first, 1)[0] == str(os.getpid())


@pytest.mark.usefixtures("forking")
def test_an_order_that_is_never_read_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with Nursery(tmp_path, []) as nursery:
        nursery.begin()
        assert nursery._process
        nursery._process.wait()
        assert nursery.fork([], ".", {}) is None


@pytest.mark.usefixtures("forking")
def test_a_file_beside_a_chapter_goes_before_a_package_that_is_imported_already(
    book: Path, tmp_path: Path
) -> None:
    def fork() -> Forked | None:
        arguments = ["-f", str(tmp_path / "kernel.json")]
        return nursery.fork(arguments, str(book / "chapters"), dict(os.environ))

    with Nursery(book, checked_documents(read_project(book))) as nursery:
        forked = fork()
        assert forked
        forked.kill()
        forked.wait()
        write(book, "chapters/matplotlib.py", "")
        assert fork() is None


@pytest.mark.usefixtures("forking")
def test_a_package_that_starts_a_thread_is_not_forked(
    telling: Path, edit: Edit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "site-packages"
    write(installed, "threaded.py", "import threading\nthreading.Timer(300, print).start()\n")
    monkeypatch.syspath_prepend(installed)
    monkeypatch.setenv("PYTHONPATH", str(installed), prepend=os.pathsep)
    edit("chapters/first.qmd", "from pathlib", "import threaded\nfrom pathlib")
    _, first, _, _ = run(telling)
    assert printed(first, 1)[0] == str(os.getpid())


@pytest.mark.usefixtures("forking")
def test_settings_of_figures_beside_a_chapter_count(book: Path) -> None:
    run(book)
    (book / "chapters/matplotlibrc").write_text("lines.linewidth: 7\n")
    _, first, *_ = run(book)
    assert "stroke-width: 7" in first.blocks[3].outputs[0].data["image/svg+xml"]
