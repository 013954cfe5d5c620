import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PageObject, PdfReader
from woven_book import SVG, in_pdf, word_places, write_book

from press.book.contents import Chapter
from press.errors import PressError
from press.publish.pdf import write_pdf

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
    assert pdf.metadata.subject == "A book for tests"
    assert pdf.metadata.author == 'Ann "A" Author'
    assert pdf.root_object["/Lang"] == "en-GB"


def test_the_outline_has_numbered_chapters_and_sections(pdf: PdfReader) -> None:
    titles = [
        entry.title if not isinstance(entry, list) else [child.title for child in entry]
        for entry in pdf.outline
    ]
    assert titles == ["Contents", "Welcome", "1 First things", ["1.1 A section"], "References"]


def test_title_and_contents_have_pages_of_their_own(pdf: PdfReader) -> None:
    title, contents, *others = [page.extract_text() for page in pdf.pages]
    assert title.startswith("Things & Pools")
    assert contents.startswith("Contents")
    assert others[0].startswith("Welcome")


@pytest.mark.parametrize(("fill", "pages"), [(2, 1), (6, 1), (20, 2), (33, 2)])
def test_a_chapter_begins_a_page_unless_much_of_one_is_free(
    tmp_path: Path, fill: int, pages: int
) -> None:
    sources = {"one.qmd": "# One\n\n" + "Words.\n\n" * fill, "two.qmd": "# Two\n\nLast.\n"}
    project, book = write_book(tmp_path, sources)
    write_pdf(project, book, tmp_path / "book.pdf")
    found = texts(PdfReader(tmp_path / "book.pdf"))
    assert len(found) == pages
    assert "Chapter 2" in found[-1]
    # No running head over a title.
    assert not any(text.startswith(("1 One", "2 Two")) for text in found)


@pytest.mark.parametrize("heading", ["Chapter end", "Chapter ends"])
def test_a_heading_is_no_place_that_the_template_marks(tmp_path: Path, heading: str) -> None:
    one = f"# One\n\n## {heading}\n\n" + "Words.\n\n" * 20
    project, book = write_book(tmp_path, {"one.qmd": one, "two.qmd": "# Two\n\nLast.\n"})
    write_pdf(project, book, tmp_path / "book.pdf")
    first, second = texts(PdfReader(tmp_path / "book.pdf"))
    assert "Chapter 2" not in first
    assert "Chapter 2" in second


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


def texts(pdf: PdfReader) -> list[str]:
    """Return what stands on the pages after the title page and the contents."""
    return [page.extract_text() for page in pdf.pages][2:]


def pages_of(root: Path, *blocks: str) -> list[PageObject]:
    """Return the pages that a chapter of these blocks fills."""
    (pages,) = in_pdf(root, "# One\n\n" + "\n\n".join(blocks))
    return pages


def texts_of(root: Path, *blocks: str) -> list[str]:
    """Return the texts of the pages that a chapter of these blocks fills."""
    return [page.extract_text() for page in pages_of(root, *blocks)]


def filled(root: Path, fills: Iterable[int], *blocks: str) -> dict[int, list[str]]:
    """Return the texts of the pages of chapters that have so many lines before the blocks."""
    chapters = {fill: "\n\n".join(["# One", *["Words."] * fill, *blocks]) for fill in fills}
    found = in_pdf(root, *(text.replace("@", str(fill)) for fill, text in chapters.items()))
    return {
        fill: [page.extract_text() for page in pages]
        for fill, pages in zip(chapters, found, strict=True)
    }


def operators(page: PageObject) -> list[tuple[bytes, list[float]]]:
    """Return the drawing commands of a page, with their operands rounded."""
    content = page.get_contents()
    assert content is not None
    return [
        (operator, [round(float(value), 2) for value in operands if isinstance(value, float)])
        for operands, operator in content.operations
    ]


def table(rows: int) -> str:
    return "| Name | N |\n|---|---|\n" + "".join(f"| row{n:02} | {n} |\n" for n in range(rows))


