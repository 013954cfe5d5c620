"""A chapter and what its run showed."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode

from press.book.chapter import Code, Document, inline_expressions


@dataclass(frozen=True)
class CellRun:
    """What a code cell showed: its outputs as nbformat has them, IPython's count, its seconds."""

    outputs: list[NotebookNode]
    count: int | None
    seconds: float


@dataclass(frozen=True)
class ProseRun:
    """What the inline expressions of a prose block came to: Markdown, in their order."""

    values: list[str]


BlockRun = CellRun | ProseRun


@dataclass(frozen=True)
class Executed:
    """A chapter that has run.

    Parameters
    ----------
    document
        The chapter as written.
    blocks
        What each of its blocks showed, in order.
    date
        Day of the run, as 2026-01-31.
    inputs
        The files and folders that it used, with their digests (see `run.inputs`).
    unseen
        A program that one of its cells started, so that nobody knows what it used; or empty.
    notices
        Its harmless warnings; no page shows them.
    """

    document: Document
    blocks: tuple[BlockRun, ...]
    date: str = ""
    inputs: Mapping[str, str | None] = field(default_factory=dict)
    unseen: str = ""
    notices: tuple[str, ...] = ()

    @property
    def cells(self) -> list[tuple[Code, CellRun]]:
        """The code cells, each with its run."""
        return [
            (block, run)
            for block, run in zip(self.document.blocks, self.blocks, strict=True)
            if isinstance(block, Code) and isinstance(run, CellRun)
        ]

    @property
    def seconds(self) -> float:
        """What the cells took, in seconds."""
        return round(sum(run.seconds for _, run in self.cells), 2)


def runs(document: Document) -> bool:
    """Tell whether a chapter has anything to run."""
    return any(isinstance(b, Code) or inline_expressions(b.text) for b in document.blocks)


def without_run(document: Document) -> Executed:
    """Return a chapter that has nothing to run as one that has run today."""
    blocks = tuple(ProseRun([]) for _ in document.blocks)
    return Executed(document, blocks, datetime.date.today().isoformat())
