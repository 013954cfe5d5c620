"""A chapter as a Jupyter notebook that has not been run."""

import re
from typing import Any

import nbformat
from nbformat import NotebookNode

from press.book.chapter import Document, Prose
from press.book.options import OPTIONS

KERNELSPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}


def to_notebook(document: Document, defaults: dict[str, Any]) -> NotebookNode:
    """Make a notebook that has not been run.

    Parameters
    ----------
    document
        The chapter.
    defaults
        The project's `execute:` settings; the chapter's and the cells' own win over them.

    Returns
    -------
    NotebookNode
        One cell a block, in order. The same document always gives the same notebook, byte for byte.
    """
    defaults = {**defaults, **(document.front.get("execute") or {})}
    defaults = {name: value for name, value in defaults.items() if name in OPTIONS}
    cells, identifiers = [], set[str]()
    for number, block in enumerate(document.blocks, start=1):
        own: dict[str, Any]
        if isinstance(block, Prose):
            own = {"line": block.line, "inline": []}
            cell = nbformat.v4.new_markdown_cell(block.text, metadata={"press": own})
            identifier = f"text-{number}"
        else:
            options = {**defaults, **block.options}
            own = {"line": block.line, "options": options}
            metadata = {"press": own, "tags": _tags(options)}
            cell = nbformat.v4.new_code_cell(block.code, metadata=metadata)
            label = re.sub(r"[^\w-]", "-", str(options.get("label") or ""))[:50]
            identifier = label if label and label not in identifiers else f"code-{number}"
        identifiers.add(identifier)
        cells.append(cell | {"id": identifier})
    return nbformat.from_dict(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {
                "kernelspec": KERNELSPEC,
                "language_info": {"name": "python"},
                "press": {"source": document.source, "front": document.front},
            },
            "cells": cells,
        }
    )


def _tags(options: dict[str, Any]) -> list[str]:
    skipped = ["skip-execution", "nbval-skip"] if options.get("eval") is False else []
    return skipped + (["raises-exception"] if options.get("error") is True else [])
