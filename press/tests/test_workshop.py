"""The book as it is being written: each edit costs what it must, and errors leave the old page."""

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from tiny_book import contents, write
from woven_book import SVG

from press.book.project import read_project
from press.check.book import Memory, read_book
from press.preview import pool
from press.preview import workshop as module
from press.preview.workshop import Workshop
from press.publish.search_index import INDEX

Edit = Callable[[str, str, str], None]
Update = Callable[..., list[str]]
CellsRun = Callable[[], list[str]]


@pytest.fixture
def workshop(book: Path, executed: None) -> Iterator[Workshop]:
    opened = Workshop(read_project(book))
    opened.open(2)
    yield opened
    opened.close()


@pytest.fixture
def update(workshop: Workshop) -> Update:
    """Bring the site up to date after changes in the files named; give the files that changed."""

    def now(*names: str) -> list[str]:
        return [page for pages in workshop.update(set(names)) for page in pages]

    return now


def shown(workshop: Workshop, name: str) -> str:
    return (workshop.site / name).read_text(encoding="utf-8")


def test_opening_writes_the_whole_site_apart_from_the_published_one(
    book: Path, workshop: Workshop, cells_run: CellsRun
) -> None:
    assert "answer is 42" in shown(workshop, "chapters/first.html")
    assert (workshop.site / "library" / "style.css").is_file()
    assert not (book / "_site").exists()
    assert cells_run() == []


def test_prose_costs_one_page_and_no_cell(
    workshop: Workshop, edit: Edit, update: Update, cells_run: CellsRun
) -> None:
    edit("chapters/first.qmd", "Before.", "A new sentence.")
    assert update("chapters/first.qmd") == ["chapters/first.html"]
    assert "A new sentence." in shown(workshop, "chapters/first.html")
    assert cells_run() == []
    assert update("chapters/first.qmd") == []


def test_the_first_edit_costs_one_page_of_a_book_that_has_an_epub_too(
    book: Path, executed: None, edit: Edit
) -> None:
    edit("_quarto.yml", "press: {", "press: {epub: true, ")
    workshop = Workshop(read_project(book))
    workshop.open(2)
    edit("chapters/first.qmd", "Before.", "A new sentence.")
    first, *_ = workshop.update({"chapters/first.qmd"})
    workshop.close()
    assert first == ["chapters/first.html"]
    assert ".epub" not in shown(workshop, "chapters/first.html")


def test_what_is_beside_the_pages_waits_for_an_edit_that_is_shown_sooner(
    book: Path, executed: None, edit: Edit
) -> None:
    waiting: list[set[str]] = [set()]
    workshop = Workshop(read_project(book), lambda: waiting[0])
    workshop.open(2)
    copy = "chapters/first.html.md"
    for words, others in (("One.", {"chapters/second.qmd"}), ("Two.", set())):
        waiting[0] = others
        edit("chapters/first.qmd", "Before.", f"Before. {words}")
        assert ["chapters/first.html"] in list(workshop.update({"chapters/first.qmd"}))
        found = [words in shown(workshop, name) for name in (copy, INDEX)]
        assert found == [not others] * 2
    workshop.close()


def test_the_search_knows_what_was_just_written_and_its_synonyms(
    book: Path, workshop: Workshop, edit: Edit, update: Update
) -> None:
    edit("chapters/first.qmd", "Before.", "A marmalade.")
    update("chapters/first.qmd")
    assert "marmalade" in shown(workshop, INDEX)
    edit("_quarto.yml", "press: {", "press: {synonyms: names.yml, ")
    write(book, "names.yml", "marmalade: [jam]\n")
    update("_quarto.yml", "names.yml")
    assert '["marmalade","jam"]' in shown(workshop, INDEX)
    assert workshop.errors == {}
    write(book, "names.yml", "marmalade: jam\n")
    update("names.yml")
    assert list(workshop.errors) == ["names.yml"]
    write(book, "names.yml", "honey: [jam]\n")
    update("names.yml")
    assert "names.yml:1: the book nowhere says honey" in workshop.errors["the website"]


