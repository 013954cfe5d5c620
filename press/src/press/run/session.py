"""Run one chapter in a kernel of its own."""

import ast
import asyncio
import contextlib
import datetime
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from press.book.chapter import Code, Document, Prose, inline_expressions
from press.book.jupyter import to_notebook
from press.book.project import Project
from press.errors import PressError
from press.run import inside
from press.run.executed import BlockRun, CellRun, Executed, ProseRun, runs, without_run
from press.run.inputs import Uses, digests_after_run
from press.run.kernels import Kernels, ask, chapter_kernel, kernel_failures, uses_of
from press.run.outputs import MOST, OutputClient, in_order
from press.run.progress import Progress
from press.run.terminal import plain_text

CELL_SECONDS = 600
ACTIVE = re.compile(r"([\\`*_{}\[\]<>$#@^~|])")


def run_document(
    project: Project, document: Document, kernels: Kernels, progress: Progress
) -> Executed:
    """Run one chapter in a fresh kernel, in the chapter's folder.

    Parameters
    ----------
    project
        The book.
    document
        The chapter.
    kernels
        Where the kernel is noted while it runs.
    progress
        Told of each cell.

    Returns
    -------
    Executed

    Raises
    ------
    PressError
        If a cell fails, takes too long or ends its kernel.
    """
    started = time.time()
    blocks: list[BlockRun] = []

    async def run() -> Uses:
        async with chapter_kernel(project, document.source, kernels) as client:
            await run_blocks(client, project, document, progress, blocks)
            return await uses_of(project, client)

    if not runs(document):
        return without_run(document)
    with kernel_failures(document.source):
        used = asyncio.run(run())
    return executed_now(project, document, blocks, used, started)


def executed_now(
    project: Project,
    document: Document,
    blocks: Sequence[BlockRun],
    used: Uses,
    started: float,
) -> Executed:
    """Put together what a run that has just ended showed and used.

    Parameters
    ----------
    project
        The book.
    document
        The chapter.
    blocks
        What each block showed.
    used
        What the chapter used.
    started
        When the run began, in seconds since the epoch.

    Returns
    -------
    Executed
    """
    inputs = digests_after_run(project, document, used, started)
    today = datetime.date.today().isoformat()
    executed = Executed(document, tuple(blocks), today, inputs)
    return replace(executed, unseen=_unseen(executed, used), notices=tuple(used.notices))


def _unseen(executed: Executed, used: Uses) -> str:
    """Name a program that a cell started, unless cell or chapter says which files it reads."""
    if executed.document.front.get("inputs"):
        return ""
    said = {cell.code for cell, _ in executed.cells if cell.options.get("inputs")}
    return next((name for code, name in used.started if code not in said), "")


async def run_blocks(
    client: OutputClient,
    project: Project,
    document: Document,
    progress: Progress,
    done: list[BlockRun],
    before: Callable[[int], Awaitable[object]] | None = None,
) -> None:
    """Run a chapter's cells and inline expressions, in order.

    Parameters
    ----------
    client
        A client of the chapter's kernel.
    project
        The book.
    document
        The chapter.
    progress
        Told of each cell.
    done
        What the chapter's first blocks showed; those are not run again. What the others show is
        added, up to one that fails.
    before
        Called with the number of each block before it runs.

    Raises
    ------
    PressError
        If a cell fails, takes too long or ends its kernel.
    """
    client.nb = to_notebook(document, project.execute)
    client.reset_execution_trackers()
    client.timeout = CELL_SECONDS
    number = sum(isinstance(run, CellRun) for run in done)
    for index, block in list(enumerate(document.blocks))[len(done) :]:
        if before:
            await before(index)
        if isinstance(block, Prose):
            done.append(ProseRun(await _inline(client, document, block)))
            continue
        number += 1
        label = block.options.get("label")
        progress.cell(document.source, number, label)
        run = await _code(client, document, block, index)
        done.append(run)
        progress.cell_done(document.source, number, label, run.seconds)


