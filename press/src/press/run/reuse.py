"""Keep what chapters showed, and know when a chapter need not be run again."""

import contextlib
import json
import platform
from importlib.resources import files
from pathlib import Path
from typing import Any

import nbformat

from press.book.chapter import Code, Document, inline_expressions
from press.book.jupyter import cell_options
from press.book.project import Project
from press.disk.digest import digest
from press.disk.files import write_json
from press.run.executed import BlockRun, CellRun, Executed, ProseRun
from press.run.inputs import declared, digests, stale

# What decides how a cell's outputs look.
RUNNERS = ("inside.py", "kernels.py", "outputs.py", "session.py", "terminal.py", "uses.py")


def load(project: Project, document: Document) -> Executed | None:
    """Give a chapter the outputs of its last run, if they are still true.

    They are while its code, its inline expressions, the inputs of book and chapter,
    Python and the settings are what they were. Prose and captions may have changed.

    Parameters
    ----------
    project
        The book.
    document
        The chapter as it stands now.

    Returns
    -------
    Executed or None
        The chapter and its outputs, or None if it has to be run. An entry that cannot be read
        counts as none.
    """
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, IndexError):
        kept = json.loads(entry(project, document.source).read_text(encoding="utf-8"))
        value = kept["value"]
        true = kept["digest"] == digest(key(project, document), value)
        if true and not stale(project.root, value["inputs"]):
            return Executed(document, _blocks(document, value), value["date"], value["inputs"])
    return None


def store(project: Project, executed: Executed) -> None:
    """Keep what a chapter showed, completely or not at all.

    It is not kept if nobody knows what it used, nor with a warning that nobody expected: its reason
    may be gone the next time.

    Parameters
    ----------
    project
        The book.
    executed
        The chapter that was run.
    """
    document = executed.document
    warned = any(
        output.get("name") == "stderr"
        for cell, run in executed.cells
        if "warning" not in cell_options(document, cell, project.execute)
        for output in run.outputs
    )
    if executed.unseen or warned:
        entry(project, document.source).unlink(missing_ok=True)
        return
    cells = [[run.outputs, run.count, run.seconds] for _, run in executed.cells]
    values = [value for run in executed.blocks if isinstance(run, ProseRun) for value in run.values]
    value = {
        "cells": cells,
        "values": values,
        "date": executed.date,
        "inputs": dict(executed.inputs),
    }
    kept = {"digest": digest(key(project, document), value), "value": value}
    write_json(entry(project, document.source), kept)


def entry(project: Project, source: str) -> Path:
    """Where what a chapter showed is kept."""
    return (project.build / "executed" / source).with_suffix(".json")


def key(project: Project, document: Document) -> str:
    """Hash what a chapter's outputs depend on, but for what it used of the repository."""
    steps: list[Any] = []
    for block in document.blocks:
        if isinstance(block, Code):
            options = cell_options(document, block, project.execute)
            steps.append([block.code, options.get("eval"), options.get("error")])
        else:
            steps += [expression.code for expression in inline_expressions(block.text)]
    settings = [project.execute, document.front.get("execute"), project.figure_format]
    inputs = digests(project.root, declared(project, document))
    engine = [(files("press.run") / name).read_text(encoding="utf-8") for name in RUNNERS]
    return digest(steps, settings, inputs, engine, platform.python_version())


def _blocks(document: Document, value: dict[str, Any]) -> tuple[BlockRun, ...]:
    """Deal the outputs and values out to the blocks, which may be other ones than at the run."""
    cells, values = iter(value["cells"]), list(value["values"])
    blocks: list[BlockRun] = []
    for block in document.blocks:
        if isinstance(block, Code):
            outputs, count, seconds = next(cells)
            blocks.append(CellRun([nbformat.from_dict(out) for out in outputs], count, seconds))
        else:
            count = len(inline_expressions(block.text))
            blocks.append(ProseRun(values[:count]))
            values = values[count:]
    return tuple(blocks)
