"""Marginals and quadrature, where the answer is known."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import gammaln
from scipy.stats import gamma, norm

from pooling.exact.coordinates import Coordinates
from pooling.exact.filling import fill
from pooling.exact.marginals import normal_mixtures, scales
from pooling.exact.mode import find_mode
from pooling.exact.quadrature import fill_lattice

PROBABILITIES = (0.055, 0.3, 0.945)


@pytest.mark.parametrize("spread", [0.02, 0.3, 3.0], ids=["nearly normal", "skewed", "bimodal"])
def test_quantiles_of_mixtures_solve_their_equation(spread):
    rng = np.random.default_rng(4)
    weights = rng.dirichlet(np.ones(30))
    means = 5 + spread * rng.exponential(size=(30, 4)) * rng.integers(1, 3, size=(30, 4))
    variances = (1 + spread * rng.uniform(size=(30, 4))) ** 2
    found = normal_mixtures(np.tile(weights, (3, 1)), means, variances, PROBABILITIES)
    for k in range(4):
        sds = np.sqrt(variances[:, k])

        def excess(value, p, k=k, sds=sds):
            return weights @ norm.cdf(value, means[:, k], sds) - p

        mean = weights @ means[:, k]
        sd = np.sqrt(weights @ (variances[:, k] + means[:, k] ** 2) - mean**2)
        np.testing.assert_allclose(found[:, 0, k], mean, rtol=1e-12)
        np.testing.assert_allclose(found[:, 1, k], sd, rtol=1e-9)
        for row, p in enumerate(PROBABILITIES, start=2):
            exact = brentq(excess, mean - 20 * sd, mean + 20 * sd, args=(p,), xtol=1e-12)
            assert found[0, row, k] == pytest.approx(exact, abs=2e-6 * sd)


def test_a_quantile_is_found_from_a_guess_where_there_is_no_density():
    means, variances = np.array([[0.0], [1000.0]]), np.ones((2, 1))
    found = normal_mixtures(np.tile([0.5, 0.5], (3, 1)), means, variances, (0.3,))
    assert found[0, 2, 0] == pytest.approx(norm.ppf(0.6), abs=1e-6 * found[0, 1, 0])


def test_all_nodes_that_matter_are_found_once_each():
    """Of a density that is narrow here, where few of those near the mode matter, and long there."""

    def log_density(t):
        along = t[:, 0] / np.where(t[:, 0] > 0, 5, 0.6)
        return -0.5 * (along**2 + (t[:, 1] - 0.02 * t[:, 0] ** 2) ** 2 + (t[:, 2] / 0.8) ** 2)

    index, log_values = fill(log_density, np.zeros(3), np.eye(3), 24.0)
    box = np.stack(np.meshgrid(*[np.arange(-40, 41)] * 3, indexing="ij"), -1).reshape(-1, 3)
    expected = box[log_density(box) > -24]
    assert len(index) == len(expected)
    assert {tuple(node) for node in index} == {tuple(node) for node in expected}
    np.testing.assert_array_equal(log_values, log_density(index))


@pytest.mark.parametrize("near", [None, [3.0, 3.0], [1.0 + 0.2, 2.0 - 0.5]])
def test_the_mode_is_found_where_newtons_steps_would_go_to_and_fro(near):
    """From the flanks of a roof, whole steps lead as far beyond its ridge, or farther."""
    coordinates, ridge, widths = Coordinates(2), np.array([1.0, 2.0]), np.array([0.2, 0.5])

    def log_density(tau):
        t = np.stack([coordinates.place(k, tau[:, k]) for k in range(2)], axis=1)
        roof = -4 * np.sqrt(1 + ((t - ridge) / widths) ** 2).sum(axis=1)
        return roof - coordinates.log_stretch(t)

    mode = find_mode(log_density, coordinates, None if near is None else np.array(near))
    np.testing.assert_allclose(mode.place, ridge, atol=1e-5 * widths.min())
    np.testing.assert_allclose(mode.spread, np.diag(widths / 2), atol=1e-4)


def test_rules_that_differ_are_told_apart():
    means, variances = np.array([[0.0], [1.0]]), np.ones((2, 1))
    rules = np.array([[0.5, 0.5], [1.0, 0.0], [0.0, 1.0]])
    found = normal_mixtures(rules, means, variances, PROBABILITIES)
    np.testing.assert_allclose(found[:, 0, 0], [0.5, 0, 1])
    # The halves are normal, and their quantiles lie one apart.
    np.testing.assert_allclose(found[2, 2:, 0] - found[1, 2:, 0], 1)


@pytest.mark.parametrize("noise", [1e-7, 1e-2], ids=["half will do", "half will not do"])
def test_quantiles_are_those_of_all_nodes_whichever_are_looked_at(noise):
    rng = np.random.default_rng(5)
    weights, means = rng.dirichlet(np.ones(40)), 0.4 * rng.exponential(size=(40, 3))
    variances = rng.uniform(0.5, 1, size=(40, 3))
    half = weights * (1 + noise * rng.uniform(0.5, 1.5, 40) * np.sign(means[:, 0] - 0.4))
    rules = np.stack([weights, half / half.sum(), 2 * weights - half / half.sum()])
    found = normal_mixtures(rules, means, variances, PROBABILITIES)
    alone = normal_mixtures(rules[:1], means, variances, PROBABILITIES)
    assert np.abs(found[1] - found[0]).max() > noise / 10  # or there is nothing to tell apart
    np.testing.assert_allclose(found[0], alone[0], rtol=0, atol=2e-9 if noise < 1e-6 else 1e-15)


@pytest.mark.parametrize("shapes", [(0.8,), (30.0,), (1.0, 5.0, 40.0)])
def test_gamma_distributions_are_recovered(shapes):
    """The first shapes have their mass at zero, as a spread that the data do not rule out."""
    shapes = np.array(shapes)

    def log_density(tau):
        return ((shapes - 1) * np.log(tau) - tau).sum(axis=1)

    def summarise(lattice):
        return scales(lattice, PROBABILITIES).reshape(3, -1) / 10  # up to 40, so that 1e-3 will do

    coordinates = Coordinates(len(shapes))
    mode = find_mode(log_density, coordinates)
    lattice, summary = fill_lattice(log_density, coordinates, mode, summarise)
    found = 10 * summary.reshape(3, -1, len(shapes))[0]
    known = gamma(shapes)
    assert lattice.log_integral[0] == pytest.approx(gammaln(shapes).sum(), abs=1e-6)
    np.testing.assert_allclose(found[0], known.mean(), rtol=1e-6)
    np.testing.assert_allclose(found[1], known.std(), rtol=1e-5)
    for row, p in enumerate(PROBABILITIES, start=2):
        np.testing.assert_allclose(found[row], known.ppf(p), atol=2e-4 * known.std().max())
