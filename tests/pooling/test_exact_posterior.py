"""The exact posterior against brute force: a dense grid, the prior's draws, and real refits."""

from dataclasses import replace

import jax
import numpy as np
import pytest
from made_rows import rows, take
from numpyro.infer import log_likelihood
from scipy.special import logsumexp
from scipy.stats import norm

from pooling.exact import exact_posterior
from pooling.exact.conditional import condition
from pooling.exact.coordinates import log_stretch, scale_of
from pooling.models import REGIMES, complete_pooling, partial_pooling


@pytest.fixture(scope="module")
def exact(data):
    return {regime: exact_posterior(regime, data) for regime in REGIMES}


def dense_grid(regime, data):
    """Mean and sd of every parameter and the evidence: log τ in equal steps, all in matrices.

    Nothing of `pooling.exact` is used. The coefficients are (μ_α, μ_β,) then all α, then all β.
    """
    partial = regime == "partial_pooling"
    step, low, high = (0.17, -13.0, 4.0) if partial else (0.01, -13.0, 4.0)
    axis = np.exp(np.arange(low, high, step))
    free = np.stack(np.meshgrid(*[axis] * (3 if partial else 1), indexing="ij"), axis=-1)
    free = free.reshape(-1, free.shape[-1])
    n = 1 if regime == "complete_pooling" else data.n_subjects
    group = np.zeros_like(data.subject_idx) if n == 1 else data.subject_idx
    hot = np.eye(n)[group]
    A = np.concatenate([hot, hot * data.x[:, None]], axis=1)
    lift = np.zeros((2 * n, 2))
    lift[:n, 0], lift[n:, 1] = 1, 1
    found, log_weights = [], []
    for some in np.array_split(free, max(1, len(free) // 20_000)):
        variance = some[:, -1] ** 2
        prior = np.zeros((len(some), 2 * n, 2 * n))
        k = np.arange(2 * n)
        prior[:, k, k] = np.repeat(some[:, :2] ** 2, n, axis=1) if partial else 1
        if partial:  # the population's own coefficients come along
            both = prior + lift @ lift.T
            joint = np.concatenate([np.broadcast_to(lift.T, (len(some), 2, 2 * n)), both], axis=1)
            own = np.concatenate([np.ones((len(some), 2)), np.diagonal(both, 0, 1, 2)], axis=1)
        else:
            both = joint = prior
            own = np.diagonal(prior, 0, 1, 2)
        V = A @ both @ A.T + variance[:, None, None] * np.eye(len(A))
        cross = A @ joint.transpose(0, 2, 1)
        solved = np.linalg.solve(
            V, np.concatenate([cross, np.tile(data.y[:, None], (len(some), 1, 1))], 2)
        )
        mean = np.einsum("nij,i->nj", solved[:, :, :-1], data.y)
        spread = own - np.einsum("nij,nij->nj", solved[:, :, :-1], cross)
        square = solved[:, :, -1] @ data.y
        log_det = np.linalg.slogdet(2 * np.pi * V)[1]
        log_weights.append(
            -0.5 * (log_det + square)
            - some.sum(1)
            + np.log(some).sum(1)
            + some.shape[1] * np.log(step)
        )
        found.append(np.concatenate([mean, some, mean**2 + spread, some**2], axis=1))
    log_weights, found = np.concatenate(log_weights), np.concatenate(found)
    log_evidence = logsumexp(log_weights)
    first, second = np.split(np.exp(log_weights - log_evidence) @ found, 2)
    suffix = "" if n == 1 else "_s[{}]"
    names = [f"{name}{suffix}".format(k) for name in ("alpha", "beta") for k in range(n)]
    if partial:
        names = ["mu_alpha", "mu_beta", *names, "tau_alpha", "tau_beta"]
    return [*names, "sigma"], first, np.sqrt(second - first**2), log_evidence


@pytest.mark.slow
@pytest.mark.parametrize("regime", REGIMES)
def test_a_dense_grid_gives_the_same(regime, tiny):
    names, mean, sd, log_evidence = dense_grid(regime, tiny)
    posterior = exact_posterior(regime, tiny)
    summary = posterior.summary().loc[names]
    assert len(summary) == len(posterior.summary())
    np.testing.assert_allclose(summary["mean"], mean, atol=1e-5)
    np.testing.assert_allclose(summary["sd"], sd, atol=1e-5)
    # The grid ends at τ = e⁻¹³ = 2e-6, and what is left of it, in three directions, is missing.
    assert posterior.log_evidence == pytest.approx(log_evidence, abs=3e-5)


@pytest.mark.parametrize("regime", REGIMES)
def test_draws_from_the_prior_give_the_evidence(regime):
    # Enough noise that a good part of the prior explains the rows, and that none explains them
    # so well that the average rests on a few draws.
    x, noise = np.array([-1.0, -0.3, 0.4, 1.0]), np.array([0.9, -1.1, -0.4, 1.2])
    data = rows([*x, *x], [*noise, *-noise[::-1]], np.repeat([0, 1], 4))
    rng, n = np.random.default_rng(5), 1_000_000
    sigma, tau_alpha, tau_beta = rng.exponential(size=(3, n))
    if regime == "partial_pooling":
        alpha = rng.normal(size=n) + tau_alpha * rng.normal(size=(2, n))
        beta = rng.normal(size=n) + tau_beta * rng.normal(size=(2, n))
    else:
        alpha, beta = rng.normal(size=(2, 2, n))
    who = data.subject_idx if regime != "complete_pooling" else np.zeros(8, int)
    mean = alpha[who] + beta[who] * data.x[:, None]
    likelihood = np.exp(norm.logpdf(data.y[:, None], mean, sigma).sum(0))
    error = likelihood.std() / np.sqrt(n)
    evidence = np.exp(exact_posterior(regime, data).log_evidence)
    assert abs(likelihood.mean() - evidence) < 5 * error
    assert error < 0.01 * evidence  # so that the line above says something


@pytest.mark.parametrize("regime", REGIMES)
def test_quantiles_hold_the_probability_that_they_should(regime, exact):
    posterior, n = exact[regime], 200_000
    draws = posterior.draws(jax.random.PRNGKey(3), n)["posterior"]
    summary = posterior.summary()
    error = np.sqrt(0.055 * 0.945 / n)
    bound = norm.isf(1e-6 / (4 * len(summary)))  # both sides, both ends, every parameter
    for name, row in summary.iterrows():
        site, _, k = str(name).rstrip("]").partition("[")
        values = draws[site].to_numpy()[0, :, int(k)] if k else draws[site].to_numpy()[0]
        assert abs((values < row["eti89_lb"]).mean() - 0.055) < bound * error, name
        assert abs((values > row["eti89_ub"]).mean() - 0.055) < bound * error, name


@pytest.mark.parametrize("regime", REGIMES)
def test_draws_have_the_mean_and_the_sd_of_the_summary(regime, exact):
    posterior, n = exact[regime], 20_000
    tree = posterior.draws(jax.random.PRNGKey(8), n)
    summary = posterior.summary()
    sites = tree["posterior"].to_dataset()
    flat = np.concatenate([sites[name].to_numpy().reshape(n, -1) for name in sites], axis=1)
    assert flat.shape == (n, len(summary))
    bound = norm.isf(1e-6 / (4 * len(summary)))
    z = (flat.mean(0) - summary["mean"]) / (summary["sd"] / np.sqrt(n))
    assert np.abs(z).max() < bound
    squares = (flat - summary["mean"].to_numpy()) ** 2
    z = (squares.mean(0) - summary["sd"] ** 2) / (squares.std(0) / np.sqrt(n))
    assert np.abs(z).max() < bound


def test_lines_are_drawn_around_the_population_of_their_draw(tiny):
    """A subject without rows lies around μ with the spread τ, draw by draw."""
    more, n = replace(tiny, n_subjects=4, subjects=np.arange(4)), 20_000
    draws = exact_posterior("partial_pooling", more).draws(jax.random.PRNGKey(4), n)["posterior"]
    for name in ("alpha", "beta"):
        line, mu, tau = (draws[each][0] for each in (f"{name}_s", f"mu_{name}", f"tau_{name}"))
        z = ((line[:, 3] - mu) / tau).to_numpy()
        assert abs(z.mean()) < 5 / np.sqrt(n)
        assert abs((z**2).mean() - 1) < 5 * np.sqrt(2 / n)
        assert abs((z * mu.to_numpy()).mean()) < 5 * mu.to_numpy().std() / np.sqrt(n)


def test_draws_are_labelled_as_those_of_a_fit(exact, posteriors):
    for regime, fitted in posteriors.items():
        drawn = exact[regime].draws(jax.random.PRNGKey(0), 7)
        assert set(drawn.groups) == set(fitted.groups) - {"/sample_stats"}
        for group in ("posterior", "log_likelihood", "observed_data"):
            ours, theirs = drawn[group].to_dataset(), fitted[group].to_dataset()
            assert {n: v.dims for n, v in ours.items()} == {n: v.dims for n, v in theirs.items()}
            assert ours.sizes.get("draw", 7) == 7
        assert list(drawn["posterior"].to_dataset()) == list(fitted["posterior"].to_dataset())


def test_log_likelihood_of_draws_is_that_of_the_model(data, exact):
    for model in (complete_pooling, partial_pooling):
        tree = exact[model.__name__].draws(jax.random.PRNGKey(1), 5)
        draws = {str(name): each.to_numpy()[0] for name, each in tree["posterior"].items()}
        expected = log_likelihood(model, draws, data.x, data.subject_idx, y=data.y)["obs"]
        np.testing.assert_allclose(tree["log_likelihood"]["obs"][0], expected, atol=1e-4)


def test_the_same_key_gives_the_same_draws(exact):
    first, again, other = (
        exact["partial_pooling"]
        .draws(jax.random.PRNGKey(seed), 10)["posterior"]["sigma"]
        .to_numpy()
        for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.isin(first, other).any()


@pytest.mark.slow
@pytest.mark.parametrize("regime", REGIMES)
def test_leaving_a_row_out_is_refitting_without_it(regime, data, exact):
    loo = exact[regime].loo()
    assert loo.shape == data.y.shape
    total = 0.0
    for row in range(len(data.y)):
        rest = np.arange(len(data.y)) != row
        train, one = take(data, rest), take(data, ~rest)
        refitted = exact_posterior(regime, train).log_predictive(one)
        assert loo[row] == pytest.approx(refitted[0], abs=1e-4)
        total += loo[row] - refitted[0]
    assert abs(total) < 1e-3


@pytest.mark.parametrize("regime", REGIMES)
def test_a_new_rows_density_is_a_ratio_of_evidences(regime, data, heldout, exact):
    density = exact[regime].log_predictive(heldout)
    for row in (0, 30, 69):
        more = take(data, slice(None), take(heldout, [row]))
        ratio = exact_posterior(regime, more).log_evidence - exact[regime].log_evidence
        assert density[row] == pytest.approx(ratio, abs=1e-5)


def test_a_subject_without_rows_has_the_populations_line(tiny):
    more = replace(tiny, n_subjects=4, subjects=np.arange(4))
    posterior = exact_posterior("partial_pooling", more)
    summary = posterior.summary()
    assert summary.loc["alpha_s[3]", "mean"] == pytest.approx(
        summary.loc["mu_alpha", "mean"], abs=1e-9
    )
    mu, tau = summary.loc["mu_alpha"], summary.loc["tau_alpha"]
    variance = mu["sd"] ** 2 + tau["sd"] ** 2 + tau["mean"] ** 2
    assert summary.loc["alpha_s[3]", "sd"] == pytest.approx(np.sqrt(variance), abs=1e-4)
    assert posterior.log_evidence == pytest.approx(
        exact_posterior("partial_pooling", tiny).log_evidence, abs=1e-9
    )


def test_spreads_that_may_be_zero_keep_their_mass_there():
    # Eighteen subjects who are all alike: by the data alone, both spreads are close to zero.
    rng, x = np.random.default_rng(2), np.tile(np.linspace(-1.5, 1.5, 5), 18)
    data = rows(x, 0.5 * x + rng.normal(0, 0.5, 90), np.repeat(np.arange(18), 5))
    summary = exact_posterior("partial_pooling", data).summary()
    # The same from log τ in equal steps, to e⁻¹³.
    model, axis = condition("partial_pooling", data), np.arange(-13, 2.5, 0.15)
    sigma = np.arange(np.log(0.3), np.log(0.8), 0.02)
    t = np.stack(np.meshgrid(axis, axis, sigma, indexing="ij"), -1).reshape(-1, 3)
    log_weights = model.log_density(np.exp(t)) + t.sum(1)
    weights = np.exp(log_weights - logsumexp(log_weights))
    tau = np.exp(t[:, 0])
    assert weights[tau < 0.01].sum() > 0.03
    assert summary.loc["tau_alpha", "mean"] == pytest.approx(weights @ tau, abs=1e-5)
    share = np.interp(0.055, *cumulative(tau, weights))
    assert summary.loc["tau_alpha", "eti89_lb"] == pytest.approx(share, abs=1e-3)


def cumulative(values, weights):
    unique, place = np.unique(values, return_inverse=True)
    mass = np.bincount(place, weights)
    return np.cumsum(mass) - mass / 2, unique


@pytest.mark.parametrize("regime", REGIMES)
def test_error_covers_what_a_finer_lattice_changes(regime, data, tiny, monkeypatch):
    for some in (data, tiny):
        posterior = exact_posterior(regime, some)
        with monkeypatch.context() as patch:
            patch.setattr("pooling.exact.quadrature.TOLERANCE", 1e-6)
            patch.setattr("pooling.exact.quadrature.DROP", 30.0)
            patch.setattr("pooling.exact.marginals.NEGLIGIBLE", 1e-15)
            finer = exact_posterior(regime, some)
            off = (finer.summary() - posterior.summary()).abs().max()
        assert len(finer.lattice.index) > len(posterior.lattice.index)
        # Beyond the rules' difference, 1e-6 for the mass outside the lattice.
        assert (off < posterior.error[off.index] + 3e-6).all()
        change = abs(finer.log_evidence - posterior.log_evidence)
        assert change < posterior.error["log_evidence"] + 1e-6
        assert posterior.error["mean"] < 1e-4
        assert posterior.error["sd"] < 1e-4
        assert posterior.error["log_evidence"] < 1e-3


def test_the_coordinate_of_scales_is_stretched_by_its_derivative():
    t = np.linspace(-3, 4, 50)[:, None]
    step = 1e-6
    derivative = (scale_of(t + step) - scale_of(t - step)) / (2 * step)
    np.testing.assert_allclose(log_stretch(t), np.log(derivative[:, 0]), atol=1e-6)


def test_one_hundred_times_the_subjects_need_fewer_nodes():
    def simulated(n_subjects):
        rng = np.random.default_rng(0)
        x = np.tile((np.arange(10) - 4.5) / 2.87, n_subjects)
        who = np.repeat(np.arange(n_subjects), 10)
        alpha, beta = rng.normal(0, 0.6, n_subjects), rng.normal(0.5, 0.3, n_subjects)
        return rows(x, alpha[who] + beta[who] * x + rng.normal(0, 0.5, len(x)), who)

    few, many = (exact_posterior("partial_pooling", simulated(n)) for n in (20, 2000))
    assert len(many.lattice.index) < len(few.lattice.index) / 2
    assert many.error.max() < 1e-4
    low, high = many.summary().loc["tau_beta", ["eti89_lb", "eti89_ub"]]
    assert high - low < 0.05


def test_jax_is_left_at_32_bits(data):
    exact_posterior("no_pooling", data).draws(jax.random.PRNGKey(0), 3)
    assert not jax.config.jax_enable_x64
    assert jax.numpy.ones(1).dtype == np.float32


@pytest.mark.parametrize(
    ("regime", "change", "message"),
    [
        (
            "full_pooling",
            {},
            "is 'complete_pooling', 'no_pooling', 'partial_pooling', 'correlated_effects', not",
        ),
        ("no_pooling", {"y": np.zeros(3)}, "one and the same shape"),
        ("no_pooling", {"y": np.full(110, np.nan)}, "y is not a finite number in row 0"),
        ("no_pooling", {"n_subjects": 3}, "with n_subjects=3 it must lie in 0 … 2"),
    ],
)
def test_bad_input_is_refused(regime, change, message, data):
    with pytest.raises(ValueError, match=message):
        exact_posterior(regime, replace(data, **change))


def test_a_new_row_of_a_stranger_is_refused(data, exact, heldout):
    with pytest.raises(ValueError, match="subject_idx goes from 1 to 18"):
        exact["no_pooling"].log_predictive(
            replace(heldout, subject_idx=np.append(heldout.subject_idx[:-1], 18), n_subjects=19)
        )


def test_no_draws_are_refused(exact):
    with pytest.raises(ValueError, match="number of draws, is 1 or more, not 0"):
        exact["no_pooling"].draws(jax.random.PRNGKey(0), 0)


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize(
    "few",
    [
        rows([0.3], [1.0], [0]),
        rows([0.3, 1.0], [1.0, 2.0], [0, 1]),
        rows(np.zeros(8), np.arange(8) / 8, np.repeat([0, 1], 4)),
    ],
    ids=["one row", "one row each", "one day only"],
)
def test_few_rows_are_enough(regime, few):
    posterior = exact_posterior(regime, few)
    assert np.isfinite(posterior.summary()).all(axis=None)
    assert np.isfinite(posterior.loo()).all()
    assert posterior.error.max() < 1e-3