def test_a_changed_cell_runs_in_a_kernel_that_stays(
    workshop: Workshop, edit: Edit, update: Update, cells_run: CellsRun
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
    workshop: Workshop, edit: Edit, update: Update, cells_run: CellsRun
) -> None:
    edit("chapters/tools.py", "2 * number", "3 * number")
    assert update("chapters/tools.py") == ["chapters/first.html"]
    assert "answer is 63" in shown(workshop, "chapters/first.html")
    assert cells_run() == ["first"]
    edit("data/numbers.txt", "1 2 3", "1 2 3 4")
    assert update("data/numbers.txt") == ["chapters/second.html"]
    assert cells_run() == ["second"]
    edit("data/numbers.txt", "1 2 3 4", "1 2 3 4 5")
    assert update("data") == ["chapters/second.html"]  # as of a folder that is moved
    assert cells_run() == ["second"]
    edit("chapters/tools.py", "3 * number", "5 * number")
    update("chapters/tools.py")
    assert "answer is 105" in shown(workshop, "chapters/first.html")


def test_a_changed_script_is_served(book: Path, update: Update, edit: Edit) -> None:
    write(book, "figures/a.js", "// Once.\n")
    edit(
        "chapters/first.qmd", "#| label: fig-line\n", "#| label: fig-line\n#| plays: figures/a.js\n"
    )
    edit("chapters/first.qmd", "plt.show()", "figure.numbers = [1]\nplt.show()")
    assert "figures/a.js" in update("chapters/first.qmd", "figures/a.js")
    write(book, "figures/a.js", "// Twice.\n")
    assert "figures/a.js" in update("figures/a.js")


def test_a_changed_picture_is_shown(
    book: Path, workshop: Workshop, edit: Edit, update: Update, cells_run: CellsRun
) -> None:
    write(book, "pictures/a.svg", "<svg/>")
    edit("chapters/first.qmd", "Before.", "![A shape](../pictures/a.svg)\n\nBefore.")
    assert "pictures/a.svg" in update("chapters/first.qmd", "pictures/a.svg")
    write(book, "pictures/a.svg", "<svg></svg>")
    assert "pictures/a.svg" in update("pictures/a.svg")
    assert cells_run() == []


def test_settings_of_the_figures_and_the_cells_run_the_chapters_again(
    workshop: Workshop, edit: Edit, update: Update, cells_run: CellsRun
) -> None:
    edit("chapters/first.qmd", "double(21)", "double(4)")
    update("chapters/first.qmd")
    assert cells_run() == ["first"]  # so it has a kernel, which draws SVG
    edit("_quarto.yml", "fig-format: svg", "fig-format: png")
    assert "chapters/first_files/fig-line.png" in update("_quarto.yml")
    assert cells_run() == ["colophon", "first", "second"]
    assert "fig-line.png" in shown(workshop, "chapters/first.html")
    edit("_quarto.yml", "echo: true", "echo: false")
    assert "chapters/first.html" in update("_quarto.yml")
    assert "double(4)" not in shown(workshop, "chapters/first.html")
    assert cells_run() == ["colophon", "first", "second"]
    edit("_quarto.yml", "echo: false", "echo: false, eval: false")
    update("_quarto.yml")
    assert workshop.errors.keys() == {"chapters/first.qmd", "chapters/second.qmd"}
    edit("_quarto.yml", ", eval: false", "")
    update("_quarto.yml")
    assert not workshop.errors


def test_a_changed_lock_runs_every_chapter(
    workshop: Workshop, edit: Edit, update: Update, cells_run: CellsRun
) -> None:
    edit("requirements.lock", "nothing==1", "nothing==2")
    update("requirements.lock")
    assert cells_run() == ["colophon", "first", "second"]


