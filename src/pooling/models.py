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


REGIMES: dict[str, Model] = {
    "complete_pooling": complete_pooling,
    "no_pooling": no_pooling,
    "partial_pooling": partial_pooling,
}
