"""A window of Chromium, through Playwright."""

from typing import Any

from playwright.sync_api import Page


class ChromiumWindow:
    """A page of Playwright's, with the verbs of a `Window`."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, address: str) -> None:
        self._page.goto(address)

    def evaluate(self, expression: str) -> Any:
        return self._page.evaluate(expression)

    def resize(self, width: int, height: int) -> None:
        self._page.set_viewport_size({"width": width, "height": height})

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)

    def screenshot(self) -> bytes:
        return self._page.screenshot()
