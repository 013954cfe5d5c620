"""The notebooks of the site run to their end: those to work in with no answers, and the solved."""

from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from press.book.chapter import Code, parse
from press.book.exercises import CHECK, stub
from press.book.project import read_project
from press.book.site_names import SOLVED, WORK, notebook_copy
from press.run.forked import ForkedProvisioner, Nursery

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "chapters").glob("*.qmd"))
IMPORT = "from pooling.exercises import checked"
# `checked` returns what it was given if that is right, and else the course's own.
KEPT = "answer_of_reader = {0}"
TOLD = "print('passed' if {0} is answer_of_reader else 'failed')"


def cells_of(path, kind):
    """What the site offers for a chapter."""
    site = ROOT / "_site"
    assert site.is_dir(), "there is no _site; run `make site` first"
    name = notebook_copy(f"chapters/{path.stem}.html", kind)
    return nbformat.read(site / name, as_version=4).cells


def telling(check):
    """A notebook's check, and a cell that says whether it passed."""
    name = check.source.partition(" = ")[0]
    return [new_code_cell(each.format(name)) for each in (KEPT, check.source, TOLD)]


def exercises(path):
    """The exercises of a chapter, in their order."""
    blocks = parse(path.read_text(encoding="utf-8"), path.name).blocks
    return [each for each in blocks if isinstance(each, Code) and "exercise" in each.options]


@pytest.fixture(scope="module")
def nursery():
    """A Python that has imported what the chapters import: each kernel would import it again."""
    project = read_project(ROOT)
    texts = {each.source: (ROOT / each.source).read_text("utf-8") for each in project.chapters}
    with Nursery(ROOT, [parse(text, source) for source, text in texts.items()]) as nursery:
        yield nursery


def verdicts(cells, folder, nursery):
    """Run the cells in a kernel of their own, and say for each check whether it passed."""
    notebook = new_notebook(cells=cells)
    manager = AsyncKernelManager()
    manager.provisioner = ForkedProvisioner(parent=manager, kernel_spec=manager.kernel_spec)
    manager.provisioner.nursery = nursery
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, km=manager, timeout=600, resources=resources).execute(cleanup_kc=True)
    told = [cell for cell in notebook.cells if cell.source.startswith(TOLD[:14])]
    return [cell.outputs[0].text.strip() for cell in told]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_they_run_to_their_end_and_the_solutions_pass(path, tmp_path, nursery):
    work, solved = cells_of(path, WORK), cells_of(path, SOLVED)
    answers = [cell.code for cell in exercises(path)]
    stubs = [stub(cell) for cell in exercises(path)]
    checks = [cell for cell in work if cell.id.startswith(CHECK)]
    assert len(checks) == len(answers) > 0
    assert [cell.source for cell in work if cell.source in stubs] == stubs
    assert [cell.source for cell in solved if cell.source in answers] == answers
    check_of = dict(zip(answers, checks, strict=True))
    run = [part for cell in work for part in (telling(cell) if cell in checks else [cell])]
    # The same kernel, since its imports take longer than most cells; but no name is left in it.
    run += [new_code_cell("%reset -f"), new_code_cell(IMPORT)]
    for number, cell in enumerate(solved):
        run.append(nbformat.from_dict(cell | {"id": f"solved-{number}"}))
        run += telling(check_of[cell.source]) if cell.source in check_of else []
    failed, passed = ([word] * len(answers) for word in ("failed", "passed"))
    assert verdicts(run, tmp_path, nursery) == failed + passed
