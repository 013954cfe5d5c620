"""The built site, served by the project's own server and opened in the system's Chromium."""

import shutil
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from browsing import NOT_FOUND, Launch, NewPage, watch
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from press.book.project import read_project
from press.preview.server import PageServer

PROJECT = read_project(Path(__file__).parents[2])
# The first has no window, and needs half the time for a page.
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SECONDS = 60  # to wait for what must come; a busy machine takes its time
expect.set_options(timeout=SECONDS * 1000)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for an `address` for every page, and for a wrong address."""
    if "address" in metafunc.fixturenames:
        pages = [chapter.page for chapter in PROJECT.chapters]
        metafunc.parametrize("address", [*pages, NOT_FOUND])


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system's Chromium; nothing is ever downloaded."""
    for name in CHROMIUM:
        if path := shutil.which(name):
            return path
    pytest.skip(f"no browser: none of {', '.join(CHROMIUM)} is on the PATH")


@pytest.fixture(scope="session")
def site() -> Path:
    assert PROJECT.site.is_dir(), "there is no _site; run `make site` first"
    return PROJECT.site


@pytest.fixture(scope="session")
def host(site: Path) -> Iterator[str]:
    """Address of the served site."""
    with PageServer(site, socket.create_server(("127.0.0.1", 0))) as server:
        yield server.address


# No longer than the tests of this folder: while Playwright runs, no other test can use asyncio.
@pytest.fixture(scope="package")
def launch(chromium: str) -> Iterator[Launch]:
    """Start a browser: ``launch(env={…})``."""
    with sync_playwright() as playwright:
        yield partial(playwright.chromium.launch, executable_path=chromium, args=ARGUMENTS)


@pytest.fixture(scope="package")
def browser(launch: Launch) -> Iterator[Browser]:
    browser = launch()
    yield browser
    browser.close()


@pytest.fixture
def problems() -> list[str]:
    """What went wrong on the pages so far; a test that wants it to takes it out."""
    return []


@pytest.fixture
def new_page(browser: Browser, host: str, problems: list[str]) -> Iterator[NewPage]:
    """Open a page in a browser of its own: ``new_page(width=390, color_scheme="dark")``.

    Whatever the test does with it, the test fails if the page logs an error, breaks its own
    security policy, or asks another host for anything.
    """
    contexts: list[BrowserContext] = []

    def new(width: int = 1300, height: int = 900, **options: Any) -> Page:
        viewport = {"width": width, "height": height}
        context = browser.new_context(base_url=host, viewport=viewport, **options)
        contexts.append(context)
        context.set_default_timeout(SECONDS * 1000)
        page = context.new_page()
        watch(page, problems, host)
        return page

    yield new
    for context in contexts:
        context.close()
    assert not problems


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    return new_page(width=390, height=844)
