"""What the two notebooks of a chapter show of each construct."""

import base64
from pathlib import Path

import pytest
from nbformat.v4 import new_output
from notebook_book import cells, code, lines_of, made, prose
from woven_book import PIXEL, SVG, display, project, stream

from press.errors import PressError
from press.publish.pictures import Pictures

SHOW = "\n```{python}\n#| label: show\n1\n```\n"

CHAPTER = (
    """\
# One {#sec-one}

See @sec-two, @fig-line, @tbl-words, @eq-two and @eq-own, as said [@rubin1981, p. 3].
@stone1974 agrees, and [this line](#fig-line) rises. It is `{python} x` and **`{python} y`**.[^note]

<!-- Between authors. -->

[^note]: A note with $n_1$.

## Formulas {#sec-formulas}

Where $a_1 * b_1 * c_1$, $\\bm{x}$ and $\\text{if $k$}$:

$$
\\begin{align}
a &= b_1 \\\\
c &= |d|
\\end{align}
$$ {#eq-own}

- one
  - two, with $$x^2
    + y^2$$
  - three
- four

| Word | Value |
|:---|---:|
| $\\lvert x | y \\rvert$ or `p|q` | `{python} z` |

: Words of $\\tau$. {#tbl-words}

::: {.callout-warning title="Mind the *gap*"}
A pitfall with $g_1$:

```r
::: not a box
```

$$a
= b$$
:::

::: {.callout-note collapse="true" title="Hint: the scale $\\sigma$ of `x`"}
It is *here*, $h_1$.

- a point
:::

![A line.](line.svg){#fig-line fig-alt="It rises"}
"""
    + SHOW
)


