import re
import shutil
from base64 import b64decode
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from fontTools.ttLib import TTFont
from lxml import html
from woven_book import SVG, write_book

from press.book.contents import Chapter
from press.errors import PressError
from press.publish.pages import survey_book, write_copies, write_pages
from press.publish.website import SITE_ASSETS, write_website

CHAPTERS = {
    "index.qmd": "---\ndescription: Things < & pools.\n---\n\n@sec-one.\n\n## Why\n\nBecause.\n",
    "chapters/one.qmd": (
        "# First things {#sec-one}\n\nOpening words^[A note.] by @rubin1981.\n\n"
        "## Part *a* {#sec-part}\n\n$$x$$ {#eq-x}\n\n![Line.](one_files/line.svg){#fig-a}\n\n"
        "$$y = 2$$\n\n| a |\n|---|\n| 1 |\n\n: Few. {#tbl-a}\n\n"
        "### Detail\n\n[Why](#sec-two)\n\n```python\nx = 1\n```\n"
    ),
    "chapters/two.qmd": (
        "# Second things {#sec-two}\n\n@eq-x, @fig-a, @sec-part, @sec-one, [@stone1974].\n\n"
        '::: {.callout-tip title="Solution" collapse="true"}\nInside the box, a marmalade.\n:::\n'
    ),
    "references.qmd": "# References {.unnumbered}\n\n::: {#refs}\n:::\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("website")
    project, book = write_book(root, CHAPTERS)
    (book / "chapters" / "one_files").mkdir()
    (book / "chapters" / "one_files" / "line.svg").write_text(SVG)
    write_website(project, book, root / "site")
    return root / "site"


def page(site: Path, address: str) -> html.HtmlElement:
    return html.fromstring((site / address).read_text(encoding="utf-8"))


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_pages_stand_at_quartos_addresses(site: Path) -> None:
    pages = {str(path.relative_to(site)) for path in site.rglob("*.html")}
    expected = {"index.html", "chapters/one.html", "chapters/two.html", "references.html"}
    assert pages == expected | {"404.html"}


def test_every_link_leads_somewhere(site: Path) -> None:
    missing = []
    # The PDF, the archive and the results are written later, beside the pages.
    for name in ("things.pdf", "things-notebooks.zip", "results.json"):
        (site / name).touch()
    for path in sorted(set(site.rglob("*.html")) - {site / "404.html"}):
        for _, _, target, _ in html.fromstring(path.read_text(encoding="utf-8")).iterlinks():
            parts = urlsplit(target)
            if parts.scheme:
                continue
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not file.is_file():
                missing.append(target)
            elif parts.fragment and file.suffix == ".html":
                tree = html.fromstring(file.read_text(encoding="utf-8"))
                if not tree.xpath("//*[@id=$id]", id=parts.fragment):
                    missing.append(target)
    assert missing == []


def test_references_cross_pages_with_numbers_and_links(site: Path) -> None:
    links = page(site, "chapters/two.html").xpath("//main//a[@class='cross-reference']")
    assert [(text(link), link.get("href")) for link in links] == [
        ("Equation 1.1", "one.html#eq-x"),
        ("Figure 1.1", "one.html#fig-a"),
        ("Section 1.1", "one.html#sec-part"),
        ("Chapter 1", "one.html#sec-one"),
    ]


def test_citations_link_the_list_of_references(site: Path) -> None:
    (link,) = page(site, "chapters/two.html").xpath("//span[@class='citation']/a")
    assert link.get("href") == "../references.html#ref-stone1974"
    assert "Cross-Validatory Choice" in text(
        page(site, "references.html").get_element_by_id("refs")
    )


def test_the_list_of_references_leads_back_to_the_text(site: Path) -> None:
    ways = page(site, "references.html").xpath("//*[@class='cited-in']//a")
    assert [(text(way), way.get("href")) for way in ways] == [
        ("1", "chapters/one.html#cite-rubin1981-1"),
        ("2", "chapters/two.html#cite-stone1974-1"),
    ]
    assert "Rubin (1981)" in text(
        page(site, "chapters/one.html").get_element_by_id("cite-rubin1981-1")
    )


def test_pictures_say_their_size(site: Path) -> None:
    (image,) = page(site, "chapters/one.html").xpath("//figure//img")
    assert (image.get("width"), image.get("height")) == ("90", "60")


def test_the_sidebar_lists_the_chapters_and_marks_the_current_one(site: Path) -> None:
    entries = page(site, "chapters/one.html").xpath("//nav[@id='sidebar']/ol/li")
    assert [text(entry) for entry in entries] == [
        "Welcome",
        "1First things",
        "2Second things",
        "References",
    ]
    (current,) = page(site, "chapters/one.html").xpath(
        "//nav[@id='sidebar']//*[@aria-current='page']"
    )
    assert current.get("href") == "one.html"


def test_parts_are_named_in_the_sidebar(tmp_path: Path) -> None:
    project, book = write_book(tmp_path, {"index.qmd": "Hello.", "one.qmd": "# One\n\nText."})
    chapters = (Chapter("index.qmd"), Chapter("one.qmd", part="Beginnings"))
    write_website(type(project)(**vars(project) | {"chapters": chapters}), book, tmp_path / "site")
    parts = page(tmp_path / "site", "one.html").xpath("//li[@class='part']")
    assert [text(part) for part in parts] == ["Beginnings"]


def test_the_page_has_its_own_contents_and_neighbours(site: Path) -> None:
    tree = page(site, "chapters/one.html")
    contents = tree.xpath("//aside//a")
    assert [link.get("href") for link in contents] == ["#sec-part", "#detail"]
    assert tree.xpath("//a[@rel='prev']/@href") == ["../index.html"]
    assert tree.xpath("//a[@rel='next']/@href") == ["two.html"]


def test_the_landing_page_bears_the_books_title(site: Path) -> None:
    tree = page(site, "index.html")
    assert [text(heading) for heading in tree.xpath("//h1")] == ["Things & Pools"]
    assert tree.xpath("//title/text()") == ["Things & Pools: A book for tests"]
    assert tree.xpath("//meta[@name='description']/@content") == ["Things < & pools."]
    assert [text(heading) for heading in tree.xpath("//main//h2")] == ["Why", "Get it"]


def test_a_heading_on_the_landing_page_names_it_elsewhere(tmp_path: Path) -> None:
    chapters = {"index.qmd": "# Start here {#sec-start}\n\n[Here](#sec-start).", "a.qmd": "# A\n"}
    project, book = write_book(tmp_path, chapters)
    write_website(project, book, tmp_path / "site")
    landing = page(tmp_path / "site", "index.html")
    assert [text(heading) for heading in landing.xpath("//h1")] == ["Things & Pools"]
    assert landing.xpath("//header[@class='cover']/@id") == ["sec-start"]
    assert text(page(tmp_path / "site", "a.html").xpath("//a[@rel='prev']/span")[0]) == "Start here"


def test_a_chapter_without_description_is_described_by_its_opening(site: Path) -> None:
    tree = page(site, "chapters/one.html")
    assert tree.xpath("//title/text()") == ["1 First things – Things & Pools"]
    (description,) = tree.xpath("//meta[@name='description']/@content")
    assert description == "Opening words by Rubin (1981)."


def test_language_landmarks_and_skip_link(site: Path) -> None:
    tree = page(site, "chapters/one.html")
    assert tree.get("lang") == "en-GB"
    assert tree.xpath("//a[@class='skip']/@href") == ["#main"]
    assert len(tree.xpath("//main")) == len(tree.xpath("//h1")) == 1
    assert all(nav.get("aria-label") for nav in tree.xpath("//nav | //aside"))


def test_a_page_without_prose_is_described_by_its_title(site: Path) -> None:
    (description,) = page(site, "references.html").xpath("//meta[@name='description']/@content")
    assert description == "References – Things & Pools: A book for tests"


def test_the_contents_also_fold_at_the_top_without_doubling_identifiers(site: Path) -> None:
    tree = page(site, "chapters/one.html")
    (folded,) = tree.xpath("//main/details[@class='folded-contents']")
    assert folded.xpath(".//a/@href") == ["#sec-part", "#detail"]
    assert folded.get("open") is None
    identifiers = tree.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))
    assert page(site, "chapters/two.html").xpath("//details[@class='folded-contents']") == []


