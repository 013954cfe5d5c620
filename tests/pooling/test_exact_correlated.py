"""The exact posterior of correlated effects against other ways to the same numbers."""

from dataclasses import replace

import jax
import numpy as np
import pytest
from made_rows import rows, take
from scipy.integrate import trapezoid
from scipy.special import logsumexp, roots_jacobi
from scipy.stats import multivariate_normal, norm

from pooling.exact import exact_posterior
from pooling.exact.cells import find_cells, interpolate
from pooling.exact.conditional import condition
from pooling.exact.coordinates import Coordinates
from pooling.exact.gaussian import marginal
from pooling.exact.lattice import Lattice
from pooling.exact.marginals import normal_mixtures
from pooling.exact.spread import spread_of
from pooling.interval import INTERVAL

MODEL = "correlated_effects"
# Ordinary parameters, and ends where a formula with differences of large numbers would fail.
PARAMETERS = [
    (0.6, 0.3, 0.7, 0.5),
    (0.6, 0.3, -1 + 1e-9, 0.5),
    (1e-6, 2.0, -0.9, 0.3),
    (2.0, 1e-7, 0.99, 0.3),
    (40.0, 1e-3, 0.5, 0.05),
    (30.0, 30.0, -0.999, 2.0),
]


@pytest.fixture(scope="module")
def exact(data):
    return exact_posterior(MODEL, data)


@pytest.fixture(scope="module")
def summary(exact):
    return exact.summary()


def dense(data, parameters):
    """Prior covariance of (all α, all β), design, and covariance of y: matrices as they stand."""
    tau_alpha, tau_beta, rho, sigma = parameters
    both = rho * tau_alpha * tau_beta
    n = data.n_subjects
    own = np.kron([[tau_alpha**2, both], [both, tau_beta**2]], np.eye(n))
    prior = own + np.kron(np.eye(2), np.ones((n, n)))  # lines share the population's, N(0, I)
    hot = np.eye(n)[data.subject_idx]
    A = np.concatenate([hot, hot * data.x[:, None]], axis=1)
    return prior, A, A @ prior @ A.T + sigma**2 * np.eye(len(data.y))


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_density_is_that_of_the_full_covariance_times_the_prior(parameters, data):
    tau_alpha, tau_beta, rho, sigma = parameters
    expected = multivariate_normal(cov=dense(data, parameters)[2]).logpdf(data.y)
    expected += np.log(0.75 * (1 - rho**2)) - tau_alpha - tau_beta - sigma
    found = condition(MODEL, data).log_density(np.array([parameters]))[0]
    # The full matrix loses digits as the noise becomes small beside the spreads.
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_lines_and_population_are_those_of_the_full_covariance(parameters, data):
    prior, A, covariance = dense(data, parameters)
    gain = np.linalg.solve(covariance, A @ prior).T
    mean, rest = gain @ data.y, prior - gain @ A @ prior
    n, at, model = data.n_subjects, np.array([parameters]), condition(MODEL, data)
    line = model.lines(at, model.population(at), np.arange(n))
    size = np.sqrt(np.diag(prior))
    np.testing.assert_allclose(line.mean_alpha[0], mean[:n], atol=1e-8 * size[0])
    np.testing.assert_allclose(line.mean_beta[0], mean[n:], atol=1e-8 * size[-1])
    np.testing.assert_allclose(line.var_alpha[0], np.diag(rest)[:n], atol=1e-8 * size[0] ** 2)
    np.testing.assert_allclose(line.var_beta[0], np.diag(rest)[n:], atol=1e-8 * size[-1] ** 2)
    both = np.diag(rest[:n, n:])
    np.testing.assert_allclose(line.covariance[0], both, atol=1e-8 * size[0] * size[-1])
    X = np.stack([np.ones_like(data.x), data.x], axis=1)
    population, expected = model.population(at), X.T @ np.linalg.solve(covariance, data.y)
    found = np.ravel([population.mean_alpha, population.mean_beta])
    np.testing.assert_allclose(found, expected, atol=1e-7)


