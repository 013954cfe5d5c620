import posixpath
import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_book import problems_of, write

import press
from press.book.project import read_project
from press.check.book import Memory, check_book, read_book

ONLY_HTML = '::: {.content-visible when-format="html"}'
CELL = "```{python}\n#| label: %s\n1\n```"


def problems(book: Path, text: str, name: str = "chapters/second.qmd") -> list[str]:
    """Put text below the second chapter's heading, at line 3; list what is wrong."""
    write(book, name, "# Second steps {#sec-second}\n\n" + textwrap.dedent(text).lstrip("\n"))
    write(book, "chapters/first.qmd", "# First {#sec-first}\n")
    write(book.parent, "outside.png", "")
    return problems_of(book)


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
        (f"{ONLY_HTML}\n```{{=html}}\n<p>a</p>\n<script>b</script>\n```\n:::", 6, "<script>: this"),
        (f"{ONLY_HTML}\n<p onclick='a()'>b</p>\n:::", 4, "onclick of <p>: this page's"),
        (f"{ONLY_HTML}\n<img src='https://example.org/a.png'>\n:::", 4, "from elsewhere"),
        ("Well done \U0001f600 and more", 3, "U+1F600, grinning face"),
        ("```{python}\n1\n# \u4e2d\n```", 5, "U+4E2D"),
        ("An odd \x01 sign", 3, "U+0001"),
        (
            "```{python}\n#| label: fig-a\n#| fig-cap: 'A `{python} 1`.'\n#| fig-alt: A\n1\n```",
            5,
            "fig-cap is printed as it stands",
        ),
        ("## A\n\n#### B\n", 5, "write ###"),
        ("#### B\n", 3, "write ##"),
        ("![A b](<a b.png>)", 3, "write %20 for a space"),
        ("![A b](a b.png)", 3, "write %20 for a space"),
        ("![A b](a.bmp)", 3, "of no kind known here"),
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
        ("```{python}\n#| echo: true\n#| fig-width: 3\n1\n```", 5, "unknown key fig-width"),
        ("```{python}\n#| lable: a\n1\n```", 4, "did you mean label"),
        ("```{python}\n#| inputs: [data/*.txt, no/*.csv]\n1\n```", 4, "no/*.csv is no file inside"),
        ("```{python}\n#| inputs: ../*.txt\n1\n```", 4, "../*.txt is no file inside"),
        ("```{python}\n#| plays: [a/b.js]\n1\n```", 4, "script a/b.js does not exist"),
        ("```{python}\n#| inputs: /etc/passwd\n1\n```", 4, "/etc/passwd is no file inside"),
        ("```{python}\nx\n#| echo: false\n```", 5, "option lines come first"),
        ("```{python}\n#| label: fig-a\n#| fig-cap: A\n1\n```", 3, "no fig-alt"),
        ("```{python}\n#| label: fig-a\n#| fig-alt: A\n#| fig-cap:\n1\n```", 6, "fig-cap is empty"),
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
        ("![](../pictures/dot.svg)", 3, "no alt text"),
        ("![a](https://example.org/a.png)", 3, "not in the repository"),
        ("## A {#sec-first}", 3, "label sec-first is taken, at chapters/first.qmd:1"),
        (f"{CELL}\n\n{CELL}" % ("a", "a"), 9, "label a is taken"),
        (f"{CELL}\n\n## B {{#b}}" % "b", 8, "label b is taken"),
        ("$$x$$ {#eq-a}\n\n$$y$$ {#eq-a}", 5, "label eq-a is taken"),
        ("a\n\nb $\\frac{1}$ c", 5, "cannot read this formula: \\frac{1}"),
        ("$$\n\\nosuchsign\n$$", 3, "nosuchsign is not in the dialect's mathematics"),
        ("$$\na &= b\n$$", 3, "cannot read this formula"),
        ("## By $\\not= x$ {#sec-by}", 3, "\\not is not used in formulas; write \\neq"),
        ("a^[By $\\boxed{x}$]", 3, "\\boxed is not used in formulas"),
        ("|a|\n|-|\n|$\\boxed{x}$|", 5, "\\boxed is not used in formulas"),
        (
            "```{python}\n#| label: tbl-a\n#| tbl-cap: By $\\boxed{x}$\n1\n```",
            5,
            "\\boxed is not used in formulas",
        ),
        (
            "```{python}\n#| label: fig-a\n#| fig-cap: A\n#| fig-alt: By $\\frac{1}{2}$\n1\n```",
            6,
            "a screen reader cannot speak this formula; say it in words: \\frac{1}{2}",
        ),
        ("![A $\\frac{1}{2}$](../pictures/dot.svg)", 3, "cannot speak this formula"),
        (
            "![A](../pictures/dot.svg){fig-alt='B'}\n\n"
            '![A](../pictures/dot.svg){fig-alt="$\\\\sqrt{2}$"}',
            5,
            "cannot speak this formula",
        ),
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
        ("![a][b]\n\n[b]: ../pictures/dot.svg", 3, "path in parentheses"),
        ("![a](../../outside.png)", 3, "outside the repository"),
        ("a [b](#sec-second) [c](#sec-third)", 3, "#sec-third, which is not on this page"),
        ("a [b](../data/numbers.txt)", 3, "a link to ../data/numbers.txt"),
        ("a [b](http:/example.org)", 3, "a link to http:/example.org"),
        ("a [b](www.example.org)", 3, "a link to www.example.org"),
        ("a [b](https://https://example.org)", 3, "is not an address"),
        ("a [b](https://example)", 3, "https://example is not an address"),
        ("a [b](mailto:nobody)", 3, "mailto:nobody is not an address"),
        ("a <https://example.org/a b>", 3, "is not an address"),
        ("a\n\n[b]: https://[example", 5, "is not an address"),
        ("a [b][c]\n\n[d]: https://example.org", 3, "nothing says where [c] leads"),
        ("a [b][] c", 3, "nothing says where [b] leads"),
        ("See https://example.org/a.", 3, "write <https://example.org/a>"),
        ("[![a](../pictures/dot.svg)](#sec-none)", 3, "a link to #sec-none"),
        (
            "```{python}\n#| label: fig-a\n#| fig-cap: By [B](b.html).\n#| fig-alt: A\n1\n```",
            5,
            "a link to b.html",
        ),
        ("## By @smith2020 {#sec-by}", 3, "a title takes no link"),
        ("a\n\n## See [this](https://example.org)", 5, "a title takes no link"),
        ('::: {.callout-warning title="A note^[b]"}\na\n:::', 3, "a title takes no link"),
        ("::: {#tbl-a}\na\n\nb\n:::", 3, "write `: caption {#tbl-a}` below"),
        ("```{python}\n#| label: tbl-a\n#| tbl-cap: A <b>c</b>\n1\n```", 5, "<b>: only inside"),
        ("A word [b]{#sec-a}.", 3, "label sec-a numbers nothing here; put it behind a heading"),
        ("a\n\n## B {#fig-b}", 5, "label fig-b numbers nothing here"),
        ("|a|\n|-|\n|b|\n\nCaption {#tbl-a}", 7, "label tbl-a numbers nothing here"),
        ("A formula $x$ {#eq-a}", 3, "label eq-a numbers nothing here"),
        ("See ![a](../pictures/dot.svg){#fig-a}.", 3, "label fig-a numbers no figure here"),
        ("a\n![a](../pictures/dot.svg){#fig-a}", 4, "label fig-a numbers no figure here"),
        ("![](../pictures/dot.svg){#fig-a fig-alt='a'}", 3, "label fig-a numbers no figure here"),
        ("::: {.callout-note}\n## B {#sec-b}\n\na\n:::", 4, "a heading in a box has no number"),
        ("a [b](#setup)\n\n```{python}\n#| label: setup\n1\n```", 3, "a link to #setup"),
        ("## A {#sec-a .unnumbered}\n\nSee @sec-a.", 5, "write a link, as [words](#sec-a)"),
        (
            "As @tbl-a shows.\n\n```{python}\n#| label: tbl-a\n#| tbl-cap: A\n"
            "#| include: false\n1\n```",
            3,
            "@tbl-a refers to a cell that shows nothing",
        ),
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
        "a@example.org, <mailto:b@example.org>, <https://example.org/@me>, [a](https://b.org/@me)",
        "\\@nobody and 3 < 4, <https://example.org>, `https://example.org`",
        "[a](#sec-second), [b](#sec-here).\n\n## Here {#sec-here .unnumbered}",
        '[a](https://en.wikipedia.org/wiki/R_(language)#Use "R") and [b][], [c][B]\n\n'
        "[b]: https://example.org/b",
        "[![a](../pictures/dot.svg)](http://localhost:80/?q=1)",
        "Sets [a][^1] of [@smith2020][^1].\n\n[^1]: See <https://example.org>.\n\n"
        "[a]: mailto:a@example.org?subject=b",
        "<!-- @nobody <b> {{< a >}}\n::: -->",
        '::: {.content-visible when-format="html"}\n\n```{=html}\n<b>a</b>\n```\n\n<i>b</i>\n\n:::',
        "::::: {.callout-warning}\n\n::: {.callout-note}\na\n:::\n\n:::::",
        "::: {#refs}\n:::",
        "::: {#fig-pair}\n\na\n\nCaption.\n:::\n\n@fig-pair",
        "| a |\n|---|\n| 1 |\n\n: Caption {#tbl-a}\n\n@tbl-a, [-@tbl-a],"
        " [@smith2020; @sec-first]. @smith2020.",
        "![A *star*, $x$ @smith2020](../pictures/dot.svg){#fig-a width=50%}\n\n@fig-a",
        "## B\n![A\nstar](../pictures/dot.svg){#fig-a width=50%}",
        "::: {.callout-note}\n![A](../pictures/dot.svg){#fig-a}\n:::\n\n- $$x$$\n  {#eq-a}",
        "3 \\<b> 4, an `<i>`, \\</b>",
        "## Less \\@ more: `@a` [b] $x^[2]$\n\na",
        '![](../pictures/dot.svg){fig-alt="Stars"} ![b](/pictures/dot.svg)',
        "a\n\n---\n\nb\n\n***\n",
        "::: {.callout-note}\n```{python}\n':::'\n```\n:::",
        "Prices: $5 and @smith2020, $6.",
        '`![A $\\sqrt{2}$](a.png)` and `fig-alt="$\\sqrt{2}$"`',
        '![A $\\frac{1}{2}$](../pictures/dot.svg){#fig-a fig-alt="A $\\hat k$ for $5."}\n\n@fig-a',
    ],
)
def test_what_the_dialect_allows(book: Path, text: str) -> None:
    assert problems(book, text) == []


