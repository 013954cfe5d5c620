import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader
from woven_book import SVG, write_book

from course.pdf import write_pdf
from course.project import CourseError

CHAPTERS = {
    "index.qmd": "Hello, see @sec-one.\n",
    "chapters/one.qmd": (
        "# First things {#sec-one}\n\nWords by @rubin1981.\n\n## A section {#sec-part}\n\n"
        "::: {#fig-a}\n![](one_files/line.svg){fig-alt='A \"rising\" line'}\n\nThe line.\n:::\n\n"
        "```python\n"
        + "value = function(argument_number_one, argument_number_two)  # " * 3
        + "\n```\n"
    ),
    "references.qmd": "# References {.unnumbered}\n\n::: {#refs}\n:::\n",
}


def make(root: Path, chapters: dict[str, str] = CHAPTERS) -> Path:
    project, book = write_book(root, chapters)
    (book / "chapters" / "one_files").mkdir(parents=True, exist_ok=True)
    (book / "chapters" / "one_files" / "line.svg").write_text(SVG)
    before = sorted(book.rglob("*"))
    write_pdf(project, book, root / "things.pdf")
    assert sorted(book.rglob("*")) == before
    return root / "things.pdf"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("pdf"))


@pytest.fixture(scope="module")
def pdf(path: Path) -> PdfReader:
    return PdfReader(path)


def test_metadata_names_the_book(pdf: PdfReader) -> None:
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Things & Pools"
    assert pdf.metadata.author == 'Ann "A" Author'
    assert pdf.root_object["/Lang"] == "en-GB"


def test_the_outline_has_numbered_chapters_and_sections(pdf: PdfReader) -> None:
    titles = [
        entry.title if not isinstance(entry, list) else [child.title for child in entry]
        for entry in pdf.outline
    ]
    assert titles == ["Welcome", "1 First things", ["1.1 A section"], "References"]


def test_every_chapter_starts_a_page_after_title_and_contents(pdf: PdfReader) -> None:
    texts = [page.extract_text() for page in pdf.pages]
    assert len(texts) == 5
    starts = ("Things & Pools", "Contents", "Welcome", "Chapter 1", "References")
    assert all(start in text for text, start in zip(texts, starts, strict=True))


def test_references_are_links_within_the_file(pdf: PdfReader) -> None:
    kinds = [
        annotation.get_object()["/A"]["/S"] if "/A" in annotation.get_object() else "/Dest"
        for annotation in pdf.pages[2].get("/Annots", [])
    ]
    assert kinds
    assert "/URI" not in kinds


def test_figures_keep_their_alternative_text(pdf: PdfReader) -> None:
    alternatives = [
        str(element["/Alt"])
        for number in range(1, len(pdf.xref[0]) + 1)
        if isinstance(element := pdf.get_object(number), dict) and "/Alt" in element
    ]
    assert 'A "rising" line' in alternatives


def test_the_file_says_that_it_is_accessible(pdf: PdfReader) -> None:
    assert pdf.root_object["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in pdf.root_object["/Metadata"].get_object().get_data()


def test_long_lines_of_code_wrap_with_a_mark(pdf: PdfReader) -> None:
    assert "↩" in pdf.pages[3].extract_text()
    assert "↩" not in pdf.pages[2].extract_text()


def test_fonts_are_those_that_typst_carries(pdf: PdfReader) -> None:
    names = {
        str(font.get_object()["/BaseFont"])
        for page in pdf.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    families = {re.sub(r"^/[A-Z]{6}\+|-.*", "", name) for name in names}
    assert families <= {"LibertinusSerif", "DejaVuSansMono", "NewCMMath"}


def test_two_runs_give_the_same_bytes(path: Path, tmp_path: Path) -> None:
    assert make(tmp_path).read_bytes() == path.read_bytes()


def test_the_date_is_that_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pdf: PdfReader
) -> None:
    assert pdf.metadata is not None
    assert pdf.metadata.creation_date is None
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    dated = PdfReader(make(tmp_path)).metadata
    assert dated is not None
    assert dated.creation_date == datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)


def pages_of(root: Path, *blocks: str) -> list[str]:
    """Return the texts of the pages that the blocks fill."""
    project, book = write_book(root, {"one.qmd": "# One\n\n" + "\n\n".join(blocks)})
    write_pdf(project, book, root / "book.pdf")
    return [page.extract_text() for page in PdfReader(root / "book.pdf").pages][2:]


def table(rows: int) -> str:
    return "| Name | N |\n|---|---|\n" + "".join(f"| row{n:02} | {n} |\n" for n in range(rows))


def lines(count: int) -> str:
    return "```\n" + "".join(f"line{n:02}\n" for n in range(count)) + "```"


def split(pages: list[str], pattern: str) -> list[int]:
    return [count for page in pages if (count := len(re.findall(pattern, page)))]


@pytest.mark.parametrize("fill", [22, 26])
def test_only_long_tables_and_code_break_across_pages(tmp_path: Path, fill: int) -> None:
    filler = ["Words."] * fill
    assert split(pages_of(tmp_path / "a", *filler, table(18)), r"row\d\d") == [18]
    assert split(pages_of(tmp_path / "b", *filler, lines(14)), r"line\d\d") == [14]
    assert len(split(pages_of(tmp_path / "c", *filler, table(60)), r"row\d\d")) > 1


@pytest.mark.parametrize("fill", range(20, 37))
def test_long_code_leaves_three_lines_or_more_on_a_page(tmp_path: Path, fill: int) -> None:
    counts = split(pages_of(tmp_path, *["Words."] * fill, lines(20)), r"line\d\d")
    assert sum(counts) == 20
    assert min(counts) >= 3


@pytest.mark.parametrize("fill", range(22, 36))
def test_a_paragraph_that_ends_in_a_colon_stays_with_what_follows(
    tmp_path: Path, fill: int
) -> None:
    pages = pages_of(tmp_path, *["Words."] * fill, "Such as this:", lines(6))
    assert [page for page in pages if "Such as" in page] == [
        page for page in pages if "line" in page
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("@tbl-none", "pandoc could not write the typst"),
        ("![A line.](missing.svg)", "typst could not set the PDF: .*missing.svg"),
        ("[a](#nowhere)", "typst could not set the PDF: .*nowhere"),
    ],
)
def test_failures_name_the_step_and_leave_no_file(tmp_path: Path, words: str, message: str) -> None:
    with pytest.raises(CourseError, match=re.compile(message, re.DOTALL)):
        make(tmp_path, {"one.qmd": f"# One\n\n{words}\n"})
    assert not (tmp_path / "things.pdf").exists()
