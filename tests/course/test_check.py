import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_book import write

from course.check import read_book
from course.project import read_project

CELL = "```{python}\n#| label: %s\n1\n```"


def problems(book: Path, text: str, name: str = "chapters/second.qmd") -> list[str]:
    """Put text below the second chapter's heading, at line 3; list what is wrong."""
    write(book, name, "# Second steps {#sec-second}\n\n" + textwrap.dedent(text).lstrip("\n"))
    write(book, "chapters/first.qmd", "# First {#sec-first}\n")
    write(book.parent, "outside.png", "")
    return [str(problem) for problem in read_book(read_project(book))[1]]


def test_sample_book_has_no_problems(book: Path) -> None:
    documents, found = read_book(read_project(book))
    assert found == []
    assert len(documents) == 4


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("{{< include a.qmd >}}", 3, "shortcodes"),
        ("::: {.callout-important}\na\n:::", 3, "callout-important"),
        ("::: {.callout-note #note-a}\na\n:::", 3, "takes no #note-a"),
        ("::: {.callout-tip}\na\n:::", 3, 'title="Solution"'),
        ('::: {.callout-tip title="Solution"}\na\n:::', 3, 'collapse="true"'),
        ("a [b](first.qmd) c", 3, "link to a .qmd"),
        ("a [b](first.qmd#sec-first) c", 3, "link to a .qmd"),
        ("a [b]\n\n[b]: first.qmd", 5, "link to a .qmd"),
        ("::: {.panel-tabset}\na\n:::", 3, "unknown div .panel-tabset"),
        ("::: wide\na\n:::", 3, "unknown div .wide"),
        ('::: {layout-ncol="2"}\na\n:::', 3, "needs a class"),
        ('::: {.content-visible when-format="pdf"}\na\n:::', 3, "when-format"),
        ("a <b>c</b>", 3, "<b>: only inside"),
        ("a\n\n<div\nclass='x'>\n\nb\n", 5, "<div: only inside"),
        ("```{=html}\n<b>\n```", 3, "only inside"),
        ("a `<br>`{=html}", 3, "only inside"),
        ("```{r}\n1\n```", 3, "{r} is not run"),
        ("```{mermaid}\n1\n```", 3, "{mermaid} is not run"),
        ("::: {.callout-note}\na", 3, "never closed"),
        ("::: {.callout-note}\n::: {.callout-note}\na\n:::\n", 3, "never closed"),
        ("a\n\n:::", 5, "closes nothing"),
        ("a\n::: {.callout-note}\nb\n:::", 4, "blank line before"),
        ("a\n\n---\nb: c\n---\n", 5, "metadata"),
        ("```{python}\n#| echo: true\n#| fig-width: 3\n1\n```", 5, "unknown option fig-width"),
        ("```{python}\n#| lable: a\n1\n```", 4, "did you mean label"),
        ("```{python}\nx\n#| echo: false\n```", 5, "option lines come first"),
        ("```{python}\n#| label: fig-a\n#| fig-cap: A\n1\n```", 3, "no fig-alt"),
        ("```{python}\n#| label: fig-a\n#| fig-alt: A\n#| fig-cap:\n1\n```", 3, "no fig-cap"),
        ("```{python}\n#| label: tbl-a\n1\n```", 3, "no tbl-cap"),
        ("```{python}\n#| echo: true\n#| label: my_cell\n1\n```", 5, "kebab-case"),
        ("## A {#sec-myPart}", 3, "kebab-case"),
        ("a @fig-none", 3, "@fig-none refers to nothing"),
        ("a\n[-@tbl-none]", 4, "@tbl-none refers to nothing"),
        ("[@sec-first; @sec-none]", 3, "@sec-none refers to nothing"),
        ("see @eq-none.", 3, "@eq-none refers to nothing"),
        ("```{python}\n#| code-summary: a\n#| fig-cap: As @sec-none\n1\n```", 5, "@sec-none"),
        ("[@jones1999, p. 3]", 3, "@jones1999 is not an entry of references.bib"),
        ("a\n\n![alt](none.png)", 5, "image none.png does not exist"),
        ("![](../data/numbers.txt)", 3, "no alt text"),
        ("![a](https://example.org/a.png)", 3, "not in the repository"),
        ("## A {#sec-first}", 3, "label sec-first is taken, at chapters/first.qmd:1"),
        (f"{CELL}\n\n{CELL}" % ("a", "a"), 9, "label a is taken"),
        (f"{CELL}\n\n## B {{#b}}" % "b", 8, "label b is taken"),
        ("$$x$$ {#eq-a}\n\n$$y$$ {#eq-a}", 5, "label eq-a is taken"),
        ("a\n\nb $\\frac{1}$ c", 5, "cannot read this formula: \\frac{1}"),
        ("$$\n\\nosuchsign\n$$", 3, "cannot read this formula"),
        ("a\n\n\\newpage", 5, "\\newpage outside"),
        ("\\begin{align}\na\n\\end{align}", 3, "\\begin{align} outside"),
        ("a\n\n<!-- b\n\n@sec-nowhere", 5, "<!-- is never closed"),
        ("a [b](nothing.html)", 3, "a link to nothing.html"),
        ("a [b](#sec-first)", 3, "a link to #sec-first"),
        ("a [b](javascript:alert)", 3, "a link to javascript:alert"),
        ("a[^1]\n\n[^2]: b", 3, "footnote 1 is missing"),
        ("a `{python}1 + 1`", 3, "the space included"),
        ("a `{r} 1`", 3, "the space included"),
        ("```{python}\n#| echo: maybe\n1\n```", 4, "echo is true or false"),
        ("```{python}\n#| code-fold: 3\n1\n```", 4, "code-fold is true, false or show"),
        ("# Again {#sec-again}", 3, "second heading of level 1"),
        ("a `{python} x +`", 3, "not a Python expression"),
        ("a <!-- b\n```{python}\n1\n```\n-->", 4, "HTML comment"),
        ("```{python}\n1", 3, "never closed"),
        ("```{python}\n#| fig-cap: a: b: c\n1\n```\n\n ```{python}\n1\n```", 8, "left margin"),
        ("![a][b]\n\n[b]: ../data/numbers.txt", 3, "path in parentheses"),
        ("![a](../../outside.png)", 3, "outside the repository"),
    ],
)
def test_problem_is_found_where_it_is(book: Path, text: str, line: int, message: str) -> None:
    found = problems(book, text)
    place = f"chapters/second.qmd:{line}: "
    assert any(each.startswith(place) and message in each for each in found), found
    assert all(each.startswith("chapters/second.qmd:") for each in found), found


