"""The notebooks that readers work in run to their end, with right answers and with none."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from press.book.chapter import Code, parse
from press.book.exercises import stub
from press.publish.addresses import WORK, notebook_copy

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "chapters").glob("*.qmd"))
# `checked` returns what it was given if that is right, and else the course's own.
KEPT = "answer_of_reader = {0}"
TOLD = "print('passed' if {0} is answer_of_reader else 'failed')"


def work_notebook(path):
    """What the site offers for a chapter; each check is told of by a cell below it."""
    site = ROOT / "_site"
    assert site.is_dir(), "there is no _site; run `make site` first"
    notebook = nbformat.read(site / notebook_copy(f"chapters/{path.stem}.html", WORK), as_version=4)
    cells = []
    for cell in notebook.cells:
        check = cell.id.startswith("check-")
        name = cell.source.partition(" = ")[0]
        before, after = (new_code_cell(each.format(name)) for each in (KEPT, TOLD))
        cells += [before, cell, after] if check else [cell]
    notebook.cells = cells
    return notebook


def exercises(path):
    """The exercises of a chapter."""
    blocks = parse(path.read_text(encoding="utf-8"), path.name).blocks
    return [each for each in blocks if isinstance(each, Code) and "exercise" in each.options]


def verdicts(notebook, folder):
    """Run a notebook, and say for each check whether it passed."""
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": folder}}).execute()
    told = [cell for cell in notebook.cells if cell.source.startswith(TOLD[:14])]
    return [cell.outputs[0].text.strip() for cell in told]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_an_untouched_notebook_runs_to_its_end_and_passes_no_check(path, tmp_path):
    assert verdicts(work_notebook(path), tmp_path) == ["failed"] * len(exercises(path))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_with_the_solutions_in_its_stubs_it_passes_every_check(path, tmp_path):
    notebook = work_notebook(path)
    sources = [cell.source for cell in notebook.cells]
    for cell in exercises(path):
        place = notebook.cells[sources.index(stub(cell))]
        place.source = cell.code
    assert verdicts(notebook, tmp_path) == ["passed"] * len(exercises(path))
