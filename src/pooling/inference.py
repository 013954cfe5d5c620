"""Draw from a posterior: one helper around NumPyro's NUTS."""

import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

import jax
import numpy as np
import numpyro
import xarray as xr
from numpy.typing import NDArray

from pooling.arguments import as_count, as_key
from pooling.data import StandardisedData
from pooling.labelled import labelled_draws
from pooling.models import Model
from pooling.rows import checked_rows
from pooling.starts import starting_points
from pooling.store import look_up_or_sample

Settings = Mapping[str, Mapping[str, Any]]
STATISTICS = ("potential_energy", "num_steps", "accept_prob", "energy")


class StuckChainError(ArithmeticError):
    """No chain ever moved: the draws are the points where they began, and no posterior."""


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

    Chains run in parallel on the cores there are, each from a point of its own (see
    `pooling.starts`). On a terminal, a line says what is sampled. A posterior that was sampled
    before, on this machine, is taken from the store (`pooling.store`): the same, bit for bit.

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
    TypeError
        If `key` is no `jax.random` key, or a count is no whole number.
    ValueError
        If the shapes in `data` do not match, or a number in it is not finite (the message says
        which), there is no chain or no draw, or `target_accept` is no probability between 0 and 1.
    StuckChainError
        If no chain ever moved. Nothing is stored then.

    References
    ----------
    Hoffman and Gelman (2014), Journal of Machine Learning Research 15(47).
    """
    key, data, num_chains = as_key(key), checked_rows(data), as_count(num_chains, "num_chains")
    if not 0 < target_accept < 1:
        raise ValueError(f"target_accept is a probability between 0 and 1, not {target_accept}")
    settings = {
        "kernel": {"target_accept_prob": target_accept},
        "chains": {
            "num_chains": num_chains,
            "num_warmup": as_count(num_warmup, "num_warmup", least=0),
            "num_samples": as_count(num_samples, "num_samples"),
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

    Raises
    ------
    StuckChainError
        If no chain ever moved.
    """
    num_chains = settings["chains"]["num_chains"]
    if sys.stderr.isatty():
        chains = settings["chains"]
        print(
            f"sampling {getattr(model, '__name__', 'a model')}: {num_chains} chains, "
            f"{chains['num_warmup']} draws of warm-up and {chains['num_samples']} more in each",
            file=sys.stderr,
            flush=True,
        )
    mcmc = sampler(model, settings)
    begin, go_on = jax.random.split(key)
    run = partial(
        mcmc.run,
        go_on,
        data.x,
        data.subject_idx,
        y=data.y,
        n_subjects=data.n_subjects,
        **settings["run"],
    )
    run(init_params=starting_points(model, data, key=begin, num_chains=num_chains))
    moved, finite = _chains_moved(mcmc)
    if not (moved & finite).all():
        run()  # NumPyro looks for points at which there is a density
        moved, finite = _chains_moved(mcmc)
    if not moved.any() or not finite.all():  # one chain that did not move is for R̂ to tell
        raise StuckChainError(
            f"the draws are no posterior: none of {num_chains} chains ever moved, or a density is "
            "not finite. Where they began, it changes too steeply for the sampler's steps. Give it "
            "more warm-up, standardise the data, and look for values that the priors do not expect."
        )
    return labelled_draws(mcmc, model, data)


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
    # NumPyro's progress bar is part of the compiled program, whose draws are then others in the
    # last bit, and soon in the first: a terminal and a script would not get the same numbers.
    return numpyro.infer.MCMC(kernel, **settings["chains"], progress_bar=False)


def _chains_moved(mcmc: numpyro.infer.MCMC) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say of each chain whether it left the point where it began, and has a finite density."""
    draws = mcmc.get_samples(group_by_chain=True)
    energy = np.asarray(mcmc.get_extra_fields(group_by_chain=True)["potential_energy"])
    sites = [np.asarray(site).reshape(*energy.shape, -1) for site in jax.tree.leaves(draws)]
    one_draw = np.full(len(energy), energy.shape[1] == 1)
    moved = np.any([one_draw, *((s != s[:, :1]).any(axis=(1, 2)) for s in sites)], axis=0)
    return moved, np.isfinite(energy).all(axis=1)
