"""Summaries are unrounded."""

import numpy as np
import pytest

from pooling.summaries import SUMMARY_COLUMNS, diagnostics, summarise


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