RAW_LINE = '::: {.content-visible when-format="html"}\n<a href="%s">a</a>\n:::\n'
RAW = '::: {.content-visible when-format="html"}\n\n```{=html}\n<p id="p">\n%s\n```\n\n:::\n'


@pytest.mark.parametrize(
    "target", ["first.html", "first.html#sec-first", "#p", "../tiny.pdf", "https://example.org"]
)
def test_raw_html_may_link_the_sites_own_pages(book: Path, target: str) -> None:
    assert problems(book, RAW % f"<a href='{target}'>a</a>") == []


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("third.html", "the site has no chapters/third.html"),
        ("../first.html", "the site has no first.html"),
        ("first.html#sec-third", "chapters/first.html has no sec-third"),
        ("#q", "chapters/second.html has no q"),
        ("https://example", "this is not an address"),
    ],
)
def test_dead_links_of_raw_html_are_found(book: Path, target: str, reason: str) -> None:
    (found,) = problems(book, RAW % f'<a href="{target}">a</a>')
    assert found.startswith(f"chapters/second.qmd:7: a link to {target}; ")
    assert reason in found
    (found,) = problems(book, RAW % "" + f"\n{RAW_LINE % target}")
    assert found.startswith("chapters/second.qmd:13:")
    assert reason in found


