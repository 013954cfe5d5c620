"""Leave a row out of `own_weights`, with all that belongs to its subject integrated out."""

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.special import logsumexp
from scipy.stats import gamma

from pooling.data import StandardisedData
from pooling.fits import latent_draws
from pooling.models import own_weights
from pooling.new_people import normal_density

Array = NDArray[np.float64]
N_NODES = 72
TAIL = 1e-9  # share of the weights' prior beyond either end of the nodes


def own_weights_by_population(posterior: xr.DataTree, data: StandardisedData) -> xr.DataTree:
    """Give each row's log density given its subject's other rows and the population.

    A subject's intercept, slope and weight hang on the subject's rows, so that leaving one out
    moves them much. The population's parameters hardly move. Given these, the lines are integrated
    out in closed form, and the weight by a sum over equidistant nodes of its logarithm.

    Parameters
    ----------
    posterior
        As `pooling.inference.fit` gives it for `own_weights` and `data`.
    data
        The rows that it was fitted to.

    Returns
    -------
    DataTree
        The same posterior, with another group `log_likelihood`: `obs`, shape (chain, draw, row),
        log p(y_i | the subject's other rows, μ_α, μ_β, τ_α, τ_β, σ, ν) in nats on the standardised
        scale. For `pooling.compare.loo_by_row`, which estimates the same ELPD from it as from the
        posterior as it was, with smaller errors.

    Raises
    ------
    ValueError
        If the posterior is another model's.

    References
    ----------
    Vehtari et al. (2016), section 3; Merkle, Furr and Rabe-Hesketh (2019).
    """
    draws = latent_draws(own_weights, posterior, data)
    shape = draws["nu"].shape
    flat = {name: draws[name].ravel().astype(float) for name in draws if draws[name].ndim == 2}
    half = flat["nu"] / 2
    low, high = np.log(gamma.ppf(TAIL, half) / half), np.log(gamma.isf(TAIL, half) / half)
    log_lambda = low + np.linspace(0, 1, N_NODES)[:, None] * (high - low)
    # The density of a logarithm has λ as a factor more.
    log_weight = gamma.logpdf(np.exp(log_lambda), half, scale=1 / half) + log_lambda
    log_weight -= logsumexp(log_weight, axis=0)
    population = flat | {"sigma": flat["sigma"] / np.exp(log_lambda / 2)}

    def joint(rows: NDArray[np.intp]) -> Array:
        each = normal_density(data.x[rows], data.y[rows], population)
        return np.asarray(logsumexp(each + log_weight, axis=0))

    given_others = np.empty((log_lambda.shape[1], len(data.y)))
    for s in range(data.n_subjects):
        own = np.flatnonzero(data.subject_idx == s)
        together = joint(own)
        for i in own:
            given_others[:, i] = together - joint(own[own != i])
    obs = xr.DataArray(given_others.reshape(*shape, -1), dims=("chain", "draw", "row"))
    tree = posterior.copy()
    tree["log_likelihood"] = xr.DataTree(
        xr.Dataset({"obs": obs}).assign_coords(posterior["log_likelihood"]["obs"].coords)
    )
    return tree
