"""The dialect, construct by construct: what each becomes on the website and in the PDF.

Every construct is a section of one book, which is set once. Its row says what the section holds on
the page (an XPath, and the text of what it finds), and what is printed. Constructs that need more
than a row are in `test_dialect_html_pdf.py`.
"""

from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import html
from nbformat.v4 import new_output
from pypdf import PdfReader
from woven_book import SVG, code, display, executed, prose, stream, write_book

from press.check.displayed import Names
from press.publish.convert import convert
from press.publish.pdf import write_pdf
from press.publish.website import write_website
from press.run.inside import NARROW, NUMBERS
from press.weave.weave import weave

SCRIPT = "<script>alert(1)</script>"


class Row(NamedTuple):
    """A construct; `typst` is what typst is given where the print alone would not show it."""

    name: str
    source: str
    page: dict[str, list[str]]
    print: str | None = None
    typst: str = ""


TEXT = [
    Row("emphasis", "An *emphasised* word.", {".//em": ["emphasised"]}, typst="#emph[emphasised]"),
    Row("strong", "A **strong** one.", {".//strong": ["strong"]}, typst="#strong[strong]"),
    Row("struck out", "One ~~struck~~ out.", {".//del": ["struck"]}, typst="#strike[struck]"),
    Row("subscript", "Some H~2~O.", {".//sub": ["2"]}, typst="H#sub[2]O"),
    Row("superscript", "The 2^nd^ one.", {".//sup": ["nd"]}, typst="2#super[nd]"),
    Row("code", "The `a < b` code.", {".//p/code": ["a < b"]}, "The a < b code."),
    Row("dashes", "Pages 1--2---or so...", {".//p": ["Pages 1–2—or so…"]}, "Pages 1–2—or so…"),
    Row(
        "quotes",
        "\"Double\", 'single' and it's.",
        {".//p": ["“Double”, ‘single’ and it’s."]},
        "“Double”, ‘single’ and it’s.",
    ),
    Row(
        "hard breaks",
        "First line\\\nsecond line  \nthird line.",
        {".//p/br": ["", ""]},
        typst="First line \\\nsecond line \\\nthird line.",
    ),
    Row(
        "spaces that do not break",
        "Stays\\ together&nbsp;here.",
        {".//p[contains(., 'Stays\xa0together\xa0here')]": ["Stays together here."]},
        typst="Stays~together~here",
    ),
    Row(
        "escapes",
        r"\*no emphasis\*, \@nobody, \$5, \#x, snake_case_word, 3 < 4 & 5 > 2, [brackets].",
        {".//p": ["*no emphasis*, @nobody, $5, #x, snake_case_word, 3 < 4 & 5 > 2, [brackets]."]},
        "*no emphasis*, @nobody, $5, #x, snake_case_word, 3 < 4 & 5 > 2, [brackets].",
    ),
    Row("unicode", "Über R̂, −12 → ½.", {".//p": ["Über R̂, −12 → ½."]}, ", −12 → ½."),
    Row("comment", "Seen <!-- unseen --> text.", {".//p": ["Seen text."]}, "Seen text."),
    Row(
        "links",
        "To [one *place*](https://example.org/a?b=c&d) and [another], <https://example.org/~e>,"
        " <mailto:a@example.org>.\n\n[another]: https://example.org/f",
        {
            ".//a/@href": [
                "https://example.org/a?b=c&d",
                "https://example.org/f",
                "https://example.org/~e",
                "mailto:a@example.org",
            ],
            ".//a/em": ["place"],
        },
        "To one place and another, https://example.org/~e",
        'link("https://example.org/a?b=c&d")',
    ),
    Row(
        "link to a section",
        "See [the words](#sec-targeted).",
        {".//a[@href='targets.html#sec-targeted']": ["the words"]},
        typst="#link(<sec-targeted>)[the words]",
    ),
    Row(
        "words for one format",
        "Read [this page]{.content-visible when-format='html'}"
        "[this print]{.content-hidden when-format='html'}.",
        {".//p": ["Read this page."]},
        "Read this print.",
    ),
]
BLOCKS = [
    Row(
        "headings",
        f"### Third *level* of `code`, $x^2$ and {SCRIPT.replace('<', chr(92) + '<')}\n\n"
        "#### Fourth level",
        {
            ".//h3/em": ["level"],
            ".//h3//math//annotation": ["x^2"],
            ".//h3/code": ["code"],
            ".//h4/text()": ["Fourth level"],
        },
        "Third level of code, 𝑥2 and <script>alert(1)</script>",
    ),
    Row(
        "nested lists",
        "- one\n- two\n  1. deep\n  2. deeper\n\n     A paragraph.\n",
        {"./ul/li/ol/li/p": ["deep", "deeper", "A paragraph."]},
        "2. deeper A paragraph.",
    ),
    Row(
        "definition list",
        "Pooling\n\n:   Learning from *others*.\n\nShrinkage\n\n:   Its effect.\n\n    Its price.",
        {
            "./dl/dt": ["Pooling", "Shrinkage"],
            "./dl/dd/p": ["Learning from others.", "Its effect.", "Its price."],
        },
        "Pooling Learning from others. Shrinkage Its effect. Its price.",
    ),
    Row(
        "block quote",
        "> Quoted *words*\n>\n> - with a list",
        {"./blockquote/p/em": ["words"], "./blockquote/ul/li": ["with a list"]},
        "Quoted words",
        "#quote(block: true)[",
    ),
    Row("rule", "Above.\n\n***\n\nBelow.", {"./hr": [""]}, "Above. Below.", "#horizontalrule"),
    Row(
        "code that is shown",
        '```python\nif a < b:\n    print("&amp;", r"\\n")  # <b>\n```',
        {".//pre[contains(@class, 'python')]": ['if a < b: print("&amp;", r"\\n") # <b>']},
        'if a < b: print("&amp;", r"\\n") # <b>',
    ),
    Row("code of no language", "```\n::: <i> $x$\n```", {"./pre": ["::: <i> $x$"]}, "::: <i> $x$"),
    Row(
        "line block",
        "| Roses are red\n|   violets blue",
        {"./div[@class='line-block']": ["Roses are red violets blue"]},
        "Roses are red violets blue",
    ),
]
MATHEMATICS = [
    Row(
        "inline formula",
        "If $a < b$, then $\\hat R$.",
        {".//math//annotation": ["a < b", r"\hat R"], ".//math/@display": ["inline", "inline"]},
        typst='inline-formula("a < b", $a\\<b$)',
    ),
    Row(
        "displayed formula",
        "Thus\n\n$$\na = 1\n$$\n\nfollows.",
        {".//math/@display": ["block"], ".//*[@class='equation-number']": []},
        typst='displayed-formula(" a = 1 "',
    ),
    Row(
        "aligned lines",
        "$$\n\\begin{aligned} a &= 1 \\\\ b &= 2 \\end{aligned}\n$$",
        {".//mtable//mtr": ["a=1", "b=2"]},
        typst="display(a)&display(\\=1)",
    ),
    Row(
        "equation in a line of text",
        "Here $$p = q$$ {#eq-line} it stands, as @eq-line.",
        {"./div[@id='eq-line']//*[@class='equation-number']": ["(2.1)"]},
        "it stands, as Equation 2.1.",
    ),
    Row(
        "equation in a list",
        "- First $$r = s$$ {#eq-item}\n- as @eq-item",
        {"./ul/li/div[@id='eq-item']": ["r=sr = s (2.2)"]},
        "as Equation 2.2",
    ),
]
REFERENCES = [
    Row(
        "reference",
        "As @sec-targeted says.",
        {".//p": ["As Section 1.1 says."]},
        "As Section 1.1 says.",
    ),
    Row(
        "reference in brackets",
        "(In brackets [@fig-pair], [@fig-pair, left].)",
        {".//p": ["(In brackets Figure 1.1, Figure 1.1, left.)"]},
        "(In brackets Figure 1.1, Figure 1.1, left.)",
    ),
    Row(
        "several references",
        "Both [@fig-pair; @tbl-plain].",
        {".//p": ["Both Figure 1.1, Table 1.1."]},
        "Both Figure 1.1, Table 1.1.",
    ),
    Row(
        "reference with other words",
        "In [Panels @fig-pair], and [-@tbl-plain].",
        {".//a": ["Panels 1.1", "1.1"]},
        "In Panels 1.1, and 1.1.",
    ),
    Row(
        "citations",
        "@rubin1981, [@rubin1981], [see @rubin1981, pp. 3--5; @stone1974], [-@rubin1981].",
        {".//p": ["Rubin (1981), (Rubin 1981), (see Rubin 1981, 3–5; Stone 1974), (1981)."]},
        "Rubin (1981), (Rubin 1981), (see Rubin 1981, 3–5; Stone 1974), (1981).",
    ),
    Row(
        "page behind a citation",
        "By @rubin1981 [p. 3].",
        {".//p": ["By Rubin (1981, 3)."]},
        "By Rubin (1981, 3).",
    ),
    Row(
        "footnotes",
        "One^[Inline, by @stone1974.] and[^l] two.\n\n[^l]: First.\n\n    Second.\n\n        code",
        {".//a[@role='doc-noteref']/@href": ["#fn1", "#fn2"]},
        "Inline, by Stone (1974).",
        "#footnote[First.\n\nSecond.\n\n```\ncode\n```]",
    ),
]
TABLES = [
    Row(
        "alignment",
        "| L | R | C |\n|:--|--:|:-:|\n| a | b | c |",
        {
            ".//thead//th/@style": [
                "text-align: left;",
                "text-align: right;",
                "text-align: center;",
            ],
            ".//thead//th/@scope": ["col", "col", "col"],
        },
        "L R C a b c",
        "align: (left,right,center,)",
    ),
    Row(
        "markup in cells",
        "| A *b* | `c|d` |\n|---|---|\n| $x$ | @rubin1981[^cell] |\n\n[^cell]: Below a table.",
        {
            ".//th/em": ["b"],
            ".//th/code": ["c|d"],
            ".//td/math//annotation": ["x"],  # a formula alone names no row to those who listen
            ".//td//a[@role='doc-noteref']": ["3"],
        },
        "Below a table.",
    ),
    Row(
        "caption of a table",
        "| a |\n|---|\n| b |\n\n: Caption with *stress* and a note.^[Of a table.] {#tbl-marked}",
        {
            "./div/table[@id='tbl-marked']/caption/em": ["stress"],
            "./div/table/caption/span[1]": ["Table 2.1"],
        },
        "Of a table.",
        "Caption with #emph[stress]",
    ),
    Row(
        "table without a caption",
        "| bare |\n|---|\n| b |",
        {"./div[@class='table']/table/thead//th": ["bare"], ".//caption": []},
        "bare b",
    ),
]
PICTURE = "![{}](one_files/line.svg){}"
IMAGES = [
    Row(
        "image with a caption",
        PICTURE.format("A *line*, by @stone1974.", '{#fig-line fig-alt="A \\"line\\" & <b>."}'),
        {
            "./figure[@id='fig-line']//img/@alt": ['A "line" & <b>.'],
            "./figure/figcaption": ["Figure 2.1: A line, by Stone (1974)."],
            ".//img/@width": ["90"],
        },
        "Figure 2.1: A line, by Stone (1974).",
        r'alt: "A \"line\" & <b>."',
    ),
    Row(
        "image without a label",
        PICTURE.format("What one sees.", ""),
        {"./figure//img/@alt": ["What one sees."], "./figure/figcaption": ["What one sees."]},
        "What one sees.",
    ),
    Row(
        "image in a line",
        "In " + PICTURE.format("a line", "{width=30px}") + " of text.",
        {"./p/img/@width": ["30"], "./p/img/@alt": ["a line"]},
        typst='alt: "a line", width: 22.5pt)',
    ),
    *(
        Row(
            f"image {width} wide",
            PICTURE.format("", f'{{fig-alt="Wide." width={width}}}'),
            {f".//img[contains(@style, '{shown}') or @width='{shown}']/@alt": ["Wide."]},
            typst=f"width: {printed})",
        )
        for width, shown, printed in (
            ("50%", "50.0%", "50%"),
            ("3cm", "3cm", "3cm"),
            ("200", "200", "150pt"),
            ("2in", "2in", "2in"),
        )
    ),
    Row(
        "figure of several parts",
        f"::: {{#fig-parts}}\n{PICTURE.format('Left.', '')} {PICTURE.format('Right.', '')}"
        "\n\nTwo.\n:::",
        {
            "./figure[@id='fig-parts']//img/@alt": ["Left.", "Right."],
            "./figure/figcaption": ["Figure 2.2: Two."],
        },
        "Figure 2.2: Two.",
    ),
    Row(
        "image in a list",
        f"1. Look:\n\n   {PICTURE.format('Listed.', '')}",
        {"./ol/li/figure//img/@alt": ["Listed."]},
        "Look:",
    ),
]
BOXES = [
    *(
        Row(
            f"title {title}",
            f'::: {{.callout-note collapse="true" title="{title}"}}\nInside.\n:::',
            {"./details/summary": [shown], "./details/div/p": ["Inside."]},
            f"{printed or shown} Inside.",
        )
        for title, shown, printed in (
            ("With `code` and *stress*", "With code and stress", ""),
            ("Of $x^2$", "Of x2x^2", "Of 𝑥2"),
            ("1. First", "1. First", ""),
            (r"A \"quoted\" word", "A “quoted” word", ""),
            (SCRIPT.replace("<", r"\<"), SCRIPT, ""),
            ("# Sharp", "# Sharp", ""),
            ("", "Note", ""),
        )
    ),
    Row(
        "heading as a title",
        "::: {.callout-warning}\n## Mind the `gap`\n\nOpen.\n:::",
        {"./div[@class='callout callout-warning']/p": ["Mind the gap"], ".//h2": []},
        "Mind the gap Open.",
    ),
    Row(
        "box that can be folded",
        '::: {.callout-note collapse="false" title="Unfolded"}\nOpen.\n:::',
        {"./details[@open]/summary": ["Unfolded"]},
        "Unfolded Open.",
    ),
    Row(
        "solution within which a hint folds",
        ':::: {.callout-tip title="Solution" collapse="true"}\nOuter.\n\n'
        '::: {.callout-note title="Hint" collapse="true"}\nInner.^[Noted in a box.]\n:::'
        "\n\nLast.\n::::",
        {
            "./details[not(@open)]/div/details[not(@open)]/summary": ["Hint"],
            "./details/div/p": ["Outer.", "Last."],
        },
        "Outer. Hint Inner.",
    ),
    Row(
        "box with everything in it",
        "::: {.callout-warning}\n- item\n\n> quote\n\n"
        "| t |\n|---|\n| u |\n\n: In a box. {#tbl-boxed}\n\n$$v$$ {#eq-boxed}\n\n"
        f"{PICTURE.format('Boxed.', '{#fig-boxed}')}\n\n```python\nw = 1\n```\n:::",
        {
            ".//li": ["item"],
            ".//blockquote": ["quote"],
            ".//caption": ["Table 2.2: In a box."],
            ".//*[@class='equation-number']": ["(2.3)"],
            ".//figcaption": ["Figure 2.3: Boxed."],
            ".//pre": ["w = 1"],
        },
        "Table 2.2: In a box.",
    ),
]
ROWS = TEXT + BLOCKS + MATHEMATICS + REFERENCES + TABLES + IMAGES + BOXES

