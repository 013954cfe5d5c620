"""Log densities against formulas written out with scipy."""

import jax
import numpy as np
import pytest
from scipy.stats import expon, norm

from pooling import models
from pooling.same_model import joint_log_density, latent_draw, log_density_gaps

KEY = jax.random.PRNGKey(3)


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


@pytest.mark.parametrize(
    "formula", [complete_pooling, no_pooling, partial_pooling, partial_pooling_noncentred]
)
def test_log_density_is_the_written_out_formula(formula, data):
    model = getattr(models, formula.__name__)
    for key in jax.random.split(KEY, 10):
        draw = latent_draw(model, data, key=key)
        exact = {name: np.asarray(value, float) for name, value in draw.items()}
        assert joint_log_density(model, data, draw) == pytest.approx(formula(exact, data), rel=1e-5)


def test_without_y_a_model_simulates_at_the_given_rows(data):
    for model in (*models.REGIMES.values(), models.partial_pooling_noncentred):
        seeded = jax.eval_shape(lambda m=model: simulate(m, data))
        assert seeded.shape == data.y.shape


def simulate(model, data):
    from numpyro.handlers import seed, trace

    return trace(seed(model, KEY)).get_trace(data.x, data.subject_idx)["obs"]["value"]


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