async def _code(client: OutputClient, document: Document, block: Code, index: int) -> CellRun:
    started = time.monotonic()
    cell = client.nb.cells[index]
    name = block.options.get("label") or "this cell"
    place: dict[str, Any] = {"path": document.source, "line": block.line}
    client.shown = 0
    failures: list[Any] = []
    try:
        await client.async_execute_cell(cell, index)
        if "raises-exception" not in cell.metadata.tags:
            # IPython shows an exception inside a `__repr__`, and goes on.
            failures += [output for output in cell.outputs if output.output_type == "error"]
    except CellExecutionError as error:
        failures.append(error)
    except CellTimeoutError as error:
        reason = f"{name} took longer than {CELL_SECONDS} seconds; make it do less"
        raise PressError(reason, **place) from error
    except DeadKernelError as error:
        if not client.too_much():
            reason = f"Python ended while it ran {name}; memory may have run out, or the code exits"
            raise PressError(reason, **place) from error
    if client.too_much():
        reason = f"{name} shows more than {MOST:,} characters; show a part, such as the first lines"
        raise PressError(reason, **place) from RuntimeError("its kernel was ended")
    for each in failures:
        raise _failure(document, block, cell.execution_count, each)
    seconds = round(time.monotonic() - started, 2)
    return CellRun(in_order(client, cell.outputs), cell.execution_count, seconds)


def _failure(document: Document, block: Code, execution_count: int, error: Any) -> PressError:
    """Say what an exception says, and name the line of the cell that raised it."""
    traceback = error.traceback
    text = traceback if isinstance(traceback, str) else "\n".join(traceback)
    line = _failing_line(text, execution_count)
    reason, at = plain_text(f"{error.ename}: {error.evalue}"), block.line
    if error.ename == "NoneType":  # IPython has lost it, but for what it prints
        reason = plain_text(text).strip().rpartition("\n")[2]
    if line:
        code = block.code.split("\n")[line - 1].strip()
        reason, at = f"{reason}\n    {code}", block.code_line + line - 1
    return PressError(reason, path=document.source, line=at)


async def _inline(client: OutputClient, document: Document, block: Prose) -> list[str]:
    expressions = inline_expressions(block.text)
    if not expressions:
        return []
    try:
        results = await ask(client, inside.evaluate, [each.code for each in expressions])
    except (CellTimeoutError, DeadKernelError) as error:
        reason = "the inline expressions of this paragraph took too long or ended Python"
        raise PressError(reason, path=document.source, line=block.line) from error
    values = []
    for expression, result in zip(expressions, results, strict=True):
        reason = ""
        if "error" in result:
            reason = plain_text(": ".join(result["error"]) + f"\n    {expression.code}")
        elif len(value := _inline_markdown(result)) > MOST:
            reason = f"`{expression.code}` is longer than {MOST:,} characters; show a part of it"
        if reason:
            line = block.line + block.text.count("\n", 0, expression.start)
            raise PressError(reason, path=document.source, line=line)
        values.append(value)
    return values


def _inline_markdown(result: dict[str, str | None]) -> str:
    """Markdown of an inline value: its own, or its text with active characters escaped."""
    if result["text/markdown"] is not None:
        return plain_text(result["text/markdown"])
    text = result["text/plain"] or ""
    if text[:1] in {"'", '"'}:
        with contextlib.suppress(ValueError, SyntaxError):
            text = str(ast.literal_eval(text))
    return ACTIVE.sub(r"\\\1", " ".join(plain_text(text).split("\n")))


def _failing_line(traceback: str, execution_count: int) -> int | None:
    """Line of the cell that failed, counted from 1; None where the traceback does not tell."""
    frames = re.findall(r"Cell In\[(\d+)\], line (\d+)", plain_text(traceback))
    lines = [int(line) for count, line in frames if int(count) == execution_count]
    return lines[-1] if lines else None
