"""What `_quarto.yml`, front matter and the options of a cell may say, and where they are wrong."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny_book import write

from press.book.chapter import parse
from press.book.keys import CELL, FRONT_MATTER, QUARTO_YML
from press.book.project import read_project
from press.book.settings import Items, Keys, Quarto, Refused, Required, Rule, read_settings
from press.check.book import read_book
from press.errors import PressError

README = Path(__file__).parents[1] / "README.md"
TABLES = {"_quarto.yml": QUARTO_YML, "front matter": FRONT_MATTER, "cell": CELL}

BOOK = """\
project:
  type: book
book:
  title: T
  chapters: [index.qmd]
"""

# Where switches stand in each place: the file, what comes before, how a line begins, what follows.
PLACES = {
    "_quarto.yml": ("_quarto.yml", BOOK + "execute:\n", "  ", ""),
    "front matter": ("index.qmd", "---\nexecute:\n", "  ", "---\n\n# A {.unnumbered}\n"),
    "cell": ("index.qmd", "# A {.unnumbered}\n\n```{python}\n", "#| ", "1\n```\n"),
}

FAULTS = [
    ("echo: maybe", 1, 'echo is true or false, not the text "maybe"'),
    ("eval: 'no'", 1, 'eval is true or false, not the text "no"'),
    ("eval: 'true'", 1, 'not the text "true"; take away the quotation marks'),
    ("echo: fenced", 1, 'not the text "fenced"'),
    ("output: asis", 1, 'not the text "asis"'),
    ("include: 0", 1, "include is true or false, not 0"),
    ("include: 1.5", 1, "include is true or false, not 1.5"),
    ("eval: [1, 2]", 1, "eval is true or false, not a list"),
    ("warning: {a: true}", 1, "warning is true or false, not settings"),
    ("error:", 1, "error is empty"),
    ("error: ~", 1, "error is empty"),
    ("error: ''", 1, "error is empty"),
    ("error: []", 1, "error is empty"),
    ("error: {}", 1, "error is empty"),
    ("ehco: true", 1, "unknown key ehco; did you mean echo?"),
    ("ECHO: true", 1, "unknown key ECHO"),
    ("nonsense: true", 1, "unknown key nonsense; delete it, or use "),
    ("echo: true\neval: true\necho: true", 3, "echo is set twice, first in line"),
    ("echo: true\n'echo': true", 2, "echo is set twice, first in line"),
    *((f"echo: {word}", 1, f"programs differ on what {word} is") for word in ("no", "On", "OFF")),
    *((f"echo: {word}", 1, f"programs differ on what {word} is") for word in ("y", "N", "yes")),
    *((f"echo: {word}", 1, f"programs differ on what {word} is") for word in ("012", "08", "0o17")),
    *(
        (f"echo: {word}", 1, f"programs differ on what {word} is")
        for word in ("1_0", "0x1F", "1:30")
    ),
    *((f"echo: {word}", 1, f"programs differ on what {word} is") for word in ("1e3", ".inf")),
    ("echo: true\n1: a", 2, "the name of a setting is text"),
    ("true: a", 1, "the name of a setting is text"),
    ("~: a", 1, "the name of a setting is text"),
    ("? [a]\n: b", 1, "the name of a setting is text"),
    ("<<: {echo: true}", 1, "unknown key <<"),
    ("echo: true\neval: &a true", 2, "an anchor, an alias or a tag"),
    ("echo: true\neval: *a", 2, "an anchor, an alias or a tag"),
    ("echo: !!bool 'true'", 1, "an anchor, an alias or a tag"),
    ("echo: ! true", 1, "an anchor, an alias or a tag"),
    ("echo: true\n\teval: true", 2, "not valid YAML"),
    ("echo: true\neval: a: b", 2, "not valid YAML"),
    ("echo: true\neval: [true", 2, "not valid YAML"),
    ("echo: true\neval: 'true", 2, "not valid YAML"),
    ("echo: {eval: true\n", 1, "not valid YAML"),
    ("echo: true\neval: \x07", 2, "not valid YAML: a character that no text has"),
    ("echo: true\neval: true \u2028", 2, "an invisible line break"),
    ("echo", 1, "name: value|needs settings"),
    ("- echo", 1, "name: value|needs settings"),
]


def problems(book: Path, name: str, text: str) -> list[str]:
    """Write one of the book's files; list what is wrong with the book."""
    write(book, name, text)
    try:
        return [str(each) for each in read_book(read_project(book))[1]]
    except PressError as error:
        return str(error).split("\n")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("text", "line", "message"), FAULTS)
