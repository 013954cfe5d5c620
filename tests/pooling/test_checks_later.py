"""Models that later exercises ask for: right ones pass, and slips have their reason."""

# ruff: noqa: E501 (a table is read by its rows)
import inspect
import linecache

import jax
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist
import pytest
from numpyro.handlers import reparam
from numpyro.infer.reparam import LocScaleReparam

from pooling import models
from pooling.answers import later_models
from pooling.answers.later_models import LATER, SECTIONS
from pooling.checks import check_model

SOURCES = {name: inspect.getsource(model).replace('"""', "'''") for name, model in LATER.items()}
for name in ("correlated", "correlated_lines"):
    SOURCES[name] = inspect.getsource(later_models._linked).replace("_linked", name)
SHARED = inspect.getsource(models._lines_of_a_population)
LINES = "mean = lines[subject_idx, 0] + lines[subject_idx, 1] * x"


def vector_of_three(x, subject_idx, y=None, n_subjects=18):
    with numpyro.plate("people", n_subjects):
        line = numpyro.sample("line", dist.Normal(0, 1).expand([2]).to_event(1))
        noise = numpyro.sample("noise", dist.Gamma(1, 1))
    mean = line[subject_idx] @ jnp.array([1.0, 0.0]) + line[subject_idx, 1] * x
    numpyro.sample("obs", dist.Normal(mean, noise[subject_idx]), obs=y)


def by_conditioning(x, subject_idx, y=None, n_subjects=18):
    mu = numpyro.sample("mu", dist.Normal(0, 1).expand([2]))
    tau = numpyro.sample("tau", dist.Exponential(1).expand([2]))
    rho = numpyro.sample("rho", dist.Uniform(-1, 1))
    with numpyro.plate("subjects", n_subjects):
        z = numpyro.sample("z", dist.Normal(0, 1).expand([2]).to_event(1))
    alpha_s = mu[0] + tau[0] * z[:, 0]
    beta_s = mu[1] + tau[1] * (rho * z[:, 0] + jnp.sqrt(1 - rho**2) * z[:, 1])
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    numpyro.sample("obs", dist.Normal(alpha_s[subject_idx] + beta_s[subject_idx] * x, sigma), obs=y)


def by_beta(x, subject_idx, y=None, n_subjects=18):
    """LKJ(2) of two is a stretched Beta(2, 2)."""
    half = numpyro.sample("half", dist.Beta(2, 2))
    with numpyro.handlers.substitute(data={"rho": 2 * half - 1}):
        by_conditioning(x, subject_idx, y, n_subjects)


def centred_scatter(x, subject_idx, y=None, n_subjects=18):
    mean = models._lines_of_a_population(x, subject_idx, n_subjects)
    centre = numpyro.sample("centre", dist.Normal(0, 1))
    spread = numpyro.sample("spread", dist.Exponential(1))
    with numpyro.plate("subjects", n_subjects):
        sigma_s = numpyro.sample("sigma_s", dist.LogNormal(centre, spread))
    numpyro.sample("obs", dist.Normal(mean, sigma_s[subject_idx]), obs=y)


def by_inverse_gamma(x, subject_idx, y=None, n_subjects=18):
    """The variances, instead of the weights."""
    mean = models._lines_of_a_population(x, subject_idx, n_subjects)
    nu = numpyro.sample("nu", dist.Gamma(2, 0.1))
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    with numpyro.plate("subjects", n_subjects):
        variance = numpyro.sample("variance", dist.InverseGamma(nu / 2, nu / 2 * sigma**2))
    numpyro.sample("obs", dist.Normal(mean, jnp.sqrt(variance)[subject_idx]), obs=y)


offsets = {"alpha_s": LocScaleReparam(0), "beta_s": LocScaleReparam(0)}
RIGHT = [
    *LATER.items(),
    ("own_scatter", vector_of_three),
    ("correlated_lines", by_conditioning),
    ("correlated", by_beta),
    ("correlated_effects", by_beta),
    ("heavy_tails", reparam(LATER["heavy_tails"], config=offsets)),
    ("scatter_population", centred_scatter),
    ("own_weights", by_inverse_gamma),
]


@pytest.mark.parametrize(("name", "model"), RIGHT, ids=range(len(RIGHT)))
def test_a_right_model_passes_however_it_is_written(name, model):
    verdict = check_model(name, model)
    assert verdict.passed, verdict.message


