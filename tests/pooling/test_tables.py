"""Tables in Markdown."""

import numpy as np
import pandas as pd
import pytest

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