FIGURE = display({"image/svg+xml": SVG, "text/plain": "<Figure>"})
NARROWED = display(FIGURE.data | {NARROW: SVG.replace("90", "50")})
TABLE = "| a | <b> |\n|---|---|\n| `<i>` | $x<y$ |"
CELLS = {
    "echo": (code("shown = 1"), {".//pre": ["shown = 1"]}, "shown = 1"),
    "no-echo": (
        code("unseen = 1", stream("seen\n"), echo=False),
        {".//pre": ["seen"]},
        "no-echo seen",
    ),
    "no-eval": (code("not_run()", eval=False), {".//pre": ["not_run()"]}, "not_run()"),
    "no-include": (code("unseen = 2", stream("unseen"), include=False), {".//pre": []}, ""),
    "no-output": (
        code("quiet()", stream("unseen"), output=False),
        {".//pre": ["quiet()"]},
        "quiet()",
    ),
    "warning": (
        code("w()", stream("Careful <b>\n", "stderr"), warning=True),
        {"./div/div[@class='cell-output cell-output-stderr']": ["Careful <b>"]},
        "w() Careful <b>",
    ),
    "no-warning": (
        code("v()", stream("unseen", "stderr"), warning=False),
        {".//pre": ["v()"]},
        "v()",
    ),
    "error": (
        code(
            "e()", new_output("error", ename="E", evalue="<b>", traceback=["E: <b> &"]), error=True
        ),
        {"./div/div[@class='cell-output cell-output-error']": ["E: <b> &"]},
        "e() E: <b> &",
    ),
    "code-fold": (
        code("f()", code_fold=True, code_summary='Code of *it*, "so" `f` <b>'),
        {
            "./div/details[not(@open)]/summary": ["Code of it, “so” f <b>"],
            "./div/details//pre": ["f()"],
        },
        "Code of it, “so” f <b> f()",
    ),
    "code-fold-show": (
        code("g()", code_fold="show"),
        {"./div/details[@open]/summary": ["Show the code"]},
        "g()",
    ),
    "no-code-fold": (code("h()", code_fold=False), {".//pre": ["h()"], ".//details": []}, "h()"),
    "exercise": (code("x = 0", exercise="name"), {".//pre": ["x = 0"]}, "x = 0"),
    "fig-drawn": (
        code(
            "p()",
            FIGURE,
            label="fig-drawn",
            fig_cap="As *@fig-drawn* of $x$.",
            fig_alt='A "line" <b>.',
        ),
        {
            ".//figure[@id='fig-drawn']/figcaption": ["Figure 3.1: As Figure 3.1 of xx."],
            ".//figure//img/@alt": ['A "line" <b>.'],
        },
        "Figure 3.1: As Figure 3.1 of 𝑥.",
    ),
    "fig-narrow": (
        code("q()", NARROWED, label="fig-narrow", fig_cap="Two.", fig_alt="A line."),
        {
            ".//picture/source/@media": ["screen and (max-width: 40rem)"],
            ".//picture/source/@srcset": ["cells_files/fig-narrow_narrow.svg"],
            ".//picture/source/@width": ["50"],
            ".//picture//img/@src": ["cells_files/fig-narrow.svg"],
            ".//picture//img/@width": ["90"],
            ".//picture//img/@*[contains(name(), 'narrow')]": [],
        },
        "Figure 3.2: Two.",
    ),
    "fig-played": (
        code(
            "play()",
            display(FIGURE.data | {NUMBERS: '{"kept":[1,"</template><i>"]}'}),
            label="fig-played",
            fig_cap="In play.",
            fig_alt="A line.",
            plays=["figures/shared.js", "figures/one.js"],
        ),
        {
            ".//img/@src": ["cells_files/fig-played.svg"],
            ".//template/@data-plays": ["figures/shared.js figures/one.js"],
            ".//i": [],
            ".//script": [],
        },
        "Figure 3.3: In play.",
    ),
    "tbl-made": (
        code("t()", display({"text/markdown": TABLE}), label="tbl-made", tbl_cap="By @rubin1981."),
        {
            ".//table[@id='tbl-made']/caption": ["Table 3.1: By Rubin (1981)."],
            ".//thead//th": ["a", "<b>"],
            ".//tbody//code": ["<i>"],
            ".//tbody//annotation": ["x<y"],
        },
        "Table 3.1: By Rubin (1981).",
    ),
    "stdout": (
        code("s()", stream(f"{SCRIPT} &amp;\n")),
        {".//pre": ["s()", f"{SCRIPT} &amp;"], ".//script": []},
        f"s() {SCRIPT} &amp;",
    ),
    "value": (
        code("r()", display({"text/plain": "<object & 'x'>"})),
        {"./div/div[@class='cell-output cell-output-text']": ["<object & 'x'>"]},
        "r() <object & 'x'>",
    ),
    "markdown": (
        code("m()", display({"text/markdown": f"Some *words* {SCRIPT} <https://example.org>"})),
        {"./div/div/p": [f"Some words {SCRIPT} https://example.org"], ".//script": []},
        f"m() Some words {SCRIPT}",
    ),
    "html": (
        code("i()", display({"text/html": "<p class='own'>Page.</p>", "text/plain": "Print."})),
        {".//p[@class='own']": ["Page."], ".//pre": ["i()"]},
        "i() Print.",
    ),
}
INLINE = ("Values `{python} a`, *`{python} b`* and `{python} c`.", "3.14", r"a\_b \<i>", "*md* <b>")
TARGETS = f"""# Targets {{#sec-targets}}

## Targeted {{#sec-targeted}}

{PICTURE.format("Two.", "{#fig-pair}")}

| a |
|---|
| b |

: Plain. {{#tbl-plain}}
"""


