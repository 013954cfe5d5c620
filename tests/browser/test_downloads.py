"""What the front page offers: how to cite the book, and a way back from wrong addresses."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from browsing import Launch, NewPage
from playwright.sync_api import expect

FOLDER = "/some/where/"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


def test_how_to_cite_is_copied(new_page: NewPage) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto("index.html")
    for kind, beginning in (("cited", "The Partial Pooling authors."), ("sourceCode", "@misc{")):
        page.locator(f".get .{kind}").get_by_role("button", name="Copy").click()
        page.wait_for_function(
            "start => navigator.clipboard.readText().then(text => text.startsWith(start))",
            arg=beginning,
        )


@pytest.fixture(scope="module")
def elsewhere(site: Path) -> Iterator[str]:
    """The site in a folder of a host, as project pages have it: no address but its own is known."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            below = self.path.partition("?")[0]
            file = site / below.removeprefix(FOLDER)
            found = below.startswith(FOLDER) and file.is_file()
            file = file if found else site / "404.html"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", KINDS.get(file.suffix, "application/octet-stream"))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(file.read_bytes())

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("below", ["nothing.html", "chapters/nothing.html"])
def test_a_wrong_address_below_a_folder_leads_back_into_the_book(
    launch: Launch, elsewhere: str, below: str
) -> None:
    with launch() as browser:
        page = browser.new_page(base_url=elsewhere)
        assert page.goto(FOLDER + below).status == 404
        link = page.locator("nav.sidebar a", has_text="Shrinkage")
        expect(link).to_have_attribute("href", f"{FOLDER}chapters/shrinkage.html")
        # Scripts come after the links; the last of them gives the button this name.
        page.locator("nav.sidebar").get_by_role("button", name="Switch to dark theme").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        expect(page.locator("nav.sidebar")).to_have_css("position", "sticky")
        link.click()
        expect(page.locator("main h1")).to_have_text("Shrinkage")
