"""What an exercise must be, and what of it readers are given."""

from pathlib import Path

import pytest

from press.book.chapter import Code, parse
from press.book.exercises import exercise_faults, stub
from press.book.project import read_project
from press.check.book import check_book, checked_documents
from press.errors import PressError


def cell(code: str, name: str = "f") -> Code:
    (found,) = parse(f"```{{python}}\n#| exercise: {name}\n{code}\n```\n", "a.qmd").blocks
    assert isinstance(found, Code)
    return found


GOOD = 'import os\n\ndef f(x):\n    """Say."""\n    return x'


def test_a_good_exercise_has_no_fault() -> None:
    assert list(exercise_faults(cell(GOOD))) == []
    assert list(exercise_faults(cell(GOOD.removeprefix("import os\n\n")))) == []


@pytest.mark.parametrize(
    ("code", "line", "message"),
    [
        ("def f(x):\n    return x", 3, "f has no docstring, by which readers know"),
        ('def f(x):\n    """ """\n    return x', 3, "f has no docstring"),
        ('def g(x):\n    """Say."""', 3, "exercise f holds the function g; give both the same"),
        (f"{GOOD}\n\ndef g(x):\n    pass", 9, "move g into the first"),
        (f"x = 1\n{GOOD}", 3, "move this to a cell of its own"),
        ("import os", 2, "this has none: write `def f"),
        ("", 2, "this has none: write `def f"),
        ("def f(x:\n  1", 3, "exercise f is not Python"),
        ('def f(x): """Say."""', 3, "the docstring of f stands behind its signature"),
        ('async def f(x):\n    """Say."""', 3, "move this to a cell of its own"),
    ],
)
def test_a_fault_is_named_with_its_line(code: str, line: int, message: str) -> None:
    found = list(exercise_faults(cell(code)))
    assert found[0][0] == line
    assert message in found[0][1]


def test_a_name_that_python_could_not_have_is_refused() -> None:
    ((line, message),) = exercise_faults(cell(GOOD, "no-pooling"))
    assert (line, message.split(";")[0]) == (2, "no-pooling is no name of a function in Python")


def test_readers_get_the_signature_and_the_docstring() -> None:
    code = (
        "# a hint\nfrom a import (\n    b,  # c\n)\n\n# more\n@wraps\n"
        "def f(\n    x,\n    y=1,\n):\n    'Größe: (n,).'; z = 3\n"
        "    # the way\n    return z\n# the end"
    )
    assert stub(cell(code)) == (
        "from a import (\n    b,  # c\n)\n\n\n@wraps\ndef f(\n    x,\n    y=1,\n):\n"
        "    'Größe: (n,).'\n    ..."
    )


BOX = '::: {{.callout-tip title="Solution"}}\n\n{}\n\n:::\n'
CELL = "```{{python}}\n#| label: {0}\n#| exercise: {1}\ndef {1}(x):\n    'Say.'\n    return x\n```"
SET = "press: {exercises: answers, "


def problems(book: Path, text: str, settings: str = SET) -> list[str]:
    path = book / "_quarto.yml"
    path.write_text(path.read_text().replace("press: {", settings))
    (book / "chapters/second.qmd").write_text(f"# Second {{#sec-second}}\n\n{text}")
    first = book / "chapters/first.qmd"
    first.write_text(first.read_text().replace(" and @tbl-later", ""))
    _, found = check_book(read_project(book))
    return [str(each) for each in found if "xercise" in str(each)]


def test_exercises_in_solutions_pass(book: Path) -> None:
    text = BOX.format(CELL.format("a", "f") + "\n\n" + CELL.format("b", "g"))
    assert problems(book, text) == []


def test_an_exercise_outside_of_a_solution_is_refused(book: Path) -> None:
    box = BOX.format(CELL.format("a", "f")).replace("callout-tip", "callout-note")
    (found,) = problems(book, box)
    assert found.startswith("chapters/second.qmd:7: exercise f stands in no solution; put it into")


def test_two_exercises_of_one_name_are_refused(book: Path) -> None:
    (found,) = problems(book, BOX.format(CELL.format("a", "f") + "\n\n" + CELL.format("b", "f")))
    assert found == (
        "chapters/second.qmd:15: exercise f is one already, at chapters/second.qmd:7; "
        "give it another name"
    )


def test_exercises_need_a_module_that_checks_them(book: Path) -> None:
    (found,) = problems(book, BOX.format(CELL.format("a", "f")), "press: {")
    assert found.startswith("chapters/second.qmd:7: exercise f is checked by nothing")
    with pytest.raises(PressError, match="checked by nothing"):
        checked_documents(read_project(book))


OTHER = "```{{python}}\n#| label: b\n{}\n```\n"
EXERCISE = BOX.format(CELL.format("a", "f"))
TAKEN = "checked = 1"


@pytest.mark.parametrize(
    "code", [TAKEN, "from a import checked", "import a as checked", "for checked in b: pass"]
)
def test_what_checks_exercises_keeps_its_name(book: Path, code: str) -> None:
    (found,) = problems(book, f"{EXERCISE}\n{OTHER.format(code)}")
    assert found == (
        "chapters/second.qmd:15: checked is what this chapter's notebook checks exercises with; "
        "give yours another name"
    )


@pytest.mark.parametrize(
    "text",
    [
        OTHER.format(TAKEN),  # without exercises nothing is checked
        f"{EXERCISE}\n{BOX.format(OTHER.format(TAKEN))}",  # readers lack what is in solutions
        f"{EXERCISE}\n{OTHER.format('def g():\n    checked = 1')}",
        f"{EXERCISE}\n{OTHER.format('print(checked)')}",
        f"{EXERCISE}\n{OTHER.format('%time checked = 1')}",
    ],
)
def test_a_name_that_hides_no_check_passes(book: Path, text: str) -> None:
    assert problems(book, text) == []


def test_no_exercise_is_called_as_what_checks_it() -> None:
    ((line, message),) = exercise_faults(cell(GOOD.replace("def f", "def checked"), "checked"))
    assert line == 2
    assert message == "exercise checked is called as the function that checks it; rename it"
