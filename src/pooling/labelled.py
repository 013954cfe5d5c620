"""A sampler's draws as a tree, with a name for each of their axes."""

import warnings
from typing import Any

import arviz as az
import jax
import numpy as np
import numpyro
import xarray as xr
from arviz_base.io_numpyro import MCMCAdapter, NumPyroConverter

from pooling.data import StandardisedData
from pooling.dimensions import dimensions
from pooling.models import Model


def labelled_draws(mcmc: numpyro.infer.MCMC, model: Model, data: StandardisedData) -> xr.DataTree:
    """Make of a sampler's draws the tree that `arviz.from_numpyro` makes of them.

    Parameters
    ----------
    mcmc
        A sampler that has run.
    model, data
        What it ran on.

    Returns
    -------
    DataTree
        As `pooling.inference.fit` gives it.
    """
    names: dict[str, Any] = dimensions(model, data)
    with warnings.catch_warnings(), az.rc_context({"data.sample_dims": ["chain", "draw"]}):
        # A few draws may be all that is wanted.
        warnings.filterwarnings("ignore", "Found chain dimension to be longer than draw dimension")
        converter: Any = _Converter(
            posterior=MCMCAdapter(mcmc),
            log_likelihood=True,
            dims=names,
            coords={"subject": np.arange(data.n_subjects), "row": np.arange(len(data.y))},
        )
        return converter.to_datatree()


class _Converter(NumPyroConverter):
    """ArviZ's own, which looks at what a model observes as one program.

    ArviZ runs the model as it stands, so that each operation of it is compiled, one by one: for
    the model with correlated effects as long as the compiler takes for the whole sampler.
    """

    def _get_model_trace(self, model: Any, model_args: Any, model_kwargs: Any, key: Any) -> Any:
        sites: dict[str, Any] = {}
        ask_arviz: Any = super()._get_model_trace

        @jax.jit
        def observed() -> dict[str, Any]:
            sites.update(ask_arviz(model, model_args, model_kwargs, key))
            return {
                name: site["value"]
                for name, site in sites.items()
                if site["type"] == "sample" and site["is_observed"]
            }

        for name, value in observed().items():
            if isinstance(sites[name]["value"], jax.core.Tracer):  # the model computes it
                sites[name]["value"] = value
        return sites
