"""The course's regressions as NumPyro programs, all with one signature.

Every model takes standardised data and says how the observed site `obs` arises. Pass `y=None` to
simulate. The linear predictor is no site of its own: its length is the data's, so that storing it
would tie a posterior to the rows it was fitted on.

Parameters shared by all models
-------------------------------
x
    Day, standardised, shape (n_rows,), dimensionless.
subject_idx
    Which subject a row belongs to, shape (n_rows,), integers from 0 to `n_subjects` − 1.
y
    Reaction time, standardised, shape (n_rows,), dimensionless; None to simulate it.
n_subjects
    Number of subjects, including those without a row in this data set.
"""

from collections.abc import Callable

# ArviZ puts a stand-in for NumPyro in its place. Only where NumPyro itself is imported before any
# submodule of it does this become whole; so do all modules of this package that need NumPyro.
import jax
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist
from jax.typing import ArrayLike

Model = Callable[..., None]


def complete_pooling(
    x: ArrayLike, subject_idx: ArrayLike, y: ArrayLike | None = None, n_subjects: int = 18
) -> None:
    """One line for everybody: sites `alpha`, `beta` and `sigma`, all scalar.

    The subject index is not used; it is there so that all models are called alike.
    """
    del subject_idx, n_subjects
    alpha = numpyro.sample("alpha", dist.Normal(0.0, 1.0))
    beta = numpyro.sample("beta", dist.Normal(0.0, 1.0))
    sigma = numpyro.sample("sigma", dist.Exponential(1.0))
    numpyro.sample("obs", dist.Normal(alpha + beta * x, sigma), obs=y)


def no_pooling(
    x: ArrayLike, subject_idx: ArrayLike, y: ArrayLike | None = None, n_subjects: int = 18
) -> None:
    """A line for each subject, none learning from another.

    Sites `alpha_s` and `beta_s` have shape (n_subjects,); `sigma` is a shared scalar.
    """
    with numpyro.plate("subjects", n_subjects):
        alpha_s = numpyro.sample("alpha_s", dist.Normal(0.0, 1.0))
        beta_s = numpyro.sample("beta_s", dist.Normal(0.0, 1.0))
    sigma = numpyro.sample("sigma", dist.Exponential(1.0))
    numpyro.sample("obs", dist.Normal(alpha_s[subject_idx] + beta_s[subject_idx] * x, sigma), obs=y)


def partial_pooling(
    x: ArrayLike, subject_idx: ArrayLike, y: ArrayLike | None = None, n_subjects: int = 18
) -> None:
    """A line for each subject, drawn from a population of lines; centred.

    Scalar sites `mu_alpha`, `mu_beta`, `tau_alpha`, `tau_beta` and `sigma`; `alpha_s` and `beta_s`
    have shape (n_subjects,).
    """
    mu_alpha = numpyro.sample("mu_alpha", dist.Normal(0.0, 1.0))
    mu_beta = numpyro.sample("mu_beta", dist.Normal(0.0, 1.0))
    tau_alpha = numpyro.sample("tau_alpha", dist.Exponential(1.0))
    tau_beta = numpyro.sample("tau_beta", dist.Exponential(1.0))
    with numpyro.plate("subjects", n_subjects):
        alpha_s = numpyro.sample("alpha_s", dist.Normal(mu_alpha, tau_alpha))
        beta_s = numpyro.sample("beta_s", dist.Normal(mu_beta, tau_beta))
    sigma = numpyro.sample("sigma", dist.Exponential(1.0))
    numpyro.sample("obs", dist.Normal(alpha_s[subject_idx] + beta_s[subject_idx] * x, sigma), obs=y)


def partial_pooling_noncentred(
    x: ArrayLike, subject_idx: ArrayLike, y: ArrayLike | None = None, n_subjects: int = 18
) -> None:
    """Partial pooling written with standard normal offsets; the same posterior of the lines.

    Sites as in `partial_pooling`, except that `z_alpha` and `z_beta`, shape (n_subjects,), are
    sampled, and `alpha_s` and `beta_s` are computed from them (Papaspiliopoulos, Roberts and
    Sköld, 2007).
    """
    mu_alpha = numpyro.sample("mu_alpha", dist.Normal(0.0, 1.0))
    mu_beta = numpyro.sample("mu_beta", dist.Normal(0.0, 1.0))
    tau_alpha = numpyro.sample("tau_alpha", dist.Exponential(1.0))
    tau_beta = numpyro.sample("tau_beta", dist.Exponential(1.0))
    with numpyro.plate("subjects", n_subjects):
        z_alpha = numpyro.sample("z_alpha", dist.Normal(0.0, 1.0))
        z_beta = numpyro.sample("z_beta", dist.Normal(0.0, 1.0))
    alpha_s = numpyro.deterministic("alpha_s", mu_alpha + tau_alpha * z_alpha)
    beta_s = numpyro.deterministic("beta_s", mu_beta + tau_beta * z_beta)
    sigma = numpyro.sample("sigma", dist.Exponential(1.0))
    numpyro.sample("obs", dist.Normal(alpha_s[subject_idx] + beta_s[subject_idx] * x, sigma), obs=y)


def heavy_tails(
    x: ArrayLike, subject_idx: ArrayLike, y: ArrayLike | None = None, n_subjects: int = 18
) -> None:
    """Partial pooling with Student's t instead of the normal likelihood.

    Sites as in `partial_pooling`, and the scalar `nu`, the degrees of freedom, whose prior is from
    Juárez and Steel (2010).
    """
    nu = numpyro.sample("nu", dist.Gamma(2, 0.1))
    mean = _lines_of_a_population(x, subject_idx, n_subjects)
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    numpyro.sample("obs", dist.StudentT(nu, mean, sigma), obs=y)


