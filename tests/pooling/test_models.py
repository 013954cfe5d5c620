"""Log densities against formulas written out with scipy."""

import jax
import numpy as np
import pytest
from scipy import stats
from scipy.stats import expon, norm

from pooling import models
from pooling.same_model import joint_log_density, latent_draw, log_density_gaps

KEY = jax.random.PRNGKey(3)
ALL = models.REGIMES | models.WIDER


def lines(p, data):
    """Mean of each row for subject-wise intercepts and slopes."""
    return p["alpha_s"][data.subject_idx] + p["beta_s"][data.subject_idx] * data.x


def complete_pooling(p, data):
    return (
        norm.logpdf(p["alpha"])
        + norm.logpdf(p["beta"])
        + expon.logpdf(p["sigma"])
        + norm.logpdf(data.y, p["alpha"] + p["beta"] * data.x, p["sigma"]).sum()
    )


def no_pooling(p, data):
    return (
        norm.logpdf(p["alpha_s"]).sum()
        + norm.logpdf(p["beta_s"]).sum()
        + expon.logpdf(p["sigma"])
        + norm.logpdf(data.y, lines(p, data), p["sigma"]).sum()
    )


def population(p):
    return sum(norm.logpdf(p[name]) for name in ("mu_alpha", "mu_beta")) + sum(
        expon.logpdf(p[name]) for name in ("tau_alpha", "tau_beta", "sigma")
    )


def partial_pooling(p, data):
    return (
        population(p)
        + norm.logpdf(p["alpha_s"], p["mu_alpha"], p["tau_alpha"]).sum()
        + norm.logpdf(p["beta_s"], p["mu_beta"], p["tau_beta"]).sum()
        + norm.logpdf(data.y, lines(p, data), p["sigma"]).sum()
    )


def partial_pooling_noncentred(p, data):
    line = {
        "alpha_s": p["mu_alpha"] + p["tau_alpha"] * p["z_alpha"],
        "beta_s": p["mu_beta"] + p["tau_beta"] * p["z_beta"],
    }
    return (
        population(p)
        + norm.logpdf(p["z_alpha"]).sum()
        + norm.logpdf(p["z_beta"]).sum()
        + norm.logpdf(data.y, lines(line, data), p["sigma"]).sum()
    )


def heavy_tails(p, data):
    return (
        population(p)
        + stats.gamma.logpdf(p["nu"], 2, scale=10)
        + norm.logpdf(p["alpha_s"], p["mu_alpha"], p["tau_alpha"]).sum()
        + norm.logpdf(p["beta_s"], p["mu_beta"], p["tau_beta"]).sum()
        + stats.t.logpdf(data.y, p["nu"], lines(p, data), p["sigma"]).sum()
    )


def scatter_population(p, data):
    own = np.exp(p["mu_sigma"] + p["tau_sigma"] * p["z_sigma"])
    return (
        population(p | {"sigma": 0.0})  # which has no density here: that of 0 is 1
        + norm.logpdf(p["alpha_s"], p["mu_alpha"], p["tau_alpha"]).sum()
        + norm.logpdf(p["beta_s"], p["mu_beta"], p["tau_beta"]).sum()
        + norm.logpdf(p["mu_sigma"])
        + expon.logpdf(p["tau_sigma"])
        + norm.logpdf(p["z_sigma"]).sum()
        + norm.logpdf(data.y, lines(p, data), own[data.subject_idx]).sum()
    )


def own_weights(p, data):
    own = p["sigma"] / np.sqrt(p["lambda_s"])
    return (
        population(p)
        + stats.gamma.logpdf(p["nu"], 2, scale=10)
        + norm.logpdf(p["alpha_s"], p["mu_alpha"], p["tau_alpha"]).sum()
        + norm.logpdf(p["beta_s"], p["mu_beta"], p["tau_beta"]).sum()
        + stats.gamma.logpdf(p["lambda_s"], p["nu"] / 2, scale=2 / p["nu"]).sum()
        + norm.logpdf(data.y, lines(p, data), own[data.subject_idx]).sum()
    )


