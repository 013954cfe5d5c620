"""Accessibility as axe-core sees it: light and dark, boxes closed and open, wide and narrow."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from browsing import TWO_FRAMES, NewPage, open_boxes
from playwright.sync_api import Page, expect

KINDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Only these depend on the theme, and they take most of the time.
COLOURS = ("color-contrast", "link-in-text-block")
BUT_COLOURS = {"runOnly": KINDS, "rules": {rule: {"enabled": False} for rule in COLOURS}}
ONLY_ON_NARROW_PAGES = "header.bar", ".folded-contents"
THEMES = ("light", "dark")
# axe's own way to leave elements out takes longer than what it spares.
ONE_OF_EACH_LOOK = """
axe.configure({ rules: [{ id: 'color-contrast', selector: ':not([data-alike])' }] })"""
AXE = Axe().axe_script + ONE_OF_EACH_LOOK
RUN = """([within, options]) =>
  axe.run(within, { resultTypes: ['violations'], ...options }).then(found => found.violations)"""
# Most of a page's elements are words of code and signs of formulas, which have few looks: axe is
# given one of each, on each ground, since to ask it about all of them takes most of the time: one
# that is seen and has text, or none would stand for the others.
ALIKE = """() => {
  const seen = new Set()
  for (const element of document.querySelectorAll('main :not(:has(*), a, a *)')) {
    element.removeAttribute('data-alike')
    if (element.getBoundingClientRect().width < 2 || !element.textContent.trim()) continue
    const { color, fontSize, fontWeight, opacity } = getComputedStyle(element)
    const grounds = []
    for (let on = element; on; on = on.parentElement) {
      grounds.push(getComputedStyle(on).backgroundColor)
    }
    const look = JSON.stringify([color, fontSize, fontWeight, opacity, grounds])
    element.toggleAttribute('data-alike', seen.has(look))
    seen.add(look)
  }
}"""


def violations(page: Page, options: dict[str, Any], *within: str) -> list[str]:
    """What axe finds on a page as it stands, or in parts of it."""
    page.evaluate(TWO_FRAMES)  # until the page's script knows which boxes scroll
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return [
        f"{rule['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in page.evaluate(RUN, [within or ["html"], options])
        for node in rule["nodes"]
    ]


def test_a_page_breaks_no_rule(new_page: NewPage, address: str) -> None:
    page = new_page(reduced_motion="reduce")
    page.goto(address)
    found = [f"boxes closed: {text}" for text in violations(page, BUT_COLOURS)]
    open_boxes(page)
    for width in (1300, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"boxes open, {width} px: {text}" for text in violations(page, BUT_COLOURS)]
    assert not found, "\n".join(found)


def test_the_colours_of_a_page_break_no_rule(new_page: NewPage, address: str) -> None:
    # With its boxes open a page shows all that it shows with closed ones.
    page = new_page(reduced_motion="reduce")
    page.goto(address)
    open_boxes(page)
    found = []
    for width, parts in ((1300, ()), (390, ONLY_ON_NARROW_PAGES)):
        page.set_viewport_size({"width": width, "height": 900})
        parts = [part for part in parts if page.locator(part).count()]
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.evaluate(ALIKE)
            found += [f"{theme}: {text}" for text in violations(page, {"runOnly": COLOURS}, *parts)]
    assert not found, "\n".join(found)


def test_what_a_reader_opens_breaks_no_rule(phone: Page) -> None:
    phone.goto("chapters/models.html")
    phone.locator("button.menu").click()
    phone.locator("#search-input").fill("shrinkage")
    expect(phone.locator("#search-results a").first).to_be_visible()
    assert not violations(phone, {"runOnly": KINDS})

    phone.get_by_role("button", name="Keyboard").click()
    expect(phone.get_by_role("dialog")).to_be_visible()
    assert not violations(phone, {"runOnly": KINDS})


def test_a_preview_breaks_no_rule(page: Page) -> None:
    page.goto("chapters/data.html")
    page.locator("main a.cross-reference[href='#fig-standardisation']").first.hover()
    expect(page.locator("div.preview")).to_be_visible()
    assert not violations(page, {"runOnly": KINDS})