# Names of the press's own


@pytest.mark.parametrize("label", ["check-path", "check-f"])
def test_a_label_that_names_checks_is_no_other_cells(book: Path, label: str) -> None:
    (found,) = problems(book, CELL % label)
    assert found == (
        f"chapters/second.qmd:4: label {label} is the press's own: "
        "check-… names cells that check exercises; choose another"
    )
    assert problems(book, CELL % "checks") == problems(book, CELL % "path-check") == []


SITE = Path(press.__file__).parent
IDENTIFIERS = {
    found
    for path in (*SITE.glob("publish/site/*.[hj]*"), SITE / "preview/preview.js")
    for found in re.findall(r"\bid(?:=\"| = ')([\w-]+)", path.read_text(encoding="utf-8"))
}
OF_PANDOC = ("ref-smith2020", "cite-smith2020-1", "fn1", "fnref1", "cb1", "cb2-13", "refs")


OF_LANDING_PAGE = {"get-it": "Get it", "how-to-cite": "How to cite"}


@pytest.mark.parametrize("name", [*sorted(IDENTIFIERS - set(OF_LANDING_PAGE)), *OF_PANDOC])
def test_an_identifier_of_the_pages_is_no_authors(book: Path, name: str) -> None:
    words = name.replace("-", " ").capitalize()
    address = f"the address of this heading, #{name}, is one of the page's own"
    for text, line, message in (
        (f"## Words {{#{name}}}", 3, f"label {name} is one of the page's own; choose another"),
        (f"a [b]{{#{name}}}", 3, f"label {name} is one of the page's own; choose another"),
        (f"## *{words}* {{-}}", 3, f"{address}; give it a label, as {{#sec-{name}}}"),
        (f"{words}\n---", 3, address),
        (f"{ONLY_HTML}\n<p id='{name}'>b</p>\n:::", 4, f"id {name} is one of the page's own"),
    ):
        (found,) = problems(book, text)
        assert found.startswith(f"chapters/second.qmd:{line}: {message}")


