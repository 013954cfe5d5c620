"""A package that the tiny book's readers need, with the answers to its exercises."""

from pathlib import Path

from tiny_book import write

WHEEL = "tiny_answers-1.0-py3-none-any.whl"
PROJECT = """\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "tiny-answers"
version = "1.0"
requires-python = ">=3.12"

[tool.setuptools]
py-modules = ["answers"]
"""
# The course's own answer doubles; a right one does so, too.
ANSWERS = """\
def doubled(number):
    return 2 * number


def checked(name, answer):
    if name != "doubled":
        raise ValueError(name)
    try:
        passed = answer(3) == 6
    except Exception:
        passed = False
    print("passed" if passed else "not yet; from here on, the course's own is used")
    return answer if passed else doubled
"""


def add_package(book: Path) -> None:
    """Give the book a package, in a folder of its own, and name it in the settings."""
    write(book, "answers/pyproject.toml", PROJECT)
    write(book, "answers/answers.py", ANSWERS)
    settings = book / "_quarto.yml"
    text = settings.read_text(encoding="utf-8")
    old, new = "press: {", "press: {package: answers, exercises: answers, "
    assert old in text
    settings.write_text(text.replace(old, new), encoding="utf-8")
