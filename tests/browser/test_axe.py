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
ONLY_ON_NARROW_PAGES = "header.bar", ".folded-contents"
THEMES = ("light", "dark")
AXE = Axe().axe_script
RUN = """([within, options]) =>
  axe.run(within, { resultTypes: ['violations'], ...options }).then(found => found.violations)"""


def violations(page: Page, options: dict[str, Any], *within: str) -> list[str]:
    """What axe finds on a page as it stands, or in parts of it."""
    page.evaluate(TWO_FRAMES)  # until the page's script knows which boxes scroll
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return [
        f"{rule['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in page.evaluate(RUN, [within or "html", options])
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("width", [390, 1300])
def test_a_page_breaks_no_rule(new_page: NewPage, address: str, width: int) -> None:
    page = new_page(width=width, reduced_motion="reduce")
    page.goto(address)
    found = [f"boxes closed: {text}" for text in violations(page, BUT_COLOURS)]
    open_boxes(page)
    found += [f"boxes open: {text}" for text in violations(page, BUT_COLOURS)]
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
