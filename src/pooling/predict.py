"""Predictions from a posterior: what new reaction times would look like."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpyro
import pandas as pd
import xarray as xr

from pooling.data import StandardisedData, check_shapes
from pooling.interval import INTERVAL
from pooling.models import Model


def parameters(posterior: xr.DataTree) -> dict[str, jax.Array]:
    """All sites of a posterior as arrays of shape (chain, draw, …), for NumPyro's utilities."""
    draws = posterior["posterior"].to_dataset()
    return {
        str(name): jnp.asarray(site.transpose("chain", "draw", ...).to_numpy())
        for name, site in draws.items()
    }


def as_fitted(data: StandardisedData, posterior: xr.DataTree) -> StandardisedData:
    """Give `data` the number of subjects that the posterior has, and check its shapes.

    Rows to predict may lack a row of the last subjects; the model still needs all of them.
    """
    n_subjects = posterior["posterior"].sizes.get("subject", data.n_subjects)
    data = replace(data, n_subjects=n_subjects)
    check_shapes(data)
    return data


def posterior_predictive(
    model: Model, posterior: xr.DataTree, data: StandardisedData, *, key: jax.Array
) -> xr.Dataset:
    """Replicate the reaction times at the rows of `data`, one data set for each draw.

    Parameters
    ----------
    model
        The model that the posterior belongs to.
    posterior
        As `pooling.inference.fit` gives it.
    data
        Rows to predict; their `y` is not used.
    key
        A `jax.random` key.

    Returns
    -------
    Dataset
        Variable `obs`, shape (chain, draw, row), in ms.

    Raises
    ------
    ValueError
        If the shapes in `data` do not match, or it has a subject that was not in the fit.
    """
    data = as_fitted(data, posterior)
    predictive = numpyro.infer.Predictive(
        model, parameters(posterior), batch_ndims=2, return_sites=["obs"]
    )
    y = predictive(key, data.x, data.subject_idx, n_subjects=data.n_subjects)["obs"]
    reaction = data.scaler.to_ms(jax.device_get(y).astype(float))
    return xr.Dataset({"obs": (("chain", "draw", "row"), reaction, {"units": "ms"})})


def predictive_band(prediction: xr.Dataset) -> pd.DataFrame:
    """Sum up predictions by their mean and a central 89 % band.

    Parameters
    ----------
    prediction
        As `posterior_predictive` gives it: `obs`, shape (chain, draw, row), in ms.

    Returns
    -------
    DataFrame
        One row a predicted row: `mean`, `low` and `high` (the quantiles 0.055 and 0.945), in ms.
    """
    obs = prediction["obs"]
    low, high = obs.quantile(INTERVAL, dim=("chain", "draw")).to_numpy()
    return pd.DataFrame({"mean": obs.mean(("chain", "draw")).to_numpy(), "low": low, "high": high})
