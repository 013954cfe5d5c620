"""A site is one build: nothing of an earlier one stands in it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from nbformat.v4 import new_output
from tiny_book import contents, write
from woven_book import SVG, project, write_book

from press.book.chapter import Code, parse
from press.book.project import Project, read_project
from press.build.build import render
from press.check.book import checked_documents
from press.check.displayed import Names
from press.errors import PressError
from press.publish.search_index import INDEX, index_website
from press.publish.website import update_website
from press.run.executed import CellRun, Executed, ProseRun
from press.weave.book import tidy_book, weave_book, weave_chapter

Edit = Callable[[str, str, str], None]


def traces(site: Path, *words: str) -> list[str]:
    """Names of the files that hold, or are called, one of the words."""
    files = contents(site).items()
    return [
        name
        for name, content in files
        if any(word in name or word.encode() in content for word in words)
    ]


CELL = "\n::: {.cell}\n``` {.python .cell-code}\n1\n```\n:::\n"
CHAPTERS = {
    "index.qmd": "# Welcome {.unnumbered}\n\nHello.\n",
    "parts/one.qmd": "# One {#sec-one}\n\n![Line.](one_files/fig-oldline.svg){#fig-oldline}\n"
    + CELL,
    "parts/two.qmd": "# Marmalade {#sec-two}\n\n![A](../pictures/lemon.svg) @stone1974\n" + CELL,
}


def write_chapters(root: Path, chapters: dict[str, str], *figures: str) -> tuple[Project, Path]:
    about, book = write_book(root, chapters, site_url="https://example.org")
    for figure in figures:
        write(book, figure, SVG)
    return about, book


def test_an_update_leaves_nothing_of_what_is_gone(tmp_path: Path) -> None:
    before = tmp_path / "before"
    about, book = write_chapters(
        before, CHAPTERS, "parts/one_files/fig-oldline.svg", "pictures/lemon.svg"
    )
    site = tmp_path / "site"
    update_website(about, book, site)
    for beside in ("things.pdf", "results.json"):
        (site / beside).write_text("lemon")
    index_website(about, site)
    assert {"parts/two.html.md", "pictures/lemon.svg", "sitemap.xml"} <= set(contents(site))
    assert {"parts/one-work.ipynb", "parts/two-solved.ipynb"} <= set(contents(site))
    assert INDEX in traces(site, "Marmalade")

    chapters = {source: text.replace("oldline", "newline") for source, text in CHAPTERS.items()}
    del chapters["parts/two.qmd"]
    about, book = write_chapters(tmp_path / "after", chapters, "parts/one_files/fig-newline.svg")
    about = Project(**vars(about) | {"site_url": ""})
    update_website(about, book, site, copies=False)
    index_website(about, site)
    left = set(contents(site))
    assert {"things.pdf", "results.json", "parts/one-work.ipynb", "parts/one.html.md"} <= left
    assert not left & {"parts/two-work.ipynb", "parts/two.html.md", "sitemap.xml", "robots.txt"}
    assert not (site / "pictures").exists()
    update_website(about, book, site)
    for beside in ("things.pdf", "results.json"):
        (site / beside).unlink()
    assert traces(site, "parts/two", "sec-two", "oldline", "Marmalade", "lemon", "stone1974") == []
    fresh = tmp_path / "fresh"
    update_website(about, book, fresh)
    index_website(about, fresh)
    assert contents(fresh) == contents(site)


def test_bibliographies_and_chapters_are_not_published(tmp_path: Path) -> None:
    about, book = write_chapters(
        tmp_path, CHAPTERS, "parts/one_files/fig-oldline.svg", "pictures/lemon.svg"
    )
    write(book, "data/works.yaml", "[]")
    about = Project(**vars(about) | {"bibliography": ("references.bib", "data/works.yaml")})
    update_website(about, book, tmp_path / "site")
    names = set(contents(tmp_path / "site"))
    assert "pictures/lemon.svg" in names
    assert not names & {"data/works.yaml", "references.bib", "parts/one.md"}


def chapter(root: Path, source: str, text: str) -> Executed:
    """A chapter whose cells all show the same picture."""
    write(root, source, text)
    document = parse(text, source)
    picture = [new_output("display_data", {"image/svg+xml": SVG})]
    runs = [
        CellRun(picture, 1, 0.1) if isinstance(block, Code) else ProseRun([])
        for block in document.blocks
    ]
    return Executed(document, runs)


NO_NAMES = Names(set(), set())
FIGURE = (
    "# {0} {{#sec-{0}}}\n\n"
    "```{{python}}\n#| label: fig-{0}\n#| fig-alt: A\n1\n```\n\n![P](../{1})\n"
)


def test_a_woven_book_has_only_what_its_chapters_have(tmp_path: Path) -> None:
    about = project(tmp_path, "parts/one.qmd", "parts/two.qmd")
    for name in ("references.bib", "lemon.svg", "plum.svg", "pear.svg"):
        write(tmp_path, name, SVG)
    book = tmp_path / "book"
    one = chapter(tmp_path, "parts/one.qmd", FIGURE.format("one", "lemon.svg"))
    two = chapter(tmp_path, "parts/two.qmd", FIGURE.format("two", "plum.svg"))
    weave_book(about, [one, two], book, NO_NAMES)
    assert set(contents(book)) == {
        *("parts/one.md", "parts/one_files/fig-one.svg", "lemon.svg"),
        *("parts/two.md", "parts/two_files/fig-two.svg", "plum.svg", "references.bib"),
    }
    new = chapter(tmp_path, "parts/one.qmd", FIGURE.format("new", "pear.svg"))
    weave_chapter(about, new, book, NO_NAMES)
    assert not (book / "parts/one_files/fig-one.svg").exists()
    settings = {"chapters": about.chapters[:1], "bibliography": ("more/works.bib",)}
    write(book, "more/works.bib", "")
    tidy_book(Project(**vars(about) | settings), book)
    assert set(contents(book)) == {
        *("parts/one.md", "parts/one_files/fig-new.svg", "pear.svg", "more/works.bib"),
    }


@pytest.mark.usefixtures("executed")
def test_a_build_has_no_trace_of_the_one_before(book: Path, edit: Edit) -> None:
    write(book, "pictures/lemon.svg", SVG)
    edit("chapters/first.qmd", "Before.", "![Sour](../pictures/lemon.svg)")
    edit("chapters/second.qmd", "Second steps", "Marmalade")
    render(read_project(book), jobs=2, pdf=False)
    site = book / "_site"
    assert {"pictures/lemon.svg", "chapters/first_files/fig-line.svg"} <= set(contents(site))
    assert INDEX in traces(site, "Marmalade")

    edit("_quarto.yml", "chapters/second.qmd, ", "")
    edit("chapters/first.qmd", "![Sour](../pictures/lemon.svg)", "Before.")
    edit("chapters/first.qmd", " and @tbl-later", "")
    edit("chapters/first.qmd", "@fig-line", "@fig-rise")
    edit("chapters/first.qmd", "label: fig-line", "label: fig-rise")
    render(read_project(book), jobs=2, pdf=False)
    assert "chapters/first_files/fig-rise.svg" in contents(site)
    assert traces(site, "fig-line", "lemon", "Marmalade", "chapters/second", "tbl-later") == []


@pytest.mark.usefixtures("executed")
def test_a_linked_image_keeps_its_name(book: Path, edit: Edit) -> None:
    write(book, "pictures/real.svg", SVG)
    write(book, "chapters/own/plain.svg", SVG)
    (book / "pictures/alias.svg").symlink_to("real.svg")
    (book / "shelf").symlink_to("pictures")
    links = "![a](../pictures/alias.svg) ![b](/shelf/real.svg) ![c](./own/../own/plain.svg)"
    edit("chapters/first.qmd", "Before.", links)
    about = read_project(book)
    render(about, jobs=2, pdf=False)
    names = {name for name in contents(book / "_site") if name.endswith(".svg")} - {
        "library/favicon.svg",
        "chapters/first_files/fig-line.svg",
    }
    assert names == {"pictures/alias.svg", "shelf/real.svg", "chapters/own/plain.svg"}
    assert not (book / "_site/shelf").is_symlink()


def test_an_image_that_leads_out_of_the_book_is_refused(book: Path, edit: Edit) -> None:
    write(book.parent, "outside.svg", SVG)
    (book / "inside.svg").symlink_to("../outside.svg")
    edit("index.qmd", "See", "![a](inside.svg) See")
    with pytest.raises(PressError, match=r"index.qmd:3: image inside.svg is outside the"):
        checked_documents(read_project(book))
