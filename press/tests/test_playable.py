"""Figures that readers can play with: numbers and scripts come to the website, and nowhere else."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from woven_book import SVG, code, display, executed, project, prose

from press.book.project import NONE
from press.check.displayed import Names
from press.errors import PressError
from press.publish.epub import write_epub
from press.publish.pdf import write_pdf
from press.publish.website import write_website
from press.run.executed import Executed
from press.run.inside import NUMBERS
from press.weave.book import tidy_book, weave_book

DATA = {"marmalade": [1, 0.5], "said": "</template> & <!-- NaN"}
SCRIPTS = ("figures/shared.js", "figures/one.js", "figures/solved.js")


def cell(numbers: str | None = json.dumps(DATA), *, name: str = "a", **options: Any) -> Any:
    data = {"image/svg+xml": SVG} | ({NUMBERS: numbers} if numbers else {})
    options = {"plays": list(SCRIPTS[:2])} | options
    label, alt = f"fig-{name}", "A line that rises."
    return code("draw()", display(data), label=label, fig_cap="A.", fig_alt=alt, **options)


def woven(root: Path, *chapters: Executed, **changes: Any) -> tuple[Any, Path]:
    about = project(root, *(each.document.source for each in chapters), **changes)
    (root / "references.bib").write_text("")
    for name in SCRIPTS:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(f"// {name}")
    weave_book(about, list(chapters), root / "book", Names(set(), set()))
    return about, root / "book"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("playable")
    chapter = executed(
        prose("# One {#sec-one}\n\nText."), cell(), cell(name="b", plays="figures/one.js")
    )
    welcome = executed(prose("Hello."), source="index.qmd")
    about, book = woven(root, welcome, chapter, epub_name="things.epub")
    write_website(about, book, root / "site")
    write_pdf(about, book, root / "things.pdf")
    write_epub(about, book, root / "things.epub")
    return root


def test_a_page_has_the_numbers_beside_the_figure_and_each_script_once(root: Path) -> None:
    page = html.parse(root / "site/chapters/one.html")
    first, second = page.xpath("//div[contains(@class, 'cell-output-figure')]/template")
    assert json.loads(first.text_content()) == DATA
    assert first.getprevious().get("id") == "fig-a"
    assert (first.get("data-plays"), second.get("data-plays")) == (
        "figures/shared.js figures/one.js",
        "figures/one.js",
    )
    scripts = [each for each in page.xpath("//script/@src") if "figures" in each]
    assert scripts == ["../figures/shared.js", "../figures/one.js"]
    assert page.xpath("//script[@src='../figures/one.js']/@defer")


def test_a_page_without_such_figures_loads_no_such_scripts(root: Path) -> None:
    page = html.parse(root / "site/index.html")
    assert page.xpath("//script/@src")
    assert all("library/" in source for source in page.xpath("//script/@src"))


def test_the_site_has_the_scripts_that_its_pages_name(root: Path) -> None:
    there = sorted(path.name for path in (root / "site/figures").iterdir())
    assert there == ["one.js", "shared.js"]


def test_neither_search_nor_copies_nor_print_have_the_numbers(root: Path) -> None:
    texts = [path for path in (root / "site").rglob("*") if path.suffix in (".json", ".js", ".md")]
    assert {path.name for path in texts} > {"search-index.js", "one.html.md"}
    assert [path for path in texts if "marmalade" in path.read_text(encoding="utf-8")] == []
    with zipfile.ZipFile(root / "things.epub") as epub:
        parts = [epub.read(name) for name in epub.namelist()]
    assert any(b"A line that rises." in part for part in parts)
    assert not any(b"marmalade" in part for part in parts)


def test_a_script_that_is_named_no_more_goes(tmp_path: Path) -> None:
    about, book = woven(tmp_path, executed(prose("# One {#sec-one}"), cell()))
    text = (book / "chapters/one.md").read_text()
    (book / "chapters/one.md").write_text(text.replace("figures/one.js", ""))
    tidy_book(about, book)
    assert [path.name for path in (book / "figures").iterdir()] == ["shared.js"]


def test_an_edition_without_solutions_has_no_script_of_one(tmp_path: Path) -> None:
    chapter = executed(
        prose("# One {#sec-one}"),
        cell(),
        prose('::: {.callout-tip title="Solution" collapse="true"}'),
        cell('{"solved":1}', name="b", plays="figures/solved.js"),
        prose(":::"),
    )
    _, book = woven(tmp_path, chapter, solutions=NONE)
    assert sorted(path.name for path in (book / "figures").iterdir()) == ["one.js", "shared.js"]


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        (None, "no numbers for figures/one.js; set its attribute `numbers`"),
        ('{"a":[1,NaN]}', "one that is not finite"),
        ('{"a":-Infinity}', "one that is not finite"),
    ],
)
def test_a_figure_without_numbers_is_refused(
    tmp_path: Path, numbers: str | None, message: str
) -> None:
    with pytest.raises(PressError, match=message) as caught:
        woven(tmp_path, executed(cell(numbers)))
    assert str(caught.value).startswith("chapters/one.qmd:7: ")


def test_a_cell_that_shows_no_figure_cannot_be_played_with(tmp_path: Path) -> None:
    silent = code("draw()", plays="figures/one.js")
    with pytest.raises(PressError, match="plays with a figure, and this cell shows none"):
        woven(tmp_path, executed(silent))
