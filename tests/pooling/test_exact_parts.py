"""Parts of an exact posterior: the distribution of one scale, and of one row without itself."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import trapezoid

from pooling import load_sleepstudy, standardise
from pooling.exact import exact_posterior


@pytest.fixture(scope="module")
def rows():
    return standardise(load_sleepstudy("train"))


@pytest.fixture(scope="module")
def exact(rows):
    return exact_posterior("partial_pooling", rows)


def test_the_density_of_a_scale_is_the_joint_one_with_the_others_integrated_out(exact):
    values = np.array([0.1, 0.2, 0.35, 0.6])
    grids = [np.linspace(np.log(0.15), np.log(4), 90), np.linspace(np.log(0.3), np.log(1), 90)]
    alpha, sigma = (each.ravel() for each in np.meshgrid(*grids, indexing="ij"))
    expected = []
    for value in values:
        scales = np.stack([np.exp(alpha), np.full_like(alpha, value), np.exp(sigma)], axis=1)
        # Over logarithms, each scale is a stretch.
        log_joint = exact.conditional.log_density(scales) + alpha + sigma - exact.log_evidence
        joint = np.exp(log_joint).reshape(90, 90)
        expected.append(trapezoid(trapezoid(joint, grids[1]), grids[0]))
    density, _ = exact.scale("tau_beta", values)
    np.testing.assert_allclose(density, expected, rtol=2e-3)


@pytest.mark.parametrize("name", ["tau_alpha", "tau_beta", "sigma"])
def test_what_lies_below_a_scale_agrees_with_its_quantiles_and_its_density(exact, name):
    bounds = exact.summary().loc[name, ["eti89_lb", "eti89_ub"]].to_numpy()
    np.testing.assert_allclose(exact.scale(name, bounds)[1], [0.055, 0.945], atol=1e-6)
    between = np.linspace(*bounds, 400)
    density, below = exact.scale(name, between)
    assert trapezoid(density, between) == pytest.approx(below[-1] - below[0], rel=1e-3)


def test_a_regime_is_asked_for_a_scale_that_it_has(rows):
    with pytest.raises(ValueError, match="one of sigma, not 'tau_beta'"):
        exact_posterior("no_pooling", rows).scale("tau_beta", [1.0])


@pytest.mark.parametrize("regime", ["complete_pooling", "no_pooling", "partial_pooling"])
def test_the_density_in_the_place_of_a_row_is_that_of_a_fit_without_it(rows, regime):
    whole = exact_posterior(regime, rows)
    values = rows.y[:, None] + np.array([-2.0, -0.3, 0.0, 1.0])
    found = whole.loo_density(values)
    np.testing.assert_allclose(found[:, 2], whole.loo(), rtol=1e-9)
    for i in (12, 47):  # day 6 of 309, and a row among ten
        rest = np.arange(len(rows.y)) != i
        fields = ("x", "y", "subject_idx")
        others = replace(rows, **{name: getattr(rows, name)[rest] for name in fields})
        asked = {name: np.repeat(getattr(rows, name)[i], 4) for name in fields} | {"y": values[i]}
        expected = exact_posterior(regime, others).log_predictive(replace(rows, **asked))
        np.testing.assert_allclose(found[i], expected, atol=1e-5)


def test_values_in_the_place_of_rows_are_as_many_as_rows(exact):
    with pytest.raises(ValueError, match=r"has the shape \(3, 2\), not \(110, n_values\)"):
        exact.loo_density(np.zeros((3, 2)))
