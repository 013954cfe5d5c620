"""Keep executed notebooks, and know when a chapter need not be run again."""

import contextlib
import hashlib
import json
import platform
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from press.book.chapter import Code, Document, inline_expressions
from press.book.project import Project
from press.disk.files import write_whole

RUNNERS = ("inside.py", "kernels.py", "session.py")  # what decides how a cell's outputs look


def load(project: Project, document: Document, fresh: NotebookNode) -> NotebookNode | None:
    """Give a freshly parsed chapter the outputs of its last run, if they are still true.

    They are while its code, its inline expressions, the files that it used, the lock file, Python
    and the settings are what they were. Prose and captions are always those of `fresh`.

    Parameters
    ----------
    project
        The book.
    document
        The chapter as it stands now.
    fresh
        The chapter's notebook, not run.

    Returns
    -------
    NotebookNode or None
        The executed notebook, or None if the chapter has to be run. An entry that cannot be read
        counts as none.
    """
    with contextlib.suppress(Exception):
        stored = nbformat.read(entry(project, document.source), as_version=4)
        record = stored.metadata["press"].pop("cache")
        if record["digest"] == _hash(stored) and record["key"] == key(project, document):
            used = record["files"]
            if used == hash_files(project.root, used):
                return _attach(fresh, stored)
    return None


def store(
    project: Project, document: Document, notebook: NotebookNode, used: dict[str, str | None]
) -> None:
    """Write an executed notebook, completely or not at all.

    Parameters
    ----------
    project
        The book.
    document
        The chapter that was run.
    notebook
        Its executed notebook.
    used
        The files that it used, with their hashes.
    """
    stored = nbformat.from_dict(notebook)
    record = {"key": key(project, document), "files": used, "digest": _hash(stored)}
    stored.metadata["press"]["cache"] = record
    write_whole(entry(project, document.source), nbformat.writes(stored).encode())


def entry(project: Project, source: str) -> Path:
    """Where the executed notebook of a chapter is kept."""
    return (project.build / "executed" / source).with_suffix(".ipynb")


def key(project: Project, document: Document) -> str:
    """Hash everything but the repository's files that a chapter's outputs depend on."""
    execute = {**project.execute, **(document.front.get("execute") or {})}
    steps: list[Any] = []
    for block in document.blocks:
        if isinstance(block, Code):
            options = {**execute, **block.options}
            steps.append([block.code, options.get("eval"), options.get("error")])
        else:
            steps += [expression.code for expression in inline_expressions(block.text)]
    lock = hash_files(project.root, ["requirements.lock"])
    engine = [(files("press.run") / name).read_text(encoding="utf-8") for name in RUNNERS]
    return _hash([steps, lock, engine, platform.python_version(), project.figure_format])


def hash_files(root: Path, names: Iterable[str]) -> dict[str, str | None]:
    """Hash the contents of files; None stands for a file that is not there.

    Parameters
    ----------
    root
        The project's folder.
    names
        Paths relative to it.

    Returns
    -------
    dict
        The hash of each file.
    """
    paths = {name: root / name for name in names}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
        for name, path in paths.items()
    }


def _attach(fresh: NotebookNode, stored: NotebookNode) -> NotebookNode:
    values = [
        value
        for cell in stored.cells
        if cell.cell_type == "markdown"
        for value in cell.metadata["press"]["inline"]
    ]
    runs = [cell for cell in stored.cells if cell.cell_type == "code"]
    for cell in fresh.cells:
        if cell.cell_type == "markdown":
            count = len(inline_expressions(cell.source))
            cell.metadata["press"]["inline"], values = values[:count], values[count:]
        else:
            run = runs.pop(0)
            cell.outputs, cell.execution_count = run.outputs, run.execution_count
            cell.metadata["press"]["seconds"] = run.metadata["press"]["seconds"]
    for name in ("date", "seconds", "inputs"):
        fresh.metadata["press"][name] = stored.metadata["press"][name]
    return fresh


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
