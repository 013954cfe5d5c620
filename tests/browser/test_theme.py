"""Light and dark: the system's until the reader chooses, then the reader's."""

import pytest
from browsing import NewPage, open_boxes
from playwright.sync_api import Page, expect

CHAPTER = "chapters/data.html"
SCHEMES = ("light", "dark")
OTHER = {"light": "dark", "dark": "light"}
PAPER = "getComputedStyle(document.body).backgroundColor"
# The theme that the page had when its body began, before anything could be drawn.
WATCH_BODY = """new MutationObserver((_, observer) => {
  if (!document.body) return
  window.themeAtFirst = document.documentElement.dataset.theme ?? 'unset'
  observer.disconnect()
}).observe(document, { childList: true, subtree: true })"""

# Mean of the green in a picture, given as the hexadecimal digits of a PNG.
BRIGHTNESS = """async digits => {
  const bytes = Uint8Array.from(digits.match(/../g), digit => parseInt(digit, 16))
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  const context = canvas.getContext('2d')
  context.drawImage(bitmap, 0, 0)
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height)
  let sum = 0
  for (let at = 1; at < data.length; at += 4) sum += data[at]
  return sum / (data.length / 4)
}"""


@pytest.fixture
def papers(page: Page) -> dict[str, str]:
    """Background of a page in each theme of the system, before the reader chose one."""
    colours = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.goto("index.html")
        colours[scheme] = page.evaluate(PAPER)
    return colours


def test_unset_the_page_follows_the_system(page: Page, papers: dict[str, str]) -> None:
    assert papers["light"] != papers["dark"]
    page.goto(CHAPTER)
    button = page.locator("button.theme:visible")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(PAPER) == papers[scheme]
        expect(button).to_have_attribute("aria-label", f"Switch to {OTHER[scheme]} theme")
    assert page.evaluate("document.documentElement.dataset.theme ?? 'unset'") == "unset"


@pytest.mark.parametrize("system", SCHEMES)
def test_the_readers_choice_holds_on_every_page_whatever_the_system(
    new_page: NewPage, papers: dict[str, str], system: str
) -> None:
    chosen = OTHER[system]
    page = new_page(color_scheme=system)
    page.add_init_script(WATCH_BODY)
    page.goto(CHAPTER)
    page.locator("button.theme:visible").click()
    expect(page.locator("html")).to_have_attribute("data-theme", chosen)
    assert page.evaluate(PAPER) == papers[chosen]
    assert page.evaluate("localStorage.getItem('press-theme')") == chosen

    page.goto("references.html")
    assert page.evaluate("themeAtFirst") == chosen, "the page flashes"
    assert page.evaluate(PAPER) == papers[chosen]
    page.emulate_media(color_scheme=chosen)
    assert page.evaluate(PAPER) == papers[chosen]

    page.locator("button.theme:visible").click()
    page.reload()
    assert page.evaluate("themeAtFirst") == system
    assert page.evaluate(PAPER) == papers[system]


def test_the_theme_switches_on_a_phone(phone: Page) -> None:
    phone.goto(CHAPTER)
    button = phone.locator("button.theme:visible")
    expect(button).to_have_count(1)
    button.click()
    expect(phone.locator("html")).to_have_attribute("data-theme", "dark")


def test_figures_are_no_white_slabs_in_the_dark(new_page: NewPage) -> None:
    page = new_page(color_scheme="dark")
    page.goto(CHAPTER)
    open_boxes(page)
    # One that is to be loaded when the reader comes near could be waited for in vain.
    page.evaluate("for (const image of document.images) image.loading = 'eager'")
    for image in page.locator("main figure img").all():
        image.evaluate("image => image.decode()")
        dark = page.evaluate(BRIGHTNESS, image.screenshot().hex())
        assert dark < 100, f"{image.get_attribute('src')}: {dark:.0f} of 255"


def test_a_page_that_may_keep_nothing_still_switches(page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no') } })"
    )
    page.goto(CHAPTER)
    page.locator("button.theme:visible").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_print_is_light(new_page: NewPage, papers: dict[str, str]) -> None:
    page = new_page(color_scheme="dark")
    page.goto(CHAPTER)
    page.locator("button.theme:visible").click()
    page.locator("button.theme:visible").click()
    page.emulate_media(media="print")
    assert page.evaluate(PAPER) == papers["light"]
