"""Rows left out given the population: against integrals by brute force, and against refits."""

import jax
import numpy as np
import pytest
import xarray as xr
from made_rows import take
from scipy.integrate import quad
from scipy.stats import gamma, multivariate_normal

from pooling.compare import heldout_elpd, loo_by_row
from pooling.inference import fit
from pooling.integrated import own_weights_by_population
from pooling.models import own_weights

POPULATION = {"mu_alpha": 0.1, "mu_beta": 0.5, "tau_alpha": 0.7, "tau_beta": 0.3}


def normal(x, variance):
    """Joint distribution of rows of one subject, written out."""
    p = POPULATION
    X = np.column_stack([np.ones_like(x), x])
    covariance = X @ np.diag([p["tau_alpha"] ** 2, p["tau_beta"] ** 2]) @ X.T
    return multivariate_normal(
        X @ [p["mu_alpha"], p["mu_beta"]], covariance + variance * np.eye(len(x))
    )


def one_draw(nu, sigma, data):
    sizes = ("chain", "draw"), (1, 1)
    draws = {name: np.full(sizes[1], value) for name, value in POPULATION.items()}
    draws |= {"nu": np.full(sizes[1], nu), "sigma": np.full(sizes[1], sigma)}
    own = {name: np.ones((1, 1, 18)) for name in ("alpha_s", "beta_s", "lambda_s", "sigma_s")}
    posterior = xr.Dataset(
        {name: (sizes[0], each) for name, each in draws.items()}
        | {name: ((*sizes[0], "subject"), each) for name, each in own.items()}
    )
    rows = xr.Dataset({"obs": ((*sizes[0], "row"), np.zeros((1, 1, len(data.y))))})
    return xr.DataTree.from_dict({"posterior": posterior, "log_likelihood": rows})


@pytest.mark.parametrize(("nu", "sigma"), [(1.5, 0.2), (5.0, 0.4), (40.0, 0.5)])
def test_a_row_given_the_others_is_a_ratio_of_integrals_over_the_weight(nu, sigma, data):
    found = own_weights_by_population(one_draw(nu, sigma, data), data)
    found = found["log_likelihood"]["obs"].to_numpy()[0, 0]

    def marginal(rows):
        x, y = data.x[rows], data.y[rows]

        def integrand(log_weight):
            each = np.exp(log_weight)
            prior = gamma.pdf(each, nu / 2, scale=2 / nu) * each
            return prior * np.exp(normal(x, sigma**2 / each).logpdf(y) + shift)

        shift = -normal(x, sigma**2).logpdf(y)
        area = quad(integrand, -40, 5, points=[-9, -3, -2, -1, 0, 1], limit=800)[0]
        return np.log(area) - shift

    for s in (1, 5, 0):  # two rows of 309, ten of 332, ten of 308
        own = np.flatnonzero(data.subject_idx == s)
        for i in own[:3]:
            asked = marginal(own) - marginal(own[own != i])
            assert found[i] == pytest.approx(asked, abs=1e-5)


@pytest.mark.slow
def test_a_refit_agrees_where_reweighting_the_persons_own_numbers_does_not(data):
    key = jax.random.PRNGKey(14)
    posterior = fit(own_weights, data, key=key)
    given_population = loo_by_row(own_weights_by_population(posterior, data))
    assert given_population["pareto_k"].max() < 0.7
    quick = loo_by_row(posterior)
    i = int((quick["elpd"] - given_population["elpd"]).abs().idxmax())
    rest, row = take(data, np.arange(len(data.y)) != i), take(data, [i])
    refit = heldout_elpd(own_weights, fit(own_weights, rest, key=key), row)[0]
    assert abs(given_population["elpd"][i] - refit) < 0.15
    assert quick["elpd"][i] > refit + 0.3
