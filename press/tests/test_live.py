"""A chapter with a kernel that stays: an edit runs the cells from it on, on the right variables."""

import asyncio
import os
import signal
import textwrap
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from rich.console import Console
from tiny_book import write

from press.book.chapter import parse
from press.book.project import read_project
from press.errors import PressError
from press.run import session
from press.run.live import LiveChapter
from press.run.progress import Progress
from press.run.schedule import run_chapters

CHAPTER = """
# Title {{#sec-title}}

```{{python}}
numbers = {start}
ran = ["first"]
```

The first is `{{python}} numbers[0]`.

```{{python}}
{middle}
```

```{{python}}
print(total, ran)
```
"""
Run = Callable[..., tuple[list[str], list[str], bool]]
Call = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture
def call() -> Iterator[Call]:
    """Run a coroutine in an event loop that stays."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield lambda work: asyncio.run_coroutine_threadsafe(work, loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def live(call: Call) -> Iterator[LiveChapter]:
    chapter = LiveChapter("index.qmd")
    yield chapter
    call(chapter.close())
    assert not chapter._kernels._groups


@pytest.fixture
def run(book: Path, call: Call, live: LiveChapter) -> Run:
    """Run the chapter as it is now; give the cells run, what they print, and if it can be kept."""
    project = read_project(book)
    ran: list[str] = []

    class Told(Progress):
        def cell(self, source: str, number: int, label: str | None) -> None:
            ran.append(str(number))

    def now(
        start: str = "[1, 2]", middle: str = "total = sum(numbers)", **settings: Any
    ) -> tuple[list[str], list[str], bool]:
        document = parse(CHAPTER.format(start=start, middle=middle), "index.qmd")
        ran.clear()
        work = live.run(replace(project, **settings), document, Told(Console(quiet=True)))
        executed, fresh = call(work)
        values = [value for each in executed.blocks for value in getattr(each, "values", [])]
        outputs = [out for _, cell in executed.cells for out in cell.outputs]
        printed = [out.text.strip() for out in outputs if "text" in out]
        return list(ran), values + printed, fresh

    return now


def kernel_of(live: LiveChapter) -> int:
    (kernel,) = live._kernels._groups
    return kernel


def test_an_edit_runs_the_cells_from_it_on(run: Run) -> None:
    assert run() == (["1", "2", "3"], ["1", "3 ['first']"], True)
    assert run() == ([], ["1", "3 ['first']"], False)
    assert run(middle="total = -sum(numbers)") == (["2", "3"], ["1", "-3 ['first']"], False)
    assert run(start="[5, 2]", middle="total = -sum(numbers)") == (
        ["1", "2", "3"],
        ["5", "-7 ['first']"],
        False,
    )


def test_variables_are_what_they_were_before_the_cell(run: Run) -> None:
    run(middle="total = sum(numbers)\nextra = numbers = 0")
    _, printed, _ = run(middle="total = sum(numbers) + len(numbers)")
    assert printed[1] == "5 ['first']"
    with pytest.raises(PressError, match="NameError: name 'extra' is not defined"):
        run(middle="total = extra")


def test_a_failure_is_mended_from_its_cell_on(run: Run) -> None:
    with pytest.raises(PressError, match=r"index.qmd:13: ZeroDivisionError"):
        run(middle="numbers = [0]\ntotal = 1 / 0")
    assert run() == (["2", "3"], ["1", "3 ['first']"], False)


def test_a_failure_says_what_the_chapter_has_used(book: Path, run: Run, live: LiveChapter) -> None:
    read = 'total = open("data/numbers.txt").read().split()[{}]'
    with pytest.raises(PressError, match="IndexError"):
        run(middle=read.format(9))
    assert live.used == ["data/numbers.txt"]
    with pytest.raises(PressError, match="FileNotFoundError"):
        run(middle='open("data/none.txt")')
    assert live.used == ["data/none.txt", "data/numbers.txt"]


@pytest.mark.parametrize(
    ("middle", "message"),
    [
        ("import os\nos._exit(1)", "Python ended"),
        ("import time\ntime.sleep(60)", "longer than 1 seconds"),
    ],
)
def test_a_kernel_that_a_cell_ends_or_hangs_is_replaced(
    run: Run, live: LiveChapter, monkeypatch: pytest.MonkeyPatch, middle: str, message: str
) -> None:
    run()
    kernel = kernel_of(live)
    with monkeypatch.context() as context:
        context.setattr(session, "CELL_SECONDS", 1)
        with pytest.raises(PressError, match=message):
            run(middle=middle)
    assert run() == (["1", "2", "3"], ["1", "3 ['first']"], True)
    assert kernel_of(live) != kernel
    assert not psutil.pid_exists(kernel)


def test_a_kernel_that_dies_between_two_edits_is_replaced_unseen(
    run: Run, live: LiveChapter
) -> None:
    run()
    kernel = psutil.Process(kernel_of(live))
    os.kill(kernel.pid, signal.SIGKILL)
    while kernel.is_running() and kernel.status() != psutil.STATUS_ZOMBIE:
        pass
    assert run(middle="total = 1") == (["1", "2", "3"], ["1", "1 ['first']"], True)


def test_other_figures_need_a_kernel_set_up_for_them(run: Run, live: LiveChapter) -> None:
    shown = "from matplotlib_inline.config import InlineBackend as B\n"
    shown += "total = list(B.instance().figure_formats)"
    assert run(middle=shown)[1][1] == "['svg'] ['first']"
    assert run(middle=shown, figure_format="png")[1][1] == "['png'] ['first']"


def test_settings_of_the_cells_are_those_of_now(run: Run) -> None:
    run(middle="total = 1\n1 / 1")
    with pytest.raises(PressError, match="NameError"):
        run(middle="total = 1\n1 / 0", execute={"eval": False})


WATCHED = """\
import gc, weakref
class Thing: pass
things = globals().setdefault("things", weakref.WeakSet())
thing = Thing()
things.add(thing)
gc.collect()
total = len(things)
thing  # {}"""


