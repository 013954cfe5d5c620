"""People whom a model has not seen: what is expected of them, and how well."""

from dataclasses import replace

import jax
import numpy as np
import pytest
from made_rows import take
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm
from scipy.stats import t as student

from pooling.exact import exact_posterior
from pooling.exact.bands import average_bands, expected_bands
from pooling.models import REGIMES
from pooling.new_people import (
    log_density_by_person,
    normal_density,
    scatter_density,
    student_density,
)

RNG = np.random.default_rng(170)
POPULATION = {
    "mu_alpha": RNG.normal(0.1, 0.2, 5),
    "mu_beta": RNG.normal(0.5, 0.2, 5),
    "tau_alpha": RNG.uniform(0.3, 0.9, 5),
    "tau_beta": RNG.uniform(0.2, 0.6, 5),
    "sigma": RNG.uniform(0.3, 0.8, 5),
}
X, Y = np.array([-1.4, -0.3, 0.6, 1.6]), np.array([-0.9, 0.4, 0.2, 2.1])


def by_hand(draw, sigma, rho=0.0):
    """Mean and covariance of the rows, from one draw."""
    a, b = POPULATION["tau_alpha"][draw], POPULATION["tau_beta"][draw]
    design = np.column_stack([np.ones_like(X), X])
    spread = np.array([[a**2, rho * a * b], [rho * a * b, b**2]])
    mu = np.array([POPULATION["mu_alpha"][draw], POPULATION["mu_beta"][draw]])
    return design @ mu, design @ spread @ design.T + sigma**2 * np.eye(len(X))


@pytest.mark.parametrize("rho", [None, 0.7])
def test_rows_of_a_person_are_jointly_normal(rho):
    extra = {} if rho is None else {"rho": np.full(5, rho)}
    found = normal_density(X, Y, POPULATION | extra)
    expected = [
        multivariate_normal(*by_hand(k, POPULATION["sigma"][k], rho or 0.0)).logpdf(Y)
        for k in range(5)
    ]
    assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_rows_have_a_density_for_each_scatter_and_draw(n):
    sigma = np.array([[0.02], [0.4], [3.0]])
    found = normal_density(X[:n], Y[:n], POPULATION | {"sigma": sigma})
    assert found.shape == (3, 5)
    for place, value in np.ndenumerate(found):
        mean, covariance = by_hand(place[1], sigma[place[0], 0])
        expected = multivariate_normal(mean[:n], covariance[:n, :n]).logpdf(Y[:n]) if n else 0
        assert value == pytest.approx(expected, abs=1e-9)


def test_a_scatter_of_ones_own_is_integrated_out():
    scatter = {"mu_sigma": np.linspace(-1.2, -0.4, 5), "tau_sigma": np.linspace(0.1, 0.6, 5)}
    found = scatter_density(X, Y, POPULATION | scatter)
    for k in range(5):

        def density(z, k=k):
            sigma = np.exp(scatter["mu_sigma"][k] + scatter["tau_sigma"][k] * z)
            return norm.pdf(z) * multivariate_normal(*by_hand(k, sigma)).pdf(Y)

        assert found[k] == pytest.approx(np.log(quad(density, -8, 8)[0]), abs=2e-5)


@pytest.mark.parametrize("rows", [slice(None), slice(0, 2)])
def test_a_line_with_students_t_is_integrated_out(rows):
    nu = np.array([1.2, 2.0, 3.0, 8.0, 40.0])
    x, y = X[rows], Y[rows]
    found = student_density(x, y, POPULATION | {"nu": nu})
    for k in range(5):
        mu_alpha, mu_beta, tau_alpha, tau_beta, sigma = (each[k] for each in POPULATION.values())
        z = np.arange(-8, 8, 0.02)
        line = mu_alpha + tau_alpha * z[:, None, None] + (mu_beta + tau_beta * z[:, None]) * x
        rows_given_line = student.logpdf((y - line) / sigma, nu[k]).sum(axis=-1)
        both = rows_given_line + norm.logpdf(z[:, None]) + norm.logpdf(z)
        expected = np.log(np.exp(both).sum()) + 2 * np.log(0.02) - len(x) * np.log(sigma)
        assert found[k] == pytest.approx(expected, abs=1e-6)


def test_students_t_with_many_degrees_of_freedom_is_normal():
    found = student_density(X, Y, POPULATION | {"nu": np.full(5, 1e6)})
    assert found == pytest.approx(normal_density(X, Y, POPULATION), abs=1e-5)


def test_a_model_that_is_not_known_is_refused(posteriors, data):
    with pytest.raises(ValueError, match="'no_pooling'"):
        log_density_by_person("no_pooling", posteriors["no_pooling"], data)


@pytest.mark.parametrize("model", ["correlated_effects", "heavy_tails"])
def test_a_posterior_of_another_model_is_refused(model, posteriors, data):
    with pytest.raises(ValueError, match=f"not one of the model {model}.*mu_alpha"):
        log_density_by_person(model, posteriors["partial_pooling"], data)


