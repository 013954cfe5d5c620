"""What the publisher costs: builds, edits and memory, for the course and for ten times the course.

Everything happens in copies of the repository in a temporary folder. Seconds are medians of several
runs; run it on a machine that does nothing else. `make bench` prints the table for README.md.
"""

import argparse
import asyncio
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from tornado.websocket import websocket_connect

ROOT = Path(__file__).parents[1]
PRESS = [sys.executable, "-u", "-m", "press.cli"]
NO_PART_OF_THE_COURSE = {".ci", ".github", "benchmarks", "press", "tests"}
LABEL = re.compile(r"\{#([\w-]+)[ }]|^#\| label: ((?:fig|tbl)-[\w-]+)$", re.MULTILINE)
PROSE = ("chapters/shrinkage.qmd", "This chapter shows the pull")
PLOT = ("chapters/shrinkage.qmd", "from pooling.plots import shrinkage_forest\n")
REST = 5  # seconds in which what is beside a page is written too


def copy_course(folder: Path, times: int) -> None:
    """Copy what a build needs, with each chapter `times` times under other labels."""
    tracked = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines()
    for name in tracked:
        if name.split("/")[0] not in NO_PART_OF_THE_COURSE:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name, follow_symlinks=False)
    sources = sorted((folder / "chapters").glob("*.qmd"))
    texts = {path: path.read_text(encoding="utf-8") for path in sources}
    labels = {one or other for text in texts.values() for one, other in LABEL.findall(text)}
    pattern = re.compile(rf"\b({'|'.join(sorted(labels, key=len, reverse=True))})\b(?!-)")
    names = []
    for number in range(2, times + 1):
        for path, text in texts.items():
            changed = pattern.sub(rf"\1-copy{number}", text)
            changed = re.sub(r"\brecord\(\s*\"", rf"\g<0>copy{number}-", changed)
            # An exercise has one name in a book, and a cell without it is like any other.
            changed = re.sub(r"^#\| exercise: .*\n", "", changed, flags=re.MULTILINE)
            copy = path.with_name(f"{path.stem}-copy{number}.qmd")
            copy.write_text(changed, encoding="utf-8")
            names.append(f"    - chapters/{copy.name}\n")
    settings = folder / "_quarto.yml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        text.replace("    - references.qmd\n", "".join(names) + "    - references.qmd\n")
    )


def render(folder: Path) -> tuple[float, float]:
    """Run `press render`; return its seconds and the peak of its processes' memory, in MB."""
    started, peak = time.perf_counter(), 0.0
    with subprocess.Popen([*PRESS, "render"], cwd=folder, stdout=subprocess.DEVNULL) as build:
        while build.poll() is None:
            peak = max(peak, memory(build.pid))
            time.sleep(0.1)
    if build.returncode:
        sys.exit("the build failed; its message is above")
    return time.perf_counter() - started, peak


def memory(process: int) -> float:
    """Sum the resident memory of a process and everything it started, in MB."""
    try:
        parent = psutil.Process(process)
        family = [parent, *parent.children(recursive=True)]
        return sum(each.memory_info().rss for each in family) / 2**20
    except psutil.NoSuchProcess:
        return 0.0


