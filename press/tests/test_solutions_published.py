"""Solutions in the PDF, where they stand at the end, and in an edition that has none."""

import re
from collections.abc import Callable
from pathlib import Path

import lxml.html
import pytest
from pypdf import PdfReader
from woven_book import SVG, in_pdf, write_book

from press import cli
from press.book.project import Project
from press.book.solutions import with_marks_for_solutions
from press.publish.pages import survey_book, write_copies, write_pages
from press.publish.pdf import write_pdf

FIGURE = "::: {{#fig-{0}}}\n![](a.svg){{fig-alt='A line'}}\n\nFigure {0}.\n:::\n"
SOLUTION = (
    '::: {.callout-tip title="Solution $x$"}\nSolved as @stone1974.\n\n'
    + FIGURE.format("solved")
    + "\n| a |\n|---|\n| b |\n\n: Solved table. {#tbl-solved}\n\n$$y$$ {#eq-solved}\n:::\n"
)
CHAPTERS = {
    "one.qmd": (
        "# First {#sec-one}\n\nAs @rubin1981.\n\n## Task: *One*[^n] {#sec-task}\n\nDo it.\n\n"
        + f"{SOLUTION}\n{FIGURE.format('after')}\n\n| c |\n|---|\n| d |\n\n"
        + ": Table after. {#tbl-after}\n\n$$z$$ {#eq-after}\n\n[^n]: A note.\n"
    ),
    "two.qmd": "# Second {#sec-two}\n\nSee @fig-after, @tbl-after and @eq-after.\n",
}


def written(root: Path, solutions: str) -> tuple[Project, Path]:
    project, book = write_book(root, CHAPTERS, solutions=solutions)
    (book / "a.svg").write_text(SVG)
    if solutions == "none":
        path = book / "one.md"
        path.write_text(with_marks_for_solutions(path.read_text()))
    return project, book


def pages_of_pdf(root: Path, solutions: str) -> list[str]:
    project, book = written(root, solutions)
    write_pdf(project, book, root / "book.pdf")
    pages = [page.extract_text() for page in PdfReader(root / "book.pdf").pages]
    return [" ".join(page.replace("\u00a0", " ").split()) for page in pages]


def test_the_link_to_a_solution_stays_with_what_is_to_be_solved(tmp_path: Path) -> None:
    solution = '::: {.callout-tip title="Solution"}\nDone.\n:::\n'
    fills = range(20, 36)
    chapters = ["# First\n\n" + "Words.\n\n" * fill + f"Do it.\n\n{solution}" for fill in fills]
    for fill, pages in zip(fills, in_pdf(tmp_path, *chapters, solutions="end"), strict=True):
        texts = [page.extract_text() for page in pages]
        asked, pointed = ([each in text for text in texts] for each in ("Do it.", "Solution, page"))
        assert asked == pointed, fill
        assert any(asked), fill


def test_solutions_stand_at_the_end_and_lead_to_their_tasks(tmp_path: Path) -> None:
    _, contents, *pages = pages_of_pdf(tmp_path, "end")
    assert re.search(r"Solutions [. ]+\d+ 1 First [. ]+\d+", contents)
    text = " ".join(pages)
    places = [
        text.index(words)
        for words in (
            "Do it.",
            "Solution 𝑥, page",
            "Figure after",
            "Second",
            "Solutions",
            "Solved as",
        )
    ]
    assert places == sorted(places)
    assert re.search(r"Solutions 1 First 1\.1 Task: One Solution 𝑥 to page \d+ Solved", text)
    there, back = re.findall(r"Solution 𝑥, page (\d+)|Solution 𝑥 to page (\d+)", text)
    # Pages are counted from the title page on.
    assert "Solved as" in pages[int(there[0]) - 3]
    assert "Do it." in pages[int(back[1]) - 3]
    links = [
        annotation.get_object()
        for page in PdfReader(tmp_path / "book.pdf").pages[2:]
        for annotation in page.get("/Annots", [])
    ]
    assert len(links) >= 7  # two citations, three references, there and back


