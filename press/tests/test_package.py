"""The wheel of the package that a book's readers need."""

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from package_book import ANSWERS, WHEEL, add_package
from tiny_book import write

from press.book.project import read_project
from press.errors import PressError
from press.publish.package import repeatable, wheel_of

Edit = Callable[[str, str, str], None]


def files(wheel: bytes) -> dict[str, zipfile.ZipInfo]:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        assert archive.testzip() is None
        return {entry.filename: entry for entry in archive.infolist()}


def test_a_book_without_a_package_has_no_wheel(book: Path) -> None:
    assert wheel_of(read_project(book)) is None


def test_the_wheel_has_the_package_and_says_what_it_is(book: Path) -> None:
    add_package(book)
    wheel = wheel_of(read_project(book))
    assert wheel
    assert (wheel.name, wheel.distribution, wheel.module) == (WHEEL, "tiny-answers", "answers")
    assert wheel.python == (3, 12)
    with zipfile.ZipFile(io.BytesIO(wheel.content)) as archive:
        assert archive.read("answers.py").decode() == ANSWERS
    assert {path.name for path in (book / "answers").iterdir()} == {"pyproject.toml", "answers.py"}


def test_the_wheel_has_nothing_that_was_built_before(book: Path) -> None:
    add_package(book)
    first = wheel_of(read_project(book))
    for name in ("build/lib/old.py", ".venv/a.py", "venv/pyvenv.cfg", "venv/b.py", "_site/c.py"):
        write(book, f"answers/{name}", "1")
    write(book, "answers/tiny_answers.egg-info/SOURCES.txt", "old.py\n")
    assert wheel_of(read_project(book)) == first
    assert first
    assert {name for name in files(first.content) if "/" not in name} == {"answers.py"}


def test_the_wheel_repeats_byte_for_byte(book: Path) -> None:
    add_package(book)
    project = read_project(book)
    first = wheel_of(project)
    (project.build / "package.kept").unlink()
    source = book / "answers/answers.py"
    source.chmod(0o600)
    os.utime(source, (1e9, 1e9))
    again = wheel_of(project)
    assert again == first
    assert first
    entries = files(first.content)
    assert list(entries) == sorted(entries)
    assert {entry.external_attr >> 16 for entry in entries.values()} == {0o100644}


def test_dates_modes_and_order_do_not_count() -> None:
    made = []
    for names, date, mode in (("ab", 1990, 0o600), ("ba", 2001, 0o755)):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name in names:
                entry = zipfile.ZipInfo(name, (date, 1, 1, 0, 0, 0))
                entry.external_attr = mode << 16
                archive.writestr(entry, f"content of {name}")
        made.append(repeatable(packed.getvalue()))
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        assert archive.read("b") == b"content of b"


def test_it_is_built_again_when_a_file_changes_and_not_for_a_chapter(
    book: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_package(book)
    for name in ("pyproject.toml", "answers.py"):
        (book / "answers" / name).rename(book / name)
    edit("_quarto.yml", "package: answers", "package: .")
    project = read_project(book)
    first = wheel_of(project)
    edit("index.qmd", "See", "Now see")
    monkeypatch.setattr("press.publish.package._built", lambda *_: pytest.fail("built"))
    assert wheel_of(project) == first
    monkeypatch.undo()
    edit("answers.py", "2 * number", "number * 2")
    again = wheel_of(project)
    assert first
    assert again
    assert again.content != first.content


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            "answers/pyproject.toml",
            '"setuptools.build_meta"',
            '"nobody"',
            "No module named 'nobody'",
        ),
        ("answers/pyproject.toml", "[project]", "[project", "answers/pyproject.toml: not TOML"),
        ("answers/pyproject.toml", 'name = "tiny-answers"', "", "answers cannot be built"),
        ("_quarto.yml", "package: answers", "package: data", "data is no folder of a package"),
        (
            "_quarto.yml",
            "package: answers",
            "package: ../book/answers",
            "is no folder of a package",
        ),
        (
            "_quarto.yml",
            "exercises: answers",
            "exercises: a-b",
            "exercises is the name of a module",
        ),
    ],
)
def test_what_cannot_be_built_is_told(
    book: Path, edit: Edit, name: str, old: str, new: str, message: str
) -> None:
    add_package(book)
    edit(name, old, new)
    with pytest.raises(PressError) as error:
        wheel_of(read_project(book))
    assert message in str(error.value)
    if "TOML" not in message:
        assert str(error.value).startswith("_quarto.yml:10: ")