def lines(count: int) -> str:
    return "```\n" + "".join(f"line{n:02}\n" for n in range(count)) + "```"


def split(pages: list[str], pattern: str) -> list[int]:
    return [count for page in pages if (count := len(re.findall(pattern, page)))]


def test_only_long_tables_and_code_break_across_pages(tmp_path: Path) -> None:
    def counts(name: str, block: str) -> list[list[int]]:
        found = filled(tmp_path / name, (22, 26), block)
        return [split(pages, r"(?:row|line)\d\d") for pages in found.values()]

    assert counts("table", table(18)) == [[18], [18]]
    assert counts("code", lines(14)) == [[14], [14]]
    assert all(len(parts) > 1 for parts in counts("long table", table(60)))


def test_long_code_leaves_three_lines_or_more_on_a_page(tmp_path: Path) -> None:
    for fill, pages in filled(tmp_path, range(20, 37), lines(20)).items():
        counts = split(pages, r"line\d\d")
        assert sum(counts) == 20, fill
        assert min(counts) >= 3, fill


@pytest.mark.parametrize(
    ("lead", "follower"), [("Such as this:", lines(6)), ("**Such as this**", table(6))]
)
def test_a_paragraph_that_leads_to_what_follows_stays_with_it(
    tmp_path: Path, lead: str, follower: str
) -> None:
    for fill, pages in filled(tmp_path, range(22, 36), lead, follower).items():
        assert [page for page in pages if "Such as" in page] == [
            page for page in pages if re.search(r"(line|row)\d\d", page)
        ], fill


@pytest.mark.parametrize("count", [1, 3])
def test_a_drawn_sign_shows_each_line_of_code_that_wraps(tmp_path: Path, count: int) -> None:
    def strokes(page: PageObject) -> int:
        return [operator for operator, _ in operators(page)].count(b"S")

    long_line = "value = function(argument_number_one, argument_number_two)  # " * 2
    code = "```python\n" + f"{long_line}\n" * count + "short\n```"
    (wrapped,) = pages_of(tmp_path / "a", code)
    (short,) = pages_of(tmp_path / "b", code.replace(long_line, "short"))
    assert strokes(wrapped) - strokes(short) == count
    # What is drawn is not copied.
    copied = wrapped.extract_text()
    assert "".join(copied.split()).count("".join(long_line.split())) == count
    assert "↩" not in copied


def test_running_heads_name_chapter_and_section(tmp_path: Path) -> None:
    filler = "Words.\n\n" * 40
    first, *others = texts_of(tmp_path, "## Alpha", filler, "## Beta", filler, filler)
    heads = [page.splitlines()[0] for page in others]
    assert "Alpha" not in first.splitlines()[0]
    assert heads == ["1 One 1.2 Beta"] * len(others)
    assert len(others) > 2


def test_the_running_head_names_the_first_section_that_begins(tmp_path: Path) -> None:
    sections = ("## Alpha", "Words.\n\n" * 80, "## Beta", "Words.", "## Gamma", "Words.")
    _, second, third = texts_of(tmp_path, *sections)
    assert second.splitlines()[0] == "1 One 1.1 Alpha"
    assert third.splitlines()[0] == "1 One 1.2 Beta"


def test_a_heading_is_never_alone_at_the_foot_of_a_page(tmp_path: Path) -> None:
    for fill, pages in filled(tmp_path, range(31, 36), "## Alpha", "Next words.").items():
        assert [page for page in pages if "Alpha" in page] == [
            page for page in pages if "Next words" in page
        ], fill


def box(words: int) -> str:
    return ':::: {.callout-note title="Hint"}\n' + "boxed\n\n" * words + "::::"


def test_short_boxes_stay_whole(tmp_path: Path) -> None:
    for fill, pages in filled(tmp_path, range(24, 31), box(4)).items():
        assert split(pages, "boxed|Hint") == [5], fill


