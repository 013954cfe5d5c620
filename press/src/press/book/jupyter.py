"""A chapter as a Jupyter notebook that has not been run."""

import re
from typing import Any

import nbformat
from nbformat import NotebookNode

from press.book.chapter import Code, Document

KERNELSPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}


def to_notebook(document: Document, defaults: dict[str, Any]) -> NotebookNode:
    """Make a notebook that has not been run.

    Parameters
    ----------
    document
        The chapter.
    defaults
        The project's `execute:` settings.

    Returns
    -------
    NotebookNode
        One cell a block, in order. The same document always gives the same notebook, byte for byte.
    """
    cells, identifiers = [], set[str]()
    for number, block in enumerate(document.blocks, start=1):
        if isinstance(block, Code):
            options = cell_options(document, block, defaults)
            cell = nbformat.v4.new_code_cell(block.code, metadata={"tags": _tags(options)})
            label = re.sub(r"[^\w-]", "-", str(options.get("label") or ""))[:50]
            identifier = label if label and label not in identifiers else f"code-{number}"
        else:
            cell = nbformat.v4.new_markdown_cell(block.text)
            identifier = f"text-{number}"
        identifiers.add(identifier)
        cells.append(cell | {"id": identifier})
    metadata = {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    return nbformat.from_dict(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    )


def cell_options(document: Document, cell: Code, defaults: dict[str, Any]) -> dict[str, Any]:
    """Give the options that hold for a cell: its own win over the chapter's and the project's.

    Parameters
    ----------
    document
        The chapter.
    cell
        One of its cells.
    defaults
        The project's `execute:` settings.

    Returns
    -------
    dict
        The value of each option.
    """
    return {**defaults, **document.front.get("execute", {}), **cell.options}


def _tags(options: dict[str, Any]) -> list[str]:
    skipped = ["skip-execution", "nbval-skip"] if options.get("eval") is False else []
    return skipped + (["raises-exception"] if options.get("error") is True else [])