def test_a_row_is_taken_out_as_if_it_had_never_been(data):
    at = np.array([PARAMETERS[0], PARAMETERS[2]])
    some = np.flatnonzero(np.isin(data.subject_idx, [2, 17]))  # five rows, and two
    found = condition(MODEL, data).lines_without(at, some)
    for place, row in enumerate(some):
        model = condition(MODEL, take(data, np.arange(len(data.y)) != row))
        expected = model.lines(at, model.population(at), data.subject_idx[[row]])
        for name, value in vars(expected).items():
            np.testing.assert_allclose(vars(found)[name][:, place], value[:, 0], atol=1e-9)


@pytest.mark.parametrize("shift", [-1.5, 0.4, 3.0])
def test_an_origin_elsewhere_is_another_name_for_the_same_lines(shift, data):
    """With x + d in place of x, α is α − d β, and so are its variance and its covariance."""
    tau_alpha, tau_beta, rho, sigma = PARAMETERS[0]
    both = rho * tau_alpha * tau_beta - shift * tau_beta**2
    variance = tau_alpha**2 - 2 * shift * rho * tau_alpha * tau_beta + (shift * tau_beta) ** 2
    there = (np.sqrt(variance), tau_beta, both / np.sqrt(variance) / tau_beta, sigma)
    found = []
    for x, at in ((data.x, PARAMETERS[0]), (data.x + shift, there)):
        sums, spread = condition(MODEL, replace(data, x=x)).sums, spread_of(np.array([at]))
        found.append(marginal(sums, len(x), spread)[0])  # the population's line is zero in both
    assert found[0] == pytest.approx(found[1], abs=1e-9)


def test_without_correlation_it_is_partial_pooling(data, exact):
    other = exact_posterior("partial_pooling", data)
    some = other.lattice.scales[::500]
    at = np.insert(some, 2, 0.0, axis=1)
    difference = exact.conditional.log_density(at) - other.conditional.log_density(some)
    np.testing.assert_allclose(difference, np.log(0.75), atol=1e-9)
    # What the rows say for ρ = 0, against the prior, is how much better partial pooling explains
    # them (Dickey, 1971).
    density, _ = exact.scale("rho", np.zeros(1))
    ratio = np.log(density[0] / 0.75)
    assert ratio == pytest.approx(other.log_evidence - exact.log_evidence, abs=2e-5)


def test_nested_quadrature_gives_the_same(tiny):
    """The correlation by Gauss and Jacobi's rule, and inside it equal steps in log τ and log σ."""
    model = condition(MODEL, tiny)
    tau, sigma = np.arange(-12, 3.5, 0.35), np.arange(-6, 2.5, 0.35)
    t = np.stack(np.meshgrid(tau, tau, sigma, indexing="ij"), axis=-1).reshape(-1, 3)
    nodes, shares = roots_jacobi(12, 1, 1)  # for integrals over (1 − ρ²) dρ
    logs = []
    for rho, share in zip(nodes, shares, strict=True):
        at = np.insert(np.exp(t), 2, rho, axis=1)
        log_density = model.log_density(at) - np.log(1 - rho**2) + np.log(share)
        logs.append(log_density + t.sum(1) + 3 * np.log(0.35))
    found = exact_posterior(MODEL, tiny)
    log_evidence = logsumexp(logs)
    assert found.log_evidence == pytest.approx(log_evidence, abs=3e-5)
    weights = np.exp(np.array(logs) - log_evidence)
    table = found.summary()
    for k, name in enumerate(("tau_alpha", "tau_beta", "sigma")):
        assert table.loc[name, "mean"] == pytest.approx(weights.sum(0) @ np.exp(t[:, k]), abs=2e-5)
    mean = nodes @ weights.sum(1)
    assert table.loc["rho", "mean"] == pytest.approx(mean, abs=2e-5)
    sd = np.sqrt(nodes**2 @ weights.sum(1) - mean**2)
    assert table.loc["rho", "sd"] == pytest.approx(sd, abs=2e-5)