@pytest.mark.usefixtures("forking")
def test_kernels_are_forked_from_one_python_until_what_is_installed_may_have_changed(
    workshop: Workshop, edit: Edit, update: Update
) -> None:
    chapters = ["chapters/first", "colophon"]
    for name, line in zip(chapters, ["print(answer)", "print([chapter"], strict=True):
        edit(f"{name}.qmd", line, f"print('born of', os.getppid()); {line}")

    def parents() -> set[str]:
        update("requirements.lock", *(f"{name}.qmd" for name in chapters))
        pages = [shown(workshop, f"{name}.html") for name in chapters]
        return {each for page in pages for each in re.findall(r"born of (\d+)", page)}

    (first,) = parents()
    assert int(first) != os.getpid()
    edit("requirements.lock", "nothing==1", "nothing==2")
    (second,) = parents()
    assert second not in (first, str(os.getpid()))
    assert not psutil.pid_exists(int(first))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("double(21)", "double()", "TypeError"),
        ("@smith2020", "@nobody", "chapters/first.qmd:3: @nobody"),
        ("```{python}\n#| label: fig-line", "```{r}\n#| label: fig-line", "chapters/first.qmd:28"),
    ],
)
def test_an_error_leaves_the_page_until_it_is_mended(
    workshop: Workshop, edit: Edit, update: Update, old: str, new: str, message: str
) -> None:
    before = shown(workshop, "chapters/first.html")
    edit("chapters/first.qmd", old, new)
    assert update("chapters/first.qmd") == []
    assert workshop.errors.keys() == {"chapters/first.qmd"}
    assert message in workshop.errors["chapters/first.qmd"]
    assert shown(workshop, "chapters/first.html") == before
    edit("chapters/first.qmd", new, old)
    edit("chapters/first.qmd", "Before.", "Mended.")
    assert update("chapters/first.qmd") == ["chapters/first.html"]
    assert not workshop.errors


@pytest.mark.parametrize(("old", "new"), [("@smith2020", "@nobody"), ("double(21)", "double()")])
def test_an_error_stands_until_its_own_file_is_mended(
    workshop: Workshop, edit: Edit, update: Update, cells_run: CellsRun, old: str, new: str
) -> None:
    edit("chapters/first.qmd", old, new)
    update("chapters/first.qmd")
    (first,) = workshop.errors.values()
    cells_run()
    edit("chapters/second.qmd", "will count", "will count well")
    assert update("chapters/second.qmd") == ["chapters/second.html"]
    assert workshop.errors == {"chapters/first.qmd": first}
    assert cells_run() == []  # nor does the failed cell run in vain
    edit("chapters/second.qmd", "len(numbers)` numbers", "len(nothing)` numbers")
    update("chapters/second.qmd")
    assert list(workshop.errors) == ["chapters/first.qmd", "chapters/second.qmd"]
    edit("chapters/first.qmd", new, old)
    update("chapters/first.qmd")
    assert list(workshop.errors) == ["chapters/second.qmd"]


def test_an_error_is_mended_by_a_file_that_the_chapter_used_in_vain(
    book: Path, workshop: Workshop, edit: Edit, update: Update
) -> None:
    edit("chapters/second.qmd", "numbers.txt", "more.txt")
    update("chapters/second.qmd")
    assert "FileNotFoundError" in workshop.errors["chapters/second.qmd"]
    write(book, "data/more.txt", "1 2 3 4 5")
    update("data/more.txt")
    assert not workshop.errors
    edit("chapters/second.qmd", "import os\n", "import os\nimport fresh\n")
    update("chapters/second.qmd")
    assert "ModuleNotFoundError" in workshop.errors["chapters/second.qmd"]
    write(book, "chapters/fresh.py", "1 / 0\n")
    update("chapters/fresh.py")
    assert "ZeroDivisionError" in workshop.errors["chapters/second.qmd"]
    write(book, "chapters/fresh.py", "")
    update("chapters/fresh.py")
    assert not workshop.errors
    assert "There are 5 numbers" in shown(workshop, "chapters/second.html")


