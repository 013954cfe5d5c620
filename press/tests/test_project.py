"""What `_quarto.yml` may say, and the one message for what it may not."""

from pathlib import Path

import pytest
import yaml
from tiny_book import write

from press.book.chapter import Document
from press.book.project import Project, read_project
from press.check.book import checked_documents
from press.errors import PressError
from press.run import schedule
from press.run.executed import Executed
from press.run.progress import Progress


def settings(book: Path) -> dict:
    return yaml.safe_load((book / "_quarto.yml").read_text())


def test_the_tiny_book_is_read(book: Path) -> None:
    project = read_project(book)
    assert project.title == "A tiny book"
    assert [chapter.page for chapter in project.chapters] == [
        "index.html",
        "chapters/first.html",
        "chapters/second.html",
        "colophon.html",
    ]
    assert project.pdf_name == "tiny.pdf"
    assert project.bibliography == ("references.bib",)


def test_the_first_chapter_of_a_part_carries_its_title(book: Path) -> None:
    changed = settings(book)
    parts = [{"part": "Beginnings", "chapters": ["chapters/first.qmd", "chapters/second.qmd"]}]
    changed["book"]["chapters"] = ["index.qmd", *parts, "colophon.qmd"]
    write(book, "_quarto.yml", yaml.safe_dump(changed))
    chapters = read_project(book).chapters
    assert [chapter.part for chapter in chapters] == [None, "Beginnings", None, None]
    assert [chapter.within for chapter in chapters] == [None, "Beginnings", "Beginnings", None]


@pytest.mark.parametrize("folder", ["chapters", "data", ".", "..", "/srv/site", "chapters/../.."])
def test_a_folder_that_is_not_for_the_site_alone_is_refused(book: Path, folder: str) -> None:
    change = {"project": {"type": "book", "output-dir": folder}}
    write(book, "_quarto.yml", yaml.safe_dump(settings(book) | change))
    with pytest.raises(PressError, match=r"^_quarto\.yml:\d+: output-dir .* is not a folder for"):
        read_project(book)


@pytest.mark.parametrize(
    "content", [b"", b"# a\n", b"- a\n", b"just text\n", b"a: [\n", b"title: \xff\n"]
)
def test_a_file_that_is_not_settings_is_refused(book: Path, content: bytes) -> None:
    (book / "_quarto.yml").write_bytes(content)
    with pytest.raises(PressError, match=r"^_quarto\.yml:1: "):
        read_project(book)


def test_a_site_that_is_a_link_is_refused(book: Path) -> None:
    (book / "elsewhere").mkdir()
    (book / "_site").symlink_to(book / "elsewhere")
    with pytest.raises(PressError, match=r"^_quarto\.yml:1: output-dir _site"):
        read_project(book)


def test_the_folder_that_holds_if_none_is_named_is_refused_too(book: Path) -> None:
    write(book, "_book/notes.txt", "mine")
    write(book, "_quarto.yml", yaml.safe_dump(settings(book) | {"project": {"type": "book"}}))
    line = (book / "_quarto.yml").read_text().split("\n").index("project:") + 1
    with pytest.raises(PressError, match=rf"^_quarto\.yml:{line}: output-dir _book"):
        read_project(book)


def test_a_folder_of_chapters_is_refused_even_if_it_looks_like_a_site(book: Path) -> None:
    write(book, "chapters/index.html", "a page")
    change = {"project": {"type": "book", "output-dir": "chapters"}}
    write(book, "_quarto.yml", yaml.safe_dump(settings(book) | change))
    with pytest.raises(PressError, match="output-dir chapters"):
        read_project(book)


def test_an_empty_or_finished_site_may_be_replaced(book: Path) -> None:
    (book / "_site").mkdir()
    read_project(book)
    (book / "_site" / "index.html").write_text("a site")
    read_project(book)


@pytest.mark.parametrize("last", ["index.qmd", "chapters/first.qmd", "colophon.qmd"])
def test_the_chapter_that_is_to_run_last_does_so_and_keeps_its_place(
    book: Path, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    ran: list[list[str]] = []

    def run(_: Project, documents: list[Document], *__: object) -> list[Executed]:
        ran.append([each.source for each in documents])
        return [Executed(each, []) for each in documents]

    monkeypatch.setattr(schedule, "run_chapters", run)
    monkeypatch.setattr(schedule, "run_summary", lambda *_: {})
    changed = settings(book) | {"press": {"run-last": last}}
    write(book, "_quarto.yml", yaml.safe_dump(changed))
    project = read_project(book)
    sources = [chapter.source for chapter in project.chapters]
    with Progress() as progress:
        executed = schedule.run_book(project, checked_documents(project), 2, progress)
    assert ran == [[source for source in sources if source != last], [last]]
    assert [each.document.source for each in executed] == sources


def test_the_chapter_with_most_cells_runs_first(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def run(_: Project, document: Document) -> Executed:
        ran.append(document.source)
        return Executed(document, [])

    monkeypatch.setattr(schedule.reuse, "load", run)
    monkeypatch.setattr(schedule, "run_summary", lambda *_: {})
    second = book / "chapters/second.qmd"
    second.write_text(second.read_text() + 9 * "\n```{python}\n1\n```\n")
    project = read_project(book)
    with Progress() as progress:
        executed = schedule.run_book(project, checked_documents(project), 1, progress)
    assert ran[:2] == ["chapters/second.qmd", "chapters/first.qmd"]
    assert [each.document.source for each in executed] == [c.source for c in project.chapters]


@pytest.mark.parametrize(
    "name",
    [
        *("results.json", "llms.txt", "sitemap.xml", "robots.txt", "README.md"),
        *("index.html", "404.html", "404.html.md", "chapters/first.html", "colophon.html.md"),
        *("chapters/first-work.ipynb", "colophon-solved.ipynb", "tiny.pdf", "tiny.epub"),
        *("tiny-notebooks.zip", "library/numbers.csv", "chapters/first_files/numbers.csv"),
    ],
)
def test_no_data_takes_the_place_of_what_the_site_has(book: Path, name: str) -> None:
    write(book, name, "mine")
    changed = settings(book) | {"press": {"data": ["data/*.txt", name.replace("first", "f*t")]}}
    write(book, "_quarto.yml", yaml.safe_dump(changed))
    line = (book / "_quarto.yml").read_text().split("\n").index("  - data/*.txt") + 2
    with pytest.raises(PressError) as error:
        read_project(book)
    assert str(error.value) == (
        f"_quarto.yml:{line}: data {name} would take the place of the site's own; rename it"
    )
