"""Models that exercises ask for, each a step beyond the three regimes."""

import numpyro
import numpyro.distributions as dist
from jax.typing import ArrayLike

from pooling.models import WIDER, Model


def own_scatter(
    x: ArrayLike, subject_idx: ArrayLike, y: ArrayLike | None = None, n_subjects: int = 18
) -> None:
    """No pooling, with a residual standard deviation for each subject."""
    with numpyro.plate("subjects", n_subjects):
        alpha_s = numpyro.sample("alpha_s", dist.Normal(0.0, 1.0))
        beta_s = numpyro.sample("beta_s", dist.Normal(0.0, 1.0))
        sigma_s = numpyro.sample("sigma_s", dist.Exponential(1.0))
    mean = alpha_s[subject_idx] + beta_s[subject_idx] * x
    numpyro.sample("obs", dist.Normal(mean, sigma_s[subject_idx]), obs=y)


def correlated(
    x: ArrayLike, subject_idx: ArrayLike, y: ArrayLike | None = None, n_subjects: int = 18
) -> None:
    """Partial pooling whose intercepts and slopes correlate, by LKJ(2)."""
    _linked(x, subject_idx, y, n_subjects, dist.LKJCholesky(2, 2.0))


def correlated_lines(
    x: ArrayLike, subject_idx: ArrayLike, y: ArrayLike | None = None, n_subjects: int = 18
) -> None:
    """Partial pooling whose intercepts and slopes correlate, by a uniform correlation."""
    _linked(x, subject_idx, y, n_subjects, dist.LKJCholesky(2, 1.0))


def _linked(
    x: ArrayLike,
    subject_idx: ArrayLike,
    y: ArrayLike | None,
    n_subjects: int,
    prior: dist.Distribution,
) -> None:
    mu = numpyro.sample("mu", dist.Normal(0.0, 1.0).expand([2]).to_event(1))
    tau = numpyro.sample("tau", dist.Exponential(1.0).expand([2]).to_event(1))
    root = numpyro.sample("root", prior)
    with numpyro.plate("subjects", n_subjects):
        line = dist.MultivariateNormal(mu, scale_tril=tau[:, None] * root)
        lines = numpyro.sample("line", line)
    sigma = numpyro.sample("sigma", dist.Exponential(1.0))
    mean = lines[subject_idx, 0] + lines[subject_idx, 1] * x
    numpyro.sample("obs", dist.Normal(mean, sigma), obs=y)


LATER: dict[str, Model] = {
    "own_scatter": own_scatter,
    "correlated": correlated,
    "correlated_lines": correlated_lines,
    **WIDER,
}
"""Each by the name of its exercise, in the order of the chapters."""

SECTIONS = {
    "own_scatter": "Exercise: everybody's own scatter",
    "correlated": "Exercise: correlated lines",
    "correlated_lines": "Exercise: Let level and slope correlate",
    "heavy_tails": "Exercise: Heavier tails",
    "scatter_population": "Exercise: Everybody their own scatter",
    "own_weights": "Task 7b: A weight for each person",
    "correlated_effects": "Task 8a: A population of pairs",
}
"""The section that sets each."""
