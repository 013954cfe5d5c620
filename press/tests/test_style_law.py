"""The style law: what `press check` finds beside what would be wrong on the pages."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_book import write

from press import cli
from press.book.project import read_project
from press.check.book import check_book, read_book

Edit = Callable[[str, str, str], None]

LAW = """# Style

| not | words |
|---|---|

## Measures

| rule | measure |
|---|--:|
| a chapter opens with | In this chapter |
| a chapter ends with | Key points |
| a solution is due below | Task |
| lines of a cell, at most | 25 |
| words of a sentence, at most | 45 |
| characters of an alt text, at least | 40 |

## Words

| write | not |
|:--|:--|
| R̂ | R-hat, Rhat |
| colour | color |
| NumPyro | Numpyro |

## Other
| a | b | c |
"""
KEY_POINTS = "## Key points {#sec-points}\n\nEnough.\n"
FORTY = "A line that falls from the left to the right."
FIGURE = "```{python}\n#| label: fig-a\n#| fig-cap: %s\n#| fig-alt: %s\n1\n```\n\nIn @fig-a"
TASK = "## Task 1 {#sec-task}\n\nDo it.\n\n"
SOLUTION = '::: {.callout-tip title="Solution" collapse="true"}\nDone.\n:::'
WORDS_45 = " ".join(["Words", *(f"w{n}x" for n in range(44))])


def problems(book: Path, text: str, name: str = "colophon.qmd") -> list[str]:
    """Put text below the last chapter's heading, at line 3; list what is wrong with it."""
    write(book, "STYLE.md", LAW)
    write(book, name, f"# Colophon {{#sec-colophon .unnumbered}}\n\n{text}")
    return [str(problem) for problem in check_book(read_project(book))[1]]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a\n\n## A Great Day", 5, "'A Great Day' is not in sentence case: write great"),
        ("a\n\n## Then: Why the Day\n\nDay by day.", 5, "write day"),
        ('::: {.callout-warning title="A Pitfall"}\na\n:::', 3, "write pitfall"),
        ("A Great Day\n---", 3, "'A Great Day' is not in sentence case: write great"),
        ("A day.\n---", 3, "a heading ends without ."),
        (f"{WORDS_45}\n---\nday and night {WORDS_45}.", 5, "a sentence of 48 words"),
        ("## A day.", 3, "a heading ends without ."),
        ("## A day:", 3, "a heading ends without :"),
        ("```{python}\n#| label: a\n" + "x = 1\n" * 26 + "```", 3, "a cell of 26 lines"),
        ("a\n\n```{python}\n1\n```", 5, "a cell without a label"),
        (FIGURE % ("A line.", "A line."), 6, "repeats the caption"),
        (FIGURE % ("See *a `line`* that falls.", "A line, that FALLS."), 6, "repeats the caption"),
        (FIGURE % (f"{FORTY[:-1]}, dotted.", FORTY), 6, "repeats the caption"),
        (FIGURE % ("Two.", "A line that falls."), 6, "an alt text of 18 characters"),
        (FIGURE % ("Two.", f"An image of {FORTY}"), 6, "begin the alt text with what one sees"),
        (f"![](pictures/dot.svg){{fig-alt='Figure of {FORTY}'}}", 3, "begin the alt text"),
        ("![A line](pictures/dot.svg)", 3, "an alt text of 6 characters"),
        (f"![{FORTY}](pictures/dot.svg){{#fig-a}}\n\n@fig-a", 3, "repeats the caption"),
        (FIGURE % ("Two lines", FORTY), 5, "the caption ends with 's'"),
        ("```{python}\n#| label: tbl-a\n#| tbl-cap: A,\n1\n```\n@tbl-a", 5, "ends with ','"),
        ("|a|\n|-|\n|b|\n\n: A table {#tbl-a}\n\n@tbl-a", 7, "the caption ends with 'e'"),
        (f'![Two](pictures/dot.svg){{#fig-a fig-alt="{FORTY}"}}\n\n@fig-a', 3, "ends with 'o'"),
        ("One day\nday by day.", 3, "day stands twice"),
        ("- The the day.", 3, "The stands twice"),
        (FIGURE % ("On a a line.", FORTY), 5, "a stands twice"),
        ("Good!", 3, "an exclamation mark"),
        ('a\n\nHe said "good!" and left.', 5, "an exclamation mark"),
        ("See [here](https://example.org).", 3, "[here] does not say where"),
        ("[**Click here**.](https://example.org)", 3, "does not say where"),
        ("A [](https://example.org) b", 3, "[] does not say where"),
        (f"Short.\n\nA short one. {WORDS_45}\nand one more.", 5, "a sentence of 48 words"),
        (f"- {WORDS_45} two", 3, "a sentence of 46 words"),
        ("An R-hat\nand a Color.", 3, "R-hat: write R̂ (see STYLE.md)"),
        ("An R-hat\nand a Color.", 4, "Color: write colour"),
        (FIGURE % ("The color.", FORTY), 5, "color: write colour"),
        (FIGURE % ("Two.", f"{FORTY} Two colors, one color."), 6, "color: write colour"),
        ("It is numpyro.", 3, "numpyro: write NumPyro"),
        ("::: {#fig-a}\na\n\nB.\n:::", 3, "the text never mentions fig-a"),
        ("|a|\n|-|\n|b|\n\n: A table. {#tbl-a}", 7, "the text never mentions tbl-a"),
    ],
)
def test_a_breach_is_found_where_it_is(book: Path, text: str, line: int, message: str) -> None:
    found = problems(book, text)
    place = f"colophon.qmd:{line}: "
    assert any(each.startswith(place) and message in each for each in found), found
    assert all(each.startswith("colophon.qmd:") for each in found), found


