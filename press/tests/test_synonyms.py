"""The book's synonyms: what may stand in their file, and where it is wrong."""

from pathlib import Path

import pytest
from tiny_book import write
from woven_book import write_book

from press.book.project import read_project
from press.book.synonyms import Synonym, read_synonyms
from press.check.book import read_book
from press.errors import PressError
from press.publish.search_index import INDEX, index_website
from press.publish.website import update_website


def test_each_line_has_a_term_and_its_other_names(tmp_path: Path) -> None:
    write(tmp_path, "names.yml", "# Names.\nR̂: [rhat, Gelman-Rubin]\n\n89 % interval: [CI]\n")
    errors: list[PressError] = []
    assert read_synonyms(tmp_path, "names.yml", errors) == [
        Synonym("R̂", ("rhat", "Gelman-Rubin"), 2),
        Synonym("89 % interval", ("CI",), 4),
    ]
    assert errors == []


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: [b]\nc: d\n", 2, "the other names of c are a list of words: `c: [name, name]`"),
        ("a: []\n", 1, "the other names of a are a list"),
        ("a: [b, 5]\n", 1, "the other names of a are a list"),
        ("a: [b, '?']\n", 1, "the other names of a are a list"),
        ("a: [b]\nc: [d, B]\n", 2, "B stands for a already; delete it from one of the two"),
        ("a: [b]\nb: [c]\n", 1, "b stands for b already"),
        ("a: [a]\n", 1, "a stands for a already"),
        ("a: [b]\na: [c]\n", 2, "a is set twice, first in line 1"),
        ("a: [b]\nc: [no]\n", 2, "programs differ on what no is"),
        ("- a\n", 1, "expected `name: value` here"),
        ("a: [b\n", 1, "not valid YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    book: Path, text: str, line: int, message: str
) -> None:
    settings = (book / "_quarto.yml").read_text()
    write(book, "_quarto.yml", settings.replace("press: {", "press: {synonyms: names.yml, "))
    write(book, "names.yml", text)
    (problem,) = map(str, read_book(read_project(book))[1])
    assert problem.startswith(f"names.yml:{line}: {message}")


def test_an_edition_without_solutions_knows_no_names_of_what_only_they_say(tmp_path: Path) -> None:
    chapters = {"index.qmd": "# A {.unnumbered}\n\nA marmalade.\n"}
    project, book = write_book(tmp_path, chapters, synonyms="names.yml", solutions="none")
    update_website(project, book, tmp_path / "site")
    write(tmp_path, "names.yml", "marmalade: [jam]\nhoney: [bees]\n")
    index_website(project, tmp_path / "site")
    index = (tmp_path / "site" / INDEX).read_text()
    assert ("jam" in index, "bees" in index) == (True, False)


def test_a_file_of_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "names.yml").write_bytes(b"a: [\xff]\n")
    errors: list[PressError] = []
    assert read_synonyms(tmp_path, "names.yml", errors) == []
    assert [str(each) for each in errors] == ["names.yml:1: not UTF-8; save the file as UTF-8"]


def test_a_term_that_the_book_nowhere_uses_is_refused(tmp_path: Path) -> None:
    chapters = {"index.qmd": "# A {.unnumbered}\n\nAn effective\nsample size.\n"}
    project, book = write_book(tmp_path, chapters, synonyms="names.yml")
    update_website(project, book, tmp_path / "site")
    write(tmp_path, "names.yml", "Effective sample size: [ESS]\n")
    index_website(project, tmp_path / "site")
    write(tmp_path, "names.yml", "effective sample size: [ESS]\n\nR̂: [rhat]\n")
    with pytest.raises(PressError, match=r"names.yml:3: the book nowhere says R̂; write the term"):
        index_website(project, tmp_path / "site")
