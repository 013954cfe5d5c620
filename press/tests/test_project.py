"""What `_quarto.yml` may say, and the one message for what it may not."""

from pathlib import Path

import pytest
import yaml
from tiny_book import write

from press.book.project import read_project
from press.errors import PressError


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
    changed["book"]["chapters"] = ["index.qmd", *parts]
    write(book, "_quarto.yml", yaml.safe_dump(changed))
    assert [chapter.part for chapter in read_project(book).chapters] == [None, "Beginnings", None]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"book": "a book"}, "expected `name: value` below book"),
        ({"project": "book"}, "expected `name: value` below project"),
        ({"format": {"html": [1]}}, "expected `name: value` below html"),
        ({"execute": ["a"]}, "expected `name: value` below execute"),
        ({"book": {"title": "T", "chapters": "index.qmd"}}, "needs a list of chapters"),
        ({"book": {"title": "T", "chapters": []}}, "needs a list of chapters"),
        ({"book": {"title": "T", "chapters": [5]}}, "expected a chapter, or a part"),
        ({"book": {"title": "T", "chapters": [{"part": "P"}]}}, "expected a chapter, or a part"),
        ({"book": {"chapters": ["index.qmd"]}}, "title must be text"),
        ({"book": {"title": " ", "chapters": ["index.qmd"]}}, "title must be text"),
        (
            {"book": {"title": "T", "author": ["A", "B"], "chapters": ["index.qmd"]}},
            "author must be text",
        ),
        ({"book": {"title": "T", "chapters": ["none.qmd"]}}, "chapter none.qmd does not exist"),
        ({"book": {"title": "T", "chapters": ["index.qmd"] * 2}}, "index.qmd is named twice"),
        ({"book": {"title": "T", "chapters": ["../a.qmd"]}}, "inside the project's folder"),
        ({"book": {"title": "T", "chapters": ["/a.qmd"]}}, "inside the project's folder"),
        ({"format": {"html": {"fig-format": "tiff"}}}, "fig-format is svg or png, not tiff"),
        *(
            ({"project": {"output-dir": folder}}, f"output-dir {folder} is not a folder for")
            for folder in ("chapters", "data", ".", "..", "/srv/site", "chapters/../..")
        ),
    ],
)
def test_a_setting_of_the_wrong_kind_is_named(book: Path, change: dict, message: str) -> None:
    write(book, "_quarto.yml", yaml.safe_dump(settings(book) | change))
    with pytest.raises(PressError, match=r"^_quarto\.yml: ") as caught:
        read_project(book)
    assert message in str(caught.value)


@pytest.mark.parametrize("content", [b"- a\n", b"just text\n", b"a: [\n", b"title: \xff\n"])
def test_a_file_that_is_not_settings_is_refused(book: Path, content: bytes) -> None:
    (book / "_quarto.yml").write_bytes(content)
    with pytest.raises(PressError, match=r"^_quarto\.yml:"):
        read_project(book)


def test_a_site_that_is_a_link_is_refused(book: Path) -> None:
    (book / "elsewhere").mkdir()
    (book / "_site").symlink_to(book / "elsewhere")
    with pytest.raises(PressError, match="output-dir _site"):
        read_project(book)


def test_a_folder_of_chapters_is_refused_even_if_it_looks_like_a_site(book: Path) -> None:
    write(book, "chapters/index.html", "a page")
    change = {"project": {"output-dir": "chapters"}}
    write(book, "_quarto.yml", yaml.safe_dump(settings(book) | change))
    with pytest.raises(PressError, match="output-dir chapters"):
        read_project(book)


def test_an_empty_or_finished_site_may_be_replaced(book: Path) -> None:
    (book / "_site").mkdir()
    read_project(book)
    (book / "_site" / "index.html").write_text("a site")
    read_project(book)
