"""Nothing on a page moves, however late its fonts come and whatever fonts the machine has."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from browsing import LITTLE, OBSERVE_SHIFTS, TWO_FRAMES, Launch, NewPage
from playwright.sync_api import Browser, Page, Route, expect

PAGES = ("index.html", "chapters/models.html", "chapters/exact.html", "references.html")
FONTS = "**/*.woff2"
SLOWER = 2  # times: the throttled processor
# Where everything stands that is not folded away, also below what one sees.
PLACES = """() => [...document.querySelectorAll('body, body *')]
  .filter(element => element.checkVisibility())
  .map(element => {
    const { x, y, width, height } = element.getBoundingClientRect()
    return [element.outerHTML.slice(0, 60), x, y, width, height]
  })"""


@pytest.fixture(scope="module")
def browser(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser on a machine that has no fonts but DejaVu."""
    folder = tmp_path_factory.mktemp("fonts")
    for family in ("Sans", "Serif", "SansMono"):
        shutil.copy(Path(matplotlib.get_data_path(), "fonts", "ttf", f"DejaVu{family}.ttf"), folder)
    (folder / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig><dir>{folder}</dir><cachedir>{folder / 'cache'}</cachedir></fontconfig>"
    )
    browser = launch(env={**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")})
    yield browser
    browser.close()


class Held:
    """The files of one kind that a page asks for, held back until they are let go."""

    def __init__(self, page: Page, files: str = FONTS) -> None:
        self.page = page
        self._files = files
        self._routes: list[Route] = []
        self._holding = True
        page.route(files, self._hold)

    def _hold(self, route: Route) -> None:
        if self._holding:
            self._routes.append(route)
        else:
            route.continue_()

    def open(self, address: str) -> None:
        """Open a page and wait until it is drawn and still waits for the files."""
        self._holding = True
        with self.page.expect_request(self._files):
            self.page.goto(address, wait_until="domcontentloaded")
        draw(self.page)

    def let_go(self) -> None:
        """Let the files come, and wait until the page has dealt with them."""
        self._holding = False
        assert self._routes
        for route in self._routes:
            route.continue_()
            route.request.response().finished()
        self._routes.clear()
        draw(self.page)


def draw(page: Page) -> None:
    """Have a page drawn as it stands: Playwright's own screenshots wait for fonts."""
    session = page.context.new_cdp_session(page)
    session.send("Page.captureScreenshot")
    session.detach()


def slow(page: Page) -> None:
    """Let the page have a fraction of the processor."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def drawn_with(page: Page, selector: str) -> set[str]:
    """Families of the page's own fonts that an element's text is drawn with."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    found = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": found["nodeId"]})["fonts"]
    session.detach()
    return {font["familyName"] for font in fonts if font["isCustomFont"]}


def expect_stillness(page: Page, places: list[Any]) -> None:
    page.evaluate(TWO_FRAMES)
    shifts = page.evaluate("shifts")
    assert sum(shift[0] for shift in shifts) < LITTLE, shifts
    moved = [pair for pair in zip(places, page.evaluate(PLACES), strict=True) if pair[0] != pair[1]]
    assert moved[:3] == []


@pytest.mark.parametrize("width", [390, 1300])
@pytest.mark.parametrize("chapter", PAGES)
def test_late_fonts_move_nothing_on_the_first_page_nor_on_a_later_one(
    new_page: NewPage, chapter: str, width: int
) -> None:
    page = new_page(width=width)
    page.add_init_script(OBSERVE_SHIFTS)
    slow(page)
    held = Held(page)
    for _ in "first", "later":
        held.open(chapter)
        places = page.evaluate(PLACES)
        held.let_go()
        expect_stillness(page, places)


def test_late_fonts_move_nothing_that_the_reader_opened(page: Page) -> None:
    page.add_init_script(OBSERVE_SHIFTS)
    page.goto("index.html", wait_until="networkidle")
    slow(page)
    held = Held(page)
    held.open("chapters/models.html")
    page.locator("button.theme:visible").click()
    page.locator("#search-input").fill("shrinkage")
    expect(page.locator("#search-results a").first).to_be_visible()
    page.locator("main a.cross-reference[href='#eq-likelihood']").first.hover()
    expect(page.locator("div.preview")).to_be_visible()
    page.evaluate(TWO_FRAMES)
    page.evaluate("shifts.length = 0")
    places = page.evaluate(PLACES)
    held.let_go()
    expect_stillness(page, places)


def test_late_fonts_move_nothing_without_javascript(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    held = Held(page)
    held.open("chapters/models.html")
    places = page.evaluate(PLACES)
    held.let_go()
    assert page.evaluate(PLACES) == places


def test_formulas_never_wait_for_their_font(page: Page) -> None:
    held = Held(page)
    held.open("chapters/models.html")
    assert drawn_with(page, "main > .equation math mi") == {"STIX Two Math"}
    held.let_go()


def test_a_preview_with_a_formula_waits_for_its_font(page: Page) -> None:
    held = Held(page, "**/formulas.js")
    held.open("index.html")
    link = page.locator("main a.cross-reference").first
    link.evaluate("link => { link.href = 'chapters/models.html#eq-likelihood' }")
    with page.expect_response("**/chapters/models.html"):
        link.hover()
    preview = page.locator("div.preview")
    page.evaluate(TWO_FRAMES)
    expect(preview).to_be_hidden()
    held.let_go()
    expect(preview).to_be_visible()
    assert drawn_with(page, "div.preview math mi") == {"STIX Two Math"}


def test_later_pages_have_the_fonts(page: Page) -> None:
    page.goto("index.html", wait_until="networkidle")
    assert drawn_with(page, "main > p") == set()
    # A page of a busy machine may be drawn before even the fonts that are at hand.
    texts = {
        "main > p": "Course Serif",
        "main em": "Course Serif",
        "nav.sidebar li a": "Course Sans",
    }
    for _ in range(5):
        page.goto("chapters/exact.html", wait_until="networkidle")
        if all(drawn_with(page, selector) == {family} for selector, family in texts.items()):
            return
    pytest.fail("five pages later the text is still drawn with other fonts")
