"""The 2 × 2 algebra of the exact posterior, against the full covariance matrix."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from pooling.exact.conditional import condition
from pooling.exact.predictive import rows_without_themselves
from pooling.exact.thinning import Nodes
from pooling.models import REGIMES

# Ordinary scales, and ends where a formula with differences of large numbers would fail.
SCALES = [(0.6, 0.3, 0.5), (1e-6, 2.0, 0.3), (40.0, 1e-3, 0.05), (30.0, 30.0, 2.0)]


def design(regime, data):
    """The rows' design: y = A b + noise with all coefficients, the population's first, in b."""
    rows = np.arange(len(data.y))
    n = 1 if regime == "complete_pooling" else data.n_subjects
    group = np.zeros_like(data.subject_idx) if n == 1 else data.subject_idx
    intercepts, slopes = np.zeros((2, len(rows), n))
    intercepts[rows, group], slopes[rows, group] = 1, data.x
    return np.concatenate([intercepts, slopes], axis=1), n


def joint_covariance(regime, data, scales):
    """Prior covariance of (coefficients, y), and where the coefficients end."""
    tau_alpha, tau_beta, sigma = scales
    A, n = design(regime, data)
    prior = np.zeros((2 * n, 2 * n))
    if regime == "partial_pooling":
        prior[:n, :n] = tau_alpha**2 * np.eye(n) + 1  # lines share the population's, N(0, 1)
        prior[n:, n:] = tau_beta**2 * np.eye(n) + 1
    else:
        prior = np.eye(2 * n)
    return prior, A, A @ prior @ A.T + sigma**2 * np.eye(len(data.y))


def nodes(regime, scales):
    return np.array([scales if regime == "partial_pooling" else scales[2:]])


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("regime", REGIMES)
def test_marginal_likelihood_is_that_of_the_full_covariance(regime, scales, data):
    _, _, covariance = joint_covariance(regime, data, scales)
    expected = multivariate_normal(np.zeros(len(data.y)), covariance).logpdf(data.y)
    at = nodes(regime, scales)
    log_likelihood = condition(regime, data).log_density(at)[0] + at.sum()
    assert log_likelihood == pytest.approx(expected, rel=1e-9, abs=1e-7)


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("regime", REGIMES)
def test_lines_are_those_of_the_full_covariance(regime, scales, data):
    prior, A, covariance = joint_covariance(regime, data, scales)
    gain = np.linalg.solve(covariance, A @ prior).T
    mean, rest = gain @ data.y, prior - gain @ A @ prior
    n, at = len(mean) // 2, nodes(regime, scales)
    model = condition(regime, data)
    line = model.lines(at, model.population(at), np.arange(n))
    size = np.sqrt(np.diag(prior))
    np.testing.assert_allclose(line.mean_alpha[0], mean[:n], atol=1e-9 * size[0])
    np.testing.assert_allclose(line.mean_beta[0], mean[n:], atol=1e-9 * size[-1])
    np.testing.assert_allclose(line.var_alpha[0], np.diag(rest)[:n], atol=1e-9 * size[0] ** 2)
    np.testing.assert_allclose(line.var_beta[0], np.diag(rest)[n:], atol=1e-9 * size[-1] ** 2)
    np.testing.assert_allclose(
        line.covariance[0], np.diag(rest[:n, n:]), atol=1e-9 * size[0] * size[-1]
    )


@pytest.mark.parametrize("scales", SCALES)
def test_population_is_that_of_the_full_covariance(scales, data):
    *_, covariance = joint_covariance("partial_pooling", data, scales)
    X = np.stack([np.ones_like(data.x), data.x], axis=1)  # Cov(y, μ), as μ is N(0, I)
    gain = np.linalg.solve(covariance, X).T
    mean, rest = gain @ data.y, np.eye(2) - gain @ X
    population = condition("partial_pooling", data).population(np.array([scales]))
    found = [population.mean_alpha, population.mean_beta]
    np.testing.assert_allclose(np.ravel(found), mean, atol=1e-8)
    found = [population.var_alpha, population.covariance, population.var_beta]
    np.testing.assert_allclose(np.ravel(found), rest[[0, 0, 1], [0, 1, 1]], atol=1e-8)


@pytest.mark.parametrize("regime", REGIMES)
def test_a_row_is_taken_out_as_if_it_had_never_been(regime, data):
    at = nodes(regime, (0.6, 0.3, 0.5))
    rows = np.flatnonzero(np.isin(data.subject_idx, [0, 2, 17]))  # ten, five and two rows
    found = condition(regime, data).lines_without(at, rows)
    for place, row in enumerate(rows):
        model = condition(regime, drop_row(data, row))
        expected = model.lines(at, model.population(at), data.subject_idx[[row]])
        for name, value in vars(expected).items():
            assert vars(found)[name][0, place] == pytest.approx(value[0, 0], abs=1e-10), name


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("regime", REGIMES)
def test_a_row_given_all_others_is_conditioned_in_the_full_covariance(regime, scales, data):
    *_, covariance = joint_covariance(regime, data, scales)
    at = nodes(regime, scales)
    rows = np.arange(len(data.y))
    model = condition(regime, data)
    mean, variance = rows_without_themselves(model, Nodes(at, np.ones(1)))(rows)
    for row in (0, 12, 109):
        rest = rows != row
        gain = np.linalg.solve(covariance[np.ix_(rest, rest)], covariance[rest, row])
        assert mean[0, row] == pytest.approx(gain @ data.y[rest], abs=1e-6)
        expected = covariance[row, row] - gain @ covariance[rest, row]
        assert variance[0, row] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("sigma", [1e-2, 1e-4, 1e-6])
def test_no_digits_are_lost_where_nothing_but_the_row_itself_tells_of_it(sigma, data):
    """Of two rows of a subject, one says next to nothing about the other: all is cancelled."""
    model, rows = condition("partial_pooling", data), np.arange(len(data.y))
    at = nodes("partial_pooling", (1e3, 1e3, sigma))
    found = rows_without_themselves(model, Nodes(at, np.ones(1)))(rows)
    mean, of_line = model.lines_without(at, rows).at(data.x)
    np.testing.assert_allclose(found[0], mean, rtol=1e-6)
    np.testing.assert_allclose(found[1], of_line + sigma**2, rtol=1e-6)


def drop_row(data, row):
    rest = np.arange(len(data.y)) != row
    return replace(data, x=data.x[rest], y=data.y[rest], subject_idx=data.subject_idx[rest])
