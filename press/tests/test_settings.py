"""What `_quarto.yml`, front matter and the options of a cell may say, and where they are wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny_book import problems_of, write

from press.book.chapter import Code, parse
from press.book.keys import CELL, FRONT_MATTER, QUARTO_YML
from press.book.kinds import Items, Keys, Kind, Quarto, Refused, Required, Rule
from press.book.project import read_project
from press.book.settings import read_settings
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
        return problems_of(book)
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
    name = path[-1]
    inner = rule.rule if isinstance(rule, Quarto) else rule
    if isinstance(inner, Refused):
        wrong, message = "anything", f"{name}: {inner.remedy}"
    elif isinstance(inner, dict):
        wrong, message = "5", f"{name} needs settings below it, as `"
    elif isinstance(inner, Items):
        wrong, message = "[2.5]", f"an item of {name} is {inner.kind.said}, not 2.5"
    elif "anything" in inner.said:
        wrong, message = "false", f"{name} is anything but false, not false"
    else:
        wrong, message = "2.5", f"{name} is {inner.said}, not 2.5"
    text, line = nested(path, f"{name}: {wrong}")
    found = faults(text, TABLES[place]).get(line, "")
    assert found.startswith(message) or getattr(inner, "said", "") == "anything", found


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("  title: T\n", "  title: T\n  title: U\n", 5, "title is set twice, first in line 4"),
        ("  title: T\n", "", 3, "book has no title; add `title: …`"),
        (
            "  title: T\n",
            "  title: 2024\n",
            4,
            "title is text, not 2024; put it in quotation marks",
        ),
        (
            "  title: T\n",
            "  title: true\n",
            4,
            "title is text, not true; put it in quotation marks",
        ),
        ("  title: T\n", "  title: [a, b]\n", 4, "title is text, not a list"),
        ("  title: T\n", "  title: T\n  author: [A, B]\n", 5, "author is text, not a list"),
        ("  title: T\n", "  title: T\n  author: {name: A}\n", 5, "author is text, not settings"),
        ("  title: T\n", "  title: T\n  appendices: [a.qmd]\n", 5, "appendices: the press has cha"),
        (
            "  title: T\n",
            "  title: T\n  output-file: a/b\n",
            5,
            "output-file is the name of a file",
        ),
        ("  title: T\n", "  title: T\n  site-url: example.org\n", 5, "site-url is a whole address"),
        (
            "  title: T\n",
            "  title: T\n  lang: en\n",
            5,
            "lang has no place here; it belongs at the",
        ),
        (
            "  title: T\n",
            "  title: T\n  downloads: [pdf, epub]\n",
            5,
            "an item of downloads is pdf,",
        ),
        ("  title: T\n", "  title: T\n  search: false\n", 5, "search is anything but false"),
        ("  type: book\n", "  type: website\n", 2, 'type is book, not the text "website"'),
        ("  type: book\n", "  output-dir: _site\n", 1, "project has no type; add `type: …`"),
        (
            "  type: book\n",
            "  type: book\n  pre-render: a.py\n",
            3,
            "pre-render: the press runs no",
        ),
        ("project:\n  type: book\n", "", 1, "this file has no project; add `project: …`"),
        ("[index.qmd]", "index.qmd", 5, "chapters is a list; put each item in a line"),
        ("[index.qmd]", "\n    - index.qmd\n    - 5", 7, "an item of chapters is a .qmd file"),
        ("[index.qmd]", "\n    - index.qmd\n    - a.md", 7, "an item of chapters is a .qmd file"),
        ("[index.qmd]", "\n    - index.qmd\n    -", 7, "an item of chapters is empty"),
        (
            "[index.qmd]",
            "\n    - index.qmd\n    - part: P",
            7,
            "an item of chapters has no chapters",
        ),
        (
            "[index.qmd]",
            "\n    - part: index.qmd\n      chapters:\n        - colophon.qmd",
            6,
            "part is the title of a part; a file goes below its `chapters`, not the text",
        ),
        (
            "[index.qmd]",
            "\n    - prat: P\n      chapters:\n        - index.qmd",
            6,
            "unknown key prat; did you mean part?",
        ),
        (
            "[index.qmd]",
            "\n    - part: P\n      chapters:\n        - index.qmd\n        - none.qmd",
            9,
            "chapter none.qmd does not exist; create it",
        ),
        ("[index.qmd]", "\n    - index.qmd\n    - index.qmd", 7, "index.qmd is named twice"),
        ("[index.qmd]", "[chapters/first.qmd]", 5, "a book begins with index.qmd"),
        ("[index.qmd]", "\n    - index.qmd\n    - 404.qmd", 7, "take the place of the site's own"),
        ("[index.qmd]", "\n    - index.qmd\n    - a#b.qmd", 7, "'#' has no place there in a name"),
        ("[index.qmd]", "\n    - index.qmd\n    - a?.qmd", 7, "'?' has no place there in a name"),
        ("[index.qmd]", "\n    - index.qmd\n    - a%20b.qmd", 7, "'%' has no place there"),
        ("[index.qmd]", "\n    - index.qmd\n    - -x.qmd", 7, "'-' has no place there"),
        ("[index.qmd]", "\n    - ./index.qmd", 6, "write index.qmd for ./index.qmd"),
        ("[index.qmd]", "\n    - ../index.qmd", 6, "is not inside the project's folder"),
        ("[index.qmd]", "[/index.qmd]", 5, "is not inside the project's folder"),
        ("[index.qmd]", "['chapters\\first.qmd']", 5, "is not inside the project's folder"),
        ("[index.qmd]\n", "[index.qmd]\nbook: false\n", 6, "book is set twice, first in line 3"),
        ("project:", "site-url: https://example.org\nproject:", 1, "it belongs below `book`"),
        ("project:", "toc: true\nproject:", 1, "it belongs below `format: html`"),
        ("project:", "filters: [a.lua]\nproject:", 1, "filters: the press runs no filters"),
        ("project:", "jupyter: julia\nproject:", 1, 'jupyter is python3, not the text "julia"'),
        ("project:", "engine: knitr\nproject:", 1, 'engine is jupyter, not the text "knitr"'),
        ("project:", "csl: apa.csl\nproject:", 1, "csl: the press cites by author and year"),
        ("project:", "bibliography: 5\nproject:", 1, "bibliography is text, not 5"),
        ("project:", "bibliography:\n- a\n- 5\nproject:", 3, "an item of bibliography is text"),
        ("project:", "lang: 3\nproject:", 1, "lang is a language's code, such as en-GB, not 3"),
        ("project:", "lang: English\nproject:", 1, "lang is a language's code, such as en-GB"),
        ("project:", "format: html\nproject:", 1, "format needs settings below it"),
        ("project:", "format: [html, typst]\nproject:", 1, "format needs settings below it"),
        (
            "project:",
            "format: {pdf: default}\nproject:",
            1,
            "unknown key pdf; delete it, or use html",
        ),
        ("project:", "format: {html: yes please}\nproject:", 1, "html needs settings below it"),
        ("project:", "format:\n  html:\n    toc: false\nproject:", 3, "toc is true, not false"),
        (
            "project:",
            "format:\n  html:\n    number-sections: false\nproject:",
            3,
            "number-sections is true, not false",
        ),
        ("project:", "format:\n  html:\n    code-fold: true\nproject:", 3, "fold cell by cell"),
        ("project:", "format: {html: {fig-format: tiff}}\nproject:", 1, "fig-format is svg or png"),
        ("project:", "format: {html: {filters: a}}\nproject:", 1, "unknown key filters; delete it"),
        (
            "project:",
            "format:\n  html: {fig-format: png}\n  typst:\n    fig-format: svg\nproject:",
            4,
            "figures are drawn once, in html's png; write the same for both",
        ),
        ("project:", "execute: 5\nproject:", 1, "execute needs settings below it, as `echo: …`"),
        ("project:", "execute: {freeze: never}\nproject:", 1, "freeze is true, false or auto"),
        ("project:", "press: {run-last: first.qmd}\nproject:", 1, "first.qmd is no chapter of"),
        ("project:", "press: colophon.qmd\nproject:", 1, "press needs settings below it"),
        (
            "project:",
            "press:\n  inputs: a.lock\nproject:",
            2,
            "a.lock is no file inside the",
        ),
        ("project:", "press:\n  synonyms: a.yml\nproject:", 2, "a.yml is no file inside the"),
    ],
)
def test_quarto_yml_is_refused_with_the_line_and_a_remedy(
    book: Path, old: str, new: str, line: int, message: str
) -> None:
    assert BOOK.count(old) == 1
    found = problems(book, "_quarto.yml", BOOK.replace(old, new))
    assert len(found) == 1, found
    assert found[0].startswith(f"_quarto.yml:{line}: "), found
    assert message in found[0]


@pytest.mark.parametrize("value", ["false", "[]", "a book", "[a]", "5"])
@pytest.mark.parametrize("key", ["project", "book"])
def test_what_must_be_settings_is_nothing_else(book: Path, key: str, value: str) -> None:
    texts = {"project": "project: {type: book}", "book": "book: {title: T, chapters: [index.qmd]}"}
    texts[key] = f"{key}: {value}"
    (found,) = problems(book, "_quarto.yml", "\n".join(texts.values()) + "\n")
    assert found.startswith(f"_quarto.yml:{list(texts).index(key) + 1}: {key} ")


def test_all_that_is_wrong_is_listed_at_once(book: Path) -> None:
    text = "lang: 3\n" + BOOK.replace("title: T", "titel: T") + "execute:\n  echo: maybe\n"
    places = [each.split(": ")[0] for each in problems(book, "_quarto.yml", text)]
    assert places == ["_quarto.yml:1", "_quarto.yml:5", "_quarto.yml:8"]


@pytest.mark.parametrize(
    ("front", "line", "message"),
    [
        ("title: A\ntitle: B", 3, "title is set twice, first in line 2"),
        ("description: A\njupyter: julia", 3, 'jupyter is python3, not the text "julia"'),
        ("execute: 5", 2, "execute needs settings below it"),
        ("execute:\n  eval: 'no'", 3, "eval is true or false"),
        ("title: 5", 2, "title is text, not 5; put it in quotation marks"),
        ("author: A", 2, "unknown key author; delete it, or use title"),
        ("date: 2026-01-02", 2, "unknown key date"),
        ("echo: false", 2, "echo has no place here; it belongs below `execute`"),
        ("inputs: 5", 2, "inputs is text, not 5"),
        ("inputs:\n- references.bib\n- {b: c}", 4, "an item of inputs is text, not settings"),
        ("filters: [a]", 2, "filters: the press runs no filters"),
    ],
)
def test_front_matter_is_refused_where_it_is_wrong(
    book: Path, front: str, line: int, message: str
) -> None:
    (found,) = problems(book, "index.qmd", f"---\n{front}\n---\n\n# A {{.unnumbered}}\n")
    assert found.startswith(f"index.qmd:{line}: ")
    assert message in found


@pytest.mark.parametrize("above", ["\n", " \t\n", "# A {.unnumbered}\n\n", "---\ntitle: A\n---\n"])
def test_settings_below_the_top_of_a_chapter_are_refused(book: Path, above: str) -> None:
    found = problems(book, "index.qmd", f"{above}---\ntitle: B\n---\n\n# B {{.unnumbered}}\n")
    line = above.count("\n") + 1
    assert any(each.startswith(f"index.qmd:{line}: text below --- is read as") for each in found)


@pytest.mark.parametrize(
    ("options", "line", "message"),
    [
        ("#| lable: a", 6, "unknown key lable; did you mean label?"),
        ("#| label: 3", 6, "label is text, not 3; put it in quotation marks"),
        ("#| echo: true\n#| fig-cap: [a, b]", 7, "fig-cap is text, not a list"),
        (
            "#| fig-cap: >\n#|   One\n#|   two\n#| code-fold: 3",
            9,
            "code-fold is true, false or show",
        ),
        ("#| code-fold: hide", 6, "code-fold is true, false or show"),
        ("#| fig_cap: A", 6, "unknown key fig_cap; did you mean fig-cap?"),
        ("#| exercise: [a]", 6, "exercise is text, not a list"),
        ("#| plays: pictures/dot.svg", 6, "plays is the path of a .js file"),
        ("#| plays: [5]", 6, "an item of plays is the path of a .js file"),
        ("#| inputs:\n#|   - references.bib\n#|   - 5", 8, "an item of inputs is text, not 5"),
    ],
)
def test_a_cell_is_refused_where_it_is_wrong(
    book: Path, options: str, line: int, message: str
) -> None:
    text = f"---\ntitle: A\n---\n# A {{.unnumbered}}\n```{{python}}\n{options}\n1\n```\n"
    (found,) = problems(book, "index.qmd", text)
    assert found.startswith(f"index.qmd:{line}: ")
    assert message in found


def test_a_figure_whose_caption_is_refused_is_not_said_to_lack_it(book: Path) -> None:
    cell = "```{python}\n#| label: fig-a\n#| fig-cap: 5\n#| fig-alt: A\n1\n```\n"
    found = problems(book, "index.qmd", "# A {.unnumbered}\n\n" + cell)
    assert [each.split(": ")[1] for each in found] == [
        "fig-cap is text, not 5; put it in quotation marks"
    ]


def test_values_are_read_as_they_stand(book: Path) -> None:
    text = BOOK.replace(
        "title: T", "title: 'Yes: no'\n  subtitle: 2024-05-06\n  author: >\n    A\n    B"
    )
    text += (
        "lang: pt-BR\nbibliography: references.bib\n"
        "execute: {echo: FALSE, warning: True, freeze: auto, daemon: 60}\n"
        "format: {html: {theme: [cosmo, a.scss], include-in-header: a.html}, typst: default}\n"
        "citeproc: true\njupyter: python3\neditor: {markdown: {wrap: sentence}}\n"
    )
    for written in (text, "\ufeff" + text, text.replace("\n", "\r\n")):
        (book / "_quarto.yml").write_bytes(written.encode())
        project = read_project(book)
        assert (project.title, project.subtitle) == ("Yes: no", "2024-05-06")
        assert (project.author, project.language) == ("A B\n", "pt-BR")
        assert project.bibliography == ("references.bib",)
        assert project.execute == {"echo": False, "warning": True}
        assert (project.figure_format, project.run_last) == ("png", "")


def test_own_keys_are_read_in_both_places() -> None:
    text = "---\ninputs: data/a.csv\n---\n```{python}\n#| inputs: [b, c]\n#| exercise: f\n1\n```\n"
    document = parse(text, "a.qmd")
    assert document.front == {"inputs": ["data/a.csv"]}
    (cell,) = document.blocks
    assert isinstance(cell, Code)
    assert cell.options == {"inputs": ["b", "c"], "exercise": "f"}


def test_every_key_and_item_knows_its_line() -> None:
    text = "book:\n  title: T\n  chapters:\n  - a.qmd\n"
    text += "  - part: |\n      P\n    chapters: [b.qmd,\n      c.qmd]\n"
    lines = read_settings(text, QUARTO_YML, "a.yml", [], line=10).lines
    assert lines["book", "title"] == 11
    assert lines["book", "chapters", 0] == 13
    assert lines["book", "chapters", 1] == lines["book", "chapters", 1, "part"] == 14
    assert lines["book", "chapters", 1, "chapters"] == 16
    assert lines["book", "chapters", 1, "chapters", 1] == 17


@pytest.mark.parametrize("name", ["_metadata.yml", "chapters/_metadata.yaml", "_quarto.yml.local"])
def test_settings_that_only_quarto_would_read_are_refused(book: Path, name: str) -> None:
    write(book, name, "toc: false\n")
    with pytest.raises(PressError, match=f"^{name}: only Quarto reads this file"):
        read_project(book)


def said(rule: Rule) -> str:
    """What the README says of a key's value."""
    if isinstance(rule, Items):
        return f"{rule.kind.said}, or a list of such" if rule.alone else f"a list: {rule.kind.said}"
    assert isinstance(rule, Kind)
    return rule.said


def documented(place: str) -> set[str]:
    """The rows that the README must have for the keys that the press reads in a place."""
    return {
        f"| `{': '.join(path)}` | {said(rule)} |"
        for path, rule in keys_of(TABLES[place])
        if isinstance(rule, Kind | Items) and "-" not in path
    }


LEFT = {
    f"| `{': '.join(path)}` | {said(rule.rule)} | {rule.instead} |"
    for _, path, rule in ALL_KEYS
    if isinstance(rule, Quarto)
}
REFUSED = {
    f"| `{': '.join(path)}` | {rule.remedy} |"
    for _, path, rule in ALL_KEYS
    if isinstance(rule, Refused)
}


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("#### In `_quarto.yml`", documented("_quarto.yml")),
        ("#### In front matter", documented("front matter")),
        ("#### On a cell", documented("cell")),
        ("### Keys that only Quarto reads", LEFT),
        ("### Keys that are refused", REFUSED),
    ],
)
def test_the_readme_lists_the_keys_of_the_tables(heading: str, expected: set[str]) -> None:
    text = README.read_text(encoding="utf-8").partition(f"\n{heading}\n")[2].partition("\n#")[0]
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert set(rows) == expected
    assert len(rows) == len(expected)
