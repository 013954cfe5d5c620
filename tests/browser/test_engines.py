"""What a reader sees in three engines: Chromium, Firefox, and WebKit, which is in every iPhone."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import matplotlib.image
import pytest
from browsing import CUT, FOCUS_BEFORE
from engines.chromium import ChromiumWindow
from engines.firefox import firefox_window
from engines.webkit import webkit_window
from engines.window import MissingProgramError, Window, wait_for

FAULTS = (Path(__file__).parent / "faults.js").read_text(encoding="utf-8").partition("\n")[2]
WIDTHS = (390, 1300)
HEIGHT = 900
OTHERS = {"Firefox": firefox_window, "WebKit": webkit_window}
in_every_engine = pytest.mark.parametrize(
    "window", [*OTHERS, "Chromium"], indirect=True, scope="module"
)
# Chromium has tests of its own for these, in the other files.
in_the_others = pytest.mark.parametrize("window", OTHERS, indirect=True, scope="module")
READY = "document.readyState === 'complete' && document.fonts.status === 'loaded'"
# By then the page's script has seen the window's new width.
AFTER_TWO_FRAMES = """requestAnimationFrame(() =>
  requestAnimationFrame(() => { document.drawn = innerWidth }))"""
OPEN_BOXES = "document.querySelectorAll('details').forEach(box => { box.open = true })"
PREVIEW = "document.querySelector('div.preview:not([hidden])')"
PREVIEWED = {
    "a table": ("chapters/data.html", "main a.cross-reference[href='#tbl-quotas']"),
    "a figure": ("chapters/data.html", "main a.cross-reference[href='#fig-standardisation']"),
    "an equation": ("chapters/models.html", "main a.cross-reference[href='#eq-likelihood']"),
}
# Whether a preview is within the window, with all of its width to be seen.
WHOLE = """(box => {
  const { left, right, top, bottom } = box.getBoundingClientRect()
  return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight
    && box.scrollWidth <= box.clientWidth
})"""


@pytest.fixture(scope="module")
def window(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Window]:
    """A window of each engine in turn; one browser serves all of the tests."""
    if request.param == "Chromium":
        context = request.getfixturevalue("browser").new_context()
        yield ChromiumWindow(context.new_page())
        context.close()
        return
    try:
        with OTHERS[request.param](tmp_path_factory.mktemp(request.param)) as opened:
            yield opened
    except MissingProgramError as missing:
        pytest.skip(f"nothing is tested in {request.param}: {missing}")


def show(window: Window, address: str, width: int = 1300) -> None:
    window.resize(width, HEIGHT)
    window.open(address)
    wait_for(window, READY)


@in_every_engine
def test_a_page_is_whole(window: Window, host: str, address: str) -> None:
    """Also when the window is made narrow, as a tablet that is turned."""
    show(window, f"{host}{address}")
    window.evaluate(OPEN_BOXES)
    for width in reversed(WIDTHS):
        window.resize(width, HEIGHT)
        window.evaluate(AFTER_TWO_FRAMES)
        wait_for(window, f"document.drawn === {width} && {READY}")
        assert window.evaluate(FAULTS) == [], f"{width} px wide"


@in_every_engine
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PREVIEWED)
def test_a_preview_has_the_size_of_what_it_shows(
    window: Window, host: str, name: str, width: int
) -> None:
    address, selector = PREVIEWED[name]
    show(window, f"{host}{address}", width)
    link = f"document.querySelector({json.dumps(selector)})"
    window.evaluate(f"{link}.scrollIntoView({{ block: 'center' }})")
    window.evaluate(f"({FOCUS_BEFORE})({link})")
    window.press("Tab")
    wait_for(window, f"{PREVIEW} && {READY}")
    wait_for(window, f"[...{PREVIEW}.querySelectorAll('img')].every(image => image.complete)")
    assert window.evaluate(f"({CUT})({PREVIEW})") == []
    assert window.evaluate(f"{WHOLE}({PREVIEW})")


@in_the_others
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("chapter", ["models", "shrinkage", "inference", "comparison"])
def test_a_figure_is_in_play(window: Window, host: str, chapter: str, width: int) -> None:
    show(window, f"{host}chapters/{chapter}.html", width)
    stage = "document.querySelector('.in-play')"
    wait_for(window, f"{stage}?.querySelector('svg :is(path, circle)')")
    window.evaluate(f"{stage}.scrollIntoView()")
    # No larger than the picture, and nothing in it wider or higher than it.
    assert window.evaluate(f"""(stage => {{
      const [own, place] = [stage, stage.parentElement].map(each => each.getBoundingClientRect())
      const picture = stage.parentElement.querySelector('img').getBoundingClientRect()
      return Math.abs(place.height - picture.height) < 2 && own.width <= place.width
        && stage.scrollWidth <= stage.clientWidth && stage.scrollHeight <= stage.clientHeight + 1
    }})({stage})""")
    wait_for(window, f"{stage}.querySelector('.says').textContent.length > 40")
    before = window.evaluate(f"{stage}.querySelector('.says').textContent")
    window.evaluate(f"{stage}.querySelector('input[type=range], select').focus()")
    window.press("ArrowDown")
    wait_for(window, f"{stage}.querySelector('.says').textContent !== {json.dumps(before)}")
    wait_for(window, f"{stage}.querySelector('[role=status]').textContent")


def brightness(window: Window) -> float:
    """Of the picture that one sees, from 0 to 1."""
    return matplotlib.image.imread(io.BytesIO(window.screenshot()))[..., :3].mean()


@in_the_others
def test_the_theme_switches_and_stays(window: Window, host: str) -> None:
    show(window, f"{host}chapters/data.html")
    window.evaluate("localStorage.setItem('press-theme', 'light')")
    show(window, f"{host}chapters/data.html")
    light = brightness(window)
    window.evaluate("document.querySelector('.sidebar button.theme').click()")
    wait_for(window, "document.documentElement.dataset.theme === 'dark'")
    show(window, f"{host}chapters/models.html")
    assert brightness(window) < 0.3 < 0.7 < light
    window.evaluate("localStorage.removeItem('press-theme')")


@in_the_others
def test_a_word_typed_into_the_search_finds_something(window: Window, host: str) -> None:
    show(window, f"{host}index.html")
    window.press("/")
    wait_for(window, "document.activeElement.id === 'search-input'")
    window.press(*"shrinkage")
    wait_for(window, "document.querySelector('#search-results a')?.offsetHeight")


@in_the_others
def test_boxes_open_by_key_and_by_a_link_to_what_is_in_them(window: Window, host: str) -> None:
    show(window, f"{host}chapters/inference.html")
    summary = "document.querySelector('main details.callout summary')"
    height = f"{summary}.parentElement.querySelector('.callout-body').offsetHeight"
    assert window.evaluate(f"{summary}.parentElement.open") is False
    window.evaluate(f"{summary}.focus()")
    window.press("Enter")
    wait_for(window, f"{height} > 20")
    show(window, f"{host}chapters/inference.html#tbl-diagnostics")
    place = "document.querySelector('#tbl-diagnostics').getBoundingClientRect()"
    wait_for(window, f"{place}.height && {place}.top < innerHeight && {place}.bottom > 0")