@pytest.mark.parametrize(("name", "words"), OF_LANDING_PAGE.items())
def test_some_identifiers_are_those_of_the_front_page_alone(
    book: Path, name: str, words: str
) -> None:
    assert name in IDENTIFIERS
    assert problems(book, f"## {words}") == []
    write(book, "index.qmd", f"# Welcome {{.unnumbered}}\n\n## {words}\n")
    (found,) = read_book(read_project(book))[1]
    assert str(found).startswith(f"index.qmd:3: the address of this heading, #{name}, is one of")


@pytest.mark.parametrize(
    "text",
    [
        "## Search {#sec-search}",
        "## Search the book",
        "## Cite this book",
        "## `search` and more",
        '::: {.callout-note}\n## Keys\n\na\n:::\n\n::: {.callout-note title="Search"}\na\n:::',
        CELL % "search",
        "::: {#refs}\n:::",
    ],
)
def test_what_only_resembles_a_name_of_the_pages(book: Path, text: str) -> None:
    assert problems(book, text) == []


@pytest.mark.parametrize("folder", ["first_files", "second_files", "../library"])
def test_no_picture_or_script_lies_where_the_press_writes(book: Path, folder: str) -> None:
    write(book, f"chapters/{folder}/dot.svg", "<svg/>\n")
    write(book, f"chapters/{folder}/play.js", "// Play.\n")
    (found,) = problems(book, f"![A](../chapters/{folder}/dot.svg)")
    assert found.startswith("chapters/second.qmd:3: image ../chapters/")
    assert found.endswith("lies in a folder that the press fills; move it")
    script = posixpath.normpath(f"chapters/{folder}/play.js")
    (found,) = problems(book, f"```{{python}}\n#| plays: {script}\n1\n```")
    assert found == (
        f"chapters/second.qmd:4: script {script} lies in a folder that the press fills; move it"
    )


def test_sections_of_an_unnumbered_chapter_are_not_referred_to_by_number(
    book: Path, edit: Callable[[str, str, str], None]
) -> None:
    edit("colophon.qmd", "{.unnumbered}", "{.unnumbered}\n\n## Colours {#sec-colours}")
    edit("index.qmd", "See", "See @sec-colours,")
    (found,) = read_book(read_project(book))[1]
    assert str(found).startswith("index.qmd:3: @sec-colours refers to a heading without a number")


