"""Predictions from a posterior: what new reaction times would look like."""

import jax
import numpyro
import pandas as pd
import xarray as xr

from pooling.arguments import as_key
from pooling.data import StandardisedData
from pooling.fits import latent_draws
from pooling.interval import INTERVAL
from pooling.models import Model
from pooling.rows import checked_rows


def as_fitted(data: StandardisedData, posterior: xr.DataTree) -> StandardisedData:
    """Give `data` the number of subjects that the posterior has, and check its rows.

    Rows to predict may lack a row of the last subjects; the model still needs all of them.
    """
    return checked_rows(data, n_subjects=posterior["posterior"].sizes.get("subject"))


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
        Rows to predict; their `y` is not used. Where it is not known, put 0.
    key
        A `jax.random` key.

    Returns
    -------
    Dataset
        Variable `obs`, shape (chain, draw, row), in ms.

    Raises
    ------
    TypeError
        If `key` is no `jax.random` key.
    ValueError
        If the posterior is another model's, the shapes in `data` do not match, a number in it is
        not finite, or it has a subject that was not in the fit.
    """
    key, data = as_key(key), as_fitted(data, posterior)
    draws = latent_draws(model, posterior, data)
    predictive = numpyro.infer.Predictive(model, draws, batch_ndims=2, return_sites=["obs"])
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