@pytest.mark.parametrize(
    "text",
    [
        "## What a Bayesian and the ELPD say: Nothing with `Code Here`\n\nAsk a Bayesian.",
        '::: {.callout-warning title="“No day” is no day"}\na\n:::\n\n## “Why?” is a question?',
        "```{python}\n#| label: a\n" + "x = 1\n" * 25 + "```",
        FIGURE % ("Two lines.", f"Two lines. {FORTY}"),
        FIGURE % ("Which is which?", FORTY),
        FIGURE % ('"Which is “which.”"', FORTY),
        f"@fig-a\n\n![A line.](pictures/dot.svg){{#fig-a fig-alt='{FORTY}'}}",
        f"![{FORTY}](pictures/dot.svg)",
        "A `x` a, a $x$ a; one\n\none. We had had it, and said that that day.",
        f"That is `print('!')`, $n! = 1$ and ![{FORTY}](pictures/dot.svg)",
        "[the law here](https://example.org), [`here`](https://example.org)",
        f"{WORDS_45}. Another.\n\n- {WORDS_45}\n- more\n\n| {WORDS_45} | two |\n|--|--|\n| a | b |",
        "`color`, colorful, <https://example.org/color>, sec-color-a, R̂, NumPyro",
        "```{python}\n#| label: fig-a\n#| fig-cap: A.\n#| fig-alt: "
        + FORTY
        + "\nprint('See @fig-a')\n```",
        TASK,
    ],
)
def test_what_the_law_allows(book: Path, text: str) -> None:
    assert problems(book, text) == []


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("Nothing.\n\n" + KEY_POINTS, 1, "no **In this chapter** before the first section"),
        (KEY_POINTS + "\n**In this chapter** late.\n", 1, "no **In this chapter**"),
        ("**In this chapter** all.\n", 1, "the last section is not `## Key points`"),
        (
            "**In this chapter** all.\n\n" + KEY_POINTS + "\n## More {#sec-more}\n",
            9,
            "the last section is not",
        ),
        (
            f"**In this chapter** all.\n\n{TASK}{KEY_POINTS}\n{SOLUTION}\n",
            5,
            "a section Task without a solution",
        ),
        (
            f"**In this chapter** all.\n\n## Some\n\n{KEY_POINTS}",
            5,
            "a section without a label",
        ),
        (
            f"**In this chapter** all.\n\nSome\n---\n\n{KEY_POINTS}",
            5,
            "a section without a label",
        ),
    ],
)
def test_a_chapter_without_its_parts_is_found(
    book: Path, text: str, line: int, message: str
) -> None:
    write(book, "STYLE.md", LAW)
    write(book, "index.qmd", "# Welcome {.unnumbered}\n\nBy @smith2020.\n")
    write(book, "chapters/second.qmd", "# Second {#sec-second}\n\n" + text)
    write(book, "chapters/first.qmd", "# First {#sec-first .unnumbered}\n")
    (found,) = check_book(read_project(book))[1]
    assert str(found).startswith(f"chapters/second.qmd:{line}: {message}")