def test_one_reader_finds_the_same_faults_in_all_places(
    book: Path, place: str, text: str, line: int, message: str
) -> None:
    name, before, mark, after = PLACES[place]
    lines = [mark + each for each in text.split("\n")]
    found = problems(book, name, before + "\n".join(lines) + "\n" + after)
    first = before.count("\n") + 1
    # What makes the whole no mapping belongs to the line of the key above it.
    at = first - 1 if "needs settings" in message and place != "cell" else first + line - 1
    assert len(found) == 1, found
    assert found[0].startswith(f"{name}:{at}: "), found
    assert any(each in found[0] for each in message.split("|")), found


def keys_of(keys: Keys, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Rule]]:
    """Give every key of a table, those below other keys too, with its rule."""
    for name, rule in keys.items():
        inner = rule.rule if isinstance(rule, Required) else rule
        yield (*path, name), inner
        if isinstance(inner, dict):
            yield from keys_of(inner, (*path, name))
        elif isinstance(inner, Items) and inner.keys:
            yield from keys_of(inner.keys, (*path, name, "-"))


ALL_KEYS = [(place, *each) for place, table in TABLES.items() for each in keys_of(table)]
NAMES = [f"{place}: {': '.join(path)}" for place, path, _ in ALL_KEYS]


def nested(path: tuple[str, ...], *last: str) -> tuple[str, int]:
    """Write lines below the keys that lead to them; return the text and the line of the last."""
    lines = []
    for depth, name in enumerate(path[:-1]):
        lines.append("  " * depth + (f"{name}:" if name != "-" else "- "))
    indent = "  " * (len(path) - 1)
    text = "\n".join(lines + [indent + each for each in last])
    return text, text.count("\n") + 1


def faults(text: str, keys: Keys) -> dict[int, str]:
    errors: list[PressError] = []
    read_settings(text, keys, "a.yml", errors)
    return {error.line or 0: error.reason for error in errors}


@pytest.mark.parametrize(("place", "path", "rule"), ALL_KEYS, ids=NAMES)
def test_every_key_is_refused_if_empty_doubled_or_misspelt(
    place: str, path: tuple[str, ...], rule: Rule
) -> None:
    name = path[-1]
    for value in ("", " ~", " ''", " {}", " []"):
        text, line = nested(path, f"{name}:{value}")
        reason = faults(text, TABLES[place])[line]
        assert "is empty" in reason or isinstance(rule, Refused), reason
    text, line = nested(path, f"{name}: 1", f"{name}: 2")
    assert faults(text, TABLES[place])[line].startswith(
        f"{name} is set twice, first in line {line - 1}"
    )
    text, line = nested(path, f"{name}z: 1")
    assert faults(text, TABLES[place])[line].startswith(f"unknown key {name}z; ")


@pytest.mark.parametrize(("place", "path", "rule"), ALL_KEYS, ids=NAMES)
def test_every_key_is_refused_with_a_value_of_another_kind(
    place: str, path: tuple[str, ...], rule: Rule
) -> None:
    inner = rule.rule if isinstance(rule, Quarto) else rule
    takes_anything = getattr(inner, "said", "").startswith("anything")
    for value in ("5.5", "{a: [b]}", "[[[]]]"):
        text, line = nested(path, f"{path[-1]}: {value}")
        found = faults(text, TABLES[place])
        if value == "{a: [b]}" and isinstance(inner, dict):
            assert found[line].startswith("unknown key a; ")
        else:
            assert takes_anything or "None" not in found[line]