def test_draws_from_the_prior_give_the_evidence_and_the_means():
    # Enough noise that no draw of the prior has much of the weight.
    x, noise = np.array([-1.0, -0.3, 0.4, 1.0]), np.array([0.9, -1.1, -0.4, 1.2])
    data = rows([*x, *x], [*noise, *-noise[::-1]], np.repeat([0, 1], 4))
    rng, n = np.random.default_rng(5), 500_000
    sigma, *tau = rng.exponential(size=(3, n))
    rho = 2 * rng.beta(2, 2, size=n) - 1
    mu, z = rng.normal(size=(2, n)), rng.normal(size=(2, 2, n))
    alpha = mu[0] + tau[0] * z[0]
    beta = mu[1] + tau[1] * (rho * z[0] + np.sqrt(1 - rho**2) * z[1])
    mean = alpha[data.subject_idx] + beta[data.subject_idx] * data.x[:, None]
    likelihood = np.exp(norm.logpdf(data.y[:, None], mean, sigma).sum(0))
    exact = exact_posterior(MODEL, data)
    evidence, error = np.exp(exact.log_evidence), likelihood.std() / np.sqrt(n)
    assert abs(likelihood.mean() - evidence) < 5 * error < 0.05 * evidence
    means = exact.summary()["mean"]
    drawn = {"rho": rho, "tau_beta": tau[1], "alpha_s[1]": alpha[1], "beta_s[0]": beta[0]}
    for name, values in drawn.items():
        terms = likelihood * (values - means[name]) / evidence
        assert abs(terms.mean()) < 5 * terms.std() / np.sqrt(n), name


def test_rows_are_named_as_arviz_names_them(summary):
    lines = [f"{name}_s[{k}]" for name in ("alpha", "beta") for k in range(18)]
    others = ["mu_alpha", "mu_beta", "rho", "sigma", "tau_alpha", "tau_beta"]
    assert list(summary.index) == [*lines, *others]


def test_draws_have_the_distribution_of_the_summary(exact, summary):
    n = 20_000
    sites = exact.draws(jax.random.PRNGKey(8), n)["posterior"].to_dataset()
    flat = np.concatenate([sites[name].to_numpy().reshape(n, -1) for name in sites], axis=1)
    assert flat.shape == (n, len(summary))
    bound = norm.isf(1e-6 / (8 * len(summary)))
    z = (flat.mean(0) - summary["mean"]) / (summary["sd"] / np.sqrt(n))
    assert np.abs(z).max() < bound
    squares = (flat - summary["mean"].to_numpy()) ** 2
    z = (squares.mean(0) - summary["sd"] ** 2) / (squares.std(0) / np.sqrt(n))
    assert np.abs(z).max() < bound
    error = np.sqrt(0.055 * 0.945 / n)
    for end, side in (("eti89_lb", -1), ("eti89_ub", 1)):
        beyond = (side * flat > side * summary[end].to_numpy()).mean(0)
        assert np.abs(beyond - 0.055).max() < bound * error


def test_a_subject_without_rows_has_a_line_that_correlates_as_its_draw_says(tiny):
    n, more = 20_000, replace(tiny, n_subjects=4, subjects=np.arange(4))
    sites = exact_posterior(MODEL, more).draws(jax.random.PRNGKey(4), n)["posterior"]
    z = [
        ((sites[f"{c}_s"][0, :, 3] - sites[f"mu_{c}"][0]) / sites[f"tau_{c}"][0]).to_numpy()
        for c in ("alpha", "beta")
    ]
    rho = sites["rho"][0].to_numpy()
    for off in (z[0] * z[1] - rho, (z[0] * z[1] - rho) * rho, z[0] ** 2 - 1, z[1] ** 2 - 1):
        assert abs(off.mean()) < 5 * off.std() / np.sqrt(n)


def test_the_bound_for_draws_holds_in_every_cell(exact):
    lattice, of = exact.lattice.single, exact.lattice.coordinates
    cells = find_cells(lattice)
    log_volume = np.log(np.diag(lattice.basis)).sum() - lattice.log_integral[0]
    for middle in (np.full(4, 0.5), np.array([0.5, 0, 0.5, 0]), np.array([0, 0, 0, 0.5])):
        t = lattice.origin + (cells.index + middle) @ lattice.basis.T
        log_density = exact.conditional.log_density(of.parameters(t)) + of.log_stretch(t)
        place = np.broadcast_to(middle, cells.index.shape)
        ratio = np.exp(log_density + log_volume) / interpolate(cells.heights, place)
        assert (ratio <= cells.bound).all()
    assert cells.heights.mean(axis=1).sum() == pytest.approx(1, abs=1e-5)


