"""Accessibility as axe-core sees it: light and dark, boxes closed and open, wide and narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import NewPage, open_boxes
from playwright.sync_api import Page, expect

RULES = {
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"),
        "best-practice",
    ],
    "resultTypes": ["violations"],
}
THEMES = ("light", "dark")


def violations(page: Page) -> list[str]:
    """What axe finds on a page as it stands."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{rule['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("width", [390, 1300])
def test_a_page_breaks_no_rule(new_page: NewPage, address: str, width: int) -> None:
    page = new_page(width=width, reduced_motion="reduce")
    page.goto(address)
    found = []
    for boxes in ("closed", "open"):
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            found += [f"{theme}, boxes {boxes}: {text}" for text in violations(page)]
        open_boxes(page)
    assert not found, "\n".join(found)


def test_what_a_reader_opens_breaks_no_rule(phone: Page) -> None:
    phone.goto("chapters/models.html")
    phone.locator("button.menu").click()
    phone.locator("#search-input").fill("shrinkage")
    expect(phone.locator("#search-results a").first).to_be_visible()
    assert not violations(phone)

    phone.get_by_role("button", name="Keyboard").click()
    expect(phone.get_by_role("dialog")).to_be_visible()
    assert not violations(phone)


def test_a_preview_breaks_no_rule(page: Page) -> None:
    page.goto("chapters/data.html")
    page.locator("main a.cross-reference[href='#fig-standardisation']").first.hover()
    expect(page.locator("div.preview")).to_be_visible()
    assert not violations(page)
