"""Tables in Markdown."""

import datetime

import numpy as np
import pandas as pd
import pypandoc
import pytest
from lxml import html

from pooling.tables import markdown_table, number


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (-51.263, 2, "−51.26"),
        (-0.001, 2, "0.00"),
        (0.005, 1, "0.0"),
        (3, 0, "3"),
        (1e6, 1, "1000000.0"),
    ],
)
def test_numbers_have_a_true_minus_and_no_negative_zero(value, digits, text):
    assert number(value, digits) == text


def test_a_table_aligns_numbers_right_and_text_left():
    frame = pd.DataFrame({"who": ["a|b"], "n": [3], "mean": [-1.005]}, index=["first"])
    table = markdown_table(frame, digits={"mean": 1}, headings={"mean": "Mean"}, index="Row").data
    assert table.split("\n") == [
        "| Row | who | n | Mean |",
        "| :-- | :-- | --: | --: |",
        "| first | a\\|b | 3 | −1.0 |",
    ]


def test_a_missing_number_leaves_its_cell_empty():
    table = markdown_table(pd.DataFrame({"sd": [1.0, np.nan]})).data
    assert table.split("\n")[-1] == "|  |"


def test_truth_values_are_words():
    assert markdown_table(pd.DataFrame({"ok": [True, False]})).data.split("\n")[2:] == [
        "| yes |",
        "| no |",
    ]


def printed(frame, **how):
    """What a reader sees: heading and cells of each column, by pandoc."""
    page = html.fromstring(
        pypandoc.convert_text(markdown_table(frame, **how).data, "html", "markdown")
    )
    return [
        [" ".join(cell.text_content().split()) for cell in row.findall("*")]
        for row in page.iter("tr")
    ]


NASTY = ["P(A|B)", "a\\|b", "C:\\new", "ends in \\", "||", "$5|$6", "costs $5", "one `tick"]


def test_text_with_signs_that_mean_something_is_printed_as_it_stands():
    frame = pd.DataFrame([NASTY, NASTY[::-1]], columns=NASTY, index=NASTY[:2])
    assert printed(frame, index="In|dex") == [
        ["In|dex", *NASTY],
        [NASTY[0], *NASTY],
        [NASTY[1], *NASTY[::-1]],
    ]
    renamed = printed(frame[["P(A|B)"]], headings={"P(A|B)": "P(B|A)\\"})
    assert renamed[0] == ["P(B|A)\\"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\u2028", "\x0b"])
def test_text_of_several_lines_stays_in_its_cell(end):
    text = f"one{end}two"
    frame = pd.DataFrame({text: [text, "x"]}, index=[text, "y"])
    assert printed(frame, index=text) == [["one two"] * 2, ["one two"] * 2, ["y", "x"]]


def test_signs_that_mean_something_together_do_not_join_cells():
    frame = pd.DataFrame({"a $x": ["`u"], "y$ b": ["v`"]})
    assert printed(frame) == [["a $x", "y$ b"], ["`u", "v`"]]


def test_formulas_and_code_stay_what_they_are():
    table = markdown_table(pd.DataFrame({r"$P(\tau|y)$": ["`a|b`"]})).data
    page = pypandoc.convert_text(table, "html", "markdown", extra_args=["--mathjax", "--wrap=none"])
    assert r"\(P(\tau\vert y)\)" in page
    assert "<code>a|b</code>" in page


def test_columns_of_one_name_print_their_own_values():
    frame = pd.DataFrame([[1, 2.5, "x"]], columns=["a", "a", "b"])
    assert printed(frame, digits=1) == [["a", "a", "b"], ["1", "2.5", "x"]]
    assert markdown_table(frame).data.split("\n")[1] == "| --: | --: | :-- |"


COLUMNS = {
    "Int64": (pd.array([-3, None], dtype="Int64"), "−3", "--:"),
    "Float64": (pd.array([-1.255, None], dtype="Float64"), "−1.25", "--:"),
    "boolean": (pd.array([True, None], dtype="boolean"), "yes", "--:"),
    "string": (pd.array(["a|b", None], dtype="string"), r"a\|b", ":--"),
    "categories": (pd.Categorical(["a|b", None]), r"a\|b", ":--"),
    "categories of numbers": (pd.Categorical([3.14159, None]), "3.14", "--:"),
    "days": (pd.to_datetime(["2020-01-02", None]), "2020-01-02", ":--"),
    "times": (pd.to_datetime(["2020-01-02 03:04", None]), "2020-01-02 03:04:00", ":--"),
    "dates": ([datetime.date(2020, 1, 2), None], "2020-01-02", ":--"),
    "anything": ([1.23456, None], "1.23", "--:"),
    "objects": (np.array([1.23456, pd.NA], object), "1.23", ":--"),
    "large numbers": (pd.array([2**62 + 1, None], dtype="Int64"), str(2**62 + 1), "--:"),
}


@pytest.mark.parametrize(("values", "text", "rule"), COLUMNS.values(), ids=COLUMNS.keys())
def test_every_kind_of_column_is_printed_and_what_is_missing_left_out(values, text, rule):
    table = markdown_table(pd.DataFrame({"c": values})).data
    assert table.split("\n") == ["| c |", f"| {rule} |", f"| {text} |", "|  |"]


def test_an_index_of_days_has_no_time_of_day():
    frame = pd.DataFrame({"n": [1, 2]}, index=pd.to_datetime(["2020-01-02", None]))
    assert printed(frame, index="Day") == [["Day", "n"], ["2020-01-02", "1"], ["", "2"]]


@pytest.mark.parametrize(
    ("frame", "error", "message"),
    [
        (pd.DataFrame([[1, 2]], columns=[["a", "a"], ["b", "c"]]), ValueError, "frame's columns"),
        (pd.DataFrame({"n": [1]}, index=[["a"], ["b"]]), ValueError, "2 levels in the frame's ind"),
        (pd.DataFrame(index=["a"]), ValueError, "one column at least"),
        (pd.Series([1]), TypeError, "made of a DataFrame, not of type Series"),
    ],
)
def test_what_is_no_table_is_refused(frame, error, message):
    with pytest.raises(error, match=message):
        markdown_table(frame, index="Index")
