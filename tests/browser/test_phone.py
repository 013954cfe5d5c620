"""What a telephone shows: all of a figure and of a table, where one is, and the way to search."""

import pytest
from browsing import NewPage, open_boxes
from playwright.sync_api import Page, expect

FIRST_CHAPTERS = ("data", "inference", "shrinkage")
PAGES_WITH_FIGURES = ("index", *FIRST_CHAPTERS, "predictive-checks", "comparison", "exact")
FIGURES = """() => [...document.querySelectorAll('main picture img')].map(image => {
  const box = image.closest('.picture')
  return [image.currentSrc.split('/').pop(), box.scrollWidth - box.clientWidth]
})"""
NONE_IS_NARROW = """() => [...document.querySelectorAll('main picture img')].every(
  image => !image.currentSrc.endsWith('_narrow.svg'))"""
TABLES = """() => [...document.querySelectorAll('main .table')].map(box => {
  const { scrollWidth, clientWidth, innerText } = box
  return [innerText.slice(0, 20), scrollWidth - clientWidth, getComputedStyle(box).maskImage]
})"""

# Whether text in the site's font has another width than in the one that stands behind it.
OWN_FONTS = """() => {
  const width = family => {
    const words = document.body.appendChild(document.createElement('span'))
    Object.assign(words.style, { fontFamily: family, position: 'absolute', whiteSpace: 'nowrap' })
    words.textContent = 'wide and narrow letters'
    const { width } = words.getBoundingClientRect()
    words.remove()
    return width
  }
  return width('"Course Sans", monospace') !== width('monospace')
}"""


def address(name: str) -> str:
    return "index.html" if name == "index" else f"chapters/{name}.html"


def open_with_own_fonts(page: Page, name: str) -> None:
    """Open a chapter, and again until it has the site's fonts.

    The first page of a visit has fonts of the machine, which may be any, and so has a later one
    where the machine is too busy to bring the site's in time.
    """
    for _ in range(20):
        page.goto(address(name), wait_until="networkidle")
        if page.evaluate(OWN_FONTS):
            return
    pytest.fail("twenty pages later the text is still drawn with other fonts")


def load_pictures(page: Page) -> None:
    page.evaluate(
        """async () => {
          const images = [...document.querySelectorAll('main img')]
          for (const image of images) image.loading = 'eager'
          await Promise.all(images.map(image => image.decode()))
        }"""
    )


@pytest.mark.parametrize("name", PAGES_WITH_FIGURES)
def test_figures_are_whole_at_any_width(new_page: NewPage, name: str) -> None:
    page = new_page(width=390)
    page.goto(address(name))
    open_boxes(page)
    load_pictures(page)
    narrow = page.evaluate(FIGURES)
    assert narrow
    for file, hidden in narrow:
        assert (file.endswith("_narrow.svg"), hidden) == (True, 0)
    page.set_viewport_size({"width": 1300, "height": 900})
    # A browser changes to the other pictures in its own time.
    page.wait_for_function(NONE_IS_NARROW)
    load_pictures(page)
    wide = page.evaluate(FIGURES)
    assert wide == [[file.replace("_narrow", ""), 0] for file, _ in narrow]


@pytest.mark.parametrize("name", ["inference", "shrinkage", "comparison", "exact"])
def test_tables_fit(phone: Page, name: str) -> None:
    open_with_own_fonts(phone, name)
    open_boxes(phone)
    tables = phone.evaluate(TABLES)
    assert tables
    assert [
        [words, hidden, fade] for words, hidden, fade in tables if hidden or fade != "none"
    ] == []


def test_a_fade_is_no_wider_than_what_it_hides(new_page: NewPage) -> None:
    page = new_page(width=240)  # of all tables, one is too wide for it
    page.goto(address("comparison"))
    open_boxes(page)
    box = page.locator("main .table[data-more]").first
    sides = (
        "box => ['left', 'right'].map(side => getComputedStyle(box).getPropertyValue('--' + side))"
    )
    hidden = box.evaluate("box => box.scrollWidth - box.clientWidth")
    assert hidden > 4
    box.evaluate("(box, hidden) => { box.scrollLeft = hidden - 3 }", hidden)
    expect(box).to_have_attribute("data-more", "left right")
    assert box.evaluate(sides)[1] == "min(2.5rem, 3px)"
    box.evaluate("box => { box.scrollLeft = 10000 }")
    expect(box).to_have_attribute("data-more", "left")
    assert box.evaluate(sides)[1] == ""


@pytest.mark.parametrize("name", ["data", "models", "predictive-checks", "comparison"])
def test_the_bar_names_the_chapter_in_full(phone: Page, name: str) -> None:
    open_with_own_fonts(phone, name)
    title = phone.locator(".crumbs li:last-child")
    expect(title).to_be_in_viewport()
    assert title.evaluate("item => item.scrollWidth - item.clientWidth") == 0
    expect(phone.get_by_role("button", name="Chapters")).to_be_visible()


def test_the_bar_leads_to_search(phone: Page) -> None:
    phone.goto(address("models"))
    phone.get_by_role("banner").get_by_role("button", name="Search the book").click()
    expect(phone.get_by_role("searchbox", name="Search the book")).to_be_focused()


def test_code_can_be_copied_where_nothing_hovers(new_page: NewPage) -> None:
    for options in ({"width": 390}, {"width": 820, "has_touch": True, "is_mobile": True}):
        page = new_page(**options)
        page.goto(address("models"))
        expect(page.locator("main .copy").first).to_have_css("opacity", "1")


# Copy buttons that lie over code, over the words before it, or over the page's edge.
COVERS = """() => [...document.querySelectorAll('main .sourceCode > .copy')].filter(button => {
  const own = button.getBoundingClientRect()
  const words = [...document.querySelectorAll('main :is(p, pre, summary, table, figcaption)')]
  return own.height < 22 || own.right > innerWidth || words.some(element => {
    const range = document.createRange()
    range.selectNodeContents(element)
    return [...range.getClientRects()].some(({ left, right, top, bottom }) =>
      left < own.right && right > own.left && top < own.bottom - 4 && bottom > own.top + 4)
  })
}).map(button => button.getAttribute('aria-label'))"""


@pytest.mark.parametrize("name", ["data", "lme4"])
def test_no_button_lies_over_code(phone: Page, name: str) -> None:
    open_with_own_fonts(phone, name)
    open_boxes(phone)
    assert phone.locator("main .copy").count() > 5
    assert phone.evaluate(COVERS) == []


def test_the_head_of_a_long_table_stays_in_sight(new_page: NewPage) -> None:
    for width in (390, 1300):
        page = new_page(width=width)
        page.goto(address("exact"))
        open_boxes(page)
        table = page.locator("main table", has=page.locator("tr:nth-child(60)"))
        table.locator("tr:nth-child(60)").evaluate("row => row.scrollIntoView({ block: 'center' })")
        head = table.locator("thead th").first
        expect(head).to_be_in_viewport(ratio=1)
        seen = """head => {
          const { left, top, height } = head.getBoundingClientRect()
          return head.contains(document.elementFromPoint(left + 2, top + height / 2))
        }"""
        assert head.evaluate(seen), f"at {width} px"


def test_boxes_keep_their_signs_in_forced_colours(new_page: NewPage) -> None:
    page = new_page(forced_colors="active")
    page.goto(address("models"))
    colours = (
        """title => ['::before', null].map(part => getComputedStyle(title, part).backgroundColor)"""
    )
    sign, ground = page.locator(".callout-title").first.evaluate(colours)
    assert sign != ground