class Published(NamedTuple):
    """Sections of the pages by the names of their constructs, the print's words, typst's source."""

    sections: dict[str, html.HtmlElement]
    words: str
    typst: str


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    root = tmp_path_factory.mktemp("conformance")
    rows = [f"## Construct {{#{key(row.name)}}}\n\n{row.source}\n" for row in ROWS]
    chapters = {
        "index.qmd": "# Welcome {.unnumbered}\n\nHello.\n",
        "chapters/targets.qmd": TARGETS,
        "chapters/one.qmd": "\n".join(["# Text {#sec-text}\n", *rows]),
        "chapters/cells.qmd": "",
    }
    project, book = write_book(root, chapters)
    (book / "chapters" / "one_files").mkdir()
    (book / "chapters" / "one_files" / "line.svg").write_text(SVG)
    cells = [prose("# Cells {#sec-cells}\n\n## Inline {#inline}\n\n" + INLINE[0], *INLINE[1:])]
    for name, (cell, _, _) in CELLS.items():
        cells += [prose(f"## {name} {{#x-{name}}}"), cell]
    chapter = executed(*cells, source="chapters/cells.qmd")
    woven = weave(project, chapter, book / "chapters", Names(set(), set()))
    (book / "chapters" / "cells.md").write_text(woven, encoding="utf-8")
    write_website(project, book, root / "site")
    write_pdf(project, book, root / "book.pdf")
    pages = (root / "site" / "chapters" / name for name in ("one.html", "cells.html"))
    sections = {k: v for page in pages for k, v in sections_of(page).items()}
    printed = " ".join(page.extract_text() for page in PdfReader(root / "book.pdf").pages)
    return Published(sections, plain(printed), convert(project, book, project.chapters, to="typst"))


