"""The other engine is found, of the right age, and called once."""

from pathlib import Path

import pytest

from press import cli

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def program(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in Quarto's place; it fails where a file `fails` stands beside it."""
    monkeypatch.chdir(book)
    path = tmp_path / "quarto"
    path.write_text(
        f'#!/bin/sh\nif [ "$1" = --version ]; then cat {tmp_path}/version; exit; fi\n'
        f'echo "$PWD $@" >> {tmp_path}/calls\ntest ! -e {tmp_path}/fails\n'
    )
    path.chmod(0o755)
    (tmp_path / "version").write_text("1.11.3\n")
    monkeypatch.setenv("QUARTO", str(path))
    return path


def test_it_is_called_once_for_both_formats(book: Path, program: Path) -> None:
    assert cli.main(["render", "--engine", "quarto"]) == 0
    assert (program.parent / "calls").read_text() == f"{book} render\n"


def test_without_the_pdf_only_pages_are_asked_for(book: Path, program: Path) -> None:
    assert cli.main(["render", "--engine", "quarto", "--no-pdf"]) == 0
    assert (program.parent / "calls").read_text() == f"{book} render --to html\n"


def test_its_failure_is_ours(program: Path, capsys: Captured) -> None:
    (program.parent / "fails").touch()
    assert cli.main(["render", "--engine", "quarto"]) == 1
    assert "quarto render failed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("version", "message"),
    [("1.10.9\n", "is 1.10.9; this book needs 1.11"), ("0.9", "is 0.9;"), ("", "is of no version")],
)
def test_an_old_one_is_refused(program: Path, capsys: Captured, version: str, message: str) -> None:
    (program.parent / "version").write_text(version)
    assert cli.main(["render", "--engine", "quarto"]) == 1
    assert message in capsys.readouterr().err
    assert not (program.parent / "calls").exists()


def test_a_newer_one_is_fine(program: Path) -> None:
    for version in ("1.11", "1.20.1", "2.0"):
        (program.parent / "version").write_text(version)
        assert cli.main(["render", "--engine", "quarto"]) == 0


def test_one_that_does_not_run_is_named(program: Path, capsys: Captured) -> None:
    program.write_text("#!/bin/sh\nexit 3\n")
    assert cli.main(["render", "--engine", "quarto"]) == 1
    assert "does not tell its version" in capsys.readouterr().err


def test_it_is_missing(program: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("QUARTO", str(program / "nothing"))
    assert cli.main(["render", "--engine", "quarto"]) == 1
    monkeypatch.delenv("QUARTO")
    monkeypatch.setenv("PATH", str(program / "nowhere"))
    assert cli.main(["render", "--engine", "quarto"]) == 1
    assert capsys.readouterr().err.count("Quarto is not installed") == 2