@pytest.mark.parametrize(
    "text",
    [
        "`{{< include >}}` and `@nobody` and `<b>`",
        "````\n{{< a >}} @nobody ![](x.png) <b> ::: [a](b.qmd)\n````",
        "$a@b$ and $x < y > z$ and\n\n$$\na@fig-b <c>\n$$ {#eq-a}\n\nsee @eq-a",
        "a@example.org, <mailto:b@example.org>, https://example.org/@me, [a](https://b.org/@me)",
        "\\@nobody and 3 < 4, <https://example.org>",
        "<!-- @nobody <b> {{< a >}}\n::: -->",
        '::: {.content-visible when-format="html"}\n\n```{=html}\n<b>a</b>\n```\n\n<i>b</i>\n\n:::',
        "::::: {.callout-warning}\n\n::: {.callout-note}\na\n:::\n\n:::::",
        "::: {#refs}\n:::",
        "::: {#fig-pair}\n\na\n\nCaption.\n:::\n\n@fig-pair",
        "| a |\n|---|\n| 1 |\n\n: Caption {#tbl-a}\n\n@tbl-a, [-@tbl-a],"
        " [@smith2020; @sec-first]. @smith2020.",
        "![A *star*, $x$ @smith2020](../data/numbers.txt){#fig-a width=50%}\n\n@fig-a",
        '![](../data/numbers.txt){fig-alt="Stars"} ![b](/data/numbers.txt)',
        "a\n\n---\n\nb\n\n***\n",
        "```{python}\n#| label: a\n#| exercise: partial_pooling\n1\n```",
        "::: {.callout-note}\n```{python}\n':::'\n```\n:::",
        "Prices: $5 and @smith2020, $6.",
    ],
)
def test_what_the_dialect_allows(book: Path, text: str) -> None:
    assert problems(book, text) == []


def test_every_problem_is_listed_at_once(book: Path) -> None:
    found = problems(book, "@nobody\n\n{{< a >}}\n\n::: {.callout-note}\n")
    assert [each.split(":")[1] for each in found] == ["3", "5", "7"]


def test_references_wait_until_every_chapter_can_be_read(
    book: Path, edit: Callable[[str, str, str], None]
) -> None:
    edit("chapters/first.qmd", "fig-cap: A line", "fig-cap: A: line: that")
    edit("index.qmd", "See", "{{< a >}} @fig-line")
    found = [str(problem) for problem in read_book(read_project(book))[1]]
    assert len(found) == 2
    assert found[0].startswith("index.qmd:3: shortcodes")
    assert found[1].startswith("chapters/first.qmd:28: not valid YAML")


def test_chapter_needs_a_labelled_heading(
    book: Path, edit: Callable[[str, str, str], None]
) -> None:
    edit("index.qmd", "# Welcome {.unnumbered}", "## Welcome")
    edit("colophon.qmd", "# Colophon {.unnumbered}", "# Colophon")
    found = [str(problem) for problem in read_book(read_project(book))[1]]
    assert found[0].startswith("index.qmd:1: no heading of level 1")
    assert found[1].startswith("colophon.qmd:1: the chapter's heading needs")


def test_missing_bibliography_and_bytes_that_are_not_text(book: Path) -> None:
    (book / "references.bib").unlink()
    (book / "index.qmd").write_bytes(b"# Caf\xe9 {.unnumbered}\n")
    found = [str(problem) for problem in read_book(read_project(book))[1]]
    assert found[0].startswith("_quarto.yml:1: bibliography references.bib does not exist")
    assert found[1].startswith("index.qmd:1: not UTF-8")


def test_cells_of_two_chapters_may_share_a_label_that_nothing_refers_to(book: Path) -> None:
    write(book, "chapters/first.qmd", f"# First {{#sec-first}}\n\n{CELL}\n" % "setup")
    write(book, "chapters/second.qmd", f"# Second {{#sec-second}}\n\n{CELL}\n" % "setup")
    assert not any("setup" in str(each) for each in read_book(read_project(book))[1])


def test_figures_of_two_chapters_may_not_share_a_label(book: Path) -> None:
    figure = "```{python}\n#| label: fig-a\n#| fig-cap: A\n#| fig-alt: An A.\n1\n```"
    write(book, "chapters/first.qmd", f"# First {{#sec-first}}\n\n{figure}\n")
    write(book, "chapters/second.qmd", f"# Second {{#sec-second}}\n\n{figure}\n")
    found = [str(each) for each in read_book(read_project(book))[1]]
    assert any("chapters/second.qmd:4: label fig-a is taken" in each for each in found), found