def test_a_chapter_with_its_parts_is_in_order(book: Path) -> None:
    text = f"**In this chapter** all.\n\n{TASK}{SOLUTION}\n\n"
    text += f"::: {{.callout-note}}\n## A box\n\na\n:::\n\n{KEY_POINTS}\n"
    text += "::: {.callout-note}\n## Another box\n\na\n:::\n"
    write(book, "STYLE.md", LAW)
    write(book, "chapters/second.qmd", "# Second {#sec-second}\n\n" + text)
    write(book, "index.qmd", "# Welcome {.unnumbered}\n\nBy @smith2020.\n")
    write(book, "chapters/first.qmd", "# First {#sec-first .unnumbered}\n")
    assert check_book(read_project(book))[1] == []


def lawless(book: Path, law: str | None, text: str) -> list[str]:
    write(book, "chapters/second.qmd", "# Second {#sec-second}\n\n" + text)
    write(book, "index.qmd", "# Welcome {.unnumbered}\n\nBy @smith2020.\n")
    write(book, "chapters/first.qmd", "# First {#sec-first .unnumbered}\n")
    if law:
        write(book, "STYLE.md", law)
    return [str(problem) for problem in check_book(read_project(book))[1]]


BREACHES = {  # what breaks each line of the law
    "| a chapter opens with | In this chapter |\n": "no **In this chapter**",
    "| a chapter ends with | Key points |\n": "the last section is not",
    "| a solution is due below | Task |\n": "a section Task without a solution",
    "| lines of a cell, at most | 25 |\n": "a cell of 26 lines",
    "| words of a sentence, at most | 45 |\n": "a sentence of 46 words",
    "| characters of an alt text, at least | 40 |\n": "an alt text of 4 characters",
    "| colour | color |\n": "color: write colour",
}
BREACH = (
    TASK + WORDS_45 + " color.\n\n![Five](/pictures/dot.svg)\n\n"
    "```{python}\n#| label: a\n" + "x = 1\n" * 26 + "```\n"
)


def test_a_book_without_a_law_has_no_words_and_measures_of_its_own(book: Path) -> None:
    assert lawless(book, None, BREACH) == []
    assert len(lawless(book, LAW, BREACH)) == len(BREACHES)


@pytest.mark.parametrize("line", BREACHES)
def test_a_rule_without_a_line_in_the_law_does_not_apply(book: Path, line: str) -> None:
    assert line in LAW
    found = lawless(book, LAW.replace(line, ""), BREACH)
    assert len(found) == len(BREACHES) - 1
    assert not any(BREACHES[line] in each for each in found)


def test_the_words_and_numbers_are_the_laws(book: Path) -> None:
    law = LAW.replace("In this chapter", "Why read this").replace("Key points", "In short")
    law = law.replace("Task", "Problem").replace("| 25", "| 26").replace("| 45", "| 46")
    law = law.replace("| 40", "| 4")
    text = "**Why read this**\n\n" + BREACH.replace("color", "")
    assert lawless(book, law, text + "\n## In short {#sec-end}\n") == []
    (found,) = lawless(book, law, text.replace("Task", "Problem") + "\n## In short {#sec-end}\n")
    assert "a section Problem without a solution" in found


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("| colour | color |", "| colour |  |", 22, "write `| the word"),
        ("| 25 |", "| many |", 13, "write a whole number from 1 on, not many"),
        ("| 25 |", "| 0 |", 13, "write a whole number"),
        ("| 25 |", "|", 13, "write `| lines of a cell, at most | its value |`"),
        ("| Task |", "| |", 12, "write `| a solution is due below | its value |`"),
        ("lines of a cell", "lines of cell", 13, "did you mean `lines of a cell, at most`?"),
        ("a solution is due below", "xyz", 12, "no rule is called `xyz`; use `a chapter opens"),
        ("words of a sentence, at most", "lines of a cell, at most", 14, "is there already"),
    ],
)
def test_a_row_of_the_law_that_cannot_be_read_is_found(
    book: Path, old: str, new: str, line: int, message: str
) -> None:
    assert old in LAW
    (found,) = lawless(book, LAW.replace(old, new), "**In this chapter** all.\n\n" + KEY_POINTS)
    assert found.startswith(f"STYLE.md:{line}: ")
    assert message in found


def test_a_law_that_is_no_text_is_found(book: Path) -> None:
    (book / "STYLE.md").write_bytes(b"# Caf\xe9\n")
    (found,) = check_book(read_project(book))[1]
    assert str(found) == "STYLE.md:1: not UTF-8; save the file as UTF-8"


def test_check_names_breaches_and_a_build_does_not_stop_for_them(
    book: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    edit("index.qmd", "See", "Look! See")
    monkeypatch.chdir(book)
    assert cli.main(["check"]) == 1
    assert capsys.readouterr().err.startswith("index.qmd:3: an exclamation mark")
    assert read_book(read_project(book))[1] == []