def test_what_changes_beside_a_mistake_is_not_forgotten(
    workshop: Workshop, edit: Edit, update: Update
) -> None:
    edit("index.qmd", "@sec-first", "@nobody")
    edit("chapters/tools.py", "2 * number", "3 * number")
    assert update("index.qmd", "chapters/tools.py") == ["chapters/first.html"]
    assert workshop.errors.keys() == {"index.qmd"}
    edit("index.qmd", "@nobody", "@sec-first")
    update("index.qmd")
    assert not workshop.errors
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


def test_a_chapter_may_be_listed_first_and_written_later(
    book: Path, workshop: Workshop, edit: Edit, update: Update
) -> None:
    edit("_quarto.yml", "colophon.qmd]", "third.qmd, colophon.qmd]")
    update("_quarto.yml")
    assert "third.qmd does not exist" in workshop.errors["_quarto.yml"]
    edit("index.qmd", "See", "Look at")
    assert update("index.qmd") == ["index.html"]  # the book goes on as it was set before
    assert workshop.errors.keys() == {"_quarto.yml"}
    write(book, "third.qmd", "# Third steps {#sec-third}\n\n@nobody\n")
    update("third.qmd")
    assert workshop.errors.keys() == {"third.qmd"}
    edit("third.qmd", "@nobody", "New.")
    assert "third.html" in update("third.qmd")
    assert not workshop.errors


def test_a_chapter_that_is_gone_for_a_while_is_an_error(
    book: Path, workshop: Workshop, edit: Edit, update: Update
) -> None:
    (book / "colophon.qmd").rename(book / "away.qmd")
    assert update("colophon.qmd") == []
    assert "colophon.qmd does not exist" in workshop.errors["_quarto.yml"]
    edit("_quarto.yml", ", colophon.qmd", "")
    edit("_quarto.yml", "run-last: colophon.qmd, ", "")
    update("_quarto.yml")
    assert not workshop.errors


def test_a_website_that_cannot_be_written_is_an_error_until_it_can(
    book: Path, workshop: Workshop, edit: Edit, update: Update, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_: object, **__: object) -> list[str]:
        raise OSError(28, "No space left on device")

    edit("index.qmd", "See", "Look at")
    with monkeypatch.context() as context:
        context.setattr(module, "update_website", fill)
        update("index.qmd")
    assert "No space left" in workshop.errors["the website"]
    assert update("data/other.txt") == ["index.html"]
    assert not workshop.errors
    with monkeypatch.context() as context:
        context.setattr(module, "index_website", fill)
        edit("index.qmd", "Look at", "See")
        assert update("index.qmd") == ["index.html"]
    assert "No space left" in workshop.errors["the website"]


def test_a_page_that_is_opened_warms_its_chapter(
    workshop: Workshop, edit: Edit, update: Update, cells_run: CellsRun
) -> None:
    workshop.warm("index.html")
    workshop.warm("nothing.html")
    assert "index.qmd" not in workshop._pool
    workshop.warm("chapters/first.html")
    assert "chapters/first.qmd" in workshop._pool
    while not (run := cells_run()):
        time.sleep(0.05)
    assert run == ["first"]
    edit("chapters/first.qmd", "print(answer)", 'print(answer, "now")')
    edit("chapters/first.qmd", "[1, 2]", "[1, 3]")
    update("chapters/first.qmd")
    assert "42 now" in shown(workshop, "chapters/first.html")