def test_what_earlier_edits_made_is_let_go(run: Run) -> None:
    start = "[1, 2]\nimport weakref\nthings = weakref.WeakSet()"
    counts = [
        int(run(start=start, middle=WATCHED.format(number))[1][-1].split()[0])
        for number in range(12)
    ]
    assert max(counts) == counts[5]  # IPython's `_` and `__` hold the last few


def test_a_shorter_chapter_keeps_no_state_of_a_longer_one(run: Run) -> None:
    states = "import press.run.inside\ntotal = len(press.run.inside._states)"
    cells = "\n```\n\n```{python}\n".join(str(number) for number in range(8))
    run(middle=cells + "\ntotal = 0")
    assert run(middle=states)[1][-1] == "4 ['first']"


def test_a_chapter_that_is_closed_ends_at_once(
    book: Path, live: LiveChapter, call: Call, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    text = f"# T\n\n```{{python}}\nopen({str(begun)!r}, 'w')\nimport time\ntime.sleep(600)\n```\n"
    project, document = read_project(book), parse(text, "index.qmd")

    async def close_while_it_runs() -> list[BaseException | object]:
        runs = [
            asyncio.ensure_future(live.run(project, document, Progress(Console(quiet=True))))
            for _ in range(2)
        ]
        while not begun.exists():
            await asyncio.sleep(0.05)
        await live.close()
        return await asyncio.gather(*runs, return_exceptions=True)

    first, second = call(close_while_it_runs())
    assert isinstance(first, PressError)
    assert isinstance(second, RuntimeError)  # it never began


def test_the_first_run_is_that_of_a_build(book: Path, live: LiveChapter, call: Call) -> None:
    write(book, "index.qmd", textwrap.dedent(CHAPTER.format(start="[1, 2]", middle="total = 3")))
    project = read_project(book)
    document = parse((book / "index.qmd").read_text(), "index.qmd")
    quiet = Progress(Console(quiet=True))
    executed, fresh = call(live.run(project, document, quiet))
    (built,) = run_chapters(project, [document], 1, quiet)
    outputs = [[cell.outputs, cell.count] for _, cell in executed.cells]
    assert outputs == [[cell.outputs, cell.count] for _, cell in built.cells]
    assert executed.blocks[2] == built.blocks[2]
    assert (fresh, executed.inputs) == (True, built.inputs)


def test_matplotlibs_settings_are_what_they_were_before_the_edited_cell(run: Run) -> None:
    width = "import matplotlib as m; total = m.rcParams['lines.linewidth']"
    _, before, _ = run(middle=width)
    run(middle=f"{width}; m.rcParams['lines.linewidth'] = 9")
    _, after, _ = run(middle=f"{width}  # as it was")
    assert after == before