@pytest.fixture(scope="module")
def chapter(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return made(tmp_path_factory.mktemp("chapter"), CHAPTER, values=("3", "4", "5.0"))


@pytest.mark.parametrize("kind", ["work", "solved"])
def test_references_citations_and_numbers_read_as_on_the_page(
    chapter: dict[str, str], kind: str
) -> None:
    text = prose(chapter[f"one-{kind}.ipynb"])
    assert text.startswith(
        "# 1 One\n\nSee Chapter 2, Figure 1.1, Table 1.1, Equation 2.1 and Equation 1.1, "
        "as said (Rubin 1981, 3). Stone (1974) agrees, and this line rises. It is 3 and **4**."
    )
    assert "## 1.1 Formulas" in text
    assert text.index("## References") < text.index("Rubin, Donald B. 1981.")
    assert "Stone, Mervyn. 1974." in text
    for left in (":::\n", "{#", "@", "{python}", "[^", "{.", "Between authors"):
        assert left not in text


def test_footnotes_are_numbered_and_end_the_cell(chapter: dict[str, str]) -> None:
    first = cells(chapter["one-work.ipynb"])[0].source
    assert "**4**.<sup>1</sup>\n\n<sup>1</sup> A note with $n_1$." in first


def test_formulas_are_what_mathjax_and_katex_read(chapter: dict[str, str]) -> None:
    text = prose(chapter["one-work.ipynb"])
    assert "Where $a_1 * b_1 * c_1$, $\\boldsymbol{x}$ and $\\text{if \\(k\\)}$:" in text
    aligned = "\\begin{aligned} a &= b_1 \\\\ c &= |d| \\end{aligned}"
    assert f"\n$${aligned} \\tag{{1.1}}$$\n" in text
    assert "- two, with $$x^2 + y^2$$\n" in text
    # A bar would end the cell of a table.
    assert "| $\\lvert x \\vert y \\rvert$ or `p\\|q` |" in text


def test_a_table_has_its_caption_above_and_numbers_to_the_right(chapter: dict[str, str]) -> None:
    text = prose(chapter["one-solved.ipynb"])
    _, found, after = text.partition("**Table 1.1**: Words of $\\tau$.\n\n| Word")
    assert found
    assert text.count("Words of") == 1
    assert after.split("\n")[1].replace("-", "") == "|:|:|"
    assert after.split("\n")[2].endswith(" 5.0 |")


def test_an_open_box_is_a_quotation_with_a_title(chapter: dict[str, str]) -> None:
    text = prose(chapter["one-work.ipynb"])
    assert (
        "\n> **Mind the *gap***\n>\n> A pitfall with $g_1$:\n>\n"
        "> ``` r\n> ::: not a box\n> ```\n>\n> $$a = b$$\n\n<details>" in text
    )


def test_a_box_that_folds_leaves_lines_blank_for_its_markdown(chapter: dict[str, str]) -> None:
    assert (
        "\n<details>\n<summary><b>Hint: the scale <em>σ</em> of <code>x</code></b></summary>\n\n"
        "> It is *here*, $h_1$.\n>\n> - a point\n\n</details>" in prose(chapter["one-work.ipynb"])
    )


def test_a_picture_comes_with_its_cell(chapter: dict[str, str]) -> None:
    for name in ("one-work.ipynb", "one-solved.ipynb"):
        (cell,) = (each for each in cells(chapter[name]) if "attachments" in each)
        assert "![It rises](attachment:picture-1.png)\n\n**Figure 1.1**: A line." in cell.source
        (picture,) = cell.attachments.values()
        assert base64.b64decode(picture["image/png"]).startswith(b"\x89PNG")


def test_a_picture_that_cannot_be_drawn_is_named(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/a b.svg").write_text("<svg")
    with pytest.raises(PressError, match=r"parts/a b\.svg cannot be drawn for the notebooks"):
        Pictures(project(tmp_path), tmp_path, "parts").bitmap("a%20b.svg")


def test_cells_of_a_notebook_have_names_that_stay(chapter: dict[str, str]) -> None:
    names = [cell.id for cell in cells(chapter["one-work.ipynb"])]
    assert len(set(names)) == len(names)
    assert "show" in names


CELLS = """\
# One {#sec-one}

```{python}
#| label: hidden
#| include: false
secret = 1
```

```{python}
#| label: fig-drawn
#| fig-cap: A line.
#| fig-alt: It rises.
#| code-fold: true
draw()
```

```{python}
#| label: said
#| echo: false
say()
```

```{python}
#| label: tbl-two
#| tbl-cap: Two.
table()
```

```{python}
#| label: not-run
#| eval: false
never()
```

```{python}
#| label: fails
#| error: true
1 / 0
```

```{python}
#| label: prints
#| warning: true
print(2)
```
"""
TABLE = "| a |\n|---:|\n| @sec-two |"
SHOWN = {
    "hidden": [stream("secret\n")],
    "fig-drawn": [display({"image/svg+xml": SVG, "text/plain": "<Figure>"})],
    "said": [display({"text/markdown": "It says *so*, $m_1$.", "text/plain": "<M>"})],
    "tbl-two": [display({"text/markdown": TABLE, "text/plain": "<M>"})],
    "fails": [
        new_output("error", ename="ZeroDivisionError", evalue="no", traceback=["a", "Z: no"])
    ],
    "prints": [stream("2\n"), stream("Careful\n", "stderr"), display({"image/png": PIXEL})],
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    text = CELLS.replace("#| warning: true", "#| warning: true\n#| fig-alt: A dot.")
    return made(tmp_path_factory.mktemp("ran"), text, SHOWN)


def test_hidden_cells_are_not_there_and_what_they_show_is_text(ran: dict[str, str]) -> None:
    for notebook in ran.values():
        assert "secret" not in lines_of(notebook)
        assert "say()" not in lines_of(notebook)
        assert "It says *so*, $m_1$." in prose(notebook)


def test_outputs_are_in_the_solved_notebook_alone(ran: dict[str, str]) -> None:
    work, solved = (
        {cell.id: cell for cell in cells(ran[f"one-{kind}.ipynb"]) if cell.cell_type == "code"}
        for kind in ("work", "solved")
    )
    assert work.keys() == solved.keys()
    assert not any(cell.outputs or cell.execution_count for cell in work.values())
    (figure,) = solved["fig-drawn"].outputs
    assert set(figure.data) == {"image/png", "text/plain"}
    assert figure.metadata == {"image/png": {"alt": "It rises.", "width": 90, "height": 60}}
    (table,) = solved["tbl-two"].outputs
    assert "Chapter 2 |" in table.data["text/markdown"]
    assert "Table" not in table.data["text/markdown"]
    assert solved["fails"].outputs[0].ename == "Z"
    printed, warned, dot = solved["prints"].outputs
    assert (printed.text, printed.name, warned.text) == ("2\n", "stdout", "Careful\n")
    assert dot.data["image/png"].strip() == PIXEL
    counts = [cell.execution_count for cell in solved.values()]
    assert counts == [1, 2, None, 3, 4]


def test_captions_stand_below_the_code(ran: dict[str, str]) -> None:
    for notebook in ran.values():
        found = cells(notebook)
        names = [cell.id for cell in found]
        assert found[names.index("fig-drawn") + 1].source == "**Figure 1.1**: A line."
        assert found[names.index("tbl-two") + 1].source == "**Table 1.1**: Two."


def test_options_of_a_cell_are_known_to_jupyter_and_nbval(ran: dict[str, str]) -> None:
    found = {cell.id: cell.metadata for cell in cells(ran["one-work.ipynb"])}
    assert found["fig-drawn"] == {"jupyter": {"source_hidden": True}}
    assert found["not-run"] == {"tags": ["skip-execution", "nbval-skip"]}
    assert found["fails"] == {"tags": ["raises-exception"]}
    assert found["tbl-two"] == {}


TASKS = """\
# One {#sec-one}

## Task: double {#sec-task}

::: {.callout-note collapse="true" title="Hint"}
A hint.
:::

::: {.callout-tip collapse="true" title="A secret title"}
Secret prose, with a note.[^secret]

```{python}
#| label: secret-label
secret_help = 1  # spoiler
```

```{python}
#| label: doubles
#| exercise: doubled
from math import (
    pi,
)
import os

# Spoiler: twice.
def doubled(
    number: float,  # any
    times: int = 2,
) -> float:
    \"\"\"Double ü a number.

    It has no shape.
    \"\"\"; spoiler = times
    return spoiler * number
```

More secret prose about @fig-secret.

```{python}
#| label: fig-secret
#| fig-cap: A secret caption.
#| fig-alt: A secret picture.
draw_secret()
```

```{python}
#| label: second
#| exercise: halved
def halved(number):
    'Halve it.'
    return number / 2
```

[^secret]: Secret note [@rubin1981].
:::

## Task: draw {#sec-draw}

::: {.callout-tip title="Another secret title"}
Nothing but secret prose.
:::

```{python}
#| label: fig-after
#| fig-cap: Shown.
#| fig-alt: A line.
doubled(2)
```

As @fig-after shows.
"""
TASKS_SHOWN = {name: [display({"image/svg+xml": SVG})] for name in ("fig-secret", "fig-after")}
STUB = """\
from math import (
    pi,
)
import os


def doubled(
    number: float,  # any
    times: int = 2,
) -> float:
    \"\"\"Double ü a number.

    It has no shape.
    \"\"\"
    ..."""


@pytest.fixture(scope="module", params=["end", "none"])
def tasks(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    root = tmp_path_factory.mktemp(request.param)
    return made(root, TASKS, TASKS_SHOWN, exercises="answers.checks", solutions=request.param)


def test_an_exercise_becomes_a_stub_and_a_check(tasks: dict[str, str]) -> None:
    assert code(tasks["one-work.ipynb"]) == [
        "from answers.checks import checked",
        STUB,
        'doubled = checked("doubled", globals().get("doubled"))',
        "def halved(number):\n    'Halve it.'\n    ...",
        'halved = checked("halved", globals().get("halved"))',
        "# Your work",
        "doubled(2)",
    ]


def test_nothing_else_of_a_solution_is_in_the_file(tasks: dict[str, str]) -> None:
    everything = lines_of(tasks["one-work.ipynb"])
    for trace in ("ecret", "poiler", "* number", "/ 2", "Rubin", "End of"):
        assert trace not in everything
    assert "A hint." in everything


def test_what_comes_after_keeps_its_number(tasks: dict[str, str]) -> None:
    text = prose(tasks["one-work.ipynb"])
    assert "**Figure 1.2**: Shown." in text
    assert "As Figure 1.2 shows." in text


def test_an_edition_without_solutions_has_no_solved_notebook(tmp_path: Path) -> None:
    found = made(tmp_path, TASKS, TASKS_SHOWN, exercises="answers", solutions="none")
    assert set(found) == {"one-work.ipynb"}


def test_a_solution_with_code_is_set_apart_by_lines(tmp_path: Path) -> None:
    solved = made(tmp_path, TASKS, TASKS_SHOWN, exercises="answers")["one-solved.ipynb"]
    shown = [(cell.cell_type, cell.source) for cell in cells(solved)]
    first = (
        "markdown",
        "***\n\n**A secret title**\n\nSecret prose, with a note.<sup>1</sup>\n\n"
        "<sup>1</sup> Secret note (Rubin 1981).",
    )
    assert shown.index(first) < shown.index(("code", "secret_help = 1  # spoiler"))
    last = ("markdown", "*End of: A secret title*\n\n***")
    assert (
        shown.index(last)
        == shown.index(("code", "def halved(number):\n    'Halve it.'\n    return number / 2")) + 1
    )
    assert "> **Another secret title**\n>\n> Nothing but secret prose." in prose(solved)
    assert "checked" not in lines_of(solved)


def test_links_lead_to_the_site_where_it_is_known(tmp_path: Path) -> None:
    text = (
        "# One {#sec-one}\n\nSee @sec-two, @sec-one, [a table](../data/a.csv), <https://example.org>.\n"
        + SHOW
    )
    alone, placed = (
        prose(made(tmp_path / name, text, site_url=url)["one-work.ipynb"])
        for name, url in (("alone", ""), ("placed", "https://example.org/book"))
    )
    assert "See Chapter 2, Chapter 1, a table, <https://example.org>." in alone
    assert "[Chapter 2](https://example.org/book/chapters/two.html#sec-two), Chapter 1," in placed
    assert "[a table](https://example.org/book/chapters/../data/a.csv)" in placed


def test_a_page_without_code_has_no_notebook(tmp_path: Path) -> None:
    hidden = SHOW.replace("1\n", "#| echo: false\n1\n", 1)
    assert set(made(tmp_path / "a", "# One {#sec-one}\n\n```python\nx\n```\n")) == set()
    assert set(made(tmp_path / "b", f"# One {{#sec-one}}\n{hidden}")) == set()


def test_the_same_chapter_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = (
        made(tmp_path / name, CELLS.replace("warning: true", "fig-alt: A\n#| warning: true"), SHOWN)
        for name in ("a", "b")
    )
    assert one == other
