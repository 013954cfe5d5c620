"""The book as it is being written: each edit costs what it must, and errors leave the old page."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tiny_book import write

from press.book.project import read_project
from press.errors import PressError
from press.preview import workshop as module
from press.preview.workshop import Workshop

Edit = Callable[[str, str, str], None]
Update = Callable[..., list[str]]


@pytest.fixture
def workshop(book: Path, executed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    monkeypatch.setattr(module, "index_website", lambda site: None)
    opened = Workshop(read_project(book))
    opened.open(2)
    yield opened
    opened.close()


@pytest.fixture
def update(book: Path, workshop: Workshop) -> Update:
    """Bring the site up to date after changes in the files named; give the files that changed."""

    def now(*names: str) -> list[str]:
        return [page for pages in workshop.update(read_project(book), set(names)) for page in pages]

    return now


def shown(workshop: Workshop, name: str) -> str:
    return (workshop.site / name).read_text(encoding="utf-8")


def test_opening_writes_the_whole_site_apart_from_the_published_one(
    book: Path, workshop: Workshop, cells_run: Callable[[], list[str]]
) -> None:
    assert "answer is 42" in shown(workshop, "chapters/first.html")
    assert (workshop.site / "library" / "style.css").is_file()
    assert not (book / "_site").exists()
    assert cells_run() == []


def test_prose_costs_one_page_and_no_cell(
    workshop: Workshop, edit: Edit, update: Update, cells_run: Callable[[], list[str]]
) -> None:
    edit("chapters/first.qmd", "Before.", "A new sentence.")
    assert update("chapters/first.qmd") == ["chapters/first.html"]
    assert "A new sentence." in shown(workshop, "chapters/first.html")
    assert cells_run() == []
    assert update("chapters/first.qmd") == []


def test_a_changed_cell_runs_in_a_kernel_that_stays(
    workshop: Workshop, edit: Edit, update: Update, cells_run: Callable[[], list[str]]
) -> None:
    edit("chapters/first.qmd", "double(21)", "double(4)")
    assert update("chapters/first.qmd") == ["chapters/first.html"]
    assert "answer is 8" in shown(workshop, "chapters/first.html")
    assert cells_run() == ["first"]
    edit("chapters/first.qmd", "[1, 2]", "[1, 3]")
    assert update("chapters/first.qmd") == [
        "chapters/first.html",
        "chapters/first_files/fig-line.svg",
    ]
    assert cells_run() == []


def test_a_changed_module_or_data_file_runs_the_chapters_that_use_it(
    workshop: Workshop, edit: Edit, update: Update, cells_run: Callable[[], list[str]]
) -> None:
    edit("chapters/tools.py", "2 * number", "3 * number")
    assert update("chapters/tools.py") == ["chapters/first.html"]
    assert "answer is 63" in shown(workshop, "chapters/first.html")
    assert cells_run() == ["first"]
    edit("data/numbers.txt", "1 2 3", "1 2 3 4")
    assert update("data/numbers.txt") == ["chapters/second.html"]
    assert cells_run() == ["second"]
    edit("chapters/tools.py", "3 * number", "5 * number")
    update("chapters/tools.py")
    assert "answer is 105" in shown(workshop, "chapters/first.html")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("double(21)", "double()", r"chapters/first.qmd:\d+: TypeError"),
        ("@smith2020", "@nobody", r"chapters/first.qmd:3: @nobody"),
        ("```{python}\n#| label: fig-line", "```{r}\n#| label: fig-line", "chapters/first.qmd:28"),
    ],
)
def test_an_error_leaves_the_page_until_it_is_mended(
    workshop: Workshop, edit: Edit, update: Update, old: str, new: str, message: str
) -> None:
    before = shown(workshop, "chapters/first.html")
    edit("chapters/first.qmd", old, new)
    with pytest.raises(PressError, match=message):
        update("chapters/first.qmd")
    assert shown(workshop, "chapters/first.html") == before
    edit("chapters/first.qmd", new, old)
    edit("chapters/first.qmd", "Before.", "Mended.")
    assert update("chapters/first.qmd") == ["chapters/first.html"]


def test_what_changes_beside_a_mistake_is_not_forgotten(
    workshop: Workshop, edit: Edit, update: Update
) -> None:
    edit("index.qmd", "@sec-first", "@nobody")
    edit("chapters/tools.py", "2 * number", "3 * number")
    with pytest.raises(PressError, match="@nobody"):
        update("index.qmd", "chapters/tools.py")
    edit("index.qmd", "@nobody", "@sec-first")
    update("index.qmd")
    assert "answer is 63" in shown(workshop, "chapters/first.html")


def test_a_new_chapter_and_the_bibliography_show(
    book: Path, workshop: Workshop, edit: Edit, update: Update
) -> None:
    write(book, "third.qmd", "# Third steps {#sec-third}\n\nNew.\n")
    edit("_quarto.yml", "colophon.qmd]", "third.qmd, colophon.qmd]")
    assert "third.html" in update("_quarto.yml", "third.qmd")
    assert "Third steps" in shown(workshop, "index.html")
    edit("references.bib", "Smith, A.", "Smythe, A.")
    assert "chapters/first.html" in update("references.bib")
    assert "Smythe" in shown(workshop, "chapters/first.html")


def test_a_page_that_is_opened_warms_its_chapter(
    workshop: Workshop, edit: Edit, update: Update, cells_run: Callable[[], list[str]]
) -> None:
    workshop.warm("index.html")
    workshop.warm("nothing.html")
    assert not workshop._live
    workshop.warm("chapters/first.html")
    while not workshop._live:
        time.sleep(0.01)
    edit("chapters/first.qmd", "print(answer)", 'print(answer, "now")')
    edit("chapters/first.qmd", "[1, 2]", "[1, 3]")
    update("chapters/first.qmd")
    assert "42 now" in shown(workshop, "chapters/first.html")


def test_few_kernels_are_kept(workshop: Workshop, edit: Edit, update: Update, monkeypatch) -> None:
    monkeypatch.setattr(module, "KERNELS", 1)
    edit("chapters/first.qmd", "double(21)", "double(4)")
    update("chapters/first.qmd")
    edit("chapters/second.qmd", "| n |", "| m |")
    update("chapters/second.qmd")
    assert list(workshop._live) == ["chapters/second.qmd"]
