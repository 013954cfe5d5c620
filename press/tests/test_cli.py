import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_book import write

import press
from press import cli

Edit = Callable[[str, str, str], None]
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _in_the_book(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(book)


def test_check_passes(capsys: Captured) -> None:
    assert cli.main(["check"]) == 0
    assert capsys.readouterr().out == "4 chapters, no problems\n"


def test_check_lists_problems_and_fails(edit: Edit, capsys: Captured) -> None:
    edit("index.qmd", "@sec-first", "@sec-none and @nobody")
    assert cli.main(["check"]) == 1
    errors = capsys.readouterr().err.splitlines()
    assert [line.split(" ")[0] for line in errors] == ["index.qmd:3:", "index.qmd:3:"]


def test_folder_without_a_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check"]) == 1
    assert "no _quarto.yml" in capsys.readouterr().err


def test_notebooks_are_written_where_one_wants_them(
    book: Path, capsys: Captured, cells_run: Callable[[], list[str]]
) -> None:
    assert cli.main(["notebooks", "--output", "out"]) == 0
    assert capsys.readouterr().out.endswith("6 notebooks in out\n")
    assert cells_run() == ["colophon", "first", "second"]
    written = {each.as_posix(): (book / each).read_bytes() for each in Path("out").rglob("*.*")}
    pages = ("chapters/first", "chapters/second", "colophon")
    names = {f"out/{page}-{kind}.ipynb" for page in pages for kind in ("work", "solved")}
    assert written.keys() == names
    assert not (book / "_site").exists()
    cli.main(["notebooks", "--output", "out"])
    assert cells_run() == []
    assert {name: (book / name).read_bytes() for name in names} == written


def test_render_says_where_the_site_is(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    called: dict[str, object] = {}
    monkeypatch.setattr(cli, "render", lambda _, **options: called.update(options))
    assert cli.main(["render", "--jobs", "3", "--no-pdf"]) == 0
    assert called == {"jobs": 3, "pdf": False}
    assert "_site/index.html" in capsys.readouterr().out
    assert cli.main(["render"]) == 0
    assert "_site/tiny.pdf" in capsys.readouterr().out


def test_preview_takes_a_port(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    called: dict[str, object] = {}
    monkeypatch.setattr(cli, "preview", lambda _, **options: called.update(options))
    assert cli.main(["preview", "--jobs", "2", "--port", "8123"]) == 0
    assert called == {"jobs": 2, "port": 8123}
    assert cli.main(["preview"]) == 0
    assert called == {"jobs": os.cpu_count(), "port": None}
    for wrong in ("0", "65536", "http"):
        with pytest.raises(SystemExit):
            cli.main(["preview", "--port", wrong])
        assert "expected a number from 1 to 65535" in capsys.readouterr().err


def test_interrupt_says_that_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "render", interrupt)
    assert cli.main(["render"]) == 130
    assert capsys.readouterr() == ("", "Interrupted; the last site is as it was.\n")


def test_a_full_disk_is_named_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def fill(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "_build/run.part")

    monkeypatch.setattr(cli, "render", fill)
    assert cli.main(["render"]) == 1
    assert capsys.readouterr().err.startswith("_build/run.part: No space left on device\n")


def test_a_chapter_is_not_rendered_alone(book: Path, capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        cli.main(["render", "chapters/first.qmd"])
    assert "unrecognized arguments: chapters/first.qmd" in capsys.readouterr().err
    assert not (book / "_build").exists()


@pytest.mark.usefixtures("executed")
def test_a_site_without_a_pdf_has_neither_an_old_one_nor_links_to_it(book: Path) -> None:
    assert cli.main(["render"]) == 0
    assert "tiny.pdf" in (book / "_site/index.html").read_text()
    assert cli.main(["render", "--no-pdf"]) == 0
    assert not (book / "_site" / "tiny.pdf").exists()
    assert "tiny.pdf" not in (book / "_site/index.html").read_text()


def test_what_an_author_puts_into_the_site_survives_builds_and_clean(
    book: Path, capsys: Captured
) -> None:
    assert cli.main(["render", "--no-pdf"]) == 0
    write(book, "_site/CNAME", "example.org")
    write(book, "_site/.nojekyll", "")
    write(book, "_site/own/page.html", "mine")
    write(book, "index.qmd", "# Welcome {.unnumbered}\n\nAnother text.\n")
    assert cli.main(["render", "--no-pdf"]) == 0
    assert "Another text" in (book / "_site/index.html").read_text()
    assert (book / "_site/CNAME").read_text() == "example.org"
    write(book, "_site/tiny.pdf", "mine, too")
    before = (book / "_site/index.html").read_bytes()
    capsys.readouterr()
    assert cli.main(["render"]) == 1
    assert "_site/tiny.pdf is yours, and the new site has a file" in capsys.readouterr().err
    assert (book / "_site/index.html").read_bytes() == before
    assert cli.main(["clean"]) == 0
    left = {path.relative_to(book).as_posix() for path in (book / "_site").rglob("*")}
    assert left == {
        "_site/CNAME",
        "_site/.nojekyll",
        "_site/own",
        "_site/own/page.html",
        "_site/tiny.pdf",
    }


@pytest.mark.parametrize("epoch", ["tomorrow", "-1", "1.5", "9" * 20, "\N{FULLWIDTH DIGIT ONE}"])
def test_a_date_that_is_none_is_an_error_before_anything_runs(
    book: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, epoch: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert cli.main(["render"]) == 1
    assert capsys.readouterr().err.startswith(f"SOURCE_DATE_EPOCH is {epoch}; it must be whole")
    assert not (book / "_build/executed").exists()


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    there = press.find_spec
    monkeypatch.setattr(press, "find_spec", lambda name: None if name == "typst" else there(name))
    assert press.main() == 1
    assert capsys.readouterr().err.startswith("missing from this Python: typst; install the press")


def test_clean_deletes_what_was_built_and_nothing_else(book: Path, capsys: Captured) -> None:
    write(book, "_site/index.html", "")
    write(book, "_build/run.json", "{}")
    before = {path.name for path in book.iterdir()}
    assert cli.main(["clean"]) == 0
    assert capsys.readouterr().out == "_site deleted\n_build deleted\n"
    assert {path.name for path in book.iterdir()} == before - {"_site", "_build"}
    assert cli.main(["clean"]) == 0
    assert capsys.readouterr().out == ""


def test_what_was_built_is_cleaned_where_no_preview_runs(book: Path, capsys: Captured) -> None:
    write(book, "_build/preview/lock", "")  # as a preview that has ended leaves it
    assert cli.main(["clean"]) == 0
    assert capsys.readouterr().out == "_build deleted\n"
    write(book, "_site/index.html", "")
    assert cli.main(["clean"]) == 0
    assert not (book / "_site").exists()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupting_a_long_cell_ends_its_kernel(
    book: Path, tmp_path: Path, how: signal.Signals
) -> None:
    pid = tmp_path / "pid"
    cell = (
        "import os, time\nfrom pathlib import Path\n"
        f"Path({str(pid)!r}).write_text(str(os.getpid()))\ntime.sleep(300)"
    )
    write(book, "index.qmd", f"# Welcome {{.unnumbered}}\n\n```{{python}}\n{cell}\n```\n")
    command = [sys.executable, "-m", "press.cli", "render"]
    build = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A job that a script runs in the background has been told to ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not (pid.exists() and pid.read_text()):
        assert build.poll() is None
        time.sleep(0.05)
    build.send_signal(how)
    _, errors = build.communicate(timeout=60)
    assert build.returncode == 130
    assert errors == "Interrupted; the last site is as it was.\n"
    assert not Path("/proc", pid.read_text()).exists()
