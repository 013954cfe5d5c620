"""One test a construct of the dialect: what it becomes on the website and in the PDF."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import html
from pypdf import PdfReader
from woven_book import SVG, write_book

from press.publish.pdf import write_pdf
from press.publish.website import write_website

FIRST = r"""
# First things {#sec-first}

Said^[A note in passing.] and said again[^label]: @rubin1981; [see @rubin1981, p. 3; @stone1974].

[^label]: The first chapter's note.

## Figures {#sec-figures}

![Caption with *stress*.](one_files/line.svg){#fig-plain fig-alt="A line."}

::: {.cell}
``` {.python .cell-code code-fold="true" code-summary="Show the plotting code"}
plot(1)
```
::: {.cell-output .cell-output-figure}
::: {#fig-cell}
![](one_files/line.svg){fig-alt="Another line."}

From a cell.
:::
:::
:::

## Tables

| Name | Count |
|------|-------|
| up   | 1.5   |
| down | −12   |

: Some counts. {#tbl-counts}

## Equations

$$
y \sim \operatorname{Normal}(\mu, \sigma)
$$ {#eq-normal}

where $\hat\mu$ is estimated, and $\mathrm{mean}$ set upright.

## Callouts

::: {.callout-note collapse="true"}
## A *hint*

Folded away.

### Not a section

More.
:::

:::: {.callout-tip title="Solution" collapse="true"}

::: {.cell}
``` {.python .cell-code}
answer = 42
```
::: {.cell-output .cell-output-stdout}
```
printed within
```
:::
:::

After the cell.
::::

::: {.callout-warning title="Pitfall"}
Always seen.
:::

## Formats

::: {.content-visible when-format="html"}
<p id="raw">Only on the website.</p>
:::

::: {.content-visible when-format="typst"}
Only in the PDF, once.
:::

::: {.content-hidden when-format="html"}
Only in the PDF, twice.
:::

## Units {.unnumbered}

It took 162 ms, and 89
% of them. 5 msec stay apart.

## Aside {.unnumbered}

Unnumbered words.
"""
SECOND = r"""
# Second things {#sec-second}

A note.[^label] All: @sec-first, @sec-figures, @fig-plain, @tbl-counts, @eq-normal.
Bare: [-@fig-cell]. Several: [@fig-plain; @tbl-counts]. Mixed: [@stone1974; @sec-figures].

[^label]: The second chapter's note.

## Only section {#sec-only}

::: {.cell-output .cell-output-stderr}
```
a warning
```
:::
"""
CHAPTERS = {
    "index.qmd": "# Welcome {.unnumbered}\n\nHello.\n",
    "chapters/one.qmd": FIRST,
    "chapters/two.qmd": SECOND,
    "references.qmd": "# References {.unnumbered}\n\n::: {#refs}\n:::\n",
}


class Published(NamedTuple):
    """The two pages of the book, and the text of its PDF with single spaces."""

    one: html.HtmlElement
    two: html.HtmlElement
    references: html.HtmlElement
    pdf: str
    reader: PdfReader


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Published:
    root = tmp_path_factory.mktemp("dialect")
    project, folder = write_book(root, CHAPTERS)
    (folder / "chapters" / "one_files").mkdir()
    (folder / "chapters" / "one_files" / "line.svg").write_text(SVG)
    write_website(project, folder, root / "site")
    write_pdf(project, folder, root / "book.pdf")
    reader = PdfReader(root / "book.pdf")
    pages = (read(root / "site" / name) for name in ("chapters/one", "chapters/two", "references"))
    return Published(
        *pages, " ".join(" ".join(p.extract_text() for p in reader.pages).split()), reader
    )


def read(path: Path) -> html.HtmlElement:
    return html.fromstring(path.with_suffix(".html").read_text(encoding="utf-8"))


def target_page(reader: PdfReader, target: Any) -> int | None:
    if isinstance(target, str):
        return reader.get_destination_page_number(reader.named_destinations[target])
    return reader.get_page_number(target[0].get_object())


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().replace("\xa0", " ").split())


def test_sections_are_numbered_within_chapters(book: Published) -> None:
    headings = [text(heading) for heading in book.one.xpath("//main//h2")]
    assert headings[:2] == ["1.1 Figures", "1.2 Tables"]
    assert [text(heading) for heading in book.two.xpath("//main//h2")] == ["2.1 Only section"]
    assert "1.1 Figures" in book.pdf
    assert "2.1 Only section" in book.pdf


def test_unnumbered_headings_have_no_number(book: Published) -> None:
    assert text(book.one.xpath("(//main//h2)[last()]")[0]) == "Aside"
    assert "1.6 Aside" not in book.pdf
    assert "Chapter 3" not in book.pdf


@pytest.mark.parametrize(
    ("words", "links"),
    [
        (
            "All: Chapter 1, Section 1.1, Figure 1.1, Table 1.1, Equation 1.1.",
            ["#sec-first", "#sec-figures", "#fig-plain", "#tbl-counts", "#eq-normal"],
        ),
        ("Bare: 1.2.", ["#fig-cell"]),
        ("Several: Figure 1.1, Table 1.1.", ["#fig-plain", "#tbl-counts"]),
        ("Mixed: (Stone 1974), Section 1.1.", ["#sec-figures"]),
    ],
)
def test_references_have_names_numbers_and_links(
    book: Published, words: str, links: list[str]
) -> None:
    (paragraph,) = book.two.xpath("//main/p[starts-with(., 'A note')]")
    assert words in text(paragraph)
    targets = paragraph.xpath(".//a[@class='cross-reference']/@href")
    assert {f"one.html{link}" for link in links} <= set(targets)
    assert words in book.pdf.replace("\xa0", " ")


def test_references_in_the_pdf_lead_to_the_page_of_their_target(book: Published) -> None:
    pages = [page.extract_text().replace("\xa0", " ") for page in book.reader.pages]
    (here,) = (i for i, words in enumerate(pages) if "Several: Figure 1.1" in words)
    targets = [
        target_page(book.reader, link.get_object()["/Dest"])
        for link in book.reader.pages[here]["/Annots"]
    ]
    (figures,) = (i for i, words in enumerate(pages) if "Figure 1.1: Caption" in words)
    (start,) = (i for i, words in enumerate(pages) if "Said" in words)
    assert start in targets
    assert targets.count(figures) >= 5
    assert "Stone, Mervyn" in pages[max(targets)]


def test_figures_have_numbers_captions_and_alternative_texts(book: Published) -> None:
    captions = [text(caption) for caption in book.one.xpath("//figure/figcaption")]
    assert captions == ["Figure 1.1: Caption with stress.", "Figure 1.2: From a cell."]
    assert book.one.xpath("//figure//img/@alt") == ["A line.", "Another line."]
    for caption in captions:
        assert caption in book.pdf.replace("\xa0", " ")


def test_tables_have_numbers_and_numeric_columns_to_the_right(book: Published) -> None:
    (table,) = book.one.xpath("//table[@id='tbl-counts']")
    assert text(table.find("caption")) == "Table 1.1: Some counts."
    assert [cell.get("style") for cell in table.xpath(".//tbody/tr[1]/*")] == [
        "text-align: left;",
        "text-align: right;",
    ]
    assert "Table 1.1: Some counts." in book.pdf.replace("\xa0", " ")


def test_equations_are_numbered_at_the_right(book: Published) -> None:
    (equation,) = book.one.xpath("//div[@id='eq-normal']")
    assert equation.xpath(".//math/@display") == ["block"]
    assert text(equation.xpath(".//*[@class='equation-number']")[0]) == "(1.1)"
    assert "(1.1)" in book.pdf


def test_mathematics_is_set_without_scripts(book: Published) -> None:
    formulas = book.one.xpath("//math[not(@display='block')]")
    assert [formula.find(".//annotation").text for formula in formulas] == [
        r"\hat\mu",
        r"\text{mean}",
    ]
    assert not [source for source in book.one.xpath("//script/@src") if "math" in source.lower()]
    assert "Normal" in book.pdf
    assert "mean" in book.pdf


def test_a_collapsed_note_folds_on_the_website_and_is_open_in_the_pdf(book: Published) -> None:
    (note,) = book.one.xpath("//details[@class='callout callout-note']")
    assert text(note.find("summary")) == "A hint"
    assert note.get("open") is None
    assert "Folded away." in text(note)
    assert "A hint Folded away." in book.pdf


def test_headings_in_callouts_are_no_sections(book: Published) -> None:
    (note,) = book.one.xpath("//details[@class='callout callout-note']")
    assert note.xpath(".//h2 | .//h3") == []
    assert not [link for link in book.one.xpath("//aside//a") if "hint" in text(link)]
    assert "Not a section" in text(note)
    assert "1.4.1" not in book.pdf


def test_a_cell_within_a_solution_stays_within(book: Published) -> None:
    (solution,) = book.one.xpath("//details[@class='callout callout-tip']")
    assert text(solution.find("summary")) == "Solution"
    assert [text(code) for code in solution.xpath(".//pre")] == ["answer = 42", "printed within"]
    assert text(solution).endswith("After the cell.")
    for words in ("Solution", "answer = 42", "printed within", "After the cell."):
        assert words in book.pdf


def test_a_warning_does_not_fold(book: Published) -> None:
    (warning,) = book.one.xpath("//div[@class='callout callout-warning']")
    assert text(warning) == "Pitfall Always seen."
    assert "Pitfall Always seen." in book.pdf


def test_code_folds_on_the_website_and_is_printed_in_the_pdf(book: Published) -> None:
    (fold,) = book.one.xpath("//details[@class='code-fold']")
    assert text(fold.find("summary")) == "Show the plotting code"
    assert "plot(1)" in text(fold)
    assert "plot(1)" in book.pdf
    assert "Show the plotting code" not in book.pdf
    assert "Plotting code" in book.pdf


def test_code_is_highlighted_on_the_website(book: Published) -> None:
    assert [text(span) for span in book.one.xpath("//pre//span[@class='dv']")] == ["1", "42"]


def test_warnings_are_told_from_other_output(book: Published) -> None:
    assert text(book.two.xpath("//div[contains(@class, 'cell-output-stderr')]")[0]) == "a warning"
    assert "a warning" in book.pdf


def test_each_format_shows_what_is_meant_for_it(book: Published) -> None:
    assert text(book.one.get_element_by_id("raw")) == "Only on the website."
    assert "Only in the PDF" not in text(book.one)
    assert "Only in the PDF, once. Only in the PDF, twice." in book.pdf
    assert "Only on the website" not in book.pdf


def test_footnotes_stand_on_their_page_even_with_the_same_label(book: Published) -> None:
    assert [text(note)[:-2].strip() for note in book.one.xpath("//section//li")] == [
        "A note in passing.",
        "The first chapter's note.".replace("'", "’"),
    ]
    assert "The second chapter’s note." in text(book.two.xpath("//section//li")[0])
    assert "A note in passing." in book.pdf
    assert "The second chapter’s note." in book.pdf


def test_citations_name_author_and_year_and_link_the_list(book: Published) -> None:
    words = "Rubin (1981); (see Rubin 1981, 3; Stone 1974)."
    assert words in text(book.one)
    assert words in book.pdf.replace("\xa0", " ")
    assert "../references.html#ref-rubin1981" in book.one.xpath("//main//a/@href")
    assert len(book.references.xpath("//div[@id='refs']/div")) == 2
    assert "Rubin, Donald B. 1981." in book.pdf


def test_a_bibliography_without_a_place_ends_the_last_chapter(tmp_path: Path) -> None:
    chapters = {
        "index.qmd": "# A\n\nWords.",
        "one.qmd": "# One\n\nBy @rubin1981.",
        "two.qmd": "# Two\n",
    }
    project, folder = write_book(tmp_path, chapters)
    write_website(project, folder, tmp_path / "site")
    write_pdf(project, folder, tmp_path / "book.pdf")
    assert read(tmp_path / "site" / "two").xpath("//main//div[@id='ref-rubin1981']")
    assert "Rubin, Donald B." in PdfReader(tmp_path / "book.pdf").pages[-1].extract_text()


def test_numbers_stay_with_their_units(book: Published) -> None:
    (words,) = book.one.xpath("//h2[@id='units']/../following-sibling::p[1]/text()")
    assert words == "It took 162\xa0ms, and 89\xa0% of them. 5 msec stay apart."
    printed = "".join(page.extract_text() for page in book.reader.pages)
    assert words in printed
