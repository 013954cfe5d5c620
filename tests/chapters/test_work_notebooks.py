"""The notebooks that readers work in run to their end, with right answers and with none."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from press.book.chapter import Code, parse
from press.book.exercises import CHECK, stub
from press.book.site_names import WORK, notebook_copy

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "chapters").glob("*.qmd"))
# `checked` returns what it was given if that is right, and else the course's own.
KEPT = "answer_of_reader = {0}"
TOLD = "print('passed' if {0} is answer_of_reader else 'failed')"


def work_cells(path):
    """What the site offers for a chapter; each check is told of by a cell below it."""
    site = ROOT / "_site"
    assert site.is_dir(), "there is no _site; run `make site` first"
    notebook = nbformat.read(site / notebook_copy(f"chapters/{path.stem}.html", WORK), as_version=4)
    cells = []
    for cell in notebook.cells:
        check = cell.id.startswith(CHECK)
        name = cell.source.partition(" = ")[0]
        before, after = (new_code_cell(each.format(name)) for each in (KEPT, TOLD))
        cells += [before, cell, after] if check else [cell]
    return cells


def exercises(path):
    """The exercises of a chapter."""
    blocks = parse(path.read_text(encoding="utf-8"), path.name).blocks
    return [each for each in blocks if isinstance(each, Code) and "exercise" in each.options]


def with_solutions(cells, path):
    """The cells once more, with a chapter's solutions in the places of their stubs."""
    solutions = {stub(cell): cell.code for cell in exercises(path)}
    assert solutions.keys() <= {cell.source for cell in cells}
    return [
        nbformat.from_dict(
            cell | {"id": f"again-{number}", "source": solutions.get(cell.source, cell.source)}
        )
        for number, cell in enumerate(cells)
    ]


def verdicts(cells, folder):
    """Run the cells, and say for each check whether it passed."""
    notebook = new_notebook(cells=cells)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": folder}}).execute()
    told = [cell for cell in notebook.cells if cell.source.startswith(TOLD[:14])]
    return [cell.outputs[0].text.strip() for cell in told]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_it_runs_to_its_end_untouched_and_then_with_the_solutions(path, tmp_path):
    untouched, solved = work_cells(path), with_solutions(work_cells(path), path)
    # The same kernel, since its imports take longer than most cells; but no name is left in it.
    found = verdicts([*untouched, new_code_cell("%reset -f"), *solved], tmp_path)
    tasks = len(exercises(path))
    assert found == ["failed"] * tasks + ["passed"] * tasks
