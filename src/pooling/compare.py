"""How well models predict: rows left out one at a time, and rows never seen."""

import warnings
from collections.abc import Mapping

import arviz as az
import jax
import numpy as np
import numpyro
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from scipy.special import logsumexp

from pooling.data import StandardisedData
from pooling.fits import check_same_rows, latent_draws
from pooling.models import Model
from pooling.predict import as_fitted

FEWEST_DRAWS = 30  # with fewer, the Pareto distribution has no shape


def _log_density(
    model: Model, posterior: xr.DataTree, heldout: StandardisedData
) -> NDArray[np.float64]:
    """Log density of each row under each draw, shape (chain, draw, row), in nats."""
    heldout = as_fitted(heldout, posterior)
    by_draw = numpyro.infer.log_likelihood(
        model,
        latent_draws(model, posterior, heldout),
        heldout.x,
        heldout.subject_idx,
        y=heldout.y,
        n_subjects=heldout.n_subjects,
        batch_ndims=2,
        parallel=True,
    )["obs"]
    return np.asarray(jax.device_get(by_draw), float)


def heldout_elpd(
    model: Model, posterior: xr.DataTree, heldout: StandardisedData
) -> NDArray[np.float64]:
    """Log predictive density of rows that were not used in the fit.

    Each row's density is averaged over the draws, and then the logarithm is taken.

    Parameters
    ----------
    model
        The model that the posterior belongs to.
    posterior
        As `pooling.inference.fit` gives it.
    heldout
        Unseen rows, standardised with the training rows' scaler.

    Returns
    -------
    ndarray
        One value a row, shape (n_rows,), in nats on the standardised scale. Their sum is the
        expected log predictive density. In ms, each value is lower by the logarithm of the
        scaler's `reaction_sd`, for every model alike.

    Raises
    ------
    ValueError
        If the posterior is another model's, the shapes in `heldout` do not match, a number in it is
        not finite, or it has a subject that was not in the fit.

    References
    ----------
    Vehtari, Gelman and Gabry (2017), section 2.1.
    """
    log_density = _log_density(model, posterior, heldout)
    n_draws = log_density.shape[0] * log_density.shape[1]
    return np.asarray(logsumexp(log_density, axis=(0, 1)) - np.log(n_draws))


def heldout_mcse(model: Model, posterior: xr.DataTree, heldout: StandardisedData) -> float:
    """Monte Carlo standard error of the sum of `heldout_elpd`, in nats.

    By the delta method, the error of the logarithm of an average is the error of the average over
    the average itself; summed over rows, that is the error of one average over draws.

    Parameters
    ----------
    model, posterior, heldout
        As for `heldout_elpd`.
    """
    log_density = _log_density(model, posterior, heldout)
    log_mean = logsumexp(log_density, axis=(0, 1)) - np.log(np.prod(log_density.shape[:2]))
    influence = np.exp(log_density - log_mean).sum(axis=2)
    return float(az.mcse(influence, method="mean"))


def compare_loo(posteriors: Mapping[str, xr.DataTree]) -> pd.DataFrame:
    """Compare models by leave-one-out cross-validation with Pareto-smoothed importance sampling.

    Parameters
    ----------
    posteriors
        Fits to the same rows, by name.

    Returns
    -------
    DataFrame
        One row a model, best first, with ArviZ's columns (`rank`, `elpd`, `p`, `elpd_diff`,
        `dse`, `se`, `weight`, …), unrounded, in nats on the standardised scale. `elpd_diff` is the
        model's ELPD minus the best one's. `diag_elpd` and `diag_diff` say where the estimate is
        not to be relied on.

    Raises
    ------
    ValueError
        If the fits are fewer than two, or not to the same rows in the same order and on the same
        scale (the message says which, and in what they differ), or one has too few draws or a
        chain that stood still for many of them.

    References
    ----------
    Vehtari, Gelman and Gabry (2017); Yao et al. (2018) for the weights.
    """
    if len(posteriors) < 2:
        raise ValueError(f"a comparison needs two fits or more, not {len(posteriors)}")
    check_same_rows(posteriors)
    for name, posterior in posteriors.items():
        _check_draws(posterior, f"{name!r}")
    with warnings.catch_warnings():
        # The frame says the same in its columns `diag_elpd` and `diag_diff`.
        warnings.simplefilter("ignore", UserWarning)
        return az.compare(dict(posteriors), round_to="none")


def loo_by_row(posterior: xr.DataTree) -> pd.DataFrame:
    """Leave out each training row in turn, by Pareto-smoothed importance sampling.

    Parameters
    ----------
    posterior
        As `pooling.inference.fit` gives it.

    Returns
    -------
    DataFrame
        One row a training row: `elpd`, the log predictive density of the row given the others, in
        nats on the standardised scale, and `pareto_k`, k̂, dimensionless. Where k̂ is above 0.7,
        importance sampling cannot stand in for a refit without that row.

    Raises
    ------
    ValueError
        If there are too few draws, a chain stood still for many of them, or there is no log
        likelihood.

    References
    ----------
    Vehtari et al. (2024), section 3.
    """
    _check_draws(posterior, "this posterior")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that some k̂ are large is the result here
        loo = az.loo(posterior, pointwise=True)
    return pd.DataFrame({"elpd": np.asarray(loo.elpd_i), "pareto_k": np.asarray(loo.pareto_k)})


def _check_draws(posterior: xr.DataTree, name: str) -> None:
    """Refuse a posterior whose largest weights give no Pareto distribution."""
    if "log_likelihood" not in posterior.children:
        raise ValueError(f"{name} has no log likelihood: pass what pooling.inference.fit returned")
    sizes = posterior["posterior"].sizes
    if (n_draws := sizes["chain"] * sizes["draw"]) < FEWEST_DRAWS:
        raise ValueError(
            f"{name} has {n_draws} draws, too few to leave a row out by reweighting them: "
            f"PSIS-LOO takes {FEWEST_DRAWS} at the very least, and some thousand to be good"
        )
    densities = posterior["log_likelihood"].to_dataset().to_stacked_array("one", ["chain", "draw"])
    by_draw = densities.transpose("chain", "draw", "one").to_numpy().reshape(n_draws, -1)
    tail = int(min(0.2 * n_draws, 3 * np.sqrt(n_draws)))  # ArviZ fits the distribution to these
    largest = np.partition(by_draw, tail, axis=0)[:tail]
    same = max(np.unique(weights, return_counts=True)[1].max() for weights in largest.T)
    if same > tail / 3:  # from some half of it on, k̂ is no number, or far below zero
        raise ValueError(
            f"in {name} a chain stood still for {same} draws, which weigh most where some row is "
            "left out: k̂ says nothing then. Fit again, with another key, more warm-up, or "
            "target_accept nearer to 1"
        )
