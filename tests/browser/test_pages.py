"""Every page, as it comes: no errors, no shift, whole at every width, as a file, scriptless."""

import re
from pathlib import Path

import pytest
from browsing import LITTLE, NOT_FOUND, OBSERVE_SHIFTS, TWO_FRAMES, NewPage, open_boxes
from playwright.sync_api import Page, expect

WIDTHS = (320, 390, 768, 1300)
CHAPTER = "chapters/models.html"
# What stands out of the page on the right, but for what scrolls in a box of its own.
TOO_WIDE = """() => document.scrollingElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')]
    .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
    .map(element => element.outerHTML.slice(0, 100)).slice(0, 5)"""


def test_a_page_loads_without_errors_and_nothing_on_it_moves(page: Page, address: str) -> None:
    page.add_init_script(OBSERVE_SHIFTS)
    page.goto(address)
    expect(page.locator("main h1")).to_have_count(1)
    for _ in "above", "below":
        page.evaluate("document.fonts.ready")
        page.evaluate(TWO_FRAMES)
        page.mouse.wheel(0, 2000)
    shifts = page.evaluate("shifts")
    assert sum(shift[0] for shift in shifts) < LITTLE, shifts


def test_no_page_scrolls_sideways(page: Page, address: str) -> None:
    page.goto(address)
    open_boxes(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert not page.evaluate(TOO_WIDE), f"{width} px wide"


@pytest.mark.parametrize(
    ("chapter", "kind"),
    [
        ("chapters/exact.html", "main .formula"),
        ("chapters/models.html", "main div.sourceCode pre"),
        ("chapters/comparison.html", "main .table"),
    ],
)
def test_what_is_wide_scrolls_in_a_box_that_the_keyboard_reaches(
    new_page: NewPage, chapter: str, kind: str
) -> None:
    page = new_page(width=320)
    page.goto(chapter)
    open_boxes(page)
    box = page.locator(f"{kind}[data-more][tabindex]").first
    expect(box).to_have_role("group")
    box.focus()
    page.keyboard.press("ArrowRight")
    expect(box).to_have_attribute("data-more", re.compile("left"))
    assert page.url.endswith(chapter), "the key went to the next chapter"


def test_a_page_opened_as_a_file_works(new_page: NewPage, site: Path) -> None:
    page = new_page()
    page.goto((site / CHAPTER).as_uri(), wait_until="networkidle")
    box = page.locator("details.callout-tip").first
    box.locator("summary").click()
    expect(box.locator(".callout-body")).to_be_visible()
    page.locator("a[rel=next]").click()
    expect(page.locator("main h1")).to_have_text("Inference")


@pytest.mark.parametrize("width", [390, 1300])
def test_a_page_works_without_javascript(new_page: NewPage, width: int) -> None:
    page = new_page(width=width, java_script_enabled=False)
    page.goto(CHAPTER)
    box = page.locator("details.callout-tip").first
    box.locator("summary").click()
    expect(box.locator(".callout-body")).to_be_visible()
    for name in ("button", "#search"):
        expect(page.locator(f"{name}:visible")).to_have_count(0)
    page.locator("nav.sidebar a", has_text="Inference").click()
    expect(page.locator("main h1")).to_have_text("Inference")


def test_a_wrong_address_leads_back_into_the_book(page: Page, host: str) -> None:
    answer = page.goto(NOT_FOUND)
    assert answer.status == 404
    expect(page.locator("main h1")).to_have_text("Page not found")
    links = page.locator("a[href]:not([download], .skip)").evaluate_all(
        "links => links.map(a => a.href)"
    )
    inside = {link for link in links if link.startswith(host)}
    assert len(inside) > 8
    assert [link for link in inside if page.request.get(link).status != 200] == []
    page.locator("nav.sidebar a", has_text="Shrinkage").click()
    expect(page.locator("main h1")).to_have_text("Shrinkage")
