"""What readers take home: data, notebooks, how to cite the book, and how long it takes."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from woven_book import SVG, project, write_book

from press.book.citation import read_citation
from press.book.contents import Chapter
from press.book.site_names import is_own
from press.errors import PressError
from press.publish.downloads import Cited, downloads, write_archive
from press.publish.page_text import sections
from press.publish.website import write_website

CFF = """\
cff-version: 1.2.0
title: "Pools: of 100 % & more"
authors:
  - family-names: Berg
    name-particle: van den
    given-names: Ann_B
  - name: The {Pool} authors
version: 1.2.0
date-released: 2026-01-31
"""


def cited(tmp_path: Path, text: str, **changes: Any) -> Cited:
    (tmp_path / "CITATION.cff").write_text(text)
    found = downloads(project(tmp_path, **changes)).cited
    assert found
    return found


def test_a_book_is_cited_as_its_file_says(tmp_path: Path) -> None:
    found = cited(tmp_path, CFF)
    assert found.text == (
        "Berg, Ann_B van den, and The {Pool} authors. 2026. "
        "<em>Pools: Of 100 % &amp; More</em>. V. 1.2.0. Released January 31."
    )
    assert found.bibtex == (
        "@misc{pools,\n"
        "  author = {van den Berg, Ann\\_B and {The \\{Pool\\} authors}},\n"
        "  title = {{Pools: of 100 \\% \\& more}},\n"
        "  year = {2026},\n"
        "  note = {Version 1.2.0}\n}"
    )


def test_an_address_comes_from_the_file_or_from_the_book(tmp_path: Path) -> None:
    own = cited(tmp_path, CFF + "url: https://example.org/own\n", site_url="https://example.org")
    assert "url = {https://example.org/own}" in own.bibtex
    assert '<a href="https://example.org/own">' in own.text
    book = cited(tmp_path, CFF, site_url="https://example.org/book", repo_url="https://a.org/b")
    assert "url = {https://example.org/book}" in book.bibtex


def test_the_work_that_the_file_prefers_is_cited_in_its_place(tmp_path: Path) -> None:
    preferred = (
        "preferred-citation:\n  type: article\n  title: On pools\n  year: 2025\n"
        "  journal: Pool Letters\n  doi: 10.1000/7\n  authors:\n    - alias: ann\n"
    )
    found = cited(tmp_path, CFF + preferred)
    assert found.bibtex.startswith("@article{on-pools,\n  author = {{ann}},\n")
    assert "  journal = {Pool Letters},\n  year = {2025},\n  doi = {10.1000/7}\n" in found.bibtex
    assert "Pools:" not in found.text


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title: "Pools: of 100 % & more"\n', "", "CITATION.cff:1: no title"),
        ("  - name: The {Pool} authors", "  - email: a@b.org", "CITATION.cff:3: no authors"),
        ("2026-01-31", "in January", "CITATION.cff:9: date-released is a day"),
        ("\nversion: 1.2.0", "\ntitle: again", "CITATION.cff:8: title is set twice"),
        ("\nversion: 1.2.0", "\nversion: a: b", "CITATION.cff:8: not valid YAML"),
        (
            "\nversion: 1.2.0",
            "\npreferred-citation: me",
            "CITATION.cff:8: preferred-citation needs",
        ),
    ],
)
def test_a_fault_of_the_file_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in CFF
    (tmp_path / "CITATION.cff").write_text(CFF.replace(old, new))
    with pytest.raises(PressError) as error:
        read_citation(tmp_path)
    assert str(error.value).startswith(message)


LONG = "# One {#sec-one}\n\n" + "word " * 2300 + "\n\n```python\n" + "x = 1\n" * 40 + "```\n"
CELL = "::: {.cell}\n``` {.python .cell-code}\n1\n```\n:::\n"
CHAPTERS = {
    "index.qmd": "# Welcome {.unnumbered}\n\nHello.\n",
    "parts/one.qmd": LONG + f"\n![A line that rises.](line.svg)\n\n{CELL}",
}


def site_of(root: Path, **changes: Any) -> Path:
    (root / "data").mkdir()
    (root / "data" / "pools.csv").write_text("a,b\n1,2\n")
    about, book = write_book(root, CHAPTERS, data=("data/*.csv",), **changes)
    for folder in (root / "parts", book / "parts"):
        folder.mkdir(exist_ok=True)
        (folder / "line.svg").write_text(SVG)
    site = root / "site"
    write_website(about, book, site)
    write_archive(about, site)
    return site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("downloads")
    (root / "CITATION.cff").write_text(CFF)
    return site_of(root, repo_url="https://example.org/repo")


def offered(site: Path, address: str = "index.html") -> list[str]:
    tree = html.parse(site / address)
    return [str(link) for link in tree.xpath("//section[@class='get']//li/a/@href")]


def test_the_front_page_offers_what_there_is(site: Path) -> None:
    assert offered(site) == [
        "things.pdf",
        "things-notebooks.zip",
        "data/pools.csv",
        "results.json",
        "https://example.org/repo",
        "https://example.org/repo/issues/new?title=index.qmd",
        "parts/one.html",
    ]
    assert offered(site, "parts/one.html") == []
    assert (site / "data/pools.csv").read_text() == "a,b\n1,2\n"


def test_the_foot_of_every_page_leads_there(site: Path) -> None:
    for address, root in (("index.html", ""), ("parts/one.html", "../")):
        foot = html.parse(site / address).xpath("//ul[@class='page-links']//@href")
        assert {f"{root}index.html#get-it", f"{root}index.html#how-to-cite"} < set(foot)
        assert "https://example.org/repo" in foot


def test_a_page_with_code_leads_to_its_notebooks(site: Path) -> None:
    page = html.parse(site / "parts/one.html")
    (top,) = page.xpath("//header[@class='chapter-title']/a[@download]")
    assert (top.text, top.get("href")) == ("Work on it", "one-work.ipynb")
    foot = page.xpath("//ul[@class='page-links']//a[@download]/@href")
    assert foot == ["one-work.ipynb", "one-solved.ipynb"]
    found = sections((site / "parts/one.html").read_text(encoding="utf-8"))
    assert not [each for each in found if "Work on it" in each.text]  # the search is for the text
    assert "ipynb" not in (site / "index.html").read_text(encoding="utf-8")


def test_what_is_not_known_is_left_out(tmp_path: Path) -> None:
    site = site_of(tmp_path, pdf_name="")
    assert offered(site)[:2] == ["things-notebooks.zip", "data/pools.csv"]
    text = (site / "index.html").read_text() + (site / "parts/one.html").read_text()
    assert "how-to-cite" not in text
    assert "Repository" not in text


def test_the_archive_has_all_notebooks_with_pictures_and_data(site: Path) -> None:
    with zipfile.ZipFile(site / "things-notebooks.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    readme = packed.pop("things/README.md").decode()
    assert readme.endswith(
        "\n1. `parts/one-work.ipynb`\n\nThose that end in `solved` have the solutions.\n"
    )
    names = ("parts/one-work.ipynb", "parts/one-solved.ipynb", "data/pools.csv")
    assert packed == {f"things/{name}": (site / name).read_bytes() for name in names}


def test_what_the_site_has_of_its_own_is_known_before_it_is_written(tmp_path: Path) -> None:
    site = site_of(tmp_path, site_url="https://example.org")
    names = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    chapters = [Chapter(source) for source in CHAPTERS]
    others = {name for name in names if not is_own(name, chapters, "things")}
    assert others == {"data/pools.csv", "parts/line.svg"}


def test_the_archive_repeats_byte_for_byte(site: Path, tmp_path: Path) -> None:
    again = site_of(tmp_path) / "things-notebooks.zip"
    assert again.read_bytes() == (site / "things-notebooks.zip").read_bytes()


def test_a_chapter_says_how_long_it_takes(site: Path) -> None:
    # 2300 words at 200 a minute, 40 lines of code at 20: fifteen minutes, to the next five.
    (minutes,) = html.parse(site / "parts/one.html").xpath("//h1/../p/*[@class='minutes']/text()")
    assert minutes == "about 15 minutes to read"
    (listed,) = html.parse(site / "index.html").xpath("//ol//*[@class='minutes']/text()")
    assert listed == "15 min"