# fmt: off
SLIPS = [
    ("own_scatter", ["sigma_s[subject_idx]", "sigma_s[0]"], "one number each subject"),
    ("own_scatter", ["        sigma_s =", "    sigma_s =", "sigma_s[subject_idx]", "sigma_s"], "one number each subject"),
    ("own_scatter", ['"sigma_s", dist.Exponential(1.0)', '"sigma_s", dist.HalfNormal(1.0)'], "sigma_s HalfNormal(1) Exponential(1)"),
    ("own_scatter", ['"sigma_s", dist.Exponential(1.0)', '"noise", dist.HalfNormal(1.0)'], "σ quantiles"),
    ("own_scatter", ["sigma_s[subject_idx]", "sigma_s[subject_idx] ** 2"], "σ quantiles"),
    ("own_scatter", ["beta_s[subject_idx] * x", "beta_s[0] * x"], "Only the intercepts vary"),
    ("own_scatter", [", obs=y", ""], "obs=y"),
    ("correlated", ["prior)", "dist.LKJCholesky(2, 1.0))"], "correlation quantiles"),
    ("correlated", ["prior)", "dist.LKJCholesky(2, concentration=5.0))"], "correlation"),
    ("correlated", ["scale_tril=tau[:, None] * root", "covariance_matrix=jnp.diag(tau**2)"], "Intercepts slopes independent asked correlation"),
    ("correlated", ["tau[:, None] * root", "jnp.diag(tau) @ jnp.diag(tau) @ root"], "spread quantiles"),
    ("correlated", ["tau[:, None] * root", "(tau**2)[:, None] * root"], "spread quantiles"),
    ("correlated_lines", ["prior)", "dist.LKJCholesky(2, 3.0))"], "correlation quantiles"),
    ("correlated_lines", ["scale_tril=tau[:, None] * root", "covariance_matrix=jnp.diag(tau**2)"], "Intercepts slopes independent asked correlation"),
    ("heavy_tails", ["dist.Gamma(2, 0.1)", "dist.Gamma(2.0, 10.0)"], "nu Gamma(2, 10) Gamma(2, 0.1)"),
    ("heavy_tails", ["dist.Gamma(2, 0.1)", "dist.Exponential(0.1)"], "nu Exponential(0.1) Gamma(2, 0.1)"),
    ("heavy_tails", ["dist.StudentT(nu, mean, sigma)", "dist.Normal(mean, sigma)"], "Normal StudentT"),
    ("heavy_tails", ["dist.StudentT(nu, mean, sigma)", "dist.Cauchy(mean, sigma)"], "Cauchy StudentT"),
    ("heavy_tails", ["dist.StudentT(nu,", "dist.StudentT(4.0,"], "ν quantiles"),
    ("heavy_tails", ["nu, mean, sigma", "nu, mean, sigma**2"], "σ quantiles"),
    ("heavy_tails", ["nu, mean, sigma", "sigma, mean, nu"], "σ quantiles"),
    ("scatter_population", ["mu_sigma + tau_sigma * z_sigma", "mu_sigma"], "plate one number"),
    ("scatter_population", ["jnp.exp(mu_sigma + tau_sigma * z_sigma)", "jnp.exp(tau_sigma * z_sigma)"], "σ quantiles"),
    ("scatter_population", ["tau_sigma * z_sigma", "z_sigma"], "standard deviations quantiles"),
    ("scatter_population", ["jnp.exp(mu_sigma + tau_sigma * z_sigma)", "abs(mu_sigma + tau_sigma * z_sigma)"], "σ quantiles"),
    ("scatter_population", ['"tau_sigma", dist.Exponential(1)', '"tau_sigma", dist.HalfCauchy(1.0)'], "tau_sigma HalfCauchy(1) Exponential(1)"),
    ("scatter_population", ["sigma_s[subject_idx]", "sigma_s.mean()"], "one number each subject"),
    ("correlated_effects", ["LKJCholesky(2, 2.0)", "LKJCholesky(2, 1.0)"], "correlation quantiles"),
    ("correlated_effects", ["z @ root.T", "z @ root"], "spread quantiles"),
    ("correlated_effects", ["off[:, 1]", "z[:, 1]"], "Intercepts slopes independent asked correlation"),
    ("correlated_effects", ["tau_beta * off", "tau_alpha * off"], "intercepts relative slopes share site"),
    ("correlated_effects", ['"tau_beta", dist.Exponential(1)', '"tau_beta", dist.HalfNormal(1.0)'], "tau_beta HalfNormal(1) Exponential(1)"),
    ("correlated_effects", [", obs=y", ""], "obs=y"),

    ("own_weights", ["sigma_s[subject_idx]", "sigma_s.mean()"], "one number each subject"),
    ("own_weights", ["jnp.sqrt(lambda_s)", "lambda_s"], "spread quantiles"),
    ("own_weights", ["sigma / jnp", "sigma * jnp"], "σ quantiles"),
    ("own_weights", ["dist.Gamma(nu / 2, nu / 2)", "dist.Gamma(nu, nu)"], "quantiles"),
    ("own_weights", ["dist.Gamma(nu / 2, nu / 2)", "dist.Gamma(nu / 2)"], "σ quantiles"),
    ("own_weights", ["dist.Gamma(2, 0.1)", "dist.Exponential(0.1)"], "nu Exponential(0.1) Gamma(2, 0.1)"),
]
# fmt: on


def edited(name, pairs):
    text = SOURCES[name]
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text, old
        text = text.replace(old, new)
    text = text.replace("y: ArrayLike | None,", "y: ArrayLike | None = None,")
    text = text.replace("n_subjects: int,\n", "n_subjects: int = 18,\n")
    prior = {"correlated": dist.LKJCholesky(2, 2.0), "correlated_lines": dist.LKJCholesky(2, 1.0)}
    text = text.replace("    prior: dist.Distribution,\n", "")
    file = f"<later slip {hash(text)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace = (
        vars(models) | vars(later_models) | {"prior": prior.get(name), "jnp": jnp, "jax": jax}
    )
    exec(compile(text, file, "exec"), namespace)
    return namespace[name]


@pytest.mark.parametrize(("name", "pairs", "words"), SLIPS)
def test_a_slip_is_refused_and_its_reason_told(name, pairs, words):
    verdict = check_model(name, edited(name, pairs))
    assert not verdict.passed
    assert "Read again: " in verdict.message
    plain = verdict.message.replace("`", "")
    assert [word for word in words.split() if word not in plain] == [], verdict.message


# Two exercises ask for one model, by two factorisations of one density.
ONE_MODEL = {"correlated", "correlated_effects"}


def test_models_of_other_exercises_are_refused():
    for name in LATER:
        others = [*LATER.items(), *models.REGIMES.items()]
        for other, model in others:
            same = name == other or {name, other} == ONE_MODEL
            assert check_model(name, model).passed == same, (name, other)
    assert set(SECTIONS) == set(LATER)