def test_what_may_be_wide_stands_in_boxes_that_leave_captions_and_numbers_out(site: Path) -> None:
    tree = page(site, "chapters/one.html")
    assert len(tree.xpath("//span[@class='formula']/math[@display='block']")) == 2
    assert tree.xpath("//*[@class='formula']//*[@class='equation-number']") == []
    (box,) = tree.xpath("//figure/div[@class='picture']")
    assert [child.tag for child in box] == ["img"]
    assert box.getnext().tag == "figcaption"
    assert len(tree.xpath("//div[@class='table']/table[caption]")) == 1


def test_addresses_of_references_break_after_slashes_but_not_before_the_stop(site: Path) -> None:
    (link,) = page(site, "references.html").xpath(
        "//*[@class='csl-entry']//a[not(ancestor::*[@class='cited-in'])]"
    )
    assert list(link.itertext()) == ["https://", "doi.org/", "10.1000/", "7"]
    assert len(link.xpath(".//wbr")) == 3
    assert link.tail.strip() == "."


def test_headings_have_anchors(site: Path) -> None:
    (heading,) = page(site, "chapters/one.html").xpath("//main//h2")
    (anchor,) = heading.xpath("../a[@class='anchor']")
    assert anchor.get("href") == "#sec-part"
    assert anchor.get("aria-label") == "Link to 1.1 Part a"
    assert text(heading) == "1.1 Part a"  # and nothing of the link


