"""What the tests in a browser share."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page

NewPage = Callable[..., Page]
Launch = Callable[..., Browser]
NOT_FOUND = "no-such-folder/no-such-page.html"
# A score that nobody sees: https://web.dev/articles/cls calls up to 0.1 good.
LITTLE = 0.005
OBSERVE_SHIFTS = """
  window.shifts = []
  new PerformanceObserver(list => {
    for (const shift of list.getEntries())
      shifts.push([shift.value, ...shift.sources.map(({ node }) => node?.outerHTML?.slice(0, 80))])
  }).observe({ type: 'layout-shift', buffered: true })"""
# The next Tab goes to a link: a place for the focus is made before it.
FOCUS_BEFORE = """link => {
  const before = document.createElement('span')
  before.tabIndex = -1
  link.before(before)
  before.focus({ preventScroll: true })
}"""
# What of a preview has less than its own width, though the box may be wider.
CUT = """box => [...box.querySelectorAll('table, img, math, p')].filter(part => {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize)
  const most = Math.min(34 * rem, innerWidth - rem) - 40
  let seen = part.getBoundingClientRect().width
  for (let at = part.parentElement; at !== box; at = at.parentElement)
    if (getComputedStyle(at).overflowX !== 'visible') seen = Math.min(seen, at.clientWidth)
  return seen < Math.min(part.scrollWidth, most) - 1
}).map(part => part.outerHTML.slice(0, 80))"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def watch(page: Page, problems: list[str], host: str) -> None:
    """Note what goes wrong on a page; breaches of its security policy are errors of the console."""

    def note_message(message: Any) -> None:
        # Chromium counts a page of status 404 as an error; here it is the page that is wanted.
        wanted = message.location["url"].endswith(NOT_FOUND) and "404" in message.text
        if message.type in ("error", "warning") and not wanted:
            problems.append(f"{page.url}: {message.text}")

    def note_request(request: Any) -> None:
        if not request.url.startswith((host, "data:", "blob:", "file:")):
            problems.append(f"{page.url}: asks for {request.url}")

    page.on("console", note_message)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    page.on("request", note_request)


def open_boxes(page: Page) -> None:
    """Open every box of a page."""
    page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")


def stop_the_clock(page: Page) -> None:
    """Let no time pass on a page but what ``page.clock.run_for`` lets pass."""
    page.clock.install(time=0)
    page.clock.pause_at(1000)
