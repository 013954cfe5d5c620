"""The EPUB: everything of the book is in it, in well-formed files, and links lead across them."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from woven_book import SVG, write_book

from press.book.contents import Chapter
from press.publish.epub import write_epub
from press.publish.website import write_website

HTML = "{http://www.w3.org/1999/xhtml}"
CHAPTERS = {
    "index.qmd": "Hello.\n",
    "parts/one.qmd": (
        "# One {#sec-one}\n\n## Within {#sec-within}\n\n@fig-two, @tbl-two, @eq-x, "
        "[@rubin1981].\n\n"
        "$$x = \\bar{y}$$ {#eq-x}\n\n"
        '::: {.callout-tip title="Solution" collapse="true"}\nA marmalade.\n:::\n\n'
        '```{.python code-fold="true" code-summary="Show the code"}\nx = 1\n```\n\n'
        "::: {.content-visible when-format='html'}\nOn a page.\n:::\n\n"
        "::: {.content-hidden when-format='html'}\nIn print.\n:::\n"
    ),
    "parts/two.qmd": (
        "# Two {#sec-two}\n\n@eq-x.\n\n"
        "![Line.](two_files/line.svg){#fig-two fig-alt='A line.' narrow='two_files/narrow.svg'}\n\n"
        "| a |\n|---|\n| 1 |\n\n: Few. {#tbl-two}\n"
    ),
    "references.qmd": "# References {.unnumbered}\n\n::: {#refs}\n:::\n",
}
PART = "Parts & more"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    root = tmp_path_factory.mktemp("epub")
    chapters = tuple(
        Chapter(source, PART if source.endswith("one.qmd") else None) for source in CHAPTERS
    )
    project, book = write_book(root, CHAPTERS)
    project = replace(project, chapters=chapters)
    folder = book / "parts/two_files"
    folder.mkdir()
    for name in ("line.svg", "narrow.svg"):
        (folder / name).write_text(SVG)
    write_epub(project, book, root / "things.epub")
    with zipfile.ZipFile(root / "things.epub") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def texts(files: dict[str, bytes]) -> list[etree._Element]:
    names = sorted(name for name in files if name.startswith("EPUB/text/ch"))
    return [etree.fromstring(files[name]) for name in names]


def words(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_each_chapter_is_a_file_with_its_number(texts: list[etree._Element]) -> None:
    titles = [words(text.find(f".//{HTML}h1")) for text in texts]
    assert titles == ["Welcome", "1 One", "2 Two", "References"]
    assert words(texts[1].find(f".//{HTML}div[@class='part']")) == PART


def test_the_contents_have_chapters_and_sections(files: dict[str, bytes]) -> None:
    (nav,) = etree.fromstring(files["EPUB/nav.xhtml"]).xpath("//*[@id='toc']")
    links = [words(link) for link in nav.iter(f"{HTML}a")]
    assert links == ["Welcome", "1 One", "1.1 Within", "2 Two", "References"]


def test_links_lead_to_what_they_name_in_whichever_file(
    files: dict[str, bytes], texts: list[etree._Element]
) -> None:
    found = 0
    for text in texts:
        for link in text.iterfind(f".//{HTML}body//{HTML}a"):
            file, _, name = str(link.get("href")).partition("#")
            if ":" in file:
                continue
            page = etree.fromstring(files[f"EPUB/text/{file}"]) if file else text
            assert page.xpath("//*[@id=$name]", name=name), link.get("href")
            found += bool(file)
    assert found >= 4  # figure, table, equation, entry: each in another file


def test_formulas_pictures_and_boxes_are_there(
    files: dict[str, bytes], texts: list[etree._Element]
) -> None:
    one, two = texts[1:3]
    assert one.find(".//{http://www.w3.org/1998/Math/MathML}math") is not None
    assert b'properties="mathml"' in files["EPUB/content.opf"]
    (box,) = one.iterfind(f".//{HTML}section[@class='callout callout-tip']")
    assert words(box) == "Solution A marmalade."
    assert one.find(f".//{HTML}details") is None
    assert words(one.find(f".//{HTML}div[@class='folded-title']")) == "Code"
    (picture,) = two.iter(f"{HTML}img")
    assert picture.get("alt") == "A line."
    assert not any("narrow" in name for name in picture.attrib)
    assert [name for name in files if name.endswith(".svg")] == ["EPUB/media/file0.svg"]


def test_it_shows_what_print_does(texts: list[etree._Element]) -> None:
    assert "In print." in words(texts[1])
    assert "On a page." not in words(texts[1])


def test_it_repeats_byte_for_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for name in ("one", "two"):
        # Dates of today would differ only by the second.
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        project, book = write_book(tmp_path / name, {"index.qmd": "Hello.\n"})
        write_epub(project, book, tmp_path / f"{name}.epub")
        made.append((tmp_path / f"{name}.epub").read_bytes())
    assert made[0] == made[1]
    assert b"2023-11-14" in zipfile.ZipFile(tmp_path / "one.epub").read("EPUB/content.opf")


def test_pages_link_to_it_only_where_there_is_one(tmp_path: Path) -> None:
    for name, expected in (("things.epub", True), ("", False)):
        root = tmp_path / (name or "without")
        project, book = write_book(root, {"index.qmd": "Hello.\n"}, epub_name=name)
        write_website(project, book, root / "site")
        text = (root / "site/index.html").read_text()
        assert ("EPUB" in text, 'href="things.epub"' in text) == (expected, expected)