def test_every_problem_is_listed_at_once(book: Path) -> None:
    found = problems(book, "@nobody\n\n{{< a >}}\n\n::: {.callout-note}\n")
    assert [each.split(":")[1] for each in found] == ["3", "5", "7"]


def test_references_wait_until_every_chapter_can_be_read(
    book: Path, edit: Callable[[str, str, str], None]
) -> None:
    edit("chapters/first.qmd", "fig-cap: A line", "fig-cap: A: line: that")
    edit("index.qmd", "See", "{{< a >}} @fig-line")
    found = problems_of(book)
    assert len(found) == 2
    assert found[0].startswith("index.qmd:3: shortcodes")
    assert found[1].startswith("chapters/first.qmd:30: not valid YAML")


def test_a_sign_beside_one_that_no_font_has_is_not_blamed(book: Path) -> None:
    (found,) = problems(book, "Done: \U0001f600 \u2713 \u00e9 \u2192\n")
    assert "U+1F600" in found


def test_a_title_in_the_front_matter_has_signs_of_the_fonts(book: Path) -> None:
    write(book, "colophon.qmd", "---\ntitle: Well done \U0001f600\n---\n\nText.\n")
    found = problems_of(book)
    assert any(re.match(r"colophon\.qmd:1: .*U\+1F600", problem) for problem in found)


def test_chapter_needs_a_labelled_heading(
    book: Path, edit: Callable[[str, str, str], None]
) -> None:
    edit("index.qmd", "# Welcome {.unnumbered}", "## Welcome")
    edit("colophon.qmd", "# Colophon {.unnumbered}", "# Colophon")
    found = problems_of(book)
    assert found[0].startswith("index.qmd:1: no heading of level 1")
    assert found[1].startswith("colophon.qmd:1: the chapter's heading needs")


def test_missing_bibliography_and_bytes_that_are_not_text(book: Path) -> None:
    (book / "references.bib").unlink()
    (book / "index.qmd").write_bytes(b"# Caf\xe9 {.unnumbered}\n")
    found = problems_of(book)
    assert found[0].startswith("_quarto.yml:7: bibliography references.bib does not exist")
    assert found[1].startswith("index.qmd:1: not UTF-8")


def test_cells_of_two_chapters_may_share_a_label_that_nothing_refers_to(book: Path) -> None:
    write(book, "chapters/first.qmd", f"# First {{#sec-first}}\n\n{CELL}\n" % "setup")
    write(book, "chapters/second.qmd", f"# Second {{#sec-second}}\n\n{CELL}\n" % "setup")
    assert not any("setup" in each for each in problems_of(book))


def test_figures_of_two_chapters_may_not_share_a_label(book: Path) -> None:
    figure = "```{python}\n#| label: fig-a\n#| fig-cap: A\n#| fig-alt: An A.\n1\n```"
    write(book, "chapters/first.qmd", f"# First {{#sec-first}}\n\n{figure}\n")
    write(book, "chapters/second.qmd", f"# Second {{#sec-second}}\n\n{figure}\n")
    found = problems_of(book)
    assert any("chapters/second.qmd:4: label fig-a is taken" in each for each in found), found


def entry_problems(book: Path, entries: str, style: bool = False) -> list[str]:
    """Add entries to the bibliography, from line 4 on; list what is wrong."""
    with (book / "references.bib").open("a", encoding="utf-8") as file:
        file.write(entries)
    found = (check_book if style else read_book)(read_project(book))[1]
    return [str(problem) for problem in found]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("@book{a, title = {A}, year = 2020}", "entry a has no author or editor"),
        ("@book{a, author = {A}, date = {2020-01}}", "entry a has no title"),
        ('@book{a, editor = "B", title = {}, year = 1}', "entry a has no title"),
        ("@book{a, author = {A}, title = {A}}", "entry a has no year or date"),
        ("@book{smith2020, author = {A}, title = {A}, year = 1}", "already, at references.bib:1"),
        ("@book{a, author = {A}, title = {A {B}, year = 1}", "entry a is never closed"),
        ("@book{a, author={A}, title={A}, year=1, doi={https://doi.org/10.1/2}}", "is no DOI"),
        ("@book{a, author={A}, title={A}, year=1, url = {example.org}}", "is not an address"),
    ],
)
def test_bad_entries_are_found_where_they_are(book: Path, entry: str, message: str) -> None:
    (found,) = entry_problems(book, f"\n{entry}\n\n@comment{{b, c}}\n")
    assert found.startswith("references.bib:5: ")
    assert message in found


