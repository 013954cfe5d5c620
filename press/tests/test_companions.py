"""What stands beside the pages: sitemap, card, copies for programs, links to the source."""

import struct
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from lxml import html
from woven_book import SVG, write_book

from press.book.contents import Chapter
from press.book.project import Project
from press.disk.files import write_json
from press.publish.addresses import PageLinks, card_address, page_links, site_folder
from press.publish.pages import write_pages
from press.publish.website import write_website

CHAPTERS = {
    "index.qmd": "# Welcome {.unnumbered}\n\nHello & good day.\n",
    "parts/one.qmd": (
        "# One {#sec-one}\n\nA formula $a_1$, a citation [@rubin1981] and @fig-a.\n\n"
        "![Line.](line.svg){#fig-a fig-alt='A line that rises.'}\n\n"
        "| a |\n|---|\n| 1 |\n\n: Few. {#tbl-a}\n\n## Part {#sec-part}\n\n$$x$$ {#eq-x}\n\n"
        '::: {.callout-tip title="Solution" collapse="true"}\nIndeed.\n:::\n'
    ),
    "two.qmd": "# Two {#sec-two}\n\n@sec-part, @eq-x.\n",
}
SITE = "https://example.org/book"


def built(root: Path, **changes: Any) -> tuple[Project, Path]:
    project, book = write_book(root, CHAPTERS, **changes)
    (book / "parts" / "line.svg").write_text(SVG)
    run = {"commit": "a" * 40, "dirty": False, "chapters": [{"date": "2026-01-02"}]}
    write_json(project.build / "run.json", run)
    write_website(project, book, root / "site")
    return project, root / "site"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("companions"), site_url=SITE)[1]


def test_the_sitemap_has_every_page_with_its_whole_address(site: Path) -> None:
    tree = ElementTree.parse(site / "sitemap.xml")
    name = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert [place.text for place in tree.iter(f"{name}loc")] == [
        f"{SITE}/",
        f"{SITE}/parts/one.html",
        f"{SITE}/two.html",
    ]
    assert {day.text for day in tree.iter(f"{name}lastmod")} == {"2026-01-02"}
    assert (site / "robots.txt").read_text() == f"Sitemap: {SITE}/sitemap.xml\n"


def test_without_an_address_there_is_no_sitemap(tmp_path: Path) -> None:
    _, site = built(tmp_path)
    assert not (site / "sitemap.xml").exists()
    assert not (site / "robots.txt").exists()
    assert "](parts/one.html.md): A formula" in (site / "llms.txt").read_text()


def test_the_card_is_a_picture_of_the_size_that_networks_want(site: Path) -> None:
    card = (site / "library" / "card.png").read_bytes()
    assert card.startswith(b"\x89PNG")
    assert struct.unpack(">II", card[16:24]) == (1200, 630)
    assert len(card) < 300_000


def test_llms_txt_lists_the_pages_and_what_they_are_about(site: Path) -> None:
    text = (site / "llms.txt").read_text(encoding="utf-8").replace("\u00a0", " ")
    opening = "A formula a_1, a citation (Rubin 1981) and Figure 1.1."
    assert text.splitlines() == [
        "# Things & Pools",
        "",
        "> A book for tests",
        "",
        "## Pages",
        "",
        f"- [Welcome]({SITE}/index.html.md): Hello & good day.",
        f"- [1 One]({SITE}/parts/one.html.md): {opening}",
        f"- [2 Two]({SITE}/two.html.md): Section 1.1, Equation 1.1.",
    ]


def test_markdown_copies_have_numbers_and_references_in_words(site: Path) -> None:
    copy = (site / "parts" / "one.html.md").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert "# 1 One" in copy
    assert "A formula $a_1$, a citation" in copy
    assert "([Rubin 1981](../two.html#ref-rubin1981))" in copy
    assert "[Figure 1.1](#fig-a)" in copy
    assert "![A line that rises.](line.svg)" in copy
    assert "Figure 1.1: Line." in copy
    assert "Table 1.1: Few.\n\n|" in copy
    assert "Solution" in copy
    assert "Indeed." in copy
    assert "<math" not in copy
    assert "[Section 1.1](parts/one.html#sec-part)" in (site / "two.html.md").read_text().replace(
        "\u00a0", " "
    )


