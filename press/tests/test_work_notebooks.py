"""A notebook to work in is run: as it comes, and with right answers in its stubs."""

import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from package_book import WHEEL, add_package
from tiny_book import write_book

from press.book.exercises import stub
from press.book.outline import Outline
from press.book.project import read_project
from press.build.build import render
from press.check.book import checked_documents

EXERCISE = """
```{python}
#| label: doubles
#| exercise: doubled
def doubled(number):
    "Double a number."
    return 2 * number  # spoiler
```

:::

```{python}
#| label: later
print("doubled:", doubled(21))
```
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny book's site, with a package that checks its only exercise."""
    folder = tmp_path_factory.mktemp("work")
    book = write_book(folder / "book")
    add_package(book)
    chapter = book / "chapters/first.qmd"
    old = "\n:::\n"
    text = chapter.read_text()
    assert text.count(old) == 1
    chapter.write_text(text.replace(old, EXERCISE))
    with pytest.MonkeyPatch.context() as context:
        context.setenv("CELL_LOG", str(folder / "cells.log"))
        context.syspath_prepend(str(book / "answers"))
        render(read_project(book), jobs=2, pdf=False)
    return book / "_site"


def run(site: Path, notebook: NotebookNode, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a notebook where its package is installed; return what it printed."""
    monkeypatch.setenv("PYTHONPATH", str(site.parent / "answers"))
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": site}}).execute()
    shown = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    return "".join(out.get("text", "") for out in shown)


def work(site: Path) -> NotebookNode:
    return nbformat.read(site / "chapters/first-work.ipynb", as_version=4)


def test_untouched_it_runs_to_its_end_with_the_courses_answers(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = run(site, work(site), monkeypatch)
    assert printed.startswith("not yet; from here on, the course's own is used\ndoubled: 42\n")


def test_right_answers_in_the_stubs_pass(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = work(site)
    documents = checked_documents(read_project(site.parent))
    filled = 0
    for cell in (cell for document in documents for cell in Outline(document).cells):
        if "exercise" in cell.options:
            (place,) = (each for each in notebook.cells if each.source == stub(cell))
            place.source = cell.code
            filled += 1
    assert filled == 1
    assert run(site, notebook, monkeypatch).startswith("passed\ndoubled: 42\n")


def test_the_answer_is_in_no_file_for_readers_but_the_solved_ones(site: Path) -> None:
    text = (site / "chapters/first-work.ipynb").read_text()
    for trace in ("spoiler", "double(21)", "answer is", "import os"):
        assert trace not in text


def test_the_archive_has_what_the_notebooks_need(site: Path) -> None:
    with zipfile.ZipFile(site / "tiny-notebooks.zip") as archive:
        names = set(archive.namelist())
        readme = archive.read("tiny/README.md").decode()
    assert {f"tiny/{WHEEL}", "tiny/chapters/first-work.ipynb"} <= names
    assert "\n\nThe first cell of each installs what the notebook needs" in readme
    assert (site / WHEEL).is_file()
    assert f'<a href="{WHEEL}" download>' in (site / "index.html").read_text()
