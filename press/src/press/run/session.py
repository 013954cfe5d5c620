"""Run one chapter in a kernel of its own."""

import ast
import asyncio
import contextlib
import datetime
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from press.book.chapter import Code, Document, Prose, inline_expressions
from press.book.jupyter import to_notebook
from press.book.project import Project
from press.errors import PressError
from press.run import reuse
from press.run.kernels import Kernels, ask, chapter_kernel, files_used, kernel_failures
from press.run.progress import Progress

CELL_SECONDS = 600
ANSI = re.compile(r"\x1b\[[0-9;]*m")
ACTIVE = re.compile(r"([\\`*_{}\[\]<>$#@^~|])")


def run_document(
    project: Project, document: Document, kernels: Kernels, progress: Progress
) -> tuple[NotebookNode, dict[str, str | None]]:
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
    notebook : NotebookNode
        The executed notebook.
    used : dict
        The repository's files that the chapter used, with their hashes.

    Raises
    ------
    PressError
        If a cell fails, takes too long or ends its kernel.
    """
    started = time.time()
    notebook = to_notebook(document, project.execute)
    used: list[str] = []

    async def run() -> list[str]:
        async with chapter_kernel(project, document.source, kernels) as client:
            await run_blocks(client, document, notebook, progress)
            return await files_used(project, client)

    if any(isinstance(b, Code) or inline_expressions(b.text) for b in document.blocks):
        with kernel_failures(document.source):
            used = asyncio.run(run())
    return notebook, note_run(project, notebook, used, started)


def note_run(
    project: Project, notebook: NotebookNode, used: list[str], started: float
) -> dict[str, str | None]:
    """Note in an executed notebook when it ran, how long, and on what.

    Parameters
    ----------
    project
        The book.
    notebook
        The executed notebook.
    used
        The repository's files that the chapter used.
    started
        When it began, in seconds since the epoch.

    Returns
    -------
    dict
        The hash of each file used.
    """
    hashes = reuse.hash_files(project.root, used)
    for name in used:
        path = project.root / name
        if path.is_file() and path.stat().st_mtime >= started:
            hashes[name] = "changed during the run"  # never true, so the next build runs it again
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    notebook.metadata["press"] |= {
        "date": datetime.date.today().isoformat(),
        "seconds": round(sum(cell.metadata["press"]["seconds"] for cell in cells), 2),
        "inputs": used,
    }
    return hashes


async def run_blocks(
    client: NotebookClient,
    document: Document,
    notebook: NotebookNode,
    progress: Progress,
    before: Callable[[int], Awaitable[object]] | None = None,
    first: int = 0,
) -> None:
    """Run a chapter's cells and inline expressions, in order, into its notebook.

    Parameters
    ----------
    client
        A client of the chapter's kernel.
    document, notebook
        The chapter, and its notebook; outputs are filled in.
    progress
        Told of each cell.
    before
        Called with the number of each block before it runs.
    first
        Number of the block to begin with; the notebook has the outputs of those above it.

    Raises
    ------
    PressError
        If a cell fails, takes too long or ends its kernel.
    """
    client.nb = notebook
    client.reset_execution_trackers()
    client.timeout = CELL_SECONDS
    number = 0
    pairs = list(zip(document.blocks, notebook.cells, strict=True))
    for index, (block, cell) in enumerate(pairs):
        number += isinstance(block, Code)
        if index < first:
            continue
        if before:
            await before(index)
        if isinstance(block, Prose):
            cell.metadata["press"]["inline"] = await _inline(client, document, block)
            continue
        progress.cell(document.source, number, block.options.get("label"))
        seconds = await _code(client, document, block, cell, index)
        progress.cell_done(document.source, number, block.options.get("label"), seconds)


async def _code(
    client: NotebookClient, document: Document, block: Code, cell: NotebookNode, index: int
) -> float:
    started = time.monotonic()
    name = block.options.get("label") or "this cell"
    try:
        await client.async_execute_cell(cell, index)
    except CellExecutionError as error:
        line = _failing_line(error.traceback, cell.execution_count)
        reason, at = f"{error.ename}: {error.evalue}", block.line
        if line:
            code = block.code.split("\n")[line - 1].strip()
            reason, at = f"{reason}\n    {code}", block.code_line + line - 1
        raise PressError(reason, path=document.source, line=at) from error
    except CellTimeoutError as error:
        reason = f"{name} took longer than {CELL_SECONDS} seconds; make it do less"
        raise PressError(reason, path=document.source, line=block.line) from error
    except DeadKernelError as error:
        reason = f"Python ended while it ran {name}; memory may have run out, or the code exits"
        raise PressError(reason, path=document.source, line=block.line) from error
    seconds = round(time.monotonic() - started, 2)
    cell.metadata["press"]["seconds"] = seconds
    return seconds


async def _inline(client: NotebookClient, document: Document, block: Prose) -> list[str]:
    expressions = inline_expressions(block.text)
    if not expressions:
        return []
    place: dict[str, Any] = {"path": document.source, "line": block.line}
    try:
        results = await ask(client, f"evaluate({[each.code for each in expressions]!r})")
    except (CellTimeoutError, DeadKernelError) as error:
        reason = "the inline expressions of this paragraph took too long or ended Python"
        raise PressError(reason, **place) from error
    values = []
    for expression, result in zip(expressions, results, strict=True):
        if "error" in result:
            name, message = result["error"]
            place["line"] += block.text.count("\n", 0, expression.start)
            raise PressError(f"{name}: {message}\n    {expression.code}", **place)
        values.append(_inline_markdown(result))
    return values


def _inline_markdown(result: dict[str, str | None]) -> str:
    """Markdown of an inline value: its own, or its text with active characters escaped."""
    if result["text/markdown"] is not None:
        return result["text/markdown"]
    text = result["text/plain"] or ""
    if text[:1] in {"'", '"'}:
        with contextlib.suppress(ValueError, SyntaxError):
            text = str(ast.literal_eval(text))
    return ACTIVE.sub(r"\\\1", " ".join(text.split("\n")))


def _failing_line(traceback: str, execution_count: int) -> int | None:
    """Line of the cell that failed, counted from 1; None where the traceback does not tell."""
    frames = re.findall(r"Cell In\[(\d+)\], line (\d+)", ANSI.sub("", traceback))
    lines = [int(line) for count, line in frames if int(count) == execution_count]
    return lines[-1] if lines else None