def test_a_wrong_address_finds_the_way_back_from_any_folder(site: Path) -> None:
    tree = html.parse(site / "404.html").getroot()
    local = [link for _, _, link, _ in tree.iterlinks() if "://" not in link and link[:1] != "#"]
    assert all(link.startswith("/book/") for link in local), local
    assert tree.xpath("//main//a/@href") == ["/book/index.html"]
    assert not tree.xpath("//*[@rel='next' or @rel='prev']")
    assert "Page not found" in tree.findtext("head/title")


def test_pages_name_their_run_their_address_and_their_card(site: Path) -> None:
    tree = html.parse(site / "parts" / "one.html").getroot()
    assert tree.xpath("//link[@rel='canonical']/@href") == [f"{SITE}/parts/one.html"]
    assert tree.xpath("//meta[@property='og:image']/@content") == [f"{SITE}/library/card.png"]
    (foot,) = tree.xpath("//body/footer")
    assert "aaaaaaaaaa" in foot.text_content()
    assert "2026-01-02" in html.tostring(foot).decode()
    assert "one.html.md" in foot.xpath(".//a/@href")
    assert not [link for link in foot.xpath(".//a/@href") if "ipynb" in link]  # it has no code


@pytest.mark.parametrize(
    ("repository", "edit", "issue"),
    [
        (
            "https://github.com/o/n",
            "https://github.com/o/n/edit/main/parts/a%20b.qmd",
            "https://github.com/o/n/issues/new?title=parts%2Fa+b.qmd",
        ),
        (
            "https://gitlab.example/o/n",
            "https://gitlab.example/o/n/-/edit/main/parts/a%20b.qmd",
            "https://gitlab.example/o/n/-/issues/new?title=parts%2Fa+b.qmd",
        ),
    ],
)
def test_pages_lead_to_their_source(tmp_path: Path, repository: str, edit: str, issue: str) -> None:
    project, _ = write_book(tmp_path, CHAPTERS, repo_url=repository)
    links = page_links(project, Chapter("parts/a b.qmd"), notebooks=True)
    notebooks = ("a%20b-work.ipynb", "a%20b-solved.ipynb")
    assert links == PageLinks("a%20b.html.md", *notebooks, None, edit, issue)
    without = page_links(project, Chapter("parts/a b.qmd"), notebooks=False)
    assert (without.work, without.solved) == (None, None)
    assert (site_folder(project), card_address(project)) == ("/", "library/card.png")


FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"  # one sign of three, with joiners
FLAG = "\U0001f1f3\U0001f1f1"


def test_a_description_is_cut_between_words_or_whole_characters(tmp_path: Path) -> None:
    descriptions = {
        "é" * 200: "é" * 200,
        "é" * 201: "é" * 200 + " …",
        "ñandú " * 40: "ñandú " * 32 + "ñandú …",
        "文" * 150: "文" * 150,
        "文" * 300: "文" * 200 + " …",
        "a" * 198 + "e\u0301" * 9: "a" * 198 + "e\u0301 …",
        "a" * 199 + "e\u0301" * 9: "a" * 199 + " …",
        "a" * 196 + FAMILY + "b" * 9: "a" * 196 + " …",
        "a" * 195 + FAMILY + "b" * 9: "a" * 195 + FAMILY + " …",
        "a" * 199 + FLAG + "b" * 9: "a" * 199 + " …",
        "a" * 199 + "👍🏽" + "b" * 9: "a" * 199 + " …",
        "*" + "é" * 150 + "* " + "long " * 20: "é" * 150 + " " + "long " * 9 + "…",
    }
    chapters = {f"chapter-{n}.qmd": f"# One\n\n{each}\n" for n, each in enumerate(descriptions)}
    pages = write_pages(*write_book(tmp_path, chapters))
    for source, expected in zip(chapters, descriptions.values(), strict=True):
        page = pages[source.replace(".qmd", ".html")]
        assert page.description == expected
        shown = html.fromstring(page.html).xpath("//meta[@name='description']/@content")
        assert shown == [page.description]


def test_a_description_of_the_authors_is_never_cut(tmp_path: Path) -> None:
    words = "ñandú " * 50 + "end"
    text = f"---\ndescription: {words}\n---\n# One\n\nText.\n"
    project, book = write_book(tmp_path, {"one.qmd": text})
    assert write_pages(project, book)["one.html"].description == words