def test_the_correlation_has_a_density_and_probabilities(exact, summary):
    ends = summary.loc["rho", ["eti89_lb", "eti89_ub"]].to_numpy()
    np.testing.assert_allclose(exact.scale("rho", ends)[1], [0.055, 0.945], atol=1e-6)
    between = np.linspace(*ends, 200)
    density, below = exact.scale("rho", between)
    assert trapezoid(density, between) == pytest.approx(below[-1] - below[0], rel=1e-3)
    at_ends, outside = exact.scale("rho", np.array([-1.0, 1.0]))
    np.testing.assert_allclose(at_ends, 0, atol=1e-12)
    np.testing.assert_allclose(outside, [0, 1], atol=1e-6)
    with pytest.raises(ValueError, match="one of tau_alpha, tau_beta, rho, sigma, not 'mu'"):
        exact.scale("mu", ends)


def test_leaving_a_row_out_is_refitting_without_it(data, exact):
    loo = exact.loo()
    for row in (int(loo.argmin()), 12):  # the least expected, and day 6 of 309
        without = exact_posterior(MODEL, take(data, np.arange(len(data.y)) != row))
        expected = without.log_predictive(take(data, [row]))
        assert loo[row] == pytest.approx(expected[0], abs=1e-4)
        # A density is a ratio of evidences.
        ratio = exact.log_evidence - without.log_evidence
        assert loo[row] == pytest.approx(ratio, abs=1e-4)


def test_the_density_in_the_place_of_a_row_is_that_of_a_fit_without_it(tiny):
    values = tiny.y[:, None] + np.array([0.0, -1.0])
    exact = exact_posterior(MODEL, tiny)
    found = exact.loo_density(values)
    np.testing.assert_allclose(found[:, 0], exact.loo(), atol=1e-9)
    without = exact_posterior(MODEL, take(tiny, np.arange(7) != 4))
    expected = without.log_predictive(replace(take(tiny, [4, 4]), y=values[4]))
    np.testing.assert_allclose(found[4], expected, atol=2e-5)


def test_new_rows_have_the_density_that_a_ratio_of_evidences_gives(data, heldout, exact):
    density = exact.log_predictive(heldout)
    more = exact_posterior(MODEL, take(data, slice(None), take(heldout, [30])))
    assert density[30] == pytest.approx(more.log_evidence - exact.log_evidence, abs=1e-7)


def test_halves_agree_and_a_finer_and_wider_lattice_changes_nothing(
    data, exact, summary, monkeypatch
):
    assert (exact.error < [1e-6, 1e-6, 1e-4, 1e-4, 1e-6]).all()
    monkeypatch.setattr("pooling.exact.quadrature.RATIOS_OF_TWO", ([0.7],))
    monkeypatch.setattr("pooling.exact.quadrature.DROP", 28.0)
    monkeypatch.setattr("pooling.exact.marginals.NEGLIGIBLE", 1e-11)
    finer = exact_posterior(MODEL, data)
    assert len(finer.lattice.index) > 1.5 * len(exact.lattice.index)
    off = (finer.summary() - summary).abs().max()
    assert (off < [1e-6, 1e-6, 1e-5, 1e-5]).all(), off
    assert finer.log_evidence == pytest.approx(exact.log_evidence, abs=1e-6)


def test_each_of_two_lattices_is_the_other_moved_by_half_a_cell(exact):
    lattice = exact.lattice
    first = lattice.single
    second = lattice.index[lattice.index[:, 0] % 2 == 1]
    assert (second % 2 == 1).all()
    assert len(first.index) == pytest.approx(len(second), rel=0.01)
    np.testing.assert_allclose(first.t, lattice.t[lattice.index[:, 0] % 2 == 0])
    assert first.log_integral[0] == pytest.approx(lattice.log_integral[1], abs=1e-12)


def test_two_lattices_know_the_quantiles_of_a_normal_density():
    """As wide as it is: they resolve what one such lattice does not."""
    first = np.indices((17,) * 4).reshape(4, -1).T - 8
    index = np.concatenate([2 * first, 2 * first + 1])
    t = 0.5 * index
    log_weights = -0.5 * (t**2).sum(axis=1) - 2 * np.log(2 * np.pi) + np.log(8 / 16)
    lattice = Lattice(Coordinates(4, 2), np.zeros(4), 0.5 * np.eye(4), index, log_weights)
    whole, half, _ = np.abs(lattice.log_integral)
    assert whole < half / 1000 < 1e-8
    np.testing.assert_allclose(lattice.bandwidths, [np.full(4, 2 * np.pi), np.full(4, np.pi)])
    weights = np.tile(lattice.weights[0], (3, 1))
    off = normal_mixtures(weights, t[:, :1], np.full((len(t), 1), 1e-2), INTERVAL)
    np.testing.assert_allclose(off[0, 1], np.sqrt(1.01), rtol=1e-6)


