"""Every way to write a right model passes."""

import inspect

import jax
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist
import pytest
from numpyro.handlers import reparam
from numpyro.infer.reparam import LocScaleReparam

from pooling import models
from pooling.checks import check_model


def other_names(day, who, y=None, n_subjects=18):
    noise = numpyro.sample("residual_sd", dist.Exponential(1))
    slope = numpyro.sample("b", dist.Normal())
    intercept = numpyro.sample("a", dist.Normal())
    mean = numpyro.deterministic("mean", slope * day + intercept)
    with numpyro.plate("rows", len(day)):
        numpyro.sample("obs", dist.Normal(mean, noise), obs=y)


def one_vector_site(x, subject_idx, y=None, n_subjects=18):
    line = numpyro.sample("line", dist.Normal(0, 1).expand([2]).to_event(1))
    sigma = numpyro.sample("sigma", dist.Gamma(1, 1))
    numpyro.sample("obs", dist.Normal(line[0] + line[1] * x, sigma).to_event(1), obs=y)


def scaled(x, subject_idx, y=None, n_subjects=18):
    ten_alpha = numpyro.sample("ten_alpha", dist.Normal(0, 10))
    minus_beta = numpyro.sample("minus_beta", dist.Normal(0, 1))
    half_sigma = numpyro.sample("half_sigma", dist.Exponential(2))
    mean = ten_alpha / 10 - minus_beta * x
    noise = dist.TransformedDistribution(
        dist.Normal(0, 1), dist.transforms.AffineTransform(mean, 2 * half_sigma)
    )
    numpyro.sample("obs", noise, obs=y)


