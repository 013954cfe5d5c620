"""Ways through the book: contents, menu, breadcrumbs, keys, and the keyboard's focus."""

import re

import pytest
from browsing import NewPage, stop_the_clock
from playwright.sync_api import Page, expect

CHAPTER = "chapters/models.html"
NEXT, PREVIOUS = re.compile(r"chapters/inference\.html$"), re.compile(r"chapters/data\.html$")
# What has the focus: its class, its beginning, whether one sees that it has it, and sees it at all.
FOCUS = """() => {
  const element = document.activeElement
  if (element === document.body) return null
  const { x, y, width, height } = element.getClientRects()[0]
  const top = document.elementFromPoint(x + width / 2, y + Math.min(height / 2, 10))
  const seen = element.contains(top) || Boolean(top?.contains(element))
  const kind = element.id || element.className
  return [kind, element.outerHTML.slice(0, 90), getComputedStyle(element).outlineStyle, seen]
}"""


def test_the_contents_follow_the_reader(page: Page) -> None:
    page.goto(CHAPTER)
    here = page.locator("aside.contents a.here")
    for section in ("sec-task-1c", "sec-task-1a"):
        page.locator(f"[id='{section}']").evaluate("heading => heading.scrollIntoView()")
        expect(here).to_have_attribute("href", f"#{section}")
        expect(here).to_have_attribute("aria-current", "location")
    expect(here).to_have_count(1)


def test_the_menu_of_a_phone(phone: Page) -> None:
    phone.goto(CHAPTER)
    menu, sidebar = phone.locator("button.menu"), phone.locator("nav.sidebar")
    expect(sidebar).to_be_hidden()
    expect(menu).to_have_attribute("aria-expanded", "false")
    menu.click()
    expect(sidebar).to_be_visible()
    expect(menu).to_have_attribute("aria-expanded", "true")
    for part in ("main", "body > footer"):
        assert phone.locator(part).evaluate("part => part.inert"), part
    for _ in range(30):
        phone.keyboard.press("Tab")
        assert phone.evaluate("!document.activeElement.closest('main, body > footer')")
    phone.keyboard.press("Escape")
    expect(sidebar).to_be_hidden()
    expect(menu).to_be_focused()
    expect(menu).to_have_attribute("aria-expanded", "false")
    assert not phone.locator("main").evaluate("part => part.inert")


def test_the_menu_of_a_phone_leads_to_a_chapter(phone: Page) -> None:
    phone.goto(CHAPTER)
    phone.locator("button.menu").click()
    phone.locator("nav.sidebar a", has_text="Inference").click()
    expect(phone).to_have_url(NEXT)
    expect(phone.locator("nav.sidebar")).to_be_hidden()


def test_a_window_made_wide_again_is_not_left_inert(phone: Page) -> None:
    phone.goto(CHAPTER)
    phone.locator("button.menu").click()
    phone.set_viewport_size({"width": 1300, "height": 800})
    expect(phone.locator("nav.sidebar")).to_be_visible()
    assert not phone.locator("main").evaluate("part => part.inert")


def test_breadcrumbs_name_book_part_and_chapter_on_a_tablet(new_page: NewPage) -> None:
    tablet = new_page(width=768)
    tablet.goto(CHAPTER)
    crumbs = tablet.get_by_role("navigation", name="Breadcrumb")
    expect(crumbs).to_be_visible()
    book, part, chapter = crumbs.get_by_role("listitem").all()
    expect(book).to_have_text("Partial Pooling")
    expect(part).to_have_text("Building the models")
    expect(chapter).to_have_text("2 Three pooling regimes")
    expect(chapter).to_have_attribute("aria-current", "page")
    book.get_by_role("link").click()
    expect(tablet).to_have_url(re.compile(r"index\.html$"))


def test_the_skip_link_is_first_and_leads_to_the_content(page: Page) -> None:
    page.goto(CHAPTER)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('main'))")


def test_slash_goes_to_the_search(page: Page, phone: Page) -> None:
    for screen in (page, phone):
        screen.goto(CHAPTER)
        screen.keyboard.press("/")
        expect(screen.locator("#search-input")).to_be_focused()
        expect(screen.locator("#search-input")).to_have_value("")
        screen.keyboard.type("a/b")
        expect(screen.locator("#search-input")).to_have_value("a/b")


def test_arrows_turn_the_pages(page: Page) -> None:
    page.goto(CHAPTER)
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(NEXT)
    page.wait_for_load_state()
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(CHAPTER))
    page.wait_for_load_state()
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(PREVIOUS)


@pytest.mark.parametrize("keys", ["Shift+ArrowRight", "Control+ArrowRight", "Control+/"])
def test_keys_that_belong_to_the_browser_are_left_alone(page: Page, keys: str) -> None:
    page.goto(CHAPTER)
    page.evaluate("addEventListener('keydown', event => { window.taken = event.defaultPrevented })")
    page.keyboard.press(keys)
    assert page.evaluate("taken") is False
    expect(page.locator("#search-input")).not_to_be_focused()


def test_arrows_within_the_search_field_move_in_its_words(page: Page) -> None:
    page.goto(CHAPTER)
    page.locator("#search-input").fill("ab")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("c")
    expect(page.locator("#search-input")).to_have_value("acb")


def test_a_question_mark_lists_the_keys_and_they_can_be_turned_off(page: Page) -> None:
    page.goto(CHAPTER)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_be_visible()
    switch = dialog.get_by_role("checkbox")
    expect(switch).to_be_checked()
    switch.uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate("localStorage.getItem('press-keys')") == "off"

    page.reload()
    for key in ("?", "/", "ArrowRight"):
        page.keyboard.press(key)
    expect(dialog).to_be_hidden()
    expect(page.locator("#search-input")).not_to_be_focused()
    expect(page).to_have_url(re.compile(CHAPTER))

    # The list stays within reach of the mouse, and of those who want the keys back.
    page.get_by_role("button", name="Keyboard").click()
    expect(switch).not_to_be_checked()
    switch.check()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#search-input")).to_be_focused()


@pytest.mark.parametrize("width", [390, 1300])
def test_whatever_takes_the_focus_shows_it(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    stop_the_clock(page)  # a preview of one link may hide the next for a moment
    page.goto(CHAPTER)
    reached = set()
    for press in ["Tab"] * 80 + ["Shift+Tab"] * 25:
        page.keyboard.press(press)
        if focus := page.evaluate(FOCUS):
            kind, start, outline, seen = focus
            assert outline != "none", f"{start}: one does not see that it has the focus"
            assert seen, f"{start}: has the focus and is hidden"
            reached.add(kind)
    expected = {"callout-title", "cross-reference"}
    assert reached >= expected | {"menu" if width == 390 else "search-input"}


def test_each_heading_link_and_each_copy_button_has_a_name_of_its_own(page: Page) -> None:
    page.goto(CHAPTER)
    names = "links => links.map(link => link.ariaLabel)"
    for kind in (".anchor", ".copy"):
        found = page.locator(f"main {kind}").evaluate_all(names)
        assert len(found) > 5
        assert all(found)
        assert len(set(found)) == len(found), kind
    expect(page.get_by_role("heading", name="Task 1a: Complete pooling")).to_have_accessible_name(
        re.compile("pooling$")
    )


def test_the_contents_come_before_the_text_for_the_keyboard(page: Page) -> None:
    page.goto(CHAPTER)
    order = "aside => aside.compareDocumentPosition(document.querySelector('main'))"
    following = page.evaluate("Node.DOCUMENT_POSITION_FOLLOWING")
    assert page.locator("aside.contents").evaluate(order) == following
