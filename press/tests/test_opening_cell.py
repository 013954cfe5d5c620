"""The first cell of a notebook, run where its package is and where it is not."""

import subprocess
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from woven_book import project

from press.publish.opening_cell import opening_cell
from press.publish.package import Wheel

NAME = "pools-1.0-py3-none-any.whl"
MISSING = Wheel(NAME, b"", "pools", "no_such_module", (3, 12))
PAGE = "parts/one.html"


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What is asked of pip, in a notebook's folder; nothing is installed."""
    made: list[list[str]] = []

    def run(command: list[str], **_: Any) -> SimpleNamespace:
        made.append(command)
        return SimpleNamespace(returncode=0, stderr="")

    (tmp_path / "parts").mkdir()
    monkeypatch.chdir(tmp_path / "parts")
    monkeypatch.setattr(subprocess, "run", run)
    return made


def run(tmp_path: Path, wheel: Wheel, page: str = PAGE, **changes: Any) -> dict[str, Any]:
    names: dict[str, Any] = {}
    with warnings.catch_warnings():
        exec(opening_cell(project(tmp_path, **changes), page, wheel, exercises=False), names)
    return names


def test_nothing_is_done_where_the_package_is(tmp_path: Path, calls: list[list[str]]) -> None:
    run(tmp_path, Wheel(NAME, b"", "pools", "json", None))
    assert calls == []


@pytest.mark.parametrize("place", [NAME, f"../{NAME}"])
def test_a_wheel_beside_the_notebook_or_in_the_archive_is_installed(
    tmp_path: Path, calls: list[list[str]], place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(place).touch()
    run(tmp_path, MISSING, site_url="https://example.org")
    (command,) = calls
    assert (command[:3], command[-2:]) == ([sys.executable, "-m", "pip"], ["install", place])
    assert capsys.readouterr().out.startswith("Installing pools, which may take")


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        (
            {"site_url": "https://example.org/b", "repo_url": "https://x.org/r"},
            f"https://example.org/b/{NAME}",
        ),
        ({"repo_url": "https://x.org/r", "package": "."}, "git+https://x.org/r@main"),
        (
            {"repo_url": "https://x.org/r", "package": "./a/b"},
            "git+https://x.org/r@main#subdirectory=a/b",
        ),
    ],
)
def test_else_the_site_or_the_repository_has_it(
    tmp_path: Path, calls: list[list[str]], settings: dict[str, str], address: str
) -> None:
    run(tmp_path, MISSING, **settings)
    assert [command[-1] for command in calls] == [address]


def told(error: pytest.ExceptionInfo[Exception]) -> str:
    """What Jupyter shows of an exception."""
    (line,) = error.value._render_traceback_()  # type: ignore[attr-defined]
    return str(line)


def test_where_nothing_is_known_one_sentence_says_what_to_do(
    tmp_path: Path, calls: list[list[str]]
) -> None:
    with pytest.raises(Exception, match="pools") as error:
        run(tmp_path, MISSING)
    assert calls == []
    assert told(error) == (
        f"This notebook needs the package pools, which is not installed: put {NAME}, which the "
        "book's website offers, beside it and run this cell again."
    )


def test_an_older_python_is_told_so(
    tmp_path: Path, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 11, 9))
    with pytest.raises(Exception, match="Python") as error:
        run(tmp_path, MISSING, site_url="https://example.org")
    assert calls == []
    assert told(error) == "This notebook needs Python 3.12 or newer: choose another kernel."


def test_where_pip_fails_its_words_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = SimpleNamespace(returncode=1, stderr="retrying …\nno network\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(Exception, match="could not be installed") as error:
        run(tmp_path, MISSING, site_url="https://example.org")
    printed = capsys.readouterr().out.splitlines()
    assert printed[1:] == ["no network"]  # not all that pip has tried
    assert f"from https://example.org/{NAME} (pip says why, above)" in told(error)


def test_it_brings_what_checks_exercises(tmp_path: Path) -> None:
    book = project(tmp_path, exercises="pools.checks")
    assert opening_cell(book, PAGE, None, exercises=True) == "from pools.checks import checked"
    assert opening_cell(book, PAGE, None, exercises=False) == ""
    last = opening_cell(book, PAGE, MISSING, exercises=True).split("\n")[-1]
    assert last == "from pools.checks import checked"
