"""Previews: what a reference refers to, shown beside it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import CUT, FOCUS_BEFORE, NewPage, open_boxes, stop_the_clock
from playwright.sync_api import Page, expect
from woven_book import write_book

from press.publish.website import write_website

FIGURE = "chapters/data.html", "main a.cross-reference[href='#fig-standardisation']", "Figure 1.2"
LONG = 1000  # milliseconds: more than a preview takes to come or to go
# Each reference: its page, the link, and words of what it refers to.
REFERENCES = {
    "a figure": FIGURE,
    "a table": ("chapters/data.html", "main a.cross-reference[href='#tbl-quotas']", "Table 1.2"),
    "an equation": (
        "chapters/models.html",
        "main a.cross-reference[href='#eq-likelihood']",
        "Normal",
    ),
    "an equation on another page": (
        "chapters/models.html",
        "main a.cross-reference[href='data.html#eq-standardise']",
        "=",
    ),
    "a chapter": ("index.html", "main a.cross-reference[href$='#sec-shrinkage']", "Shrinkage"),
    "a work": ("chapters/data.html", "main .citation a[href*='#ref-belenky']", "Belenky, Gregory"),
}


@pytest.mark.parametrize("way", ["hover", "focus"])
@pytest.mark.parametrize("name", REFERENCES)
def test_a_reference_shows_what_it_refers_to(page: Page, name: str, way: str) -> None:
    address, selector, words = REFERENCES[name]
    page.goto(address)
    link = page.locator(selector).first
    show(page, selector, way)
    preview = page.locator("div.preview")
    expect(preview).to_be_visible()
    expect(preview).to_contain_text(words)
    expect(preview).to_be_in_viewport()
    expect(preview).to_have_role("tooltip")
    cut = preview.evaluate(CUT)
    assert not cut, f"the preview shows less of it than there is room for: {cut}"
    expect(link).to_have_accessible_description(re.compile(words.replace(" ", r"\s")))
    ids = page.locator("[id]").evaluate_all("elements => elements.map(element => element.id)")
    assert len(ids) == len(set(ids)), "the preview repeats an id"
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()


def show(page: Page, selector: str, way: str) -> None:
    link = page.locator(selector).first
    link.scroll_into_view_if_needed()
    if way == "hover":
        link.hover()
    else:
        # Only the keyboard's focus counts, so the last step is a key.
        page.evaluate(FOCUS_BEFORE, link.element_handle())
        page.keyboard.press("Tab")
        expect(link).to_be_focused()


def test_a_preview_comes_though_the_focus_scrolls_the_page(page: Page) -> None:
    address, selector, words = FIGURE
    page.goto(address)
    page.evaluate(FOCUS_BEFORE, page.locator(selector).first.element_handle())
    page.evaluate("scrollTo(0, 0)")
    page.keyboard.press("Tab")
    expect(page.locator(selector).first).to_be_in_viewport()
    expect(page.locator("div.preview")).to_contain_text(words)


def test_a_preview_can_be_reached_by_the_mouse_and_goes_when_the_mouse_leaves(page: Page) -> None:
    address, selector, _ = FIGURE
    stop_the_clock(page)
    page.goto(address)
    show(page, selector, "hover")
    preview = page.locator("div.preview")
    page.clock.run_for(LONG)
    expect(preview).to_be_visible()
    preview.hover()
    page.clock.run_for(LONG)
    expect(preview).to_be_visible()
    page.mouse.move(5, 5)
    expect(preview).to_be_visible()
    page.clock.run_for(LONG)
    expect(preview).to_be_hidden()


def test_a_preview_goes_with_the_focus(page: Page) -> None:
    address, selector, _ = FIGURE
    page.goto(address)
    show(page, selector, "focus")
    expect(page.locator("div.preview")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("div.preview")).to_be_hidden()


def test_a_preview_shows_the_picture_of_another_page(page: Page) -> None:
    page.goto("chapters/comparison.html")
    open_boxes(page)
    show(page, "main a.cross-reference[href='data.html#fig-subject-trends']", "hover")
    image = page.locator("div.preview img")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


@pytest.fixture(scope="module")
def footnotes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A book with a footnote; the course has none."""
    root = tmp_path_factory.mktemp("footnotes")
    chapters = {"index.qmd": "# Home\n\nWords^[A note with a *star*.] and more.\n"}
    project, book = write_book(root, chapters)
    write_website(project, book, root / "site")
    return root / "site"


def test_a_footnote_shows_and_leads_there_and_back(new_page: NewPage, footnotes: Path) -> None:
    page = new_page()
    page.goto((footnotes / "index.html").as_uri())
    show(page, "a.footnote-ref", "hover")
    preview = page.locator("div.preview")
    expect(preview).to_have_text("A note with a star.")
    page.locator("a.footnote-ref").click()
    expect(page.locator("li:target")).to_contain_text("A note with a star.")
    page.locator("li:target a.footnote-back").click()
    expect(page.locator("a.footnote-ref:target")).to_be_in_viewport()