def test_long_boxes_break_and_their_frames_go_on(tmp_path: Path) -> None:
    pages = pages_of(tmp_path, *["Words."] * 16, box(60))
    found = [page.extract_text() for page in pages]
    assert len(split(found, "boxed")) == 3
    frame = [round(value / 255, 2) for value in (0x4A, 0x63, 0x78)]
    for page in pages[:3]:
        assert frame in [operands for _, operands in operators(page)]
    assert "Hint" in found[0]


@pytest.mark.parametrize("boxed", [False, True])
def test_text_fills_the_page_before_a_tall_figure(tmp_path: Path, boxed: bool) -> None:
    around = (':::: {.callout-note title="Hint"}', "::::") if boxed else ("", "")
    figure = "::: {#fig-tall}\n![](tall.svg){fig-alt='A line'}\n\nTall.\n:::"
    pages = texts_of(
        tmp_path, *["Words."] * 8, around[0], figure, "Text after.", around[1], "## Next", "End."
    )
    page = {
        word: next(number for number, text in enumerate(pages) if word in text)
        for word in ("Text after", "Tall", "End.")
    }
    assert page == {"Text after": 0, "Tall": 1, "End.": 1 if not boxed else page["End."]}


def test_no_figure_stands_above_a_chapters_title(tmp_path: Path) -> None:
    figure = "::: {#fig-tall-@}\n![](tall.svg){fig-alt='A line' width=9cm}\n\nTall.\n:::"
    chapters = filled(tmp_path, (1, 10, 40), figure, *["Words."] * 40)
    for number, pages in enumerate(chapters.values(), start=1):
        assert pages[0].startswith(f"Chapter {number}")
        assert any("Tall" in page for page in pages[:2]), number


def test_a_figure_that_fits_stays_in_its_place(tmp_path: Path) -> None:
    figure = "::: {#fig-tall}\n![](tall.svg){fig-alt='A line' width=4cm}\n\nTall.\n:::"
    (page,) = texts_of(tmp_path, "Before.", figure, "Text after.")
    assert page.index("Before") < page.index("Tall") < page.index("Text after")


@pytest.mark.parametrize("caption", ["", "\n: All the $n$ names. {#tbl-names}\n"])
def test_a_table_that_breaks_repeats_its_head_and_caption(tmp_path: Path, caption: str) -> None:
    pages = [page for page in texts_of(tmp_path, table(100) + caption) if "row" in page]
    assert len(pages) > 2
    assert [page.count("Name") for page in pages] == [1] * len(pages)
    once = 1 if caption else 0
    captions = [page.replace("\u00a0", " ").count("Table 1.1: All the") for page in pages]
    assert captions == [once] * len(pages)


def test_a_long_table_does_not_break_near_its_head(tmp_path: Path) -> None:
    names = table(40) + "\n: All names. {#tbl-names-@}\n"
    for fill, pages in filled(tmp_path, range(24, 34), names).items():
        assert min(split(pages, r"row\d\d")) >= 3, fill


LONG = "abcdefghij" * 20


@pytest.mark.parametrize(
    "source", [f"```python\nx = '{LONG}'\n{LONG}\n```", f"Words `{LONG}` and words."]
)
@pytest.mark.parametrize("boxed", [False, True])
def test_code_without_spaces_stays_on_the_page(tmp_path: Path, source: str, boxed: bool) -> None:
    around = (':::: {.callout-note title="Hint"}\n', "\n::::") if boxed else ("", "")
    page, *_ = pages_of(tmp_path, source.join(around))
    pieces = [
        (start + 0.602 * size * len(text), text)
        for text, (start, size) in word_places(page).items()
        if set(text) <= set(LONG)
    ]
    assert len(pieces) > 2
    assert max(end for end, _ in pieces) <= float(page.mediabox.width) - 87
    assert LONG in "".join(page.extract_text().split())  # what is copied has nothing in between


