"""Draw from a posterior: one helper around NumPyro's NUTS."""

import sys
from collections.abc import Mapping
from typing import Any

import arviz as az
import jax
import numpy as np
import numpyro
import xarray as xr

from pooling.data import StandardisedData, check_shapes
from pooling.dimensions import dimensions
from pooling.models import Model
from pooling.store import look_up_or_sample

Settings = Mapping[str, Mapping[str, Any]]
STATISTICS = ("potential_energy", "num_steps", "accept_prob", "energy")


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
        have the dimensions (chain, draw, …). Variables with a value per subject (in the plate
        `subjects`, or computed from such) have the dimension `subject` (coordinate 0 to
        n_subjects − 1), those in another plate one of its name; `obs` has `row`.

    Raises
    ------
    ValueError
        If the shapes in `data` do not match; the message says which.

    References
    ----------
    Hoffman and Gelman (2014), Journal of Machine Learning Research 15(47).
    """
    check_shapes(data)
    settings = {
        "kernel": {"target_accept_prob": target_accept},
        "chains": {
            "num_chains": num_chains,
            "num_warmup": num_warmup,
            "num_samples": num_samples,
            "chain_method": "parallel" if jax.local_device_count() >= num_chains else "vectorized",
        },
        "run": {"extra_fields": STATISTICS},
    }
    return look_up_or_sample(sample, model, data, key=key, settings=settings)


def sample(
    model: Model, data: StandardisedData, *, key: jax.Array, settings: Settings
) -> xr.DataTree:
    """Sample a posterior that is not in the store.

    Parameters
    ----------
    model, data, key
        As for `fit`.
    settings
        All that the sampler is asked for, and what the store knows the fit by: arguments of
        `NUTS` ("kernel"), of `MCMC` ("chains") and of its method `run` ("run").

    Returns
    -------
    DataTree
        As `fit` gives it.
    """
    mcmc = sampler(model, settings)
    mcmc.run(
        key,
        data.x,
        data.subject_idx,
        y=data.y,
        n_subjects=data.n_subjects,
        **settings["run"],
    )
    return az.from_numpyro(
        mcmc,
        log_likelihood=True,
        dims=dimensions(model, data),
        coords={"subject": np.arange(data.n_subjects), "row": np.arange(len(data.y))},
    )


def sampler(model: Model, settings: Settings) -> numpyro.infer.MCMC:
    """Build NumPyro's sampler from the settings, and from nothing else that its draws depend on.

    Parameters
    ----------
    model
        A model with the signature of those in `pooling.models`.
    settings
        As for `sample`.

    Returns
    -------
    MCMC
        Not yet run.
    """
    kernel = numpyro.infer.NUTS(model, **settings["kernel"])
    # The progress bar is no setting: with and without it, the draws are the same, bit for bit.
    return numpyro.infer.MCMC(kernel, **settings["chains"], progress_bar=sys.stderr.isatty())
