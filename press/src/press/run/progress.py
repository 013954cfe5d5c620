"""Show how far the chapters have come."""

import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

SLOW = 1.0  # seconds from which a cell is worth a line of its own


class Progress:
    """A bar for each chapter on a terminal, plain lines elsewhere; at the end, what took long."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}
        self._slow: list[tuple[float, str]] = []
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()
        self._noticed: set[str] = set()
        self.cells_run = 0

    def __enter__(self) -> Self:
        """Begin to show."""
        if self._console.is_terminal:
            self._bars = Bars(
                TextColumn("{task.description}"),
                BarColumn(bar_width=20),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("{task.fields[doing]}"),
                console=self._console,
            )
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop showing; sum up if all went well."""
        if self._bars:
            self._bars.stop()
        if kind is None and self._slow:
            self._line("What took longest:")
            for seconds, name in sorted(self._slow, reverse=True)[:5]:
                self._line(f"  {seconds:7.1f} s  {name}")

    def start(self, source: str, count: int) -> None:
        """Say that a chapter with `count` cells begins."""
        self._counts[source] = count
        if self._bars:
            self._tasks[source] = self._bars.add_task(source, total=count, doing="")

    def cell(self, source: str, number: int, label: str | None) -> None:
        """Say that a cell begins."""
        if self._bars:
            self._bars.update(self._tasks[source], completed=number - 1, doing=label or "")

    def cell_done(self, source: str, number: int, label: str | None, seconds: float) -> None:
        """Say that a cell has ended."""
        with self._lock:
            self.cells_run += 1
        if seconds >= SLOW:
            name = f"{source} {number}/{self._counts[source]} {label or ''}".rstrip()
            self._slow.append((seconds, name))
            if not self._bars:
                self._line(f"{name}: {seconds:.1f} s")

    def finish(self, source: str, seconds: float | None, unseen: str = "") -> None:
        """Say that a chapter is done; `seconds` is None where its last run was still true.

        `unseen` is a program because of which it will run again.
        """
        took = "from cache" if seconds is None else f"{seconds:.1f} s"
        if self._bars:
            task = self._tasks[source]
            self._bars.update(task, completed=self._counts[source], doing=took)
            self._bars.stop_task(task)
        else:
            self._line(f"{source}: {took}")
        if unseen:
            remedy = "`inputs: …` on the cell can name the files, or say `none`"
            self._line(f"{source} runs each time: nobody sees what `{unseen}` reads; {remedy}")

    def notice(self, texts: Sequence[str]) -> None:
        """Print the harmless warnings of chapters, each once."""
        with self._lock:
            new = [text for text in texts if text not in self._noticed]
            self._noticed.update(new)
        for text in new:
            self._line(text)

    def _line(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)