def test_inline_code_is_as_high_as_its_text(tmp_path: Path) -> None:
    (page,) = pages_of(tmp_path, "Words `code` here.\n\n| Name |\n|---|\n| `cell` |\n")
    sizes = {text: size for text, (_, size) in word_places(page).items()}
    # Heights of an x, of the two fonts.
    for code, text in (("code", sizes["Words"]), ("cell", sizes["Name"])):
        assert 0.547 * sizes[code] == pytest.approx(0.44 * text, rel=0.06)


def test_gaps_around_figures_are_alike(tmp_path: Path) -> None:
    """Whether a figure stays in its place, floats, or stands in a box."""
    picture = "::: {#fig-tall}\n![](tall.svg){fig-alt='A line'WIDTH}\n\nTall.\n:::"
    small, tall = picture.replace("WIDTH", " width=4cm"), picture.replace("WIDTH", "")
    box = f':::: {{.callout-note title="Hint"}}\nBefore.\n\n{small}\n\nAfter.\n::::'
    gaps = []
    for name, blocks in {
        "place": ["Before.", small, "After."],
        "float": [*["Words."] * 60, tall, *["After."] * 40],
        "box": [box],
    }.items():
        for page in pages_of(tmp_path / name, *blocks):
            heights: list[tuple[float, str]] = []

            def note(text: str, outer: list[float], inner: list[float], *_: object) -> None:
                if text.strip():
                    heights.append((inner[5] * outer[3] + outer[5], text))  # noqa: B023

            page.extract_text(visitor_text=note)
            below = [h for h, text in heights if "After" in text]
            captions = [h for h, text in heights if "Tall" in text]
            if captions:
                gaps.append(captions[0] - max(h for h in below if h < captions[0]))
    assert len(gaps) == 3
    assert max(gaps) - min(gaps) < 1.5


def test_a_table_of_much_text_breaks_too(tmp_path: Path) -> None:
    rows = "".join(f"| row{n:02} | {'many words ' * 60} |\n" for n in range(12))
    pages = texts_of(tmp_path, f"| Name | Text |\n|---|---|\n{rows}")
    counts = split(pages, r"row\d\d")
    assert sum(counts) == 12
    assert len(counts) > 1


@pytest.mark.parametrize("columns", [8, 20])
def test_a_wide_table_stays_on_the_page(tmp_path: Path, columns: int) -> None:
    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cells) + " |\n"

    names = [f"Number{n}" for n in range(columns)]
    rows = [[f"{row}{n:02}.12345" for n in range(columns)] for row in range(3)]
    source = line(names) + line(["---"] * columns) + "".join(map(line, rows))
    (page,) = pages_of(tmp_path, source)
    places = {word: at for word, at in word_places(page).items() if word.endswith(".12345")}
    assert list(places) == [number for row in rows for number in row]
    starts = [start for start, _ in list(places.values())[:columns]]
    # Digits are about half as wide as high; no number is in the next column or in the margin.
    size = places[rows[0][0]][1]
    ends = [start + 0.46 * size * len(rows[0][0]) for start in starts]
    assert all(end < start for end, start in zip(ends, starts[1:], strict=False))
    assert ends[-1] <= float(page.mediabox.width) - 80


def test_parts_stand_in_the_contents_and_leave_the_numbers_alone(tmp_path: Path) -> None:
    sources = {f"{name}.qmd": f"# {name.title()}\n\nWords.\n" for name in ("one", "two", "three")}
    project, book = write_book(tmp_path, {"index.qmd": "Hello.\n"} | sources)
    parts = {"one.qmd": "Beginnings & more", "three.qmd": "Ends"}
    chapters = tuple(
        Chapter(chapter.source, parts.get(chapter.source)) for chapter in project.chapters
    )
    write_pdf(replace(project, chapters=chapters), book, tmp_path / "book.pdf")
    pdf = PdfReader(tmp_path / "book.pdf")
    titles = [entry.title for entry in pdf.outline if not isinstance(entry, list)]
    assert titles == [
        *("Contents", "Welcome", "Beginnings & more", "1 One", "2 Two", "Ends", "3 Three")
    ]
    contents = pdf.pages[1].extract_text()
    assert contents.index("Beginnings") < contents.index("1 One") < contents.index("Ends")
    # A part's title stands above its first chapter's, on no page of its own.
    page = " ".join(" ".join(each.extract_text().split()) for each in pdf.pages[2:])
    assert "Beginnings & more Chapter 1 One Words." in page
    assert "Ends Chapter 3 Three Words." in page
    assert len(pdf.pages) == 4
    # A PDF that was set before is not taken for one with other parts.
    chapters = tuple(Chapter(chapter.source) for chapter in project.chapters)
    write_pdf(replace(project, chapters=chapters), book, tmp_path / "book.pdf")
    assert "Ends" not in PdfReader(tmp_path / "book.pdf").pages[1].extract_text()


