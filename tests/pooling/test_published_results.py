"""Fits of today against the published numbers, in units of Monte Carlo error."""

import json
from pathlib import Path

import arviz as az
import numpy as np
import pytest
from scipy.stats import norm

from pooling.compare import compare_loo, heldout_elpd, heldout_mcse, loo_by_row
from pooling.models import REGIMES
from pooling.summaries import diagnostics, summarise

PUBLISHED = json.loads(
    (Path(__file__).parents[1] / "reference" / "published-results.json").read_text()
)
N_TESTS = sum(len(parameters) for parameters in PUBLISHED["summary"].values())
# All of N_TESTS z scores stay below this with probability 1 − 1e-5, whatever the seed.
LARGEST_Z = norm.isf(1e-5 / (2 * N_TESTS))
HALF_DIGIT = 0.0005  # the published means and sds have three decimals


@pytest.fixture(scope="module")
def summaries(posteriors):
    return {regime: summarise(posterior) for regime, posterior in posteriors.items()}


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("statistic", ["mean", "sd"])
def test_posterior_summaries_agree_with_the_published_ones(summaries, regime, statistic):
    published = PUBLISHED["summary"][regime]
    ours = summaries[regime].loc[list(published)]
    theirs = ours.copy()
    theirs[:] = [[published[parameter][column] for column in ours] for parameter in published]
    error = np.hypot(ours[f"mcse_{statistic}"], theirs[f"mcse_{statistic}"])
    gap = (ours[statistic] - theirs[statistic]).abs() - HALF_DIGIT
    z = gap / error
    assert z.max() < LARGEST_Z, f"{z.idxmax()}: z = {z.max():.1f}"


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize(("bound", "prob"), [("eti89_lb", 0.055), ("eti89_ub", 0.945)])
def test_interval_bounds_agree_with_the_published_ones(summaries, posteriors, regime, bound, prob):
    draws = posteriors[regime]["posterior"].to_dataset()
    for parameter, published in PUBLISHED["summary"][regime].items():
        variable, _, index = parameter.rstrip("]").partition("[")
        values = draws[variable].isel(subject=int(index)) if index else draws[variable]
        error = np.sqrt(2) * az.mcse(values.to_numpy(), method="quantile", prob=prob)
        # printed with two significant digits
        last_digit = 10.0 ** (np.floor(np.log10(abs(published[bound]))) - 1)
        allowed = LARGEST_Z * error + last_digit / 2
        assert abs(summaries[regime].loc[parameter, bound] - published[bound]) < allowed, parameter


def test_the_sampler_did_well(posteriors):
    frame = diagnostics(posteriors)
    assert frame["r_hat"].max() <= 1.01
    assert frame[["ess_bulk", "ess_tail"]].min().min() > 400
    assert frame["divergences"].max() < 80


@pytest.mark.parametrize("regime", REGIMES)
def test_heldout_elpd_agrees_with_the_published_one(posteriors, heldout, regime):
    score = heldout_elpd(REGIMES[regime], posteriors[regime], heldout).sum()
    error = heldout_mcse(REGIMES[regime], posteriors[regime], heldout)
    # the published score comes from as many draws, so it has the same error
    assert error < 0.2
    published = PUBLISHED["heldout_elpd"][regime]
    assert score == pytest.approx(published, abs=LARGEST_Z * np.sqrt(2) * error)


def test_psis_loo(posteriors):
    loo = compare_loo(posteriors)
    assert list(loo.index)[-1] == "complete_pooling"
    for regime in REGIMES:
        published = PUBLISHED["psis_loo"][regime]
        # printed with two significant digits: −110 stands for −115 … −105
        assert loo.loc[regime, "elpd"] == pytest.approx(published["elpd"], abs=5)
        assert loo.loc[regime, "elpd"] != round(loo.loc[regime, "elpd"])
    assert abs(loo.loc["no_pooling", "elpd_diff"]) < 2 * loo.loc["no_pooling", "dse"]


def test_leaving_rows_out_one_by_one_adds_up_to_the_comparison(posteriors):
    loo = compare_loo(posteriors)
    for regime, posterior in posteriors.items():
        rows = loo_by_row(posterior)
        assert len(rows) == 110
        assert rows["elpd"].sum() == pytest.approx(loo.loc[regime, "elpd"])
        likelihood = posterior["log_likelihood"]["obs"].max(("chain", "draw")).to_numpy()
        assert (rows["elpd"] < likelihood).all()
