"""Print Lighthouse's scores of every page, on a phone and on a desk, as a Markdown table."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import playwright

from press.book.project import read_project

ROOT = Path(__file__).parents[2]
LIGHTHOUSE = ROOT / "_build/lighthouse/node_modules/lighthouse/cli/index.js"
# Lighthouse needs a newer Node than many machines have; Playwright brings one.
NODE = Path(playwright.__file__).with_name("driver") / "node"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run"
PRESETS = {"phone": [], "desk": ["--preset=desktop"]}
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
COMPRESSED = (".html", ".css", ".js", ".svg", ".json")


class CompressingHandler(SimpleHTTPRequestHandler):
    """Serve text compressed and connections kept, as any host does; `press preview` need not."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with the file, compressed if it is text."""
        file = Path(self.translate_path(self.path))
        if file.suffix not in COMPRESSED or not file.is_file():
            super().do_GET()
            return
        content = gzip.compress(file.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(file) + "; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: Any) -> None:
        """Keep the terminal for the table."""


def report(address: str, preset: list[str], chromium: str) -> dict[str, Any]:
    """Run Lighthouse on one page and return its report."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "report.json"
        options = [f"--chrome-flags={FLAGS}", "--output=json", f"--output-path={written}"]
        only = f"--only-categories={','.join(CATEGORIES)}"
        subprocess.run(
            [NODE, LIGHTHOUSE, address, "--quiet", only, *options, *preset],
            env=os.environ | {"CHROME_PATH": chromium},
            check=True,
            timeout=300,
        )
        return json.loads(written.read_text("utf-8"))


def below_one(found: dict[str, Any]) -> dict[str, str]:
    """Return the audits that count and that the page does not pass in full."""
    counted = {
        audit["id"]
        for category in found["categories"].values()
        for audit in category["auditRefs"]
        if audit["weight"] > 0 or audit.get("group") == "insights"
    }
    return {
        name: f"{audit['title']} ({audit['score']:.2f}) {audit.get('displayValue', '')}".strip()
        for name, audit in found["audits"].items()
        if name in counted and audit["score"] is not None and audit["score"] < 1
    }


def main() -> None:
    """Serve the site, look at every page, print the table and what is left to do."""
    project = read_project(ROOT)
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not chromium:
        sys.exit("no Chromium found; apt install chromium")
    if not (project.site / "index.html").is_file():
        sys.exit("there is no _site; run `make site` first")
    pages = sys.argv[1:] or [chapter.page for chapter in project.chapters]

    handler = partial(CompressingHandler, directory=str(project.site))
    left = []
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print("| page | preset | performance | accessibility | best practices | SEO |")
        print("|---|---|--:|--:|--:|--:|")
        for page in pages:
            for name, preset in PRESETS.items():
                address = f"http://127.0.0.1:{server.server_port}/{page}"
                found = report(address, preset, chromium)
                scores = [found["categories"][category]["score"] for category in CATEGORIES]
                cells = [page, name, *(f"{100 * score:.0f}" for score in scores)]
                print("|", " | ".join(cells), "|", flush=True)
                left += [f"- {page}, {name}: {audit}" for audit in below_one(found).values()]
        server.shutdown()
    print("\nAudits below 1:\n" if left else "\nEvery audit is passed in full.")
    print("\n".join(left))


if __name__ == "__main__":
    main()
