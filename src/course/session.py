"""Run one chapter in a kernel of its own."""

import ast
import asyncio
import contextlib
import datetime
import os
import re
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from course import cache
from course.kernels import Kernels
from course.notebook import Code, Document, Prose, inline_expressions, to_notebook
from course.progress import Progress
from course.project import CourseError, Project

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
    CourseError
        If a cell fails, takes too long or ends its kernel.
    """
    started = time.time()
    notebook = to_notebook(document, project.execute)
    used: list[str] = []
    if any(isinstance(b, Code) or inline_expressions(b.text) for b in document.blocks):
        with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as folder:
            used = asyncio.run(_run(project, document, notebook, kernels, progress, folder))
    hashes = cache.hash_files(project.root, used)
    for name in used:
        path = project.root / name
        if path.is_file() and path.stat().st_mtime >= started:
            hashes[name] = "changed during the run"  # never true, so the next build runs it again
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    notebook.metadata["course"] |= {
        "date": datetime.date.today().isoformat(),
        "seconds": round(sum(cell.metadata["course"]["seconds"] for cell in cells), 2),
        "inputs": used,
    }
    return notebook, hashes


async def _run(
    project: Project,
    document: Document,
    notebook: NotebookNode,
    kernels: Kernels,
    progress: Progress,
    folder: str,
) -> list[str]:
    # A kernel of this very interpreter, whatever kernels the machine has registered; through
    # sockets in a private folder, since free ports can be taken by another kernel meanwhile.
    manager = AsyncKernelManager(
        kernel_name="python3",
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        transport="ipc",
        ip=f"{folder}/socket",
        connection_file=f"{folder}/kernel.json",
    )
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=None,
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=False,
        shutdown_kernel="immediate",
    )
    # The author's own settings of IPython and Matplotlib must not change the book.
    settings = Path(folder, "matplotlibrc")
    settings.write_text("svg.hashsalt: course\n")  # else the ids in a figure are random
    environment = os.environ | {
        "IPYTHONDIR": folder,
        "MATPLOTLIBRC": str(settings),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
    }
    chapter = (project.root / document.source).parent
    cells, number = list(notebook.cells), 0
    async with client.async_setup_kernel(cleanup_kc=True, cwd=str(chapter), env=environment):
        process = manager.provisioner.pid  # type: ignore[union-attr]
        kernels.add(process)
        try:
            await _ask(client, f"prepare({project.figure_format!r})")
            client.timeout = CELL_SECONDS
            for index, (block, cell) in enumerate(zip(document.blocks, cells, strict=True)):
                if isinstance(block, Prose):
                    cell.metadata["course"]["inline"] = await _inline(client, document, block)
                    continue
                number += 1
                progress.cell(document.source, number, block.options.get("label"))
                seconds = await _code(client, document, block, cell, index)
                progress.cell_done(document.source, number, block.options.get("label"), seconds)
            return list(await _ask(client, f"publish_files({str(project.root)!r})"))
        finally:
            kernels.remove(process)


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
        raise CourseError(reason, path=document.source, line=at) from error
    except CellTimeoutError as error:
        reason = f"{name} took longer than {CELL_SECONDS} seconds; make it do less"
        raise CourseError(reason, path=document.source, line=block.line) from error
    except DeadKernelError as error:
        reason = f"Python ended while it ran {name}; memory may have run out, or the code exits"
        raise CourseError(reason, path=document.source, line=block.line) from error
    seconds = round(time.monotonic() - started, 2)
    cell.metadata["course"]["seconds"] = seconds
    return seconds


async def _inline(client: NotebookClient, document: Document, block: Prose) -> list[str]:
    expressions = inline_expressions(block.text)
    if not expressions:
        return []
    place: dict[str, Any] = {"path": document.source, "line": block.line}
    try:
        results = await _ask(client, f"evaluate({[each.code for each in expressions]!r})")
    except (CellTimeoutError, DeadKernelError) as error:
        reason = "the inline expressions of this paragraph took too long or ended Python"
        raise CourseError(reason, **place) from error
    values = []
    for expression, result in zip(expressions, results, strict=True):
        if "error" in result:
            name, message = result["error"]
            place["line"] += block.text.count("\n", 0, expression.start)
            raise CourseError(f"{name}: {message}\n    {expression.code}", **place)
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


async def _ask(client: NotebookClient, call: str) -> Any:
    """Call a function of `course.kernel` in the kernel; return what it publishes."""
    code = f"__import__('course.kernel', fromlist=['prepare']).{call}"
    cell = nbformat.v4.new_code_cell(code)
    client.nb.cells.append(cell)
    try:
        await client.async_execute_cell(cell, len(client.nb.cells) - 1, store_history=False)
    finally:
        client.nb.cells.pop()
    published = [out.data["application/json"] for out in cell.outputs if "data" in out]
    return published[0] if published else None


def _failing_line(traceback: str, execution_count: int) -> int | None:
    """Line of the cell that failed, counted from 1; None where the traceback does not tell."""
    frames = re.findall(r"Cell In\[(\d+)\], line (\d+)", ANSI.sub("", traceback))
    lines = [int(line) for count, line in frames if int(count) == execution_count]
    return lines[-1] if lines else None