def test_each_person_is_one_observation(posteriors, data):
    found = log_density_by_person("partial_pooling", posteriors["partial_pooling"], data)["obs"]
    draws = posteriors["partial_pooling"]["posterior"]
    assert found.dims == ("chain", "draw", "subject")
    assert found.shape == (draws.sizes["chain"], draws.sizes["draw"], data.n_subjects)
    own = data.subject_idx == 3
    one = {name: draws[name].to_numpy()[0, :5].astype(float) for name in POPULATION}
    assert found.to_numpy()[0, :5, 3] == pytest.approx(
        normal_density(data.x[own], data.y[own], one), abs=1e-9
    )


def without(data, s):
    return take(data, data.subject_idx != s)


def test_two_evidences_give_the_density_of_a_person(data):
    """Under complete pooling, by one integral over σ; the lines are normal."""

    def evidence(rows):
        axes, root = np.linalg.qr(np.column_stack([np.ones_like(rows.x), rows.x]), "complete")
        turned, square = axes.T @ rows.y, root[:2] @ root[:2].T
        sigma = np.exp(np.arange(-1.6, 1.2, 0.02))
        by_sigma = [
            multivariate_normal(cov=square + s**2 * np.eye(2)).logpdf(turned[:2])
            + norm.logpdf(turned[2:], 0, s).sum()
            for s in sigma
        ]
        return np.logaddexp.reduce(by_sigma - sigma + np.log(sigma)) + np.log(0.02)

    rest = without(data, 5)
    found = exact_posterior("complete_pooling", data).log_evidence
    found -= exact_posterior("complete_pooling", rest).log_evidence
    assert found == pytest.approx(evidence(data) - evidence(rest), abs=1e-4)


def test_two_evidences_are_the_average_over_draws_without_the_person(data):
    rest = without(data, 8)
    exact = exact_posterior("partial_pooling", rest)
    found = exact_posterior("partial_pooling", data).log_evidence - exact.log_evidence
    draws = exact.draws(jax.random.PRNGKey(1), 20_000)
    by_draw = log_density_by_person("partial_pooling", draws, data)["obs"].to_numpy()[0, :, 8]
    relative = np.exp(by_draw - found)
    assert abs(relative.mean() - 1) < 5 * relative.std() / np.sqrt(len(relative))


def nineteen(data, y=0.0):
    """The training rows and one subject more; and three days of the latter."""
    everybody = replace(data, n_subjects=19, subjects=np.append(data.subjects, 0))
    days = replace(
        everybody, x=np.array([-1.2, 0.0, 1.5]), y=np.full(3, y), subject_idx=np.full(3, 18)
    )
    return everybody, days


@pytest.mark.parametrize("regime", list(REGIMES))
def test_bands_hold_89_per_cent_of_drawn_strangers(data, regime):
    everybody, days = nineteen(data)
    exact = exact_posterior(regime, everybody)
    bands = expected_bands(exact, days)
    draws = exact.draws(jax.random.PRNGKey(2), 40_000)["posterior"].to_dataset().isel(chain=0)
    name = ("alpha", "beta") if regime == "complete_pooling" else ("alpha_s", "beta_s")
    alpha, beta = (draws[each].to_numpy().reshape(40_000, -1)[:, -1:] for each in name)
    line = alpha + beta * days.x
    row = np.random.default_rng(171).normal(line, draws["sigma"].to_numpy()[:, None])
    for low, high, values in (("line_low", "line_high", line), ("low", "high", row)):
        ms = data.scaler.to_ms(values)
        below = (ms < bands[low].to_numpy()).mean(axis=0)
        above = (ms > bands[high].to_numpy()).mean(axis=0)
        error = np.sqrt(0.055 * 0.945 / 40_000)
        assert np.abs(below - 0.055).max() < 5 * error
        assert np.abs(above - 0.055).max() < 5 * error


def test_the_average_line_is_the_population_s(data):
    exact = exact_posterior("partial_pooling", data)
    at_mean = average_bands(exact, np.zeros(1)).iloc[0]
    expected = exact.summary().loc["mu_alpha", ["mean", "eti89_lb", "eti89_ub"]].to_numpy(float)
    assert at_mean.to_numpy() == pytest.approx(data.scaler.to_ms(expected), abs=1e-9)
    with pytest.raises(ValueError, match="average line"):
        average_bands(exact_posterior("no_pooling", data), np.zeros(1))


def test_without_pooling_a_stranger_is_the_prior(data):
    everybody, days = nineteen(data)
    bands = expected_bands(exact_posterior("no_pooling", everybody), days)
    spread = norm.ppf(0.945) * np.sqrt(1 + days.x**2)
    assert bands["line_high"].to_numpy() == pytest.approx(data.scaler.to_ms(spread), abs=1e-6)
    assert bands["mean"].to_numpy() == pytest.approx(data.scaler.to_ms(np.zeros(3)), abs=1e-6)