def correlated_effects(p, data):
    rho = p["root"][1, 0]
    tau = np.array([p["tau_alpha"], p["tau_beta"]])
    turn = np.array([[1, 0], [rho, np.sqrt(1 - rho**2)]])
    off = p["z"] @ turn.T * tau
    line = {"alpha_s": p["mu_alpha"] + off[:, 0], "beta_s": p["mu_beta"] + off[:, 1]}
    return (
        population(p)
        # LKJ(2) of two variables: ρ is Beta(2, 2), stretched to −1 … 1. The factor's density is in
        # terms of ρ.
        + stats.beta.logpdf((rho + 1) / 2, 2, 2)
        - np.log(2)
        + norm.logpdf(p["z"]).sum()
        + norm.logpdf(data.y, lines(line, data), p["sigma"]).sum()
    )


FORMULAS = [
    complete_pooling,
    no_pooling,
    partial_pooling,
    partial_pooling_noncentred,
    heavy_tails,
    scatter_population,
    own_weights,
    correlated_effects,
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_log_density_is_the_written_out_formula(formula, data):
    model = getattr(models, formula.__name__)
    for key in jax.random.split(KEY, 10):
        draw = latent_draw(model, data, key=key)
        exact = {name: np.asarray(value, float) for name, value in draw.items()}
        assert joint_log_density(model, data, draw) == pytest.approx(formula(exact, data), rel=1e-5)


def test_without_y_a_model_simulates_at_the_given_rows(data):
    for model in (*ALL.values(), models.partial_pooling_noncentred):
        seeded = jax.eval_shape(lambda m=model: simulate(m, data))
        assert seeded.shape == data.y.shape


def simulate(model, data):
    from numpyro.handlers import seed, trace

    return trace(seed(model, KEY)).get_trace(data.x, data.subject_idx)["obs"]["value"]


def test_correlated_lines_have_the_bivariate_normal_distribution_that_is_meant(data):
    from numpyro.infer import Predictive

    given = {
        "mu_alpha": 0.5,
        "mu_beta": -0.2,
        "tau_alpha": 0.8,
        "tau_beta": 1.5,
        "root": np.array([[1, 0], [-0.6, 0.8]]),
    }
    posterior = {name: np.broadcast_to(each, (1, *np.shape(each))) for name, each in given.items()}
    n = 40_000
    made = Predictive(models.correlated_effects, posterior)(KEY, data.x, 0, n_subjects=n)
    drawn = np.stack([made["alpha_s"][0], made["beta_s"][0]]).astype(float)
    covariance = np.array([[0.64, -0.72], [-0.72, 2.25]])
    off = (np.cov(drawn) - covariance) / np.sqrt(
        (covariance**2 + np.outer(np.diag(covariance), np.diag(covariance))) / n
    )
    assert np.abs(off).max() < 5
    assert float(made["rho"][0]) == pytest.approx(-0.6)
    assert np.abs(drawn.mean(axis=1) - [0.5, -0.2]).max() < 5 * 1.5 / np.sqrt(n)


def test_a_gap_in_log_density_shows_a_wrong_prior(data):
    import numpyro
    import numpyro.distributions as dist

    def wider(x, subject_idx, y=None, n_subjects=18):
        alpha = numpyro.sample("alpha", dist.Normal(0, 2))
        beta = numpyro.sample("beta", dist.Normal(0, 1))
        sigma = numpyro.sample("sigma", dist.Exponential(1))
        numpyro.sample("obs", dist.Normal(alpha + beta * x, sigma), obs=y)

    same = log_density_gaps(models.complete_pooling, models.complete_pooling, data, key=KEY)
    other = log_density_gaps(wider, models.complete_pooling, data, key=KEY)
    assert np.abs(same).max() == 0
    assert np.abs(other).max() > 1e-4


def test_models_with_other_sites_cannot_be_compared_and_the_sites_are_named(data):
    with pytest.raises(ValueError, match="sites differ: alpha, alpha_s, beta, beta_s"):
        log_density_gaps(models.complete_pooling, models.no_pooling, data, key=KEY)
