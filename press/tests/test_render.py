import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_book import contents, write

from press.book.project import read_project
from press.build import build as rendering
from press.build.build import render
from press.errors import PressError

Edit = Callable[[str, str, str], None]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the website by the woven chapters, and the PDF by a stub."""

    def website(project: object, book: Path, site: Path) -> None:
        write(site, "index.html", (book / "chapters/first.md").read_text())

    def pdf(project: object, book: Path, output: Path) -> None:
        output.write_text("pdf")

    monkeypatch.setattr(rendering, "write_website", website)
    monkeypatch.setattr(rendering, "write_pdf", pdf)


def test_book_renders(book: Path, cells_run: Callable[[], list[str]]) -> None:
    project = read_project(book)
    render(project, jobs=2)
    site = book / "_site"
    for page in ("index.html", "chapters/first.html", "chapters/second.html", "colophon.html"):
        assert (site / page).is_file(), page
    assert (site / "tiny.pdf").read_bytes().startswith(b"%PDF")
    assert "answer is 42, in short a_b" in (site / "chapters/first.html").read_text()
    assert json.loads((site / "results.json").read_text()) == {
        "claims": [{"chapter": "chapters/second.qmd", "claim": "numbers add up", "holds": True}],
        "results": {"count": {"n": 3}},
    }
    assert cells_run() == ["colophon", "first", "second"]
    assert render(project, jobs=2).cells_run == 0
    assert cells_run() == []
    assert not list((book / "_build").glob("site.*"))


@pytest.mark.usefixtures("quick", "executed")
def test_prose_edit_shows_in_the_new_site(book: Path, edit: Edit) -> None:
    project = read_project(book)
    render(project, jobs=2)
    edit("chapters/first.qmd", "Before.", "A new sentence.")
    assert render(project, jobs=2).cells_run == 0
    assert "A new sentence." in (book / "_site/index.html").read_text()


@pytest.mark.usefixtures("quick", "executed")
def test_linked_images_and_bibliography_stand_beside_the_woven_chapters(
    book: Path, edit: Edit
) -> None:
    write(book, "pictures/a b.svg", "<svg/>")
    edit("chapters/first.qmd", "Before.", "![A shape](../pictures/a%20b.svg)")
    render(read_project(book), jobs=2)
    woven = book / "_build/book"
    assert (woven / "pictures/a b.svg").read_text() == "<svg/>"
    assert (woven / "references.bib").is_file()


def fail(*_: object, **__: object) -> None:
    raise PressError("no such luck")


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("quick", "executed")
@pytest.mark.parametrize(
    ("failure", "message"),
    [
        ("check", "@nobody"),
        ("yaml", "not valid YAML"),
        ("cell", "TypeError"),
        ("inline", "NameError"),
        ("records", "result count is published already, at chapters/second.qmd:18"),
        ("Weaving", "no such luck"),
        ("write_website", "no such luck"),
        ("collect", "no such luck"),
    ],
)
def test_failure_leaves_the_site_as_it_was(
    book: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch, failure: str, message: str
) -> None:
    project = read_project(book)
    render(project, jobs=2)
    before = contents(book / "_site")
    edit("index.qmd", "See", "Changed: see")
    if failure == "check":
        edit("index.qmd", "See".lower(), "@nobody")
    elif failure == "yaml":
        edit("chapters/first.qmd", "fig-cap: A", "fig-cap: A: B: A")
    elif failure == "cell":
        edit("chapters/first.qmd", "double(21)", "double()")
    elif failure == "inline":
        edit("chapters/first.qmd", "{python} answer", "{python} nothing")
    elif failure == "records":
        edit(
            "chapters/second.qmd",
            '{"n": len(numbers)}}}, raw=True)',
            '1}}, raw=True)\ndisplay({record: {"result": "count", "value": 2}}, raw=True)',
        )
    else:
        monkeypatch.setattr(rendering, failure, fail)
    with pytest.raises(PressError, match=message):
        render(project, jobs=2)
    assert contents(book / "_site") == before


@pytest.mark.usefixtures("quick", "executed")
def test_a_pdf_that_cannot_be_made_does_not_cost_the_website(
    book: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = read_project(book)
    render(project, jobs=2)
    assert (book / "_site/tiny.pdf").is_file()
    edit("chapters/first.qmd", "Before.", "A new sentence.")
    monkeypatch.setattr(rendering, "write_pdf", fail)
    with pytest.raises(PressError, match=r"^no such luck\nThe website is written, without a PDF"):
        render(project, jobs=2)
    page = (book / "_site/index.html").read_text()
    assert "A new sentence." in page
    assert not (book / "_site/tiny.pdf").exists()
    assert (book / "_site/results.json").is_file()


@pytest.mark.usefixtures("quick", "executed")
def test_a_pdf_that_cannot_be_made_does_not_hide_that_the_epub_cannot_be(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = replace(read_project(book), epub_name="tiny.epub")
    monkeypatch.setattr(rendering, "write_pdf", fail)
    monkeypatch.setattr(rendering, "write_epub", fail)
    with pytest.raises(PressError, match=r"^no such luck$"):
        render(project, jobs=2)
    assert not (book / "_site").exists()


@pytest.mark.usefixtures("quick", "executed")
def test_interrupted_build_is_tidied_up(
    book: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = read_project(book)
    render(project, jobs=2)
    before = contents(book / "_site")
    edit("chapters/first.qmd", "Before.", "A new sentence.")
    with monkeypatch.context() as context:
        context.setattr(rendering, "write_pdf", interrupt)
        with pytest.raises(KeyboardInterrupt):
            render(project, jobs=2)
    assert contents(book / "_site") == before
    render(project, jobs=2)
    assert contents(book / "_site") != before
    assert not list((book / "_build").glob("site.*"))


@pytest.mark.usefixtures("quick", "executed")
def test_site_comes_back_if_the_swap_itself_was_interrupted(book: Path, edit: Edit) -> None:
    project = read_project(book)
    render(project, jobs=2)
    before = contents(book / "_site")
    (book / "_site").rename(book / "_build/site.old")
    edit("index.qmd", "@sec-first", "@nobody")
    with pytest.raises(PressError, match="@nobody"):
        render(project, jobs=2)
    assert contents(book / "_site") == before


@pytest.mark.usefixtures("quick", "executed")
def test_run_summary_names_commit_and_chapters(book: Path) -> None:
    project = read_project(book)
    render(project, jobs=2)
    run = json.loads((book / "_build/run.json").read_text())
    assert run["commit"] is None
    assert run["dirty"] is False
    assert [chapter["source"] for chapter in run["chapters"]] == [
        "index.qmd",
        "chapters/first.qmd",
        "chapters/second.qmd",
    ]
    second = run["chapters"][2]
    assert (second["title"], second["cells"], second["claims"]) == ("Second steps", 2, 1)
    assert set(second) == {"source", "title", "seconds", "cells", "claims", "date"}

    for command in (["init", "-q"], ["add", "_quarto.yml"], ["commit", "-qm", "a"]):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", "-C", str(book), *identity, *command], check=True)
    render(project, jobs=2)
    run = json.loads((book / "_build/run.json").read_text())
    assert len(run["commit"]) == 40
    assert run["dirty"] is True
