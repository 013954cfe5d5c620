import nbformat
import pytest

from press.book.chapter import Code, Prose, inline_expressions, parse
from press.book.jupyter import cell_options, to_notebook
from press.errors import PressError


def test_blocks_keep_their_order_text_and_lines() -> None:
    document = parse("# A\n\ntext\n\n```{python}\n#| label: one\n\nx = 1\n```\n\nend", "a.qmd")
    first, cell, last = document.blocks
    assert first == Prose("# A\n\ntext", 1)
    assert isinstance(cell, Code)
    assert (cell.code, cell.options, cell.line, cell.code_line) == ("x = 1", {"label": "one"}, 5, 8)
    assert last == Prose("end", 11)


def test_cell_inside_a_callout_leaves_the_fences_in_prose() -> None:
    document = parse("::: {.callout-note}\n```{python}\n1\n```\n:::\n", "a.qmd")
    assert [type(block) for block in document.blocks] == [Prose, Code, Prose]
    assert document.blocks[2] == Prose(":::", 5)


@pytest.mark.parametrize(
    "text",
    [
        "````\n```{python}\n1\n```\n````\n",
        "~~~\n```{python}\n1\n```\n~~~\n",
        "```{{python}}\n1\n```\n",
        "```python\n1\n```\n",
        "<!--\n```{python}\n1\n```\n-->\n",
        "`` ```{python} ``\n",
    ],
)
def test_cells_that_are_only_shown_are_prose(text: str) -> None:
    assert parse(text, "a.qmd").blocks == (Prose(text.rstrip("\n"), 1),)


@pytest.mark.parametrize("fence", ["```", "````", "~~~"])
def test_any_fence_can_open_a_cell(fence: str) -> None:
    (cell,) = parse(f"{fence}{{python}}\n1\n{fence}", "a.qmd").blocks
    assert isinstance(cell, Code)
    assert cell.code == "1"


def test_longer_fence_holds_shorter_ones() -> None:
    (cell,) = parse('````{python}\ns = """\n```\n"""\n````\n', "a.qmd").blocks
    assert isinstance(cell, Code)
    assert cell.code == 's = """\n```\n"""'


def test_windows_line_ends_and_byte_order_mark() -> None:
    text = "---\ntitle: T\n---\n\n# A\n\n```{python}\n#| label: b\nx\n```\n"
    assert parse("\ufeff" + text.replace("\n", "\r\n"), "a.qmd") == parse(text, "a.qmd")


def test_front_matter_counts_in_line_numbers_and_a_later_rule_is_prose() -> None:
    document = parse("---\ntitle: T\nsubtitle: 2026-01-02\n---\n# A\n\n---\n\nb\n", "a.qmd")
    assert document.front == {"title": "T", "subtitle": "2026-01-02"}
    assert document.blocks == (Prose("# A\n\n---\n\nb", 5),)


def test_options_may_run_over_several_lines() -> None:
    (cell,) = parse(
        "```{python}\n#| fig-cap: >\n#|   One\n#|   two\n#| echo: false\n1\n```", "a"
    ).blocks
    assert isinstance(cell, Code)
    assert cell.options == {"fig-cap": "One two\n", "echo": False}
    assert cell.option_lines == {"fig-cap": 2, "echo": 5}
    assert cell.code_line == 6


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a\n\n```{python}\n1\n", 3, "never closed"),
        ("a\n\n````\n1\n```\n", 3, "never closed"),
        ("a\n\n- b\n\n  ```{python}\n  1\n  ```\n", 5, "left margin"),
        ("a\n\n ```{python}\n 1\n ```\n", 3, "left margin"),
        ("> ```{python}\n> 1\n> ```\n", 1, "left margin"),
        ("    ```{python}\n    1\n    ```\n", 1, "left margin"),
        ("```{python}\n#| label: a\n#| fig-cap: a: b: c\n1\n```\n", 3, "not valid YAML"),
        ("```{python}\n#| just words\n1\n```\n", 2, "name: value"),
        ("```{python}\n#| echo: true\n#| echo: false\n1\n```\n", 3, "set twice"),
        ("\n```{python, echo=FALSE}\n1\n```\n", 2, "options go on"),
        ("---\ntitle: [\n---\n", 2, "not valid YAML"),
        ("---\ntitle: T\n", 1, "never closed"),
        ("---\ntitle: T\nexecute: nope\n---\n", 3, "execute needs settings"),
        ("```{python}\n#| echo: true\n#  | include: false\n1\n```\n", 3, "takes this comment"),
    ],
)
def test_errors_say_where(text: str, line: int, message: str) -> None:
    with pytest.raises(PressError, match=rf"^a\.qmd:{line}: .*{message}"):
        parse(text, "a.qmd")


def test_inline_expressions_have_positions() -> None:
    text = "a `{python} x + 1` b\n`{python} f('`')`, `{python} y`"
    found = inline_expressions("a `{python} x + 1` b\n\nc `{python} y`")
    assert [each.code for each in found] == ["x + 1", "y"]
    assert text[found[0].start : found[0].end] == "`{python} x + 1`"


@pytest.mark.parametrize(
    "text",
    [
        "`` `{python} x` ``",
        "```\n`{python} x`\n```",
        "<!-- `{python} x` -->",
        "<!--\n`{python} x`\n-->",
        "``{python} x``",
        "`{python}`",
        "\\`{python} x\\`",
        "`{pythonic} x`",
        "`python x`",
    ],
)
def test_what_is_no_inline_expression(text: str) -> None:
    assert inline_expressions(text) == []


def test_footnotes_continued_by_indentation_hold_expressions() -> None:
    assert len(inline_expressions("[^a]: One.\n\n    Two `{python} x`.\n")) == 1


def test_notebook_is_valid_and_repeats() -> None:
    text = (
        "---\nexecute: {echo: false}\n---\n# A\n\n"
        "```{python}\n#| label: a b\n#| eval: false\n1\n```\n"
        "```{python}\n#| label: text-1\n#| error: true\n1\n```\n"
        "```{python}\n1\n```\n"
    )
    notebook = to_notebook(parse(text, "a.qmd"), {"echo": True, "warning": False})
    nbformat.validate(notebook)
    assert nbformat.writes(notebook) == nbformat.writes(
        to_notebook(parse(text, "a.qmd"), {"echo": True, "warning": False})
    )
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    _, skipped, failing, plain = notebook.cells
    assert skipped.metadata["tags"] == ["skip-execution", "nbval-skip"]
    assert failing.metadata["tags"] == ["raises-exception"]
    assert plain.metadata["tags"] == []
    assert len({cell.id for cell in notebook.cells}) == 4


def test_the_options_of_a_cell_win_over_the_chapters_and_those_over_the_projects() -> None:
    text = "---\nexecute: {echo: false}\n---\n# A\n\n```{python}\n#| eval: false\n1\n```\n"
    document = parse(text, "a.qmd")
    project = {"echo": True, "eval": True, "warning": False}
    options = cell_options(document, document.blocks[1], project)
    assert options == {"echo": False, "eval": False, "warning": False}
