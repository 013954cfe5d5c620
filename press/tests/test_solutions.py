"""Solutions: an edition without them, which keeps all numbers; and those that lead into one."""

import pytest
from nbformat.v4 import new_output

from press.book.chapter import Code, Document, Prose, parse
from press.book.outline import Outline
from press.book.solutions import solutions, with_marks_for_solutions, without_solutions
from press.check.solutions import references_into_solutions, refuse_references_into_solutions
from press.errors import PressError
from press.run.executed import CellRun, Executed
from press.run.records import RECORD, collect

CHAPTER = """\
# One {#sec-one}

Before.

::: {.callout-tip title="Solution"}
Solved.

```{python}
#| label: fig-solved
#| fig-alt: A line.
secret = 42
```

:::: {.callout-note title="Hint"}
Within.
::::
Still solved.
:::
After.

```{python}
print(secret)
```
"""


def outline(text: str, source: str = "one.qmd") -> Outline:
    return Outline(parse(text, source))


def test_a_chapter_without_solutions_has_the_rest_in_its_lines() -> None:
    document = without_solutions(parse(CHAPTER, "one.qmd"))
    found = [(b.text if isinstance(b, Prose) else b.code, b.line) for b in document.blocks]
    assert found == [("# One {#sec-one}\n\nBefore.", 1), ("After.", 19), ("print(secret)", 21)]
    assert "olved" not in document.text
    assert document.text.split("\n")[18] == "After."


def test_solutions_within_solutions_are_one() -> None:
    text = (
        "::: {.callout-tip}\na\n\n::: {.callout-tip}\nb\n:::\n:::\n\n::: {.callout-tip}\nc\n:::\n"
    )
    assert solutions(outline(text)) == [(1, 7), (9, 11)]


def test_a_mark_counts_what_had_numbers() -> None:
    woven = """\
::: {.callout-tip title="Solution"}
::: {#fig-a}
![](a.svg)

A.
:::

| a |
|---|

: A. {#tbl-a}

: B. {#tbl-b}

::: {.content-visible when-format="html"}
$$x$$ {#eq-a}
:::
:::
![B](b.svg){#fig-b}
"""
    assert (
        with_marks_for_solutions(woven)
        == """\
::: {.left-out fig="1" tbl="2"}
:::

::: {.left-out .content-visible when-format="html" eq="1"}
:::
![B](b.svg){#fig-b}
"""
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("See @fig-solved.", "fig-solved stands in a solution of one.qmd"),
        ("See [it](#fig-solved).", "fig-solved stands in a solution of one.qmd"),
        ("See [@tbl-none; @fig-solved].", "fig-solved stands in a solution of one.qmd"),
    ],
)
def test_a_reference_into_a_solution_is_a_mistake(words: str, message: str) -> None:
    other = outline(f"# Two\n\n{words}\n", "two.qmd")
    (problem,) = references_into_solutions([outline(CHAPTER), other])
    assert (problem.source, problem.line) == ("two.qmd", 3)
    assert problem.message.startswith(message)
    assert problem.message.endswith("refer to the task, or move one of the two")
    with pytest.raises(PressError, match=r"^two\.qmd:3: fig-solved"):
        refuse_references_into_solutions([parse(CHAPTER, "one.qmd"), other.document])


def test_a_caption_refers_too() -> None:
    cell = "```{python}\n#| label: fig-b\n#| fig-cap: As @fig-solved.\n#| fig-alt: B.\n```\n"
    (problem,) = references_into_solutions([outline(CHAPTER + "\n" + cell)])
    assert problem.line == 27


@pytest.mark.parametrize(
    ("inside", "outside", "count"),
    [
        ("Words.[^a]\n\n[^a]: Note.", "Words.", 0),
        ("Words.\n\n[^a]: Note.", "Words.[^a]", 1),
        ("Words.[^a]", "Words.\n\n[^a]: Note.", 1),
        ("[Words][a]", "Words.\n\n[a]: https://example.org", 0),
        ("[a]: https://example.org", "[Words][a]", 1),
        ("See @sec-a.", "# A {#sec-a}", 0),
    ],
)
def test_notes_and_addresses_stand_where_they_are_used(
    inside: str, outside: str, count: int
) -> None:
    text = f"::: {{.callout-tip}}\n{inside}\n:::\n\n{outside}\n"
    assert len(list(references_into_solutions([outline(text)]))) == count


def test_what_solutions_publish_can_be_left_out() -> None:
    document = parse(CHAPTER, "one.qmd")
    cells = tuple(block for block in document.blocks if isinstance(block, Code))
    records = [{"claim": "it is solved", "holds": True}, {"result": "n", "value": 1}]
    outputs = [new_output("display_data", data={RECORD: record}) for record in records]
    runs = tuple(CellRun([output], 1, 0.0) for output in outputs)
    chapter = Executed(Document("one.qmd", {}, cells, document.text), runs)
    assert len(collect([chapter])["claims"]) == 1
    assert collect([chapter], solutions=False) == {"claims": [], "results": {"n": 1}}
