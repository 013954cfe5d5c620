"""Pages are written anew only where something that they show has changed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from woven_book import SVG, write_book

from press.book.project import Project
from press.errors import PressError
from press.publish import pages as module
from press.publish.context import CitingPlace, as_json
from press.publish.pages import survey_book, write_pages
from press.publish.survey import Target

CHAPTERS = {
    "index.qmd": "# Welcome {.unnumbered}\n\nHello.\n",
    "one.qmd": (
        "# One {#sec-one}\n\nWords by @rubin1981.\n\n![Line.](line.svg){#fig-a}\n\n"
        "## Part {#sec-part}\n\nText.\n"
    ),
    "two.qmd": "# Two {#sec-two}\n\nSee @fig-a and @sec-part.\n",
    "three.qmd": "# Three {#sec-three}\n\nNothing is cited here.\n",
    "references.qmd": "# References {.unnumbered}\n\n::: {#refs}\n:::\n",
}
EVERY = ["index", "one", "references", "three", "two"]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book whose pages were written."""
    root = tmp_path_factory.mktemp("pages")
    project, book = write_book(root, CHAPTERS)
    (book / "line.svg").write_text(SVG)
    write_pages(project, book)
    return root


@pytest.fixture
def woven(tmp_path: Path, before: Path) -> tuple[Project, Path]:
    project, book = write_book(tmp_path, CHAPTERS)
    shutil.copytree(before, tmp_path, dirs_exist_ok=True)
    return project, book


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Say which pages pandoc has written since the last call, sorted."""
    names: list[str] = []
    convert = module.convert

    def counted(project, book, chapters, *, to, context=None):
        if to == "website":
            names.extend(chapter.page.removesuffix(".html") for chapter in chapters)
        return convert(project, book, chapters, to=to, context=context)

    monkeypatch.setattr(module, "convert", counted)

    def take() -> list[str]:
        taken = sorted(names)
        names.clear()
        return taken

    return take


@pytest.mark.parametrize(
    ("source", "old", "new", "expected"),
    [
        ("two", "See", "Look at", ["two"]),
        ("one", "## Part", "## Whole {#sec-whole}\n\n## Part", ["one", "two"]),
        ("one", "## Part", "$$x$$ {#eq-x}\n\n## Part", ["one"]),
        ("three", "# Three", "# Four", EVERY),
        ("three", "Nothing is", "@stone1974 is", ["one", "references", "three"]),
        ("two", "See", "Since @rubin1981, see", ["references", "two"]),
        ("two", "See", "[Welcome](#welcome), see", ["two"]),
        ("two", "# Two {#sec-two}", "# Two {#sec-two .unnumbered}", EVERY),
    ],
)
def test_an_edit_costs_the_pages_that_show_it(
    woven, written, tmp_path: Path, source: str, old: str, new: str, expected: list[str]
) -> None:
    project, book = woven
    write_pages(project, book)
    assert written() == []
    path = book / f"{source}.md"
    path.write_text(path.read_text().replace(old, new))
    pages = write_pages(project, book)
    assert written() == expected
    afresh = Project(**vars(project) | {"root": tmp_path / "elsewhere"})
    assert write_pages(afresh, book) == pages


def test_nothing_changed_costs_nothing(woven, written) -> None:
    project, book = woven
    pages = write_pages(project, book)
    assert written() == []
    afresh = Project(**vars(project) | {"root": book.parent / "elsewhere"})
    assert write_pages(afresh, book) == pages
    assert written() == EVERY


def test_a_picture_of_another_size_is_noticed(woven, written) -> None:
    project, book = woven
    (book / "line.svg").write_text(SVG.replace('height="60"', 'height="30"'))
    pages = write_pages(project, book)
    assert written() == ["one"]
    assert 'height="30"' in pages["one.html"].html


@pytest.mark.parametrize(
    "opening",
    ['<?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg', '<svg data-name="a > b"'],
    ids=["declared", "misleading"],
)
def test_the_size_of_a_drawing_is_found(woven, opening: str) -> None:
    project, book = woven
    (book / "line.svg").write_text(SVG.replace("<svg", opening, 1).replace('"60"', '"35"'))
    assert 'width="90" height="35"' in write_pages(project, book)["one.html"].html


def test_the_bibliography_and_the_settings_count(woven, written) -> None:
    project, book = woven
    bibliography = book / "references.bib"
    bibliography.write_text(bibliography.read_text().replace("Rubin", "Robin"))
    pages = write_pages(project, book)
    assert written() == EVERY
    assert "Robin (1981)" in pages["one.html"].html
    write_pages(Project(**vars(project) | {"title": "Another"}), book)
    assert written() == EVERY


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"key": 1}'])
def test_a_kept_page_that_cannot_be_read_is_written_again(woven, written, broken: str) -> None:
    project, book = woven
    pages = write_pages(project, book)
    for kept in (project.build / "pages").glob("two.*.kept"):
        kept.write_text(broken)
    assert write_pages(project, book) == pages
    assert written() == ["two"]


def test_citations_are_told_apart_as_in_the_whole_book(tmp_path: Path) -> None:
    project, book = write_book(tmp_path, {"one.qmd": "# One\n\n@a", "two.qmd": "# Two\n\n@b"})
    entry = "@book{{{0}, title = {{{0}}}, author = {{Stone, M.}}, year = {{1974}}}}\n"
    (book / "references.bib").write_text(entry.format("a") + entry.format("b"))
    pages = write_pages(project, book)
    assert "1974a" in pages["one.html"].html
    path = book / "one.md"
    path.write_text(path.read_text() + " again")
    pages = write_pages(project, book)
    assert "1974a" in pages["one.html"].html
    assert "again" in pages["one.html"].html


def test_a_label_used_in_two_chapters_is_an_error(tmp_path: Path) -> None:
    chapters = {"one.qmd": "# One {#sec-a}\n", "two.qmd": "# Two {#sec-a}\n"}
    with pytest.raises(PressError, match=r'two.qmd: label "sec-a" is used in one.html too'):
        write_pages(*write_book(tmp_path, chapters))


def test_the_context_numbers_chapters_and_labels(woven) -> None:
    context = survey_book(*woven)
    assert [page.number for page in context.pages.values()] == [None, "1", "2", "3", None]
    assert context.targets["fig-a"] == Target("Figure", "1.1")
    assert context.targets["sec-part"] == Target("Section", "1.1")
    assert context.page_of["sec-part"] == "one.html"
    assert context.citing_places == {
        "rubin1981": [CitingPlace("one.html", "cite-rubin1981-1", "1")]
    }
    assert context.references_page == "references.html"
    assert "null" not in json.dumps(as_json(context))