def test_what_an_entry_may_be(book: Path) -> None:
    entry = """@ARTICLE{ a:2020-b,
      Author = "Ann {"A"} Author",  title = {{A} of {\\"o} and \\{}, year = 2020 , month = jan,
      doi={10.1000/a(b)c}, url = {https://example.org/a_b},
    }"""
    assert entry_problems(book, f"\n@string{{j = {{J}}}}\n{entry}\n") == []


def test_two_keys_for_one_work_are_found(book: Path) -> None:
    work = "@book{%s, author = {A}, title = {A}, year = 1, doi = {10.1000/%s}}\n"
    found = entry_problems(book, work % ("a", "x") + work % ("b", "X") + work % ("c", "y"))
    assert found == ["references.bib:5: entry b has the DOI of a; keep one of the two"]


def test_an_entry_that_nothing_cites_is_found(
    book: Path, edit: Callable[[str, str, str], None]
) -> None:
    entries = "@book{a, author = {A}, title = {A}, year = 1}\n"
    entries += entries.replace("{a", "{b") + entries.replace("{a", "{c")
    edit("index.qmd", "See", "<!-- @a --> `@a`")
    edit("chapters/first.qmd", "log(name)", 'log(name="As [@b] says")')
    edit("chapters/first.qmd", "A line.", "A line by @c.")
    found = entry_problems(book, entries, style=True)
    assert found == ["references.bib:4: entry a is cited nowhere; cite it or delete it"]
    assert not problems_of(book)


HEADINGS = {
    "## Here {#sec-here}": 2,
    "## Here ## {#sec-here}": 2,
    "Here {#sec-here}\n----": 2,
    "Here {#sec-here}\n-": 2,
    "  Here {#sec-here}\n---   ": 2,
    "`code` {#sec-here}\n---": 2,
    "$x$ here {#sec-here}\n---": 2,
}


@pytest.mark.parametrize("heading", HEADINGS)
def test_headings_are_seen_however_they_are_written(book: Path, heading: str) -> None:
    assert problems(book, f"a\n\n{heading}\nSee @sec-here.\n") == []
    found = problems(book, f"{heading}\n\na\n\n{heading}\n\nB {{#sec-first .unnumbered}}\n===\n")
    place = f"chapters/second.qmd:{7 + heading.count(chr(10))}: "
    assert f"{place}label sec-here is taken, at chapters/second.qmd:3; choose another" in found
    assert any("a second heading of level 1; use ##" in each for each in found)
    assert any("label sec-first is taken" in each for each in found)
    found = problems(book, f"a @sec-here.\n\n{heading.replace('}', ' .unnumbered}')}\n")
    assert [each.split(";")[0] for each in found] == [
        "chapters/second.qmd:3: @sec-here refers to a heading without a number"
    ]


