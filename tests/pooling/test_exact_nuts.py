"""NUTS agrees with the exact posterior, up to Monte Carlo error, for every parameter."""

import jax
import numpy as np
import pytest
from scipy.stats import norm

from pooling.compare import heldout_elpd, heldout_mcse
from pooling.exact import exact_posterior
from pooling.inference import fit
from pooling.models import REGIMES, correlated_effects, partial_pooling_noncentred
from pooling.summaries import summarise


def bound(n):
    """What the largest of n absolute z scores exceeds once in a million times."""
    return norm.isf(1e-6 / (2 * n))


def assert_agrees(posterior, exact):
    sampled = summarise(posterior, list(dict.fromkeys(name.split("[")[0] for name in exact.index)))
    assert list(sampled.index) == list(exact.index)
    for column in ("mean", "sd"):
        z = (sampled[column] - exact[column]) / sampled[f"mcse_{column}"]
        assert np.abs(z).max() < bound(2 * len(z)), f"{column} of {z.abs().idxmax()}"


@pytest.mark.parametrize("regime", list(REGIMES))
def test_nuts_agrees_in_every_parameter(regime, data, posteriors):
    exact = exact_posterior(regime, data).summary()
    assert_agrees(posteriors[regime], exact)


def test_the_non_centred_form_has_the_same_posterior(data):
    noncentred = fit(partial_pooling_noncentred, data, key=jax.random.PRNGKey(77))
    assert_agrees(noncentred, exact_posterior("partial_pooling", data).summary())


def test_lines_that_correlate_agree_in_every_parameter(data):
    sampled = fit(correlated_effects, data, key=jax.random.PRNGKey(78))
    assert_agrees(sampled, exact_posterior("correlated_effects", data).summary())


@pytest.mark.parametrize("regime", list(REGIMES))
def test_heldout_elpd_agrees(regime, data, heldout, posteriors):
    model, posterior = REGIMES[regime], posteriors[regime]
    exact = exact_posterior(regime, data).log_predictive(heldout).sum()
    z = (heldout_elpd(model, posterior, heldout).sum() - exact) / heldout_mcse(
        model, posterior, heldout
    )
    assert abs(z) < bound(len(REGIMES))
