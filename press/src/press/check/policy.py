"""HTML that a page's own security policy would not let run or load.

The policy stands in the head of every page (`publish/site/page.html`): no scripts but the press's
own, and nothing from elsewhere.
"""

import re
from html.parser import HTMLParser
from typing import Any

from press.book.outline import Outline
from press.check.rules import Breaches

BLOCKED = ("script", "iframe", "frame", "object", "embed", "applet", "link", "base", "form")
LOADING = ("src", "srcset", "poster", "data", "background")
MEDIA = ("audio", "video", "source", "track")
SCRIPTED = "this page's policy blocks it; show a picture of it, text or Markdown"
ELSEWHERE = "a page loads nothing from elsewhere; save it in the project"


def blocked(html: str) -> list[tuple[int, str]]:
    """Find what a page would not run or load.

    Parameters
    ----------
    html
        The HTML.

    Returns
    -------
    list of tuple
        The line, from 1, and what to do about it.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def blocked_html(outline: Outline) -> Breaches:
    """Raw HTML holds nothing that a page would not run or load."""
    yield from blocked(outline.raw_html)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if message := _fault(tag, attrs):
            self.found.append((self.getpos()[0], message))

    def handle_data(self, data: str) -> None:
        if self.lasttag == "style" and (
            found := re.search(r"@import|url\(\s*['\"]?(?!data:)", data)
        ):
            self.found.append((self.getpos()[0], f"{found[0]} in a style: {ELSEWHERE}"))


def _fault(tag: str, attrs: list[tuple[str, Any]]) -> str | None:
    if tag in BLOCKED:
        return f"<{tag}>: {SCRIPTED}"
    for name, value in attrs:
        text = (value or "").strip().lower()
        if name.startswith("on") or text.startswith("javascript:"):
            return f"{name} of <{tag}>: {SCRIPTED}"
        elsewhere = re.match(r"(\w+:)?//", text) or (tag in MEDIA and text.startswith("data:"))
        if name in LOADING and elsewhere:
            return f"{name} of <{tag}>: {ELSEWHERE}"
    return None
