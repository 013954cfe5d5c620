"""Draw from a posterior: one helper around NumPyro's NUTS."""

import sys
from functools import partial

import arviz as az
import jax
import numpy as np
import xarray as xr
from numpyro.infer import MCMC, NUTS

from pooling.data import StandardisedData
from pooling.models import Model
from pooling.store import look_up_or_sample


def check_shapes(data: StandardisedData) -> None:
    """Refuse data whose arrays do not belong together.

    Raises
    ------
    ValueError
        If `x`, `y` and `subject_idx` are not vectors of one length, or an index is not that of a
        subject. The message says which.
    """
    shapes = {name: np.shape(getattr(data, name)) for name in ("x", "y", "subject_idx")}
    if any(len(shape) != 1 for shape in shapes.values()) or len(set(shapes.values())) != 1:
        listed = ", ".join(f"{name} has shape {shape}" for name, shape in shapes.items())
        raise ValueError(
            f"x, y and subject_idx need one and the same shape (n_rows,), but {listed}"
        )
    if shapes["x"] == (0,):
        raise ValueError("x, y and subject_idx have no rows")
    lowest, highest = int(np.min(data.subject_idx)), int(np.max(data.subject_idx))
    if lowest < 0 or highest >= data.n_subjects:
        raise ValueError(
            f"subject_idx goes from {lowest} to {highest}, "
            f"but with n_subjects={data.n_subjects} it must lie in 0 … {data.n_subjects - 1}"
        )


def fit(
    model: Model,
    data: StandardisedData,
    *,
    key: jax.Array,
    num_chains: int = 4,
    num_warmup: int = 1000,
    num_samples: int = 2000,
    target_accept: float = 0.8,
) -> xr.DataTree:
    """Sample a model's posterior with the No-U-Turn Sampler.

    Chains run in parallel on the cores there are. On a terminal, a progress bar is shown. A
    posterior that was sampled before, on this machine, is taken from the store (`pooling.store`):
    the same, bit for bit.

    Parameters
    ----------
    model
        A model with the signature of those in `pooling.models`.
    data
        Standardised rows to condition on.
    key
        A `jax.random` key; the same key gives the same draws.
    num_chains
        Number of independent chains.
    num_warmup
        Draws per chain that tune the sampler and are thrown away.
    num_samples
        Draws per chain that are kept.
    target_accept
        Acceptance probability that the step size is tuned for; nearer to 1 means smaller steps.

    Returns
    -------
    DataTree
        Groups `posterior`, `sample_stats`, `log_likelihood` and `observed_data`; all but the last
        have the dimensions (chain, draw, …). Variables with a value per subject have the dimension
        `subject` (coordinate 0 to n_subjects − 1), `obs` has `row`.

    Raises
    ------
    ValueError
        If the shapes in `data` do not match; the message says which.

    References
    ----------
    Hoffman and Gelman (2014), Journal of Machine Learning Research 15(47).
    """
    check_shapes(data)
    mcmc = MCMC(
        NUTS(model, target_accept_prob=target_accept),
        num_chains=num_chains,
        num_warmup=num_warmup,
        num_samples=num_samples,
        chain_method="parallel" if jax.local_device_count() >= num_chains else "vectorized",
        progress_bar=sys.stderr.isatty(),
    )
    asked = ("num_chains", "num_warmup", "num_samples", "chain_method", "progress_bar")
    settings = {name: getattr(mcmc, name) for name in asked} | {"target_accept": target_accept}
    sample = partial(_sample, mcmc, data, key)
    return look_up_or_sample(sample, model, data, key=key, settings=settings)


def _sample(mcmc: MCMC, data: StandardisedData, key: jax.Array) -> xr.DataTree:
    mcmc.run(
        key,
        data.x,
        data.subject_idx,
        y=data.y,
        n_subjects=data.n_subjects,
        extra_fields=("potential_energy", "num_steps", "accept_prob", "energy"),
    )
    per_subject = ("alpha_s", "beta_s", "z_alpha", "z_beta")
    return az.from_numpyro(
        mcmc,
        log_likelihood=True,
        dims={"obs": ["row"]} | {name: ["subject"] for name in per_subject},
        coords={"subject": np.arange(data.n_subjects), "row": np.arange(len(data.y))},
    )
