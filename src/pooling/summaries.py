"""Posteriors and their samplers summed up, unrounded."""

from collections.abc import Mapping, Sequence

import arviz as az
import pandas as pd
import xarray as xr

from pooling.interval import PROBABILITY

SUMMARY_COLUMNS = (
    "mean",
    "sd",
    "eti89_lb",
    "eti89_ub",
    "mcse_mean",
    "mcse_sd",
    "ess_bulk",
    "ess_tail",
    "r_hat",
)


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
        effective sample size (draws), and R̂.

    References
    ----------
    Vehtari et al. (2021).
    """
    frame = az.summary(
        posterior, var_names=var_names, ci_prob=PROBABILITY, ci_kind="eti", round_to="none"
    )
    return frame[list(SUMMARY_COLUMNS)]


def diagnostics(posteriors: Mapping[str, xr.DataTree]) -> pd.DataFrame:
    """Say for each fit how well the sampler did, by its worst parameter.

    Parameters
    ----------
    posteriors
        Fits by name.

    Returns
    -------
    DataFrame
        One row a fit: largest `r_hat`, smallest `ess_bulk` and `ess_tail` (draws), and the number
        of `divergences` among all draws.
    """
    rows = {}
    for name, posterior in posteriors.items():
        summary = summarise(posterior)
        rows[name] = {
            "r_hat": summary["r_hat"].max(),
            "ess_bulk": summary["ess_bulk"].min(),
            "ess_tail": summary["ess_tail"].min(),
            "divergences": int(posterior["sample_stats"]["diverging"].sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index")
