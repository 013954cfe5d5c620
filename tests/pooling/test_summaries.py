"""Summaries are unrounded."""

import numpy as np
import pytest
import xarray as xr

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


def test_what_does_not_vary_has_no_diagnostics_and_spoils_none(posteriors, recwarn):
    posterior = posteriors["partial_pooling"].copy()
    before = diagnostics({"mine": posterior})
    draws = posterior["posterior"].to_dataset()
    root = np.zeros((*draws["sigma"].shape, 2, 2), np.float32)
    root[..., 0, 0], root[..., 1, 0] = 0.1, draws["sigma"]  # a constant that floats round
    dims = ("chain", "draw", "row", "column")
    posterior["posterior"] = xr.DataTree(draws.assign(root=(dims, root)))
    frame = summarise(posterior)
    for name, value in {"root[0, 0]": 0.1, "root[0, 1]": 0, "root[1, 1]": 0}.items():
        row = frame.loc[name]
        assert row["mean"] == pytest.approx(value)
        assert row[["mcse_mean", "mcse_sd", "ess_bulk", "ess_tail", "r_hat"]].isna().all()
    assert frame.loc["root[1, 0]"].equals(frame.loc["sigma"])
    assert diagnostics({"mine": posterior}).equals(before)
    assert not [str(each.message) for each in recwarn if each.category is RuntimeWarning]