def test_two_lattices_resolve_what_is_nearer_to_zero_than_to_its_aliases():
    """Aliases of a frequency differ from it by one at which every node has made whole turns."""
    first = np.indices((3,) * 4).reshape(4, -1).T - 1
    index = np.concatenate([2 * first, 2 * first + 1])
    basis = np.tril(np.random.default_rng(6).normal(size=(4, 4)))
    lattice = Lattice(Coordinates(4, 2), np.zeros(4), basis, index, np.zeros(len(index)))
    turns = np.pi * (np.indices((5,) * 4).reshape(4, -1).T - 2)
    turns = turns[turns.any(axis=1)]
    for nodes, bandwidth in zip((index, 2 * first), lattice.bandwidths, strict=True):
        whole = turns[np.isclose(np.cos(turns @ nodes.T), 1).all(axis=1)]
        for share, resolved in ((0.999, True), (1.001, False)):
            along = share * bandwidth[:, None] * basis  # for each step, along each t
            others = np.linalg.norm(along[:, None] - whole, axis=2).min(axis=1)
            assert ((np.linalg.norm(along, axis=1) < others) == resolved).all()


def test_coordinates_are_stretched_by_their_derivative():
    of, step = Coordinates(4, 2), 1e-6
    t = np.random.default_rng(0).normal(size=(50, 4)) * [1, 1, 3, 1]
    derivatives = (of.parameters(t + step) - of.parameters(t - step)) / (2 * step)
    np.testing.assert_allclose(of.log_stretch(t), np.log(derivatives).sum(1), atol=1e-4)
    found = of.parameters(t)
    for k in range(4):
        np.testing.assert_allclose(of.place(k, found[:, k]), t[:, k], rtol=1e-6)
    assert (np.abs(of.parameters(np.full((1, 4), 40.0))[:, 2]) < 1).all()


DAYS = np.linspace(-1.5, 1.5, 4)


def lines_through_one_point(people):
    """Rows that leave the correlation little room: all lines cross at day −1."""
    days, slopes = np.tile(DAYS, people), np.repeat(np.linspace(-1, 1, people), len(DAYS))
    noise = np.random.default_rng(1).normal(size=len(days)) / 20
    return rows(days, slopes * (days + 1) + noise, np.repeat(np.arange(people), len(DAYS)))


FEW = {
    "one row": rows([0.3], [1.0], [0]),
    "one row each": rows([0.3, 1.0], [1.0, 2.0], [0, 1]),
    "one day only": rows(np.zeros(8), np.arange(8) / 8, np.repeat([0, 1], 4)),
    "balanced": rows(
        np.tile(DAYS, 6),
        np.random.default_rng(0).normal(
            np.repeat(np.arange(6) / 4, 4) * (1 + np.tile(DAYS, 6)), 0.3
        ),
        np.repeat(np.arange(6), 4),
    ),
    "lines through one point": lines_through_one_point(8),
    "a few lines through one point": lines_through_one_point(6),
}
LONG = "a few lines through one point"  # the finest lattices


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=[pytest.mark.long] * (each == LONG)) for each in FEW]
)
def test_few_rows_are_enough(name):
    posterior = exact_posterior(MODEL, FEW[name])
    table = posterior.summary()
    assert np.isfinite(table).all(axis=None)
    assert (posterior.error < [1e-4, 1e-4, 3e-3, 3e-3, 1e-4]).all()
    assert (table.loc["rho"].abs() < 1).all()
    if "through one point" in name:
        assert table.loc["rho", "eti89_lb"] > 0.5


def test_rows_on_lines_are_refused():
    who, x = np.repeat(np.arange(6), 3), np.tile([-1.0, 0.2, 1.0], 6)
    with pytest.raises(ArithmeticError, match=r"improper.*exactly on lines"):
        exact_posterior(MODEL, rows(x, who * (x + 1) / 6, who))
