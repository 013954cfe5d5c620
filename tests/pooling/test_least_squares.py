"""Least-squares lines against scipy, and against published REML estimates."""

import pandas as pd
import pytest
from scipy.stats import linregress

from pooling import load_sleepstudy
from pooling.least_squares import least_squares_lines


def test_lines_are_those_of_scipy():
    train = load_sleepstudy("train")
    lines = least_squares_lines(train)
    assert list(lines.index) == sorted(train["subject"].unique())
    for subject, own in train.groupby("subject"):
        expected = linregress(own["day"], own["reaction"])
        assert lines.loc[subject, "slope"] == pytest.approx(expected.slope)
        assert lines.loc[subject, "intercept"] == pytest.approx(expected.intercept)
        assert lines.loc[subject, "n"] == len(own)


def test_two_rows_leave_no_residual():
    lines = least_squares_lines(load_sleepstudy("train"))
    assert lines.loc[lines["n"] == 2, "residual_sd"].max() < 1e-9
    assert lines.loc[lines["n"] > 2, "residual_sd"].min() > 1


def test_the_average_line_of_the_balanced_table_is_the_published_reml_estimate():
    average = least_squares_lines(load_sleepstudy("full")).mean()
    assert average["intercept"] == pytest.approx(251.405, abs=5e-4)
    assert average["slope"] == pytest.approx(10.467, abs=5e-4)


def test_one_day_determines_no_line():
    frame = pd.DataFrame({"subject": [1, 1], "day": [3, 3], "reaction": [200.0, 210.0]})
    with pytest.raises(ValueError, match="subject 1 has rows on one day only"):
        least_squares_lines(frame)
