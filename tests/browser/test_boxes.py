"""Boxes that fold: links into them, printing, all solutions at once; and code that is copied."""

import io
from unicodedata import normalize

import pytest
from browsing import stop_the_clock
from playwright.sync_api import Page, expect
from pypdf import PdfReader

CHAPTER = "chapters/inference.html"
INSIDE = "tbl-diagnostics"  # a table within a solution of that chapter
SOLUTIONS = "main details.callout-tip"


def expect_open_around(page: Page, identifier: str) -> None:
    target = page.locator(f"[id='{identifier}']")
    expect(target).to_be_in_viewport()
    assert target.evaluate("element => Boolean(element.closest('details'))")


def test_a_link_from_elsewhere_opens_the_box(page: Page) -> None:
    page.goto(f"{CHAPTER}#{INSIDE}")
    expect_open_around(page, INSIDE)


def test_a_link_on_the_page_opens_the_box_again_and_again(page: Page) -> None:
    page.goto(CHAPTER)
    box = page.locator("details", has=page.locator(f"[id='{INSIDE}']"))
    expect(box).not_to_have_attribute("open", "")
    link = page.locator(f"main a.cross-reference[href='#{INSIDE}']").first
    link.evaluate("link => { const box = link.closest('details'); if (box) box.open = true }")
    link.evaluate("link => link.click()")
    expect_open_around(page, INSIDE)
    box.evaluate("box => { box.open = false }")
    link.evaluate("link => link.click()")
    expect_open_around(page, INSIDE)


def test_a_changed_address_opens_the_box(page: Page) -> None:
    page.goto(CHAPTER)
    page.evaluate(f"location.hash = '{INSIDE}'")
    expect_open_around(page, INSIDE)


def test_an_odd_address_does_no_harm(page: Page) -> None:
    page.goto(f"{CHAPTER}#%E0%A4%A")
    expect(page.locator("button.solutions")).to_be_visible()


def test_printing_opens_every_box_and_closes_those_it_opened(page: Page) -> None:
    page.goto(CHAPTER)
    boxes = page.locator("main details")
    page.locator(SOLUTIONS).first.locator("summary").first.click()
    before = boxes.evaluate_all("boxes => boxes.map(box => box.open)")
    assert set(before) == {True, False}
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert set(boxes.evaluate_all("boxes => boxes.map(box => box.open)")) == {True}
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert boxes.evaluate_all("boxes => boxes.map(box => box.open)") == before


def test_what_stands_in_a_closed_solution_is_printed(page: Page) -> None:
    page.goto(CHAPTER)
    words = page.locator(SOLUTIONS).first.locator("p").first.text_content().split()[:6]
    printed = PdfReader(io.BytesIO(page.pdf()))
    text = " ".join(" ".join(sheet.extract_text() for sheet in printed.pages).split())
    assert " ".join(words) in normalize("NFKC", text)  # a font may have set ligatures


def test_all_solutions_open_at_once_and_are_remembered_for_the_page(page: Page) -> None:
    page.goto(CHAPTER)
    button = page.locator("button.solutions")
    solutions = page.locator(SOLUTIONS)
    count = solutions.count()
    assert count > 1
    opened = page.locator(f"{SOLUTIONS}[open]")
    expect(opened).to_have_count(0)
    expect(button).to_have_text("Show all solutions")
    button.click()
    expect(opened).to_have_count(count)
    expect(button).to_have_text("Hide all solutions")
    expect(page.locator("main details.callout-note[open]")).to_have_count(0)

    page.reload()
    expect(opened).to_have_count(count)
    expect(button).to_have_text("Hide all solutions")
    page.goto("chapters/models.html")
    expect(button).to_have_text("Show all solutions")
    expect(opened).to_have_count(0)

    page.goto(CHAPTER)
    button.click()
    expect(opened).to_have_count(0)
    page.reload()
    expect(button).to_have_text("Show all solutions")
    expect(opened).to_have_count(0)


def test_the_button_says_what_it_will_do_when_boxes_are_opened_one_by_one(page: Page) -> None:
    page.goto(CHAPTER)
    button = page.locator("button.solutions")
    for summary in page.locator(f"{SOLUTIONS} > summary").all():
        expect(button).to_have_text("Show all solutions")
        summary.click()
    expect(button).to_have_text("Hide all solutions")


def test_a_page_without_solutions_has_no_button_for_them(page: Page) -> None:
    page.goto("colophon.html")
    expect(page.locator("button.theme").first).to_have_attribute("title", "Switch to dark theme")
    expect(page.locator("button.solutions")).to_have_count(0)


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_keyboard_opens_and_closes_a_box(page: Page, key: str) -> None:
    page.goto(CHAPTER)
    box = page.locator(SOLUTIONS).first
    box.locator("summary").first.focus()
    page.keyboard.press(key)
    expect(box.locator(".callout-body")).to_be_visible()
    page.keyboard.press(key)
    expect(box.locator(".callout-body")).to_be_hidden()


def test_the_copy_button_copies_the_code_as_it_stands(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    stop_the_clock(page)  # the button says so for a moment only
    page.goto(CHAPTER)
    block = page.locator("main > .cell div.sourceCode").first
    block.hover()
    button = block.get_by_role("button", name="Copy")
    button.click()
    expect(block.locator("button")).to_have_text("Copied")
    page.clock.run_for(2000)
    expect(button).to_have_text("Copy")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == block.locator("code").text_content()
    assert copied.strip()