def test_nothing_comes_from_another_host(site: Path) -> None:
    for path in site.rglob("*.html"):
        tree = html.fromstring(path.read_text(encoding="utf-8"))
        loaded = tree.xpath("//@src | //link/@href | //@srcset | //@data")
        assert [link for link in loaded if urlsplit(link).netloc] == []
    for name in ("style.css", "page.js"):
        source = (site / "library" / name).read_text(encoding="utf-8")
        assert re.findall(r"(?:url\(|import|fetch|src)\W{1,3}(?:https?:)?//", source) == []


def test_every_font_of_the_stylesheets_is_there_with_its_licence(site: Path) -> None:
    sheets = [site / "library" / name for name in ("style.css", "fonts.css")]
    style = "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    fonts = re.findall(r'url\("(fonts/[^"]+)"\)', style)
    assert len(fonts) == 4
    sizes = [(site / "library" / font).stat().st_size for font in fonts]
    assert sum(sizes) < 250_000
    assert "SIL OPEN FONT LICENSE" in (site / "library" / "fonts" / "OFL.txt").read_text()


def test_pages_with_formulas_bring_the_font_of_the_formulas(site: Path) -> None:
    bringing, with_formulas = (
        {path.name for path in site.rglob("*.html") if html.parse(path).xpath(expression)}
        for expression in ("//head/script[contains(@src, 'library/formulas.js')]", "//math")
    )
    assert bringing == with_formulas == {"one.html"}
    script = (site / "library" / "formulas.js").read_text(encoding="utf-8")
    (font,) = re.findall(r"atob\('(.*)'\)", script)
    assert b64decode(font) == (SITE_ASSETS / "fonts" / "stix-two-math.woff2").read_bytes()


@pytest.mark.parametrize("name", ["serif", "serif-italic", "sans"])
def test_the_fonts_of_the_text_place_a_hat_on_a_letter(name: str) -> None:
    font = TTFont(SITE_ASSETS / "fonts" / f"{name}.woff2")
    hat = font.getBestCmap()[0x302]
    lookups = [
        table for lookup in font["GPOS"].table.LookupList.Lookup for table in lookup.SubTable
    ]
    attached = {
        base
        for table in lookups
        if table.LookupType == 4 and hat in table.MarkCoverage.glyphs
        for base in table.BaseCoverage.glyphs
    }
    assert {"R", "k"} <= attached
    # The licence reserves the name of the font that these were made from.
    assert "Source" not in font["name"].getDebugName(1)


def test_pages_with_solutions_have_a_button_for_them(site: Path) -> None:
    (button,) = page(site, "chapters/two.html").xpath("//main/header/button")
    assert text(button) == "Show all solutions"
    assert page(site, "chapters/one.html").xpath("//main//button") == []


def test_nothing_is_preloaded_since_files_may_not_be(site: Path) -> None:
    assert page(site, "index.html").xpath("//link[@rel='preload']") == []


def test_sources_are_not_published(site: Path) -> None:
    assert (site / "chapters" / "one_files" / "line.svg").is_file()
    assert [*site.rglob("*.bib"), *site.rglob("one.md"), *site.rglob("*.qmd")] == []


def test_two_runs_give_the_same_pages(site: Path, tmp_path: Path) -> None:
    project, book = write_book(tmp_path, CHAPTERS)
    shutil.copytree(site.parent / "book", book, dirs_exist_ok=True)
    write_website(project, book, tmp_path / "site")
    for path in site.rglob("*.html"):
        assert (tmp_path / "site" / path.relative_to(site)).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("@fig-none", 'one.html: nothing has the label "fig-none"'),
        ("[a](#nowhere)", 'one.html: nothing has the label "nowhere"'),
        ("[@nobody1900]", "nobody1900"),
        ("$\\nonsense$", "nonsense"),
        ("## A {#sec-a}\n\n## B {#sec-a}", 'label "sec-a" is used twice'),
        ("::: {.callout-important}\nx\n:::", "callout-important"),
    ],
)
def test_what_would_be_lost_is_an_error(tmp_path: Path, words: str, message: str) -> None:
    project, book = write_book(tmp_path, {"one.qmd": f"# One\n\n{words}\n"})
    with pytest.raises(PressError, match=re.escape(message)) as caught:
        write_website(project, book, tmp_path / "site")
    assert "traceback" not in str(caught.value)
    assert not (tmp_path / "site").exists()


