"""Accessibility as axe-core sees it: light and dark, boxes closed and open, wide and narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import NewPage, open_boxes
from playwright.sync_api import Page

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