def sum_of_two(x, subject_idx, y=None, n_subjects=18):
    """An intercept whose prior no single site shows: 0.36 + 0.64 = 1."""
    one = numpyro.sample("one", dist.Normal(0, 0.6))
    two = numpyro.sample("two", dist.Normal(0, 0.8))
    beta = numpyro.sample("beta", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    numpyro.sample("obs", dist.Normal(one + two + beta * x, sigma), obs=y)


def expanded(x, subject_idx, y=None, n_subjects=18):
    lines = numpyro.sample("lines", dist.Normal(0, 1).expand([n_subjects, 2]))
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    mean = lines[subject_idx, 0] + lines[subject_idx, 1] * x
    numpyro.sample("obs", dist.Normal(mean, sigma), obs=y)


def loop(x, subject_idx, y=None, n_subjects=18):
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    alpha = [numpyro.sample(f"alpha_{s}", dist.Normal(0, 1)) for s in range(n_subjects)]
    beta = [numpyro.sample(f"beta_{s}", dist.Normal(0, 1)) for s in range(n_subjects)]
    mean = jnp.stack(alpha)[subject_idx] + jnp.stack(beta)[subject_idx] * x
    numpyro.sample("obs", dist.Normal(mean, sigma), obs=y)


def diagonal(x, subject_idx, y=None, n_subjects=18):
    with numpyro.plate("subjects", n_subjects):
        lines = numpyro.sample("lines", dist.MultivariateNormal(jnp.zeros(2), jnp.eye(2)))
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    mean = lines[subject_idx, 0] + lines[subject_idx, 1] * x
    numpyro.sample("obs", dist.Normal(mean, sigma), obs=y)


def vectors(x, subject_idx, y=None, n_subjects=18):
    mu = numpyro.sample("mu", dist.Normal(0, 1).expand([2]))
    tau = numpyro.sample("tau", dist.Gamma(1, 1).expand([2]))
    with numpyro.plate("subjects", n_subjects):
        lines = numpyro.sample("lines", dist.Normal(mu, tau).to_event(1))
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    mean = lines[subject_idx, 0] + lines[subject_idx, 1] * x
    numpyro.sample("obs", dist.Normal(mean, sigma), obs=y)


def looped_population(x, subject_idx, y=None, n_subjects=18):
    mu_alpha, mu_beta = (numpyro.sample(f"mu_{k}", dist.Normal(0, 1)) for k in "ab")
    tau_alpha, tau_beta = (numpyro.sample(f"tau_{k}", dist.Exponential(1)) for k in "ab")
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    lines = [
        (
            numpyro.sample(f"alpha_{s}", dist.Normal(mu_alpha, tau_alpha)),
            numpyro.sample(f"beta_{s}", dist.Normal(mu_beta, tau_beta)),
        )
        for s in range(n_subjects)
    ]
    lines = jnp.array(lines)
    mean = lines[subject_idx, 0] + lines[subject_idx, 1] * x
    numpyro.sample("obs", dist.Normal(mean, sigma), obs=y)


def half_centred(x, subject_idx, y=None, n_subjects=18):
    """Only the slopes written with offsets, which are added to what the rows see."""
    mu_alpha = numpyro.sample("mu_alpha", dist.Normal(0, 1))
    mu_beta = numpyro.sample("mu_beta", dist.Normal(0, 1))
    tau_alpha = numpyro.sample("tau_alpha", dist.Exponential(1))
    tau_beta = numpyro.sample("tau_beta", dist.Exponential(1))
    with numpyro.plate("subjects", n_subjects):
        alpha_s = numpyro.sample("alpha_s", dist.Normal(mu_alpha, tau_alpha))
        deviation = numpyro.sample("deviation", dist.Normal(0, tau_beta))
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    mean = alpha_s[subject_idx] + mu_beta * x + deviation[subject_idx] * x
    numpyro.sample("obs", dist.Normal(mean, sigma), obs=y)


def rate_of_its_own(x, subject_idx, y=None, n_subjects=18):
    """A spread that no single site shows: the smaller of two exponentials of mean 2."""
    mu = numpyro.sample("mu", dist.Normal(0, 1).expand([2]))
    pair = numpyro.sample("pair", dist.Exponential(0.5).expand([2, 2]))
    with numpyro.plate("subjects", n_subjects):
        z = numpyro.sample("z", dist.Normal(0, 1).expand([2]).to_event(1))
    lines = mu + pair.min(axis=0) * z
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    mean = lines[subject_idx, 0] + lines[subject_idx, 1] * x
    numpyro.sample("obs", dist.Normal(mean, sigma), obs=y)


def backwards(x, subject_idx, y=None, n_subjects=18):
    """Offsets that are subtracted, in a site with the subjects last."""
    mu = numpyro.sample("mu", dist.Normal(0, 1).expand([2, 1]))
    tau = numpyro.sample("tau", dist.Exponential(1).expand([2, 1]))
    z = numpyro.sample("z", dist.Normal(0, 1).expand([2, n_subjects]))
    alpha_s, beta_s = mu - tau * z
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    mean = alpha_s[subject_idx] + beta_s[subject_idx] * x
    numpyro.sample("obs", dist.Normal(mean, sigma), obs=y)


def uniform(x, subject_idx, y=None, n_subjects=18):
    """An exponential variable by inversion."""
    alpha = numpyro.sample("alpha", dist.Normal(0, 1))
    beta = numpyro.sample("beta", dist.Normal(0, 1))
    sigma = -jnp.log(numpyro.sample("u", dist.Uniform(0, 1)))
    noise = dist.MultivariateNormal(alpha + beta * x, sigma**2 * jnp.eye(len(x)))
    numpyro.sample("obs", noise, obs=y)


def decentred(centred):
    each = LocScaleReparam(centred)
    return reparam(models.partial_pooling, config={"alpha_s": each, "beta_s": each})


def two_plates(x, subject_idx, y=None, n_subjects=18):
    with numpyro.plate("quantities", 2), numpyro.plate("subjects", n_subjects):
        lines = numpyro.sample("lines", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    mean = jnp.take(lines[:, 0], subject_idx) + jnp.take(lines[:, 1], subject_idx) * x
    numpyro.sample("obs", dist.Normal(mean, sigma), obs=y)


def one_long_vector(x, subject_idx, y=None, n_subjects=18):
    lines = numpyro.sample("lines", dist.Normal(0, 1).expand([2 * n_subjects]).to_event(1))
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    mean = lines[subject_idx] + lines[n_subjects + subject_idx] * x
    numpyro.sample("obs", dist.Normal(mean, sigma), obs=y)


def one_hot(x, subject_idx, y=None, n_subjects=18):
    """Centred, though written as a transformed standard normal variable."""
    mu, tau = (
        numpyro.sample(name, prior.expand([2]).to_event(1))
        for name, prior in (("mu", dist.Normal(0, 1)), ("tau", dist.Weibull(1.0, 1.0)))
    )
    with numpyro.plate("subjects", n_subjects):
        alpha_s, beta_s = (
            numpyro.sample(
                name,
                dist.TransformedDistribution(
                    dist.Normal(0, 1), dist.transforms.AffineTransform(mu[k], tau[k])
                ),
            )
            for k, name in enumerate(("alpha_s", "beta_s"))
        )
    whose = jax.nn.one_hot(subject_idx, n_subjects)
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    numpyro.sample("obs", dist.Normal(whose @ alpha_s + (whose @ beta_s) * x, sigma), obs=y)


RIGHT = {
    "complete_pooling": [
        models.complete_pooling,
        other_names,
        one_vector_site,
        scaled,
        sum_of_two,
        uniform,
    ],
    "no_pooling": [
        models.no_pooling,
        expanded,
        loop,
        diagonal,
        two_plates,
        one_long_vector,
    ],
    "partial_pooling": [
        models.partial_pooling,
        vectors,
        looped_population,
        half_centred,
        one_hot,
        decentred(0.4),
    ],
}
OFFSETS = [
    models.partial_pooling_noncentred,
    decentred(0),
    backwards,
    rate_of_its_own,
]


@pytest.mark.parametrize(
    ("name", "model"),
    [(name, model) for name, each in RIGHT.items() for model in each],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_a_right_model_passes_however_it_is_written(name, model):
    verdict = check_model(name, model)
    assert verdict.passed, verdict.message
    assert name.replace("_", " ") in verdict.message
    assert "non-centred" not in verdict.message


@pytest.mark.parametrize("model", OFFSETS, ids=["by hand", "reparam", "minus", "vector"])
def test_offsets_are_recognised_and_praised(model):
    verdict = check_model("partial_pooling", model)
    assert verdict.passed, verdict.message
    assert "non-centred" in verdict.message


@pytest.mark.parametrize("name", RIGHT)
def test_each_regime_refuses_the_others(name):
    for other in RIGHT:
        if other != name:
            verdict = check_model(name, RIGHT[other][0])
            assert not verdict.passed
            names = other.replace("_", " ").removesuffix(" pooling")
            assert names in verdict.message.replace("or partial", "partial"), verdict.message


def test_the_chapters_own_solutions_have_the_signature_that_is_asked():
    for name, (model, *_) in RIGHT.items():
        assert list(inspect.signature(model).parameters) == ["x", "subject_idx", "y", "n_subjects"]
        assert check_model(name, model).passed
