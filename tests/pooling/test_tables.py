"""Summaries unrounded, tables in Markdown."""

import numpy as np
import pandas as pd
import pytest

from pooling.tables import SUMMARY_COLUMNS, diagnostics, markdown_table, number, summarise


def test_a_summary_has_the_moments_and_quantiles_of_the_draws(posteriors):
    posterior = posteriors["partial_pooling"]
    frame = summarise(posterior)
    assert tuple(frame.columns) == SUMMARY_COLUMNS
    assert len(frame) == 5 + 2 * 18
    draws = posterior["posterior"]["beta_s"].isel(subject=3).to_numpy().astype(float)
    row = frame.loc["beta_s[3]"]
    assert row["mean"] == pytest.approx(draws.mean(), rel=1e-5)
    assert row["sd"] == pytest.approx(draws.std(ddof=1), rel=1e-4)
    assert row["eti89_lb"] == pytest.approx(np.quantile(draws, 0.055), abs=1e-3)
    assert row["eti89_ub"] == pytest.approx(np.quantile(draws, 0.945), abs=1e-3)
    assert row["mean"] != round(row["mean"], 3)


def test_diagnostics_take_the_worst_parameter_and_count_divergences(posteriors):
    posterior = posteriors["partial_pooling"].copy()
    frame = diagnostics({"mine": posterior})
    summary = summarise(posterior)
    assert frame.loc["mine", "r_hat"] == summary["r_hat"].max()
    assert frame.loc["mine", "ess_bulk"] == summary["ess_bulk"].min()
    assert frame.loc["mine", "divergences"] == int(posterior["sample_stats"]["diverging"].sum())


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
