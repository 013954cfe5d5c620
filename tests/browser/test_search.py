"""Search in the built site."""

import re

from playwright.sync_api import Page, expect

CHAPTER = "chapters/models.html"
# A word that the book uses once, inside a solution of that chapter.
WORD, SECTION = "gathers", "Task 1b: No pooling"


def search(page: Page, words: str) -> None:
    page.locator("#search-input").fill(words)
    expect(page.locator("#search-status")).to_contain_text(f"for “{words}”")


def test_a_hit_leads_to_the_section_opens_the_solution_and_marks_the_word(page: Page) -> None:
    page.goto("index.html")
    search(page, WORD)
    hit = page.locator("#search-results a.section")
    expect(hit).to_have_count(1)
    expect(hit).to_contain_text(SECTION)
    expect(hit.locator("mark")).to_have_text(WORD)
    hit.click()
    page.wait_for_url(f"**/{CHAPTER}?*#*")
    mark = page.locator("details.callout-tip mark")
    expect(mark).to_have_text(WORD)
    expect(mark).to_be_in_viewport()
    expect(page.locator("details[open]")).to_have_count(1)


def test_search_finds_from_a_folder_below_and_on_a_phone(phone: Page) -> None:
    phone.goto("chapters/data.html")
    phone.locator("button.menu").click()
    search(phone, WORD)
    phone.locator("#search-results a.section").click()
    expect(phone.locator("main mark")).to_be_in_viewport()


def test_search_says_how_many_pages_it_found_and_when_there_are_none(page: Page) -> None:
    page.goto("index.html")
    search(page, "pooling")
    pages = page.locator("#search-results > li").count()
    assert pages > 3
    expect(page.locator("#search-status")).to_contain_text(f"Found on {pages} pages")
    search(page, "ŋŋŋ")
    expect(page.locator("#search-status")).to_contain_text("Nothing found")
    expect(page.locator("#search-results > li")).to_have_count(0)
    expect(page.locator("#search-status")).to_have_role("status")


def test_the_keyboard_goes_through_the_results_and_back(page: Page) -> None:
    page.goto("index.html")
    field = page.locator("#search-input")
    search(page, "shrinkage")
    links = page.locator("#search-results a")
    field.press("ArrowDown")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    expect(links).to_have_count(0)
    search(page, WORD)
    field.press("Enter")
    expect(links.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(CHAPTER))


def test_words_that_look_like_html_stay_words(page: Page) -> None:
    page.goto("index.html")
    search(page, "<b id=oops>x</b>")
    expect(page.locator("#oops")).to_have_count(0)


def test_a_page_says_so_when_its_index_is_damaged(page: Page, problems: list[str]) -> None:
    page.route("**/pagefind/pagefind-entry.json*", lambda route: route.fulfill(body="?"))
    page.goto("index.html")
    page.locator("#search-input").fill("pooling")
    expect(page.locator("#search-status")).to_have_text("The search index could not be read.")
    assert any("Failed to load Pagefind" in problem for problem in problems)
    problems.clear()