@pytest.mark.parametrize(
    "title", ["Second *steps* {#sec-second}\n====", "Second {-}\n=", "# Second {-}"]
)
def test_a_chapters_title_may_be_underlined(book: Path, title: str) -> None:
    problems(book, "")
    write(book, "chapters/second.qmd", f"{title}\n\n## Part\n\n[a](#sec-first)\n")
    (found,) = problems_of(book)
    assert "a link to #sec-first" in found


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a\n## B", 4, "put a blank line before this heading"),
        ("- a\n## B", 4, "put a blank line before this heading"),
        ("$$x$$\n## B", 4, "put a blank line before this heading"),
        ("a[^1]\n\n[^1]: b\n## B", 6, "put a blank line before this heading"),
        ("<https://example.org> a\n## B", 4, "put a blank line before this heading"),
        ("a\n\n  ## B", 5, "a heading begins at the left margin"),
        ("- ## B", 3, "a heading begins at the left margin"),
        ("1. ## B", 3, "a heading begins at the left margin"),
        ("- a\n\n  ## B", 5, "a heading begins at the left margin"),
        ("> ## B", 3, "a heading begins at the left margin"),
        ("####### B", 3, "a heading begins with one to six #"),
        ("a\n\n##\n\nb", 5, "a heading without words"),
        ("a\nb\n---", 5, "put a blank line above this line"),
        ("a\nb\n===", 5, "put a blank line above this line"),
        ("> a\n> ---", 4, "put a blank line above this line"),
        ("- a\n- b\n---", 5, "put a blank line above this line"),
        ("## A\n---", 4, "put a blank line above this line"),
        ("a\n  ---", 4, "put a blank line above this line"),
        ("By @smith2020\n---", 3, "a title takes no link"),
        ("A {#fig-b}\n---", 3, "label fig-b numbers nothing here"),
        ("::: {.callout-note}\nB {#sec-b}\n---\n\na\n:::", 4, "a heading in a box has no number"),
        ("See @{smith:2020} and @{no-one!}.", 3, "@no-one! is not an entry"),
    ],
)
def test_what_is_a_heading_in_one_place_and_text_in_another(
    book: Path, text: str, line: int, message: str
) -> None:
    found = problems(book, text)
    place = f"chapters/second.qmd:{line}: "
    assert any(each.startswith(place) and message in each for each in found), found


@pytest.mark.parametrize(
    "text",
    [
        "#hash and\n#hash\n\n#. one",
        "```\na\n## B\n---\n```\n## B",
        "::: {.callout-note}\n## B\n\na\n:::\n## C",
        "::: {.callout-note}\nB\n---\n\na\n:::",
        "|a|\n|-|\n|b|\n## B",
        "|a|\n|-|\n|b|\n\n: C {#tbl-c}\n## B\n\n@tbl-c",
        "<!-- a -->\n## B\n### C\nD\n---\nE",
        "***\n## B",
        "$$\na\n=\nb\n$$ {#eq-a}\n\n@eq-a",
        "B\n---\n![A](../pictures/dot.svg){#fig-a}\n\n@fig-a",
        "B\n---\n::: {.callout-note}\na\n:::",
    ],
)
def test_headings_and_what_is_none(book: Path, text: str) -> None:
    assert problems(book, text) == []


PARENT = "@book{c, title = {C}, editor = {Ed}, year = 1999, doi = {10.1000/1}}\n"


@pytest.mark.parametrize(
    "entries",
    [
        "@book{a, title = {A}, author = {{World Bank}}, year = 2020, month = jan}\n",
        '@string{j = "J"}\n@article{a, title = j # { of } # "A", author = {A}, year = 2020}\n',
        "@incollection{a, title={A}, author={B}, crossref={c}}\n" + PARENT,
        PARENT + '@inbook{a, title={A}, author={B}, crossref = "c"}\n@inbook{b, title={A}, '
        "author={B}, crossref=c}\n",
        "@xdata{x, publisher = {P}, year = 1}\n@book{a, title={A}, author={B}, xdata={x}}\n",
        "@online{a, title={A}, organization={W3C}, url = {https://w3.org}, urldate=2020-01-02}",
        "@misc{a, title = {A}, institution = {I}, date = {2020-01/2021}}\n",
        "@manual{a, title = {A}, organization = {I}, year = 2020}\n",
        "@dataset{a, title = {A}, author = {B}, year = {in press}}\n",
        "@software{a, title = {A}, editor = {B}, pubstate = {forthcoming}}\n",
        "@book{a, title = {A}, translator = {B and others}, year = 2020}\n",
        "% free text\n@comment{x, y}\n@preamble{{x}}\n@BOOK{ a , Title={A}, Author={B}, Year=1}\n",
        "@book{ä'(1)+b:c/d_e, title={A}, author={B}, year=1}\n",
        "",
    ],
)
def test_bibtex_is_read_as_the_pages_read_it(book: Path, entries: str) -> None:
    assert entry_problems(book, entries) == []


