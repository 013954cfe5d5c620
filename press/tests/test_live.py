"""A chapter with a kernel that stays: an edit runs the cells from it on, on the right variables."""

import os
import signal
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console
from tiny_book import write

from press.book.chapter import parse
from press.book.project import read_project
from press.errors import PressError
from press.run import session
from press.run.kernels import Kernels
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


@pytest.fixture
def run(book: Path) -> Iterator[Run]:
    """Run the chapter as it is now; give the cells run, what they print, and if it can be kept."""
    project = read_project(book)
    kernels = Kernels()
    live = LiveChapter(project, "index.qmd", kernels)
    ran: list[str] = []

    class Told(Progress):
        def cell(self, source: str, number: int, label: str | None) -> None:
            ran.append(str(number))

    def now(start: str = "[1, 2]", middle: str = "total = sum(numbers)"):
        document = parse(CHAPTER.format(start=start, middle=middle), "index.qmd")
        ran.clear()
        executed, fresh = live.run(document, Told(Console(quiet=True)))
        values = [value for each in executed.blocks for value in getattr(each, "values", [])]
        printed = [out.text.strip() for _, cell in executed.cells for out in cell.outputs]
        return list(ran), values + printed, fresh

    now.live = live  # type: ignore[attr-defined]
    yield now
    live.close()
    assert not kernels._groups


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


def test_a_kernel_that_hangs_or_dies_is_of_no_more_use(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not run.live.broken  # type: ignore[attr-defined]
    with pytest.raises(PressError, match="ZeroDivisionError"):
        run(middle="1 / 0")
    assert not run.live.broken  # type: ignore[attr-defined]
    with pytest.raises(PressError, match="Python ended"):
        run(middle="import os\nos._exit(1)")
    assert run.live.broken  # type: ignore[attr-defined]


def test_a_hanging_cell_breaks_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    monkeypatch.setattr(session, "CELL_SECONDS", 1)
    with pytest.raises(PressError, match="longer than 1 seconds"):
        run(middle="import time\ntime.sleep(60)")
    assert run.live.broken  # type: ignore[attr-defined]


def test_a_kernel_that_dies_between_two_edits_is_a_message(run: Run) -> None:
    run()
    (kernel,) = run.live._kernels._groups  # type: ignore[attr-defined]
    os.kill(kernel, signal.SIGKILL)
    with pytest.raises(PressError, match=r"^index\.qmd: .* ended between two cells"):
        run(middle="total = 1")
    assert run.live.broken  # type: ignore[attr-defined]


def test_the_first_run_is_that_of_a_build(book: Path, run_once: Path) -> None:
    write(book, "index.qmd", textwrap.dedent(CHAPTER.format(start="[1, 2]", middle="total = 3")))
    project = read_project(book)
    document = parse((book / "index.qmd").read_text(), "index.qmd")
    quiet = Progress(Console(quiet=True))
    live = LiveChapter(project, "index.qmd", Kernels())
    executed, fresh = live.run(document, quiet)
    live.close()
    (built,) = run_chapters(project, [document], 1, quiet)
    outputs = [[cell.outputs, cell.count] for _, cell in executed.cells]
    assert outputs == [[cell.outputs, cell.count] for _, cell in built.cells]
    assert executed.blocks[2] == built.blocks[2]
    assert (fresh, executed.inputs) == (True, built.inputs)