UNDERLINED = (
    "One *thing* {#sec-one}\n=======\n\nSee @sec-part, @sec-end.\n\n"
    "Part {#sec-part}\n-----\nText.\n\n"
    "End {#sec-end .unnumbered}\n---\n\n`x` and $x$\n-\n\nEnough.\n"
)


def test_underlined_headings_are_headings_of_every_page(tmp_path: Path) -> None:
    chapter = UNDERLINED.replace(", @sec-end", ", [end](#sec-end)")
    hashes = re.sub(r"(.+)\n=+\n", r"# \1\n", chapter)
    hashes = re.sub(r"(.+)\n-+\n", r"## \1\n", hashes)
    assert hashes.count("#") == chapter.count("#") + 7
    pages = []
    for name, source in (("underlined", chapter), ("hashes", hashes)):
        project, book = write_book(tmp_path / name, {"one.qmd": source, "two.qmd": "# Two\n"})
        written, context = write_pages(project, book), survey_book(project, book)
        pages.append((written, write_copies(project, book, context)))
    assert pages[0] == pages[1]
    tree = html.fromstring(pages[0][0]["one.html"].html)
    assert text(tree.xpath("//main//h2[1]")[0]) == "1.1 Part"


def test_a_reference_to_an_underlined_heading_without_a_number_is_an_error(tmp_path: Path) -> None:
    project, book = write_book(tmp_path, {"one.qmd": UNDERLINED})
    with pytest.raises(PressError, match="@sec-end refers to an unnumbered heading"):
        write_website(project, book, tmp_path / "site")


@pytest.mark.parametrize(
    ("footer", "shown"),
    [("", []), ('Text: [CC *0*](https://example.org/0){rel="license"}.', ["CC 0"])],
)
def test_the_foot_of_a_page_says_what_the_book_says(
    tmp_path: Path, footer: str, shown: list[str]
) -> None:
    project, book = write_book(tmp_path, {"index.qmd": "# A {.unnumbered}\n"}, footer=footer)
    write_website(project, book, tmp_path / "site")
    for name in ("index.html", "404.html"):
        (foot,) = html.parse(tmp_path / "site" / name).getroot().find_class("licence")
        assert [link.text_content() for link in foot.iter("a")] == shown
        assert [link.get("rel") for link in foot.iter("a")] == ["license"] * len(shown)