@pytest.mark.parametrize(
    ("entry", "line", "message"),
    [
        ("@book{a, title={A}, publisher={P}, year=1}", 4, "entry a has no author or editor"),
        ("@book{a, title={A}, author={}, year=1}", 4, "entry a has no author or editor"),
        ("@book{a, title={A}, author={B}, year=}", 4, "entry a has no year or date"),
        ("@book{a,}", 4, "entry a has no title"),
        ("@book{a, title={A}, author={B}\n year=1}", 5, "pandoc cannot read this: unexpected 'y'"),
        ("@book{a b, title={A}}", 4, "pandoc cannot read this: unexpected 'b'"),
        ("@book{a, title={A}\n\n@book{b, title={B}}", 4, "entry a is never closed"),
        ("@book{a, title={A", 4, "entry a is never closed"),
        ("@book{a, title={A}, author={B},\n crossref={c}}", 5, "from c, which is no entry; add it"),
    ],
)
def test_bad_bibtex_is_found_where_it_is(book: Path, entry: str, line: int, message: str) -> None:
    found = entry_problems(book, entry)
    assert any(each.startswith(f"references.bib:{line}: {message}") for each in found) or any(
        each.startswith(f"references.bib:{line}: ") and message in each for each in found
    ), found
    assert all(each.startswith("references.bib:") for each in found)


def test_an_entry_that_others_take_fields_from_is_used(book: Path) -> None:
    entries = PARENT + "@inbook{a, title={A}, author={B}, crossref={c}}\n"
    found = entry_problems(book, entries, style=True)
    assert found == ["references.bib:5: entry a is cited nowhere; cite it or delete it"]


CSL = {
    "json": '[{"id": "smith2020", "title": "T", "author": [{"family": "S"}],'
    ' "issued": {"date-parts": [[2020]]}},\n {"type": "book", "id": "b", "title": "T",'
    ' "author": [{"family": "S"}]}]',
    "yaml": "- id: smith2020\n  title: T\n  author: [{family: S}]\n  issued: 2020\n"
    "- type: book\n  id: b\n  title: T\n  author: [{family: S}]\n",
}


@pytest.mark.parametrize(("suffix", "line"), [("json", 2), ("yaml", 6)])
def test_bibliographies_in_csl_are_read_too(
    book: Path, edit: Callable[[str, str, str], None], suffix: str, line: int
) -> None:
    edit("_quarto.yml", "references.bib", f"works.{suffix}")
    write(book, f"works.{suffix}", CSL[suffix])
    (found,) = problems_of(book)
    assert found == f"works.{suffix}:{line}: entry b has no year or date; add it"
    write(book, f"works.{suffix}", CSL[suffix].replace("}]", "").replace("[{", "["))
    (found,) = problems_of(book)
    assert found.startswith(f"works.{suffix}:")
    assert "pandoc cannot read this: " in found


def test_names_and_dates_that_hold_nothing_are_missing(
    book: Path, edit: Callable[[str, str, str], None]
) -> None:
    edit("_quarto.yml", "references.bib", "works.json")
    work = '"author": [], "issued": {"date-parts": [[]]}'
    write(book, "works.json", f'[{{"id": "smith2020", "title": "T", {work}}}]')
    assert problems_of(book) == [
        "works.json:1: entry smith2020 has no author or editor; add it",
        "works.json:1: entry smith2020 has no year or date; add it",
    ]


def test_a_bibliography_of_another_kind_is_refused(
    book: Path, edit: Callable[[str, str, str], None]
) -> None:
    edit("_quarto.yml", "references.bib", "works.txt")
    write(book, "works.txt", "@book{a,}")
    (found,) = problems_of(book)
    assert found.startswith(
        "_quarto.yml:7: bibliography works.txt is of no kind known here; use .bib"
    )


def test_a_byte_order_mark_and_bytes_that_are_not_text(book: Path) -> None:
    path = book / "references.bib"
    text = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + text)
    assert problems_of(book) == []
    path.write_bytes(text.replace(b"Things", b"Caf\xe9"))
    (found,) = problems_of(book)
    assert found == "references.bib:1: not UTF-8; save the file as UTF-8"


def test_a_bibliography_is_read_once(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory()
    assert read_book(read_project(book), memory)[1] == []
    monkeypatch.setattr("press.check.bibliography.read_entries", None)
    assert read_book(read_project(book), memory)[1] == []
