"""Accessibility as axe-core sees it: light and dark, boxes closed and open, wide and narrow."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import TWO_FRAMES, NewPage, open_boxes
from playwright.sync_api import Page, expect

KINDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Only these depend on the theme, and they take most of the time.
COLOURS = ("color-contrast", "link-in-text-block")
BUT_COLOURS = {"runOnly": KINDS, "rules": {rule: {"enabled": False} for rule in COLOURS}}
THEMES = ("light", "dark")
# axe's own way to leave elements out takes longer than what it spares.
ONE_OF_EACH_LOOK = """
axe.configure({ rules: [
  { id: 'color-contrast', selector: ':not([data-alike])' },
  { id: 'link-in-text-block', selector: 'a[href]:not([data-alike])' },
] })"""
AXE = Axe().axe_script + ONE_OF_EACH_LOOK
RUN = """options =>
  axe.run({ resultTypes: ['violations'], ...options }).then(found => found.violations)"""
# The texts of a site have few looks: axe is given one of each, on each ground, and the same look on
# a later page is not asked about again, since to ask about all of them takes most of the time. One
# that is not seen would not stand for the others.
NEW_LOOKS = """known => {
  const grounds = new Map([[null, '']])
  const ground = element => {
    if (!grounds.has(element)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(element)
      const own = [backgroundColor, backgroundImage, opacity].join()
      const plain = own === 'rgba(0, 0, 0, 0),none,1'
      grounds.set(element, ground(element.parentElement) + (plain ? '' : ` ${own}`))
    }
    return grounds.get(element)
  }
  const seen = new Set(known)
  for (const element of document.querySelectorAll('body *')) {
    element.removeAttribute('data-alike')
    const text = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())
    if (!text && !element.matches('a[href], input, select, textarea')) continue
    if (element.getBoundingClientRect().width < 2 || !element.checkVisibility()) continue
    const { color, fontSize, fontWeight, textDecorationLine } = getComputedStyle(element)
    const look = [color, fontSize, fontWeight, ground(element)]
    if (element.matches('a')) {
      const around = getComputedStyle(element.parentElement)
      look.push('a', textDecorationLine, around.color, around.fontWeight)
    }
    element.toggleAttribute('data-alike', seen.has(look.join()))
    seen.add(look.join())
  }
  return [...seen].slice(known.length)
}"""


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe finds on a page as it stands."""
    page.evaluate(TWO_FRAMES)  # until the page's script knows which boxes scroll
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return [
        f"{rule['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in page.evaluate(RUN, options)
        for node in rule["nodes"]
    ]


@pytest.fixture(scope="module")
def known() -> dict[str, list[str]]:
    """The looks of texts that axe has been asked about, in each theme."""
    return {theme: [] for theme in THEMES}


def test_a_page_breaks_no_rule(
    new_page: NewPage, address: str, known: dict[str, list[str]]
) -> None:
    page = new_page(reduced_motion="reduce")
    page.goto(address)
    found = [f"boxes closed: {text}" for text in violations(page, BUT_COLOURS)]
    open_boxes(page)
    for width in (1300, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"boxes open, {width} px: {text}" for text in violations(page, BUT_COLOURS)]
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            if new := page.evaluate(NEW_LOOKS, known[theme]):
                known[theme] += new
                found += [f"{theme}: {text}" for text in violations(page, {"runOnly": COLOURS})]
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
