"""A chapter that is written, run by hand and made into its two notebooks."""

import json
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from woven_book import SVG, project, write_book

from press.book.chapter import Code, parse
from press.book.outline import Outline
from press.check.displayed import Names
from press.publish.notebooks import notebooks
from press.publish.package import wheel_of
from press.publish.pages import survey_book
from press.run.executed import CellRun, Executed, ProseRun
from press.weave.book import weave_chapter

SOURCE = "chapters/one.qmd"
OTHER = "# Two {#sec-two}\n\n$$z$$ {#eq-two}\n\nAs @stone1974 says.\n"
OUTPUT = dict[str, list[NotebookNode]]


def made(
    root: Path,
    text: str,
    outputs: OUTPUT | None = None,
    values: tuple[str, ...] = (),
    **changes: Any,
) -> dict[str, str]:
    """Make the notebooks of a chapter; `outputs` has what cells showed, by their labels."""
    about, book = write_book(root, {"chapters/two.qmd": OTHER}, **changes)
    about = project(root, SOURCE, "chapters/two.qmd", **changes)
    document = parse(text, SOURCE)
    left = list(values)
    runs: list[CellRun | ProseRun] = []
    for block in document.blocks:
        if isinstance(block, Code):
            runs.append(CellRun((outputs or {}).get(str(block.options.get("label")), []), 1, 0.1))
        else:
            count = block.text.count("`{python}")
            runs.append(ProseRun(left[:count]))
            left = left[count:]
    for place in (root / "chapters", book / "chapters"):
        place.mkdir(exist_ok=True)
        (place / "line.svg").write_text(SVG)
    labels = {label.name for label in Outline(document).labels}
    names = Names(labels | {"sec-two", "eq-two"}, {"rubin1981", "stone1974"})
    weave_chapter(about, Executed(document, tuple(runs)), book, names)
    found = notebooks(about, book, survey_book(about, book), wheel_of(about))
    return {name.removeprefix("chapters/"): content.decode() for name, content in found.items()}


def cells(notebook: str) -> list[NotebookNode]:
    """Read a notebook; it must be valid."""
    read = nbformat.reads(notebook, as_version=4)
    nbformat.validate(read)
    return list(read.cells)


def prose(notebook: str) -> str:
    """All of its Markdown."""
    texts = [cell.source for cell in cells(notebook) if cell.cell_type == "markdown"]
    return "\n\n".join(texts)


def code(notebook: str) -> list[str]:
    """Its cells of code."""
    return [cell.source for cell in cells(notebook) if cell.cell_type == "code"]


def lines_of(notebook: str) -> str:
    """All that its bytes say, whatever JSON has escaped."""
    return json.dumps(json.loads(notebook), ensure_ascii=False)
