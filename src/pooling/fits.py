"""Whether fits belong together: a posterior to a model, several posteriors to the same rows."""

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from pooling.data import StandardisedData
from pooling.dimensions import abstract_sites
from pooling.models import Model

ROUNDING = 1e-5  # relative to the largest value: a fit in 32 bits and one in 64 are to one table


def latent_draws(
    model: Model, posterior: xr.DataTree, data: StandardisedData
) -> dict[str, NDArray[np.float64]]:
    """Give a posterior's draws of the model's latent sites, and refuse another model's posterior.

    What the model computes from them is left out: at other rows, it may be something else.

    Parameters
    ----------
    model
        A model with the signature of those in `pooling.models`.
    posterior
        As `pooling.inference.fit` gives it.
    data
        Rows to call the model with.

    Returns
    -------
    dict
        Site to draws, shape (chain, draw, …).

    Raises
    ------
    ValueError
        If the posterior lacks a site of the model, has one that the model has not, or has one in
        another shape. The message names them.
    """
    draws = {
        str(name): site.transpose("chain", "draw", ...).to_numpy()
        for name, site in posterior["posterior"].to_dataset().items()
    }
    sites = abstract_sites(model, data)
    latent = {
        name: np.shape(site["value"])
        for name, site in sites.items()
        if site["type"] == "sample" and not site["is_observed"]
    }
    faults = [f"it has no {name}" for name in latent if name not in draws]
    faults += [f"it has {name}, which the model has not" for name in draws if name not in sites]
    faults += [
        f"its {name} has shape {draws[name].shape[2:]}, the model's {shape}"
        for name, shape in latent.items()
        if name in draws and draws[name].shape[2:] != shape
    ]
    if faults:
        called = getattr(model, "__name__", type(model).__name__)
        raise ValueError(
            f"this posterior is not one of the model {called}: {'; '.join(faults)}. "
            "Pass the model that was fitted."
        )
    return {name: draws[name] for name in latent}


def check_same_rows(posteriors: Mapping[str, xr.DataTree]) -> None:
    """Refuse posteriors that were not fitted to the same rows, in one order and on one scale.

    Raises
    ------
    ValueError
        If a posterior's observed data are missing, or not those of the first posterior. The message
        names both, and says in what they differ.
    """
    observed = {}
    for name, posterior in posteriors.items():
        if "observed_data" not in getattr(posterior, "children", {}):
            raise ValueError(
                f"{name!r} does not say which rows it was fitted to, as it has no group "
                "observed_data. Pass what pooling.inference.fit returned."
            )
        observed[name] = posterior["observed_data"].to_dataset()
    for name, other in list(observed.items())[1:]:
        first = next(iter(observed))
        if difference := _difference(observed[first], other):
            raise ValueError(
                f"{name!r} and {first!r} were not fitted to the same rows: {difference}. "
                "Fit both to the same rows, in one order and on one scale."
            )


def check_rows_of(posterior: xr.DataTree, name: str, data: StandardisedData) -> None:
    """Refuse a posterior that was not fitted to these rows.

    Raises
    ------
    ValueError
        As for `check_same_rows`.
    """
    rows = xr.DataTree.from_dict({"observed_data": xr.Dataset({"obs": ("row", data.y)})})
    check_same_rows({"data": rows, name: posterior})


def _difference(first: xr.Dataset, other: xr.Dataset) -> str:
    """Say in what observed rows differ; nothing if they do not."""
    if set(first) != set(other):
        return f"one observes {', '.join(map(str, first))}, the other {', '.join(map(str, other))}"
    for site in first:
        a, b = (each[site].to_numpy() for each in (first, other))
        if a.shape != b.shape:
            return f"there are {b.size} rows against {a.size}"
        tolerance = ROUNDING * np.abs(a).max(initial=0)
        if np.allclose(a, b, rtol=0, atol=tolerance):
            continue
        if np.allclose(np.sort(a, axis=None), np.sort(b, axis=None), rtol=0, atol=tolerance):
            return "they are in another order"
        slope, intercept = np.polyfit(a.ravel(), b.ravel(), 1) if np.ptp(a) > 0 else (0, 0)
        if np.allclose(intercept + slope * a, b, rtol=0, atol=ROUNDING * np.ptp(b)) and slope:
            return f"they are on another scale, {slope:.4g} times as wide"
        row = np.unravel_index(np.abs(b - a).argmax(), a.shape)
        return f"row {row[0]}, for one, is {b[row]:.4g} against {a[row]:.4g}"
    return ""
