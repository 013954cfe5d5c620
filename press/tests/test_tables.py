"""Tables on the website and in the PDF: alignment of numbers, and header cells."""

import re
from pathlib import Path

import pytest
from lxml import html
from woven_book import in_pdf, on_website, word_places

Rows = list[list[html.HtmlElement]]


def table(*columns: list[str], rule: str = "---") -> str:
    """Write a chapter with a table of these columns, whose first cells are heads."""
    lines = ["| " + " | ".join(cells) + " |" for cells in zip(*columns, strict=True)]
    lines.insert(1, "|" + f"{rule}|" * len(columns))
    return "# One\n\n" + "\n".join(lines) + "\n"


def rows_of_each(root: Path, *tables: str) -> list[Rows]:
    """Set tables, a page each, on a website."""
    return [[list(row) for row in page.xpath("//main//tr")] for page in on_website(root, *tables)]


def rows(root: Path, *columns: list[str]) -> Rows:
    """Set a table of these columns on a website."""
    return rows_of_each(root, table(*columns))[0]


def padded(cell: html.HtmlElement) -> str:
    """Return a cell's text with the room after it, noughts for figures."""
    room = cell.xpath(".//span[@class='room']/@data-room")
    assert len(room) <= 1
    return cell.text_content().replace("\xa0", " ") + "|" + "".join(room).replace("\xa0", " ")


def test_numbers_stand_point_below_point(tmp_path: Path) -> None:
    columns = [
        (["1.5", "12", "−0.25"], ["1.5|0", "12|.00", "−0.25|"]),
        (["1.00 ± 0.02", "3"], ["1.00 ± 0.02|", "3|..00000±  "]),
        (["5 %", "12.5 %", "100"], ["5 %|.0", "12.5 %|", "100|.0 %"]),
        (["1.5 ms", "2 s"], ["1.5 ms|", "2 s|.0m"]),
        (["[−0.13, 0.25]", "[0, 1]"], ["[−0.13, 0.25]|", "[0, 1]|.00.00"]),
        (["1,000", "2.5"], ["1,000|.0", "2.5|"]),
        (["", "2.5", "—", "1"], ["|", "2.5|", "—|.0", "1|.0"]),
        (["**1.5**", "2"], ["1.5|", "2|.0"]),
        ([".5", "2"], [".5|", "2|.0"]),
        (["308", "10"], ["308|", "10|"]),
    ]
    tables = [
        table(["Name", *(f"name{n}" for n in range(len(cells)))], ["Number", *cells])
        for cells, _ in columns
    ]
    found = rows_of_each(tmp_path, *tables)
    for (cells, expected), (_, *body) in zip(columns, found, strict=True):
        # The order of what is added does not matter.
        assert [sorted(padded(row[1])) for row in body] == [sorted(text) for text in expected]
        assert {row[1].get("style") for row in body} == {"text-align: right;"}, cells
        # The text is the author's: nothing is added that could be read out, searched or copied.
        assert [row[1].text_content().replace("\xa0", " ") for row in body] == [
            cell.strip("*") for cell in cells
        ]


def test_what_is_not_all_numbers_stands_to_the_left(tmp_path: Path) -> None:
    columns = [
        ["1.5", "high"],
        ["3.13.0", "0.22"],
        ["2026-09-01", "2026-10-01"],
        ["1a", "2b"],
        ["10:30", "9:05"],
        ["1, 2", "10, 11"],
        ["3 chapters", "10 pages of text"],
        ["", "—"],
    ]
    tables = [table(["Name", "a", "b"], ["Text", *cells]) for cells in columns]
    for cells, (_, *body) in zip(columns, rows_of_each(tmp_path, *tables), strict=True):
        assert [padded(row[1]) for row in body] == [f"{cell}|" for cell in cells]
        assert {row[1].get("style") for row in body} == {"text-align: left;"}, cells


def test_the_authors_alignment_stands(tmp_path: Path) -> None:
    room = {"--:": "|.0", ":--": "|", ":-:": "|"}
    columns = ["Name", "a", "b"], ["Number", "1", "2.5"]
    found = rows_of_each(tmp_path, *(table(*columns, rule=rule) for rule in room))
    cells = {rule: padded(body[1][1]) for rule, body in zip(room, found, strict=True)}
    assert cells == {rule: "1" + after for rule, after in room.items()}


def test_header_cells_say_what_they_head(tmp_path: Path) -> None:
    head, *body = rows(tmp_path, ["Name", "a", "b"], ["Number", "1", "1"])
    assert [(cell.tag, cell.get("scope")) for cell in head] == [("th", "col")] * 2
    assert [[(cell.tag, cell.get("scope")) for cell in row] for row in body] == [
        [("th", "row"), ("td", None)]
    ] * 2


@pytest.mark.parametrize("first", [["308", "308"], ["a", ""]])
def test_a_column_that_repeats_or_has_gaps_names_no_rows(tmp_path: Path, first: list[str]) -> None:
    _, *body = rows(tmp_path, ["Name", *first], ["Number", "1", "2"])
    assert {cell.tag for row in body for cell in row} == {"td"}


def test_code_breaks_between_words(tmp_path: Path) -> None:
    codes = ["`mu_beta`", "`__all__`", "`pooling.fit(data)`", "`a[row]<b`", "`y ~ 0.5 (1 | x)`"]
    _, *body = rows(tmp_path, ["Name", *codes])
    written = [html.tostring(row[0][0], encoding="unicode") for row in body]
    assert [re.sub("</?code>|</wbr>", "", code).replace("<wbr>", "/") for code in written] == [
        *("mu_/beta", "__/all__", "pooling./fit(/data)", "a[/row]&lt;b", "y ~ 0.5 (1 | x)")
    ]


def test_tables_with_the_same_head_have_the_same_columns(tmp_path: Path) -> None:
    def tasks(head: str, *lines: str) -> str:
        return "\n".join((f"| {head} | Where |", "|---|---|", *lines)) + "\n\nText.\n\n"

    source = "# One\n\n" + "".join(
        (
            tasks("Task", "| short | there |", "| of most letters | |"),
            tasks("Task", "| of more letters | |", "| a | not there |"),
            tasks("Other", "| a | b |"),
        )
    )
    (tree,) = on_website(tmp_path, source)
    room = [
        [cell.xpath(".//span[@class='widest']/@data-room") for cell in head]
        for head in tree.xpath("//main//thead/tr")
    ]
    both = [["of most letters", "of more letters"], ["not there"]]
    assert room == [both, both, [[], []]]


def test_the_length_of_source_lines_sets_no_widths(tmp_path: Path) -> None:
    (cell, *_), *_ = rows(tmp_path, ["Name " * 20, "a"], ["Number", "1"])
    assert cell.getroottree().xpath("//col") == []


def test_points_stand_below_points_in_the_pdf(tmp_path: Path) -> None:
    source = "# One\n\n| Name | Number |\n|---|---|\n| a | 4.5 |\n| b | 6 |\n| c | 7.25 |\n"
    ((page,),) = in_pdf(tmp_path, source)
    found = {word: start for word, (start, _) in word_places(page).items()}
    assert found["4.5"] > found["a"]
    assert found["4.5"] == pytest.approx(found["6"], abs=0.01)
    assert found["4.5"] == pytest.approx(found["7.25"], abs=0.01)
    # The room is not copied.
    assert page.extract_text().split()[-7:] == ["a", "4.5", "b", "6", "c", "7.25", "3"]
