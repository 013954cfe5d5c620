"""Each chapter as two notebooks: one to work in, without its solutions, and the solved one."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat

from press.book.exercises import CHECK, CHECKED
from press.book.jupyter import KERNELSPEC
from press.book.project import Project
from press.book.site_names import SOLVED, notebook_copy
from press.publish.addresses import notebook_kinds
from press.publish.context import Context
from press.publish.opening_cell import opening_cell
from press.publish.outputs import jupyter_output
from press.publish.package import Wheel
from press.publish.pages import write_cells
from press.publish.pictures import Pictures

Cell = dict[str, Any]
SKIPPED = ["skip-execution", "nbval-skip"]  # what nbclient and nbval leave alone


def notebooks(
    project: Project, book: Path, context: Context, wheel: Wheel | None
) -> dict[str, bytes]:
    """Make the notebooks of all pages that show code.

    Parameters
    ----------
    project
        The book's settings.
    book
        Folder of the woven chapters and their images. It is only read.
    context
        What the book is made of.
    wheel
        The package that the notebooks need, if any.

    Returns
    -------
    dict
        The contents of each, by its name relative to the site. The same chapters give the same
        bytes.
    """
    made = {}
    for page, cells in write_cells(project, book, context).items():
        pictures = Pictures(project, book, posixpath.dirname(page))
        for kind in notebook_kinds(project):
            exercises = any(each["kind"] == "exercise" for each in cells[kind])
            opening = opening_cell(project, page, wheel, exercises=exercises)
            of_kind = [_folded(_code(opening, label="set-up"))] if opening else []
            of_kind += [cell for each in cells[kind] for cell in _cells(each, pictures)]
            notebook = _notebook(of_kind, ran=kind == SOLVED)
            made[notebook_copy(page, kind)] = notebook.encode()
    return made


def notebook_names(project: Project, context: Context) -> list[str]:
    """Name the files that `notebooks` makes."""
    pages = [page for page in context.order if context.pages[page].links.work]
    return [notebook_copy(page, kind) for page in pages for kind in notebook_kinds(project)]


def _notebook(cells: list[Cell], *, ran: bool) -> str:
    """Write a notebook; its cells get names and, if they have run, the numbers of their run."""
    names: set[str] = set()
    count = 0
    for number, cell in enumerate(cells, start=1):
        name = re.sub(r"[^\w-]", "-", cell.pop("label") or "", flags=re.ASCII)[:50]
        name = name or f"cell-{number}"
        while name in names:
            name += "_"
        names.add(name)
        cell["id"] = name
        if ran and cell["cell_type"] == "code" and cell["metadata"].get("tags") != SKIPPED:
            count += 1
            cell["execution_count"] = count
    metadata = {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    return nbformat.writes(nbformat.from_dict(notebook)).rstrip() + "\n"


def _cells(made: Cell, pictures: Pictures) -> Iterator[Cell]:
    """Turn what `notebook.lua` wrote into cells of a notebook."""
    match made["kind"]:
        case "text":
            attached = {each["name"]: each["path"] for each in made["images"]}
            yield _text(made["text"], pictures.attached(attached))
        case "exercise":
            name = made["name"]
            yield _code(unquote(made["stub"]), label=name)
            # Also where the cell above has failed, and so there is no such name.
            check = f'{name} = {CHECKED}("{name}", globals().get("{name}"))'
            yield _code(check, label=f"{CHECK}{name}")
        case "own":
            yield _code(made["text"])
        case "code":
            cell = _code(made["text"], label=made.get("label"))
            shown = [jupyter_output(each, pictures) for each in made["outputs"]]
            cell["outputs"] = [each for each in shown if each]
            if made["skipped"]:
                cell["metadata"]["tags"] = SKIPPED
            elif made["failing"]:
                cell["metadata"]["tags"] = ["raises-exception"]
            yield _folded(cell) if made["folded"] else cell


def _text(text: str, attachments: dict[str, dict[str, str]]) -> Cell:
    attached = {"attachments": attachments} if attachments else {}
    return {"cell_type": "markdown", "metadata": {}, "source": text, "label": None} | attached


def _code(code: str, label: str | None = None) -> Cell:
    return {
        "cell_type": "code",
        "metadata": {},
        "source": code,
        "execution_count": None,
        "outputs": [],
        "label": label,
    }


def _folded(cell: Cell) -> Cell:
    """Let Jupyter show only the first line of a cell's code."""
    cell["metadata"]["jupyter"] = {"source_hidden": True}
    return cell
