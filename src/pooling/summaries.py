"""Posteriors and their samplers summed up, unrounded."""

from collections.abc import Mapping, Sequence

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr

from pooling.interval import PROBABILITY

OF_THE_SAMPLER = ["mcse_mean", "mcse_sd", "ess_bulk", "ess_tail", "r_hat"]
SUMMARY_COLUMNS = ("mean", "sd", "eti89_lb", "eti89_ub", *OF_THE_SAMPLER)


def summarise(posterior: xr.DataTree, var_names: Sequence[str] | None = None) -> pd.DataFrame:
    """Summarise every parameter of a posterior, unrounded.

    Parameters
    ----------
    posterior
        As `pooling.inference.fit` gives it.
    var_names
        Parameters to show; all of them by default.

    Returns
    -------
    DataFrame
        One row a parameter, named as ArviZ names them ("beta_s[3]"), with the columns
        `SUMMARY_COLUMNS`: mean, standard deviation and central 89 % interval on the standardised
        scale, the Monte Carlo standard errors of mean and standard deviation, bulk and tail
        effective sample size (draws), and R̂. What is the same in all draws, as some entries of a
        matrix are, has no errors and no diagnostics: NaN.

    References
    ----------
    Vehtari et al. (2021).
    """
    with np.errstate(invalid="ignore"):  # for what does not vary, ArviZ divides zero by zero
        frame = az.summary(
            posterior, var_names=var_names, ci_prob=PROBABILITY, ci_kind="eti", round_to="none"
        )
    frame = frame[list(SUMMARY_COLUMNS)].copy()
    frame.loc[_constant(posterior)[frame.index], OF_THE_SAMPLER] = np.nan
    return frame


def diagnostics(posteriors: Mapping[str, xr.DataTree]) -> pd.DataFrame:
    """Say for each fit how well the sampler did, by its worst parameter.

    Parameters
    ----------
    posteriors
        Fits by name.

    Returns
    -------
    DataFrame
        One row a fit: largest `r_hat`, smallest `ess_bulk` and `ess_tail` (draws) of what varies,
        and the number of `divergences` among all draws.
    """
    rows = {}
    for name, posterior in posteriors.items():
        draws = posterior["posterior"].to_dataset()
        varies = _span(draws) > 0
        with np.errstate(invalid="ignore"):  # as in `summarise`
            r_hat, bulk, tail = az.rhat(draws), az.ess(draws), az.ess(draws, method="tail")
        rows[name] = {
            "r_hat": max(_values(r_hat.where(varies).max()), default=np.nan),
            "ess_bulk": min(_values(bulk.where(varies).min()), default=np.nan),
            "ess_tail": min(_values(tail.where(varies).min()), default=np.nan),
            "divergences": int(posterior["sample_stats"]["diverging"].sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _values(worst: xr.Dataset) -> list[float]:
    """One number a variable; none of those that do not vary."""
    return [float(each) for each in worst.data_vars.values() if not np.isnan(each)]


def _span(draws: xr.Dataset) -> xr.Dataset:
    """From the least to the largest draw of each parameter."""
    return draws.max(("chain", "draw")) - draws.min(("chain", "draw"))


def _constant(posterior: xr.DataTree) -> pd.Series:
    """Whether all draws of a parameter are the same, by the names that ArviZ gives them."""
    span = _span(posterior["posterior"].to_dataset())
    frame = az.dataset_to_dataframe(span.expand_dims(span=["span"]), sample_dims=["span"])
    return frame.loc["span"] == 0