def test_warming_keeps_nobody_waiting(
    workshop: Workshop, edit: Edit, update: Update, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    hang = f'open({str(begun)!r}, "w")\nimport time\ntime.sleep(600 * begun)\n'
    edit("chapters/first.qmd", "import os\n", f"begun = 0\nimport os\n{hang}")
    update("chapters/first.qmd")
    workshop._pool.drop("chapters/first.qmd")
    attempt = workshop._attempts["chapters/first.qmd"]
    slow = attempt.document.blocks[1].code.replace("begun = 0", "begun = 1")
    object.__setattr__(attempt.document.blocks[1], "code", slow)
    begun.unlink()
    workshop.warm("chapters/first.html")
    while not begun.exists():
        time.sleep(0.05)
    edit("chapters/second.qmd", "will count", "will count well")
    assert update("chapters/second.qmd") == ["chapters/second.html"]


def test_few_kernels_are_kept(
    workshop: Workshop, edit: Edit, update: Update, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "KERNELS", 1)
    edit("chapters/first.qmd", "double(21)", "double(4)")
    update("chapters/first.qmd")
    edit("chapters/second.qmd", "| n |", "| m |")
    update("chapters/second.qmd")
    assert list(workshop._pool._chapters) == ["chapters/second.qmd"]


def test_pages_that_reload_leave_the_edited_chapter_its_kernel(
    workshop: Workshop, edit: Edit, update: Update
) -> None:
    edit("chapters/first.qmd", "double(21)", "double(4)")
    update("chapters/first.qmd")
    for page in ("chapters/second.html", "colophon.html", "chapters/first.html"):
        workshop.warm(page)
    assert list(workshop._pool._chapters) == ["chapters/first.qmd", "colophon.qmd"]


def test_the_checks_remember_what_the_book_holds_and_no_more(book: Path) -> None:
    project, memory = read_project(book), Memory()
    for number in range(5):
        write(book, "index.qmd", f"# Welcome {{.unnumbered}}\n\nSee $x_{number}$.\n")
        assert read_book(project, memory)[1] == []
    assert memory.chapters.keys() == {chapter.source for chapter in project.chapters}
    assert memory.chapters["index.qmd"][0].endswith("$x_4$.\n")
    assert list(memory.formulas.values()) == [True]


def test_nothing_stays_of_what_was_renamed_or_taken_out(
    book: Path, workshop: Workshop, edit: Edit, update: Update
) -> None:
    write(book, "pictures/a.svg", SVG)
    edit("chapters/first.qmd", "Before.", "![A](../pictures/a.svg)")
    update("chapters/first.qmd")
    names = set(contents(workshop.site))
    assert {"pictures/a.svg", "chapters/first_files/fig-line.svg"} <= names
    assert "![A](../pictures/a.svg)" in shown(workshop, "chapters/first.html.md")
    assert "![A](attachment:picture-1.png)" in shown(workshop, "chapters/first-work.ipynb")

    edit("chapters/first.qmd", "![A](../pictures/a.svg)", "Before.")
    edit("chapters/first.qmd", " and @tbl-later", "")
    edit("chapters/first.qmd", "@fig-line", "@fig-rise")
    edit("chapters/first.qmd", "label: fig-line", "label: fig-rise")
    edit("_quarto.yml", "chapters/second.qmd, ", "")
    update("chapters/first.qmd", "_quarto.yml")
    gone = {name for name in names if "second" in name}
    assert {"chapters/second.html", "chapters/second.html.md"} <= gone
    assert {"chapters/second-work.ipynb", "chapters/second-solved.ipynb"} <= gone
    gone |= {"pictures/a.svg", "chapters/first_files/fig-line.svg"}
    assert not gone & set(contents(workshop.site))
    assert "second.html" not in shown(workshop, "llms.txt")
    assert "fig-line" not in shown(workshop, "chapters/first.html.md")


def test_a_chapter_with_a_mistake_keeps_its_pictures(
    book: Path, workshop: Workshop, edit: Edit, update: Update
) -> None:
    write(book, "pictures/a.svg", SVG)
    edit("chapters/first.qmd", "Before.", "![A](../pictures/a.svg)")
    update("chapters/first.qmd")
    edit("chapters/first.qmd", "![A](../pictures/a.svg)", "@nobody")
    edit("index.qmd", "See", "Now see")
    update("chapters/first.qmd", "index.qmd")
    assert "../pictures/a.svg" in shown(workshop, "chapters/first.html")
    assert (workshop.site / "pictures/a.svg").is_file()
    assert (workshop.site / "chapters/first_files/fig-line.svg").is_file()