def key(name: str) -> str:
    return f"x-{[row.name for row in ROWS].index(name)}"


def sections_of(path: Path) -> dict[str, html.HtmlElement]:
    """What follows each heading of level 2 up to the next one, by the heading's identifier."""
    sections: dict[str, html.HtmlElement] = {}
    section = html.Element("div")
    for element in html.fromstring(path.read_text(encoding="utf-8")).xpath("//main/*"):
        if heading := element.xpath("self::*[@class='heading']/h2"):
            section = sections[heading[0].get("id")] = html.Element("div")
        elif element.get("id") != "footnotes":
            section.append(element)
    return sections


def plain(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").split())


def found(section: html.HtmlElement, xpath: str) -> list[str]:
    """Text of each match, with single spaces; a formula is followed by its TeX."""
    matches = section.xpath(xpath)
    return [plain(m if isinstance(m, str) else m.text_content()) for m in matches]


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_construct(published: Published, row: Row) -> None:
    section = published.sections[key(row.name)]
    assert {xpath: found(section, xpath) for xpath in row.page} == row.page
    assert (row.print or "") in published.words
    assert row.typst in published.typst
    assert row.print or row.typst


@pytest.mark.parametrize("name", CELLS)
def test_cell(published: Published, name: str) -> None:
    _, page, printed = CELLS[name]
    section = published.sections[f"x-{name}"]
    assert {xpath: found(section, xpath) for xpath in page} == page
    assert printed in published.words
    assert "unseen" not in section.text_content()
    assert "unseen =" not in published.words


def test_the_pdf_knows_nothing_of_narrow_figures(published: Published) -> None:
    assert "fig-narrow.svg" in published.typst
    assert "fig-narrow_narrow" not in published.typst


def test_the_pdf_knows_nothing_of_what_one_can_play_with(published: Published) -> None:
    assert "fig-played.svg" in published.typst
    assert "kept" not in published.typst


def test_inline_values(published: Published) -> None:
    section = published.sections["inline"]
    assert found(section, "./p") == ["Values 3.14, a_b <i> and md <b>."]
    assert found(section, "./p/em") == ["a_b <i>", "md"]
    assert "Values 3.14, a_b <i> and md <b>." in published.words


def test_what_stands_for_html_is_printed_as_output(published: Published) -> None:
    assert "#text-output[\n```\nPrint.\n```" in published.typst