def test_numbers_do_not_depend_on_where_solutions_stand(tmp_path: Path) -> None:
    for solutions in ("end", "inline", "none"):
        text = " ".join(pages_of_pdf(tmp_path / solutions, solutions))
        assert "Figure 1.2: Figure after" in text
        assert "Table 1.2: Table after" in text
        assert "See Figure 1.2, Table 1.2 and Equation 1.2" in text
        assert ("Figure 1.1: Figure solved" in text) == (solutions != "none")


def test_solutions_can_stand_in_their_places(tmp_path: Path) -> None:
    text = " ".join(pages_of_pdf(tmp_path, "inline"))
    assert "Do it. Solution 𝑥 Solved as" in text
    assert "Solutions" not in text


def test_a_pdf_without_solutions_has_no_trace_of_them(tmp_path: Path) -> None:
    text = " ".join(pages_of_pdf(tmp_path, "none"))
    assert "olution" not in text
    assert "olved" not in text
    assert "Stone" not in text  # only the solution cites it
    assert "Rubin" in text


def test_pages_without_solutions_keep_their_numbers(tmp_path: Path) -> None:
    found = {}
    for solutions in ("end", "none"):
        project, book = written(tmp_path / solutions, solutions)
        pages, context = write_pages(project, book), survey_book(project, book)
        copies = write_copies(project, book, context)
        root = lxml.html.fromstring(pages["one.html"].html)
        numbers = {
            each.get("id"): "".join(each.itertext()).split(":")[0].split()
            for each in root.xpath("//*[starts-with(@id, 'fig-') or starts-with(@id, 'tbl-')]")
        }
        assert "See [Figure 1.2]" in copies["two.html"].replace("\u00a0", " ")
        found[solutions] = numbers, pages["one.html"].html + copies["one.html"]
    full, without = found["end"], found["none"]
    assert full[0].keys() - without[0].keys() == {"fig-solved", "tbl-solved"}
    assert without[0].items() <= full[0].items()
    assert "olved" in full[1]
    for trace in ("olved", "olution", "left-out", "stone1974"):
        assert trace not in without[1]
    assert context.citing_places.keys() == {"rubin1981"}


@pytest.fixture
def _in_the_book(book: Path, executed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(book)


@pytest.mark.usefixtures("_in_the_book")
def test_the_edition_without_solutions_has_a_folder_of_its_own(
    book: Path, cells_run: Callable[[], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["render", "--no-pdf", "--solutions", "none"]) == 0
    assert "open _site-without-solutions/index.html" in capsys.readouterr().out
    assert "first" not in cells_run()  # what has run with its solutions runs no more
    edition = book / "_site-without-solutions"
    assert not (book / "_site").exists()
    assert (edition / "chapters/first_files/fig-line.svg").is_file()
    for path in edition.rglob("*"):
        if path.suffix in (".html", ".md", ".ipynb", ".json", ".txt"):
            text = path.read_text()
            assert "double(21)" not in re.sub(r"<[^>]*>", "", text), path
            assert "answer is" not in text, path
    assert cli.main(["clean"]) == 0
    assert "_site-without-solutions deleted" in capsys.readouterr().out
    assert not edition.exists()


@pytest.mark.usefixtures("_in_the_book")
def test_what_leads_into_a_solution_stops_only_the_edition_without(
    edit: Callable[[str, str, str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    edit("chapters/first.qmd", "The answer is", "![A dot.](../pictures/dot.svg){#fig-dot}\n\nIt is")
    edit("index.qmd", "See @sec-first.", "See @fig-dot.")
    for command in (["check"], ["render", "--no-pdf", "--solutions", "none"]):
        assert cli.main(command) == 1
        assert "index.qmd:3: fig-dot stands in a solution" in capsys.readouterr().err


@pytest.mark.usefixtures("_in_the_book")
def test_a_folder_of_somebody_elses_is_left_alone(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "_site-without-solutions").mkdir()
    (book / "_site-without-solutions/mine.txt").write_text("mine")
    assert cli.main(["render", "--no-pdf", "--solutions", "none"]) == 1
    assert "_site-without-solutions holds no site" in capsys.readouterr().err