def scatter_population(
    x: ArrayLike, subject_idx: ArrayLike, y: ArrayLike | None = None, n_subjects: int = 18
) -> None:
    """Partial pooling of lines, and of the logarithms of residual standard deviations.

    Sites as in `partial_pooling`, except that `sigma_s`, shape (n_subjects,), is computed from the
    scalars `mu_sigma` and `tau_sigma` and from the offsets `z_sigma`, shape (n_subjects,).
    """
    mu_alpha = numpyro.sample("mu_alpha", dist.Normal(0, 1))
    mu_beta = numpyro.sample("mu_beta", dist.Normal(0, 1))
    mu_sigma = numpyro.sample("mu_sigma", dist.Normal(0, 1))
    tau_alpha = numpyro.sample("tau_alpha", dist.Exponential(1))
    tau_beta = numpyro.sample("tau_beta", dist.Exponential(1))
    tau_sigma = numpyro.sample("tau_sigma", dist.Exponential(1))
    intercepts, slopes = dist.Normal(mu_alpha, tau_alpha), dist.Normal(mu_beta, tau_beta)
    with numpyro.plate("subjects", n_subjects):
        alpha_s = numpyro.sample("alpha_s", intercepts)
        beta_s = numpyro.sample("beta_s", slopes)
        z_sigma = numpyro.sample("z_sigma", dist.Normal(0, 1))
    sigma_s = numpyro.deterministic("sigma_s", jnp.exp(mu_sigma + tau_sigma * z_sigma))
    mean = alpha_s[subject_idx] + beta_s[subject_idx] * x
    numpyro.sample("obs", dist.Normal(mean, sigma_s[subject_idx]), obs=y)


def own_weights(
    x: ArrayLike, subject_idx: ArrayLike, y: ArrayLike | None = None, n_subjects: int = 18
) -> None:
    """Partial pooling with a weight for each subject, shared by all of the subject's rows.

    Sites as in `partial_pooling`, and the scalar `nu`; `lambda_s`, shape (n_subjects,), has mean 1,
    and the residual standard deviation `sigma_s` is σ over its square root. With a weight for each
    row instead, this is `heavy_tails`.
    """
    nu = numpyro.sample("nu", dist.Gamma(2, 0.1))
    mean = _lines_of_a_population(x, subject_idx, n_subjects)
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    with numpyro.plate("subjects", n_subjects):
        lambda_s = numpyro.sample("lambda_s", dist.Gamma(nu / 2, nu / 2))
    sigma_s = numpyro.deterministic("sigma_s", sigma / jnp.sqrt(lambda_s))
    numpyro.sample("obs", dist.Normal(mean, sigma_s[subject_idx]), obs=y)


def correlated_effects(
    x: ArrayLike, subject_idx: ArrayLike, y: ArrayLike | None = None, n_subjects: int = 18
) -> None:
    """Partial pooling whose intercepts and slopes may correlate; non-centred, by Cholesky factor.

    Scalar sites `mu_alpha`, `mu_beta`, `tau_alpha`, `tau_beta` and `sigma` as in
    `partial_pooling`; `root`, shape (2, 2), is the Cholesky factor of the correlation matrix, from
    LKJ(2) (Lewandowski, Kurowicka and Joe, 2009), `rho` its correlation, and `z`, shape
    (n_subjects, 2), holds the offsets from which `alpha_s` and `beta_s` are computed.
    """
    mu_alpha = numpyro.sample("mu_alpha", dist.Normal(0, 1))
    mu_beta = numpyro.sample("mu_beta", dist.Normal(0, 1))
    tau_alpha = numpyro.sample("tau_alpha", dist.Exponential(1))
    tau_beta = numpyro.sample("tau_beta", dist.Exponential(1))
    root = numpyro.sample("root", dist.LKJCholesky(2, 2.0))
    numpyro.deterministic("rho", root[1, 0])
    with numpyro.plate("subjects", n_subjects):
        z = numpyro.sample("z", dist.Normal(0, 1).expand([2]).to_event(1))
    off = z @ root.T
    alpha_s = numpyro.deterministic("alpha_s", mu_alpha + tau_alpha * off[:, 0])
    beta_s = numpyro.deterministic("beta_s", mu_beta + tau_beta * off[:, 1])
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    numpyro.sample("obs", dist.Normal(alpha_s[subject_idx] + beta_s[subject_idx] * x, sigma), obs=y)


def _lines_of_a_population(x: ArrayLike, subject_idx: ArrayLike, n_subjects: int) -> jax.Array:
    """Mean of each row, shape (n_rows,), and the sites of `partial_pooling` but for σ."""
    mu_alpha = numpyro.sample("mu_alpha", dist.Normal(0, 1))
    mu_beta = numpyro.sample("mu_beta", dist.Normal(0, 1))
    tau_alpha = numpyro.sample("tau_alpha", dist.Exponential(1))
    tau_beta = numpyro.sample("tau_beta", dist.Exponential(1))
    intercepts, slopes = dist.Normal(mu_alpha, tau_alpha), dist.Normal(mu_beta, tau_beta)
    with numpyro.plate("subjects", n_subjects):
        alpha_s = numpyro.sample("alpha_s", intercepts)
        beta_s = numpyro.sample("beta_s", slopes)
    return alpha_s[subject_idx] + beta_s[subject_idx] * x


REGIMES: dict[str, Model] = {
    "complete_pooling": complete_pooling,
    "no_pooling": no_pooling,
    "partial_pooling": partial_pooling,
}

WIDER: dict[str, Model] = {
    "heavy_tails": heavy_tails,
    "scatter_population": scatter_population,
    "own_weights": own_weights,
    "correlated_effects": correlated_effects,
}
"""Partial pooling, each with one of its assumptions given up."""
