"""Two builds from nothing give the same bytes where SOURCE_DATE_EPOCH is set."""

from pathlib import Path

import pytest
from package_book import WHEEL, add_package
from tiny_book import contents, write_book
from woven_book import code, executed, project

from press.book.project import read_project
from press.build.build import make_notebooks, render
from press.disk.epoch import source_date_epoch
from press.errors import PressError
from press.run.summary import run_summary


def test_two_builds_in_two_folders_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    monkeypatch.setenv("CELL_LOG", str(tmp_path / "cells.log"))
    made = []
    for name, jobs in (("one", 1), ("another/with a longer path", 3)):
        book = write_book(tmp_path / name)
        colophon = book / "colophon.qmd"
        colophon.write_text(colophon.read_text().replace("print([", "print(run, ["))
        add_package(book)
        about = read_project(book)
        assert render(about, jobs=jobs).cells_run == 5
        make_notebooks(about, jobs=jobs, output=book / "notebooks")
        made.append({**contents(book / "_site"), **contents(book / "notebooks")})
    one, another = made
    assert {"tiny.pdf", "results.json", "library/search-index.js"} < set(one)
    assert {"tiny-notebooks.zip", WHEEL, "chapters/first-work.ipynb"} < set(one)
    assert b"2001-09-09" in one["colophon.html"]
    assert sorted(name for name in one if one[name] != another.get(name)) == []
    assert set(one) == set(another)


@pytest.mark.parametrize(
    ("epoch", "date", "seconds"),
    [("1000000000", "2001-09-09", None), ("0", "1970-01-01", None), ("", "2026-01-02", 0.5)],
)
def test_the_record_of_the_run_has_no_times_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epoch: str, date: str, seconds: float | None
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    ran = executed(code("1"), code("2"), date="2026-01-02")
    (chapter,) = run_summary(project(tmp_path), [ran])["chapters"]
    assert (chapter["date"], chapter["seconds"]) == (date, seconds)


@pytest.mark.parametrize("epoch", ["soon", "1.5", "-1"])
def test_an_epoch_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch, epoch: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(PressError, match=f"SOURCE_DATE_EPOCH is {epoch}; it must be whole"):
        source_date_epoch()


def test_an_empty_epoch_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "")
    assert source_date_epoch() is None
