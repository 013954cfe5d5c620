"""Fixtures that set up the tiny book."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_book import write_book

from press.book.project import read_project
from press.preview.workshop import Workshop

# They run the tiny book, with a kernel for each of its chapters, or pandoc once after the other;
# `make test-quick` leaves them out.
SLOW = {
    "test_cli",
    "test_execute",
    "test_killed_build",
    "test_live",
    "test_mathematics",
    "test_notebooks",
    "test_nursery",
    "test_package",
    "test_pages",
    "test_pdf",
    "test_preview",
    "test_ready",
    "test_render",
    "test_repeatable",
    "test_robustness",
    "test_search",
    "test_solutions_published",
    "test_stale",
    "test_tables",
    "test_work_notebooks",
    "test_workshop",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.stem in SLOW:
            item.add_marker("slow")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system's Chromium; one without a window needs half the time for a page."""
    names = ("chromium-headless-shell", "chromium")
    found = next(filter(None, map(shutil.which, names)), None)
    return found or pytest.skip(f"no browser: neither {' nor '.join(names)} is on the PATH")


@pytest.fixture
def forking() -> None:
    """For tests of kernels that are forked."""
    if sys.platform != "linux":
        pytest.skip("kernels are forked on Linux only")


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of the tiny book. Its cells write their names to `cells.log`, outside of it."""
    monkeypatch.setenv("CELL_LOG", str(tmp_path / "cells.log"))
    return write_book(tmp_path / "book")


@pytest.fixture(scope="session")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny book after a preview has shown it, for tests that begin there."""
    folder = tmp_path_factory.mktemp("run-once")
    workshop = Workshop(read_project(write_book(folder / "book")))
    with pytest.MonkeyPatch.context() as context:
        context.setenv("CELL_LOG", str(folder / "cells.log"))
        workshop.open(2)
    workshop.close()
    shutil.rmtree(workshop.site.parent)  # which is copied without
    return folder / "book"


@pytest.fixture
def executed(book: Path, run_once: Path) -> None:
    """Let the tiny book's chapters have run before, and its pages have been made."""
    shutil.copytree(run_once / "_build", book / "_build")


@pytest.fixture
def cells_run(tmp_path: Path) -> Callable[[], list[str]]:
    """Say which chapters' cells have run since the last call, sorted."""
    told = 0

    def take() -> list[str]:
        # A file taken away between a cell's opening it and its writing would take the word along.
        nonlocal told
        log = tmp_path / "cells.log"
        names = log.read_text().split()[told:] if log.exists() else []
        told += len(names)
        return sorted(names)

    return take


@pytest.fixture
def edit(book: Path) -> Callable[[str, str, str], None]:
    """Replace text in one of the book's files."""

    def replace(name: str, old: str, new: str) -> None:
        text = (book / name).read_text(encoding="utf-8")
        assert old in text
        # Whole at once, as editors do: on a busy machine the preview may read it at any moment.
        aside = book.parent / "aside"
        aside.write_text(text.replace(old, new), encoding="utf-8")
        aside.replace(book / name)

    return replace