@contextmanager
def preview(folder: Path) -> Iterator[int]:
    """Run `press preview` until the block ends; yield its port."""
    command = [*PRESS, "preview"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        line = next(line for line in process.stdout if "shows the book" in line)
        # Whoever does not read what a process prints stops it in the end.
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield int(line.split("/")[2].split(":")[1])
    finally:
        process.terminate()
        process.wait()


def edit_to_page(folder: Path, port: int, source: str, old: str, new: str) -> float:
    """Edit a chapter as an author does; return the seconds until a browser has the new page.

    The edit is taken back, and what follows from that is waited for: an edit that comes while cells
    run interrupts them, and is another matter.
    """
    text = (folder / source).read_text(encoding="utf-8")
    seconds = save_to_page(folder, port, source, text.replace(old, new, 1))
    save_to_page(folder, port, source, text)
    return seconds


def save_to_page(folder: Path, port: int, source: str, text: str) -> float:
    """Save a chapter; return the seconds until a browser has its new page."""
    address = "/" + source.replace(".qmd", ".html")
    page = get(port, address)
    mark = page.split('data-mark="')[1].split('"')[0]

    async def save_and_wait() -> float:
        news = f"ws://127.0.0.1:{port}/_preview/news?page={address}&mark={mark}"
        connection = await websocket_connect(news)
        started = time.perf_counter()
        (folder / source).write_text(text, encoding="utf-8")
        while "reload" not in json.loads(await connection.read_message() or ""):
            pass
        connection.close()
        return started

    started = asyncio.run(save_and_wait())
    shown = get(port, address)
    seconds = time.perf_counter() - started
    assert re.sub('data-mark="[^"]*"', "", shown) != page.replace(f'data-mark="{mark}"', "")
    time.sleep(REST)
    return seconds


def get(port: int, address: str) -> str:
    """Ask the preview for a page."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", address)
    return connection.getresponse().read().decode()


def remove(folder: Path, *names: str) -> None:
    """Delete folders of an earlier build."""
    for name in names:
        shutil.rmtree(folder / name, ignore_errors=True)


def measure(folder: Path, store: Path, runs: int, clean_runs: int) -> dict[str, float]:
    """Measure everything for the course in `folder`, with its posteriors in `store`."""

    def median(work: Callable[[int], float], count: int) -> float:
        return statistics.median(work(number) for number in range(count))

    def clean(_: int) -> float:
        remove(store, "posteriors", "compiled")
        return from_store(0)

    def from_store(_: int) -> float:
        remove(folder, "_site", "_build")
        seconds, peak = render(folder)
        peaks.append(peak)
        return seconds

    def from_cache(_: int) -> float:
        remove(folder, "_site", "_build/pages", "_build/pdf")
        return render(folder)[0]

    peaks: list[float] = []
    figures = {"clean build, empty store": median(clean, clean_runs)}
    figures["clean build, full store"] = median(from_store, clean_runs)
    figures["clean build, full cache"] = median(from_cache, runs)
    figures["build with nothing to do"] = median(lambda _: render(folder)[0], runs)
    with preview(folder) as port:
        source, words = PROSE
        figures["prose edit to page"] = median(
            lambda number: edit_to_page(folder, port, source, words, f"{words} {number}"), runs
        )
        source, line = PLOT
        # The first edit of code starts the chapter's kernel.
        edit_to_page(folder, port, source, line, f"{line}# warm\n")
        figures["plot edit to page"] = median(
            lambda number: edit_to_page(folder, port, source, line, f"{line}# {number}\n"), runs
        )
    figures["memory peak of a clean build (MB)"] = max(peaks)
    return figures


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--clean-runs", type=int, default=3)
    parser.add_argument(
        "--times", type=int, default=10, help="how many times the course's chapters"
    )
    options = parser.parse_args()
    os.environ["CI"] = "true"  # no progress bars
    found: dict[int, dict[str, float]] = {}
    for times in (1, options.times):
        with tempfile.TemporaryDirectory(prefix="course-bench-") as name:
            folder, store = Path(name).resolve() / "course", Path(name).resolve() / "store"
            folder.mkdir()
            copy_course(folder, times)
            os.environ["PYTHONPATH"] = str(folder / "src")
            os.environ["POOLING_STORE"] = str(store)
            clean_runs = options.clean_runs if times == 1 else 1
            found[times] = measure(folder, store, options.runs, clean_runs)
    count = len(list((ROOT / "chapters").glob("*.qmd")))
    print(f"| | {count} chapters | {count * options.times} chapters | ratio |")
    print("| :--- | ---: | ---: | ---: |")
    for name, value in found[1].items():
        many = found[options.times][name]
        print(f"| {name} | {value:.2f} | {many:.2f} | {many / value:.1f} |")
    print(json.dumps({"cpus": os.cpu_count(), "python": sys.version.split()[0]}))


if __name__ == "__main__":
    main()