def test_links_lead_to_pages_and_to_the_web(tmp_path: Path) -> None:
    chapters = CHAPTERS | {
        "chapters/one.qmd": CHAPTERS["chapters/one.qmd"] + "\n[Web](https://example.org/a)\n"
    }
    pdf = PdfReader(make(tmp_path, chapters))
    assert {"/GoTo", "/URI"} >= set(targets(pdf, 2))
    assert "https://example.org/a" in targets(pdf, 2)["/URI"]
    # The citation leads to the list of references, the contents to every chapter.
    assert 3 in targets(pdf, 2)["/GoTo"]
    assert {2, 3} <= set(targets(pdf, 1)["/GoTo"])


def targets(pdf: PdfReader, page: int) -> dict[str, list[object]]:
    """Return where the links of a page go: to pages (their positions) or addresses."""
    found: dict[str, list[object]] = {"/GoTo": [], "/URI": []}
    for annotation in pdf.pages[page]["/Annots"]:
        link = annotation.get_object()
        action = link.get("/A", {}).get_object() if "/A" in link else {}
        if "/URI" in action:
            found["/URI"].append(action["/URI"])
            continue
        place = action.get("/D", link.get("/Dest"))
        if isinstance(place, str):
            place = pdf.named_destinations[place].dest_array
        found["/GoTo"].append(pdf.get_page_number(place[0].get_object()))
    return found


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("@tbl-none", "pandoc could not write the typst"),
        ("![A line.](missing.svg)", r"^two\.qmd: the PDF cannot be set: .*missing.svg"),
        ("[a](#nowhere)", r"^two\.qmd: the PDF cannot be set: .*nowhere.*\n    #link"),
    ],
)
def test_failures_name_the_step_and_leave_no_file(tmp_path: Path, words: str, message: str) -> None:
    chapters = {"one.qmd": "# One\n", "two.qmd": f"# Two\n\n{words}\n", "three.qmd": "# Three\n"}
    with pytest.raises(PressError, match=re.compile(message, re.DOTALL)):
        make(tmp_path, chapters)
    assert not (tmp_path / "things.pdf").exists()


def test_addresses_of_pictures_name_files(tmp_path: Path) -> None:
    text = "# One\n\n![A b.](a%20b.svg)\n\n![A b, too.](/a%20b.svg)\n"
    project, book = write_book(tmp_path, {"one.qmd": text})
    (book / "a b.svg").write_text(SVG)
    write_pdf(project, book, tmp_path / "things.pdf")
    assert (tmp_path / "things.pdf").read_bytes().startswith(b"%PDF")


def test_a_letter_with_an_accent_is_copied_once(tmp_path: Path) -> None:
    r, k = "R\u0302", "k\u0302"
    text = f"# The {r} of all\n\nAn {r}, *{r}* and {k}.\n\n```python\n{k} = 1\n```\n"
    reader = PdfReader(make(tmp_path, {"one.qmd": text}))
    page = reader.pages[-1].extract_text()
    assert re.findall(r"[A-Za-z]?\u0302", page) == [r, r, r, k, k]
    assert f"1 The {r} of all" in [getattr(entry, "title", "") for entry in reader.outline]
