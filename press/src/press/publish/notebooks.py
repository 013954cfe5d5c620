"""Write the chapters as notebooks for readers."""

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from press.book.chapter import Document, inline_expressions
from press.book.images import copy_images, images
from press.book.jupyter import to_notebook
from press.book.markdown import hide_blocks
from press.book.outline import Outline
from press.book.project import Project
from press.disk.files import write_whole


def write_notebooks(project: Project, documents: list[Document], output: Path) -> list[Path]:
    """Write one notebook a chapter, not run, beside copies of the images that it shows.

    Parameters
    ----------
    project
        The book.
    documents
        Its chapters.
    output
        Folder to write to; chapters keep their place in it.

    Returns
    -------
    list of Path
        The notebooks written.
    """
    written = []
    for document in documents:
        path = (output / document.source).with_suffix(".ipynb")
        text = nbformat.writes(reader_notebook(project, document))
        write_whole(path, f"{text.rstrip()}\n".encode())
        written.append(path)
        copy_images(project, document.source, images(Outline(document)), output)
    return written


def reader_notebook(project: Project, document: Document) -> NotebookNode:
    """Make a chapter's notebook, with inline expressions shown as the code that they are.

    Parameters
    ----------
    project
        The book.
    document
        The chapter.

    Returns
    -------
    NotebookNode
    """
    notebook = to_notebook(document, project.execute)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = cell.source
            for expression in reversed(inline_expressions(text)):
                text = f"{text[: expression.start]}`{expression.code}`{text[expression.end :]}"
            cell.source = plain_markdown(text)
    return notebook


def plain_markdown(text: str) -> str:
    """Turn the dialect's own marks into what a notebook shows: boxes to titles, labels away.

    Parameters
    ----------
    text
        Prose of a chapter; fences in it are left alone.

    Returns
    -------
    str
    """
    shown = hide_blocks(text).split("\n")
    lines = []
    for line, visible in zip(text.split("\n"), shown, strict=True):
        if re.match(r":::+\s*(\{|$)", visible):
            title = re.search(r'title="([^"]*)"', visible)
            lines += [f"**{title[1]}**", ""] if title else []
        elif visible.strip():
            lines.append(re.sub(r"\s*\{(?:-|(?:#|\.unnumbered)[^{}]*)\}\s*$", "", line))
        else:
            lines.append(line)
    return "\n".join(lines)
