"""How well a model predicts all rows of somebody whom it has not seen.

The person's line is integrated out. What is left is the density of all the person's rows together,
given the population's parameters. One person among many moves these little, so that the density
given everybody else can be had by reweighting the draws of one fit to everybody.
"""

from collections.abc import Callable, Mapping

import numpy as np
import xarray as xr
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import gammaln, logsumexp

from pooling.data import StandardisedData
from pooling.exact.statistics import Array

Population = Mapping[str, Array]

CORE, REACH, STEP = 3.0, 3.4, 0.25  # of the cells, before they are stretched
ROUNDS = 25  # of reweighting, which settles within some ten


def log_density_by_person(model: str, posterior: xr.DataTree, data: StandardisedData) -> xr.Dataset:
    """Give the log density of each person's rows, the person's own line integrated out.

    Parameters
    ----------
    model
        "partial_pooling", "correlated_effects", "heavy_tails" or "scatter_population".
    posterior
        Draws of that model's parameters, as `pooling.inference.fit` gives them.
    data
        Rows, standardised with the training rows' scaler; each person's own need not have been
        used in the fit.

    Returns
    -------
    Dataset
        Variable `obs`, shape (chain, draw, subject), in nats on the standardised scale: to
        `arviz.loo` as log likelihood, each person is then one observation.

    Raises
    ------
    ValueError
        If there is no such model.

    References
    ----------
    Merkle, Furr and Rabe-Hesketh (2019).
    """
    if model not in DENSITIES:
        raise ValueError(f"the model is one of {', '.join(DENSITIES)}, not {model!r}")
    draws = posterior["posterior"].to_dataset()
    scalars = draws[[name for name in draws if draws[name].ndim == 2]]
    flat = scalars.stack(sample=("chain", "draw"))
    population = {str(name): flat[name].to_numpy().astype(float) for name in flat.data_vars}
    shape = tuple(scalars.sizes[name] for name in ("chain", "draw"))
    people = [
        DENSITIES[model](data.x[own], data.y[own], population).reshape(shape)
        for own in (data.subject_idx == s for s in range(data.n_subjects))
    ]
    obs = (("chain", "draw", "subject"), np.stack(people, axis=-1))
    coords = {"chain": draws["chain"], "draw": draws["draw"]}
    return xr.Dataset({"obs": obs}, coords | {"subject": np.arange(data.n_subjects)})


def normal_density(x: Array, y: Array, population: Population) -> Array:
    """Log density of one person's rows, which are jointly normal, for each draw.

    Parameters
    ----------
    x, y
        The person's rows, standardised, shape (n_rows,).
    population
        Draws of `mu_alpha`, `mu_beta`, `tau_alpha`, `tau_beta`, `sigma` and, if intercepts and
        slopes correlate, `rho`; each of shape (n_draws,), or any that goes with the others.

    Returns
    -------
    ndarray
        log N(y | X μ, σ² I + X T X'), in nats, of the shape of the draws.

    Notes
    -----
    By Woodbury's identity: T is the covariance of a line, 2 × 2, and never inverted.
    """
    spread, variance = _spread(population), population["sigma"] ** 2
    X = np.column_stack([np.ones_like(x), x])
    residual = y - population["mu_alpha"][..., None] - population["mu_beta"][..., None] * x
    score = residual @ X
    inner = np.eye(2) + spread @ (X.T @ X) / variance[..., None, None]
    moved = np.linalg.solve(inner, spread @ score[..., None])[..., 0]
    explained = (score * moved).sum(axis=-1) / variance
    square = ((residual**2).sum(axis=-1) - explained) / variance
    log_determinant = len(y) * np.log(2 * np.pi * variance) + np.log(np.linalg.det(inner))
    return np.asarray(-0.5 * (square + log_determinant))


def scatter_density(x: Array, y: Array, population: Population) -> Array:
    """Log density of one person's rows, with a scatter of the person's own integrated out as well.

    As `normal_density`, with draws of `mu_sigma` and `tau_sigma` in the place of `sigma`. The
    integral over the person's log σ is a Gauss–Hermite rule of 20 nodes.
    """
    z, weight = hermegauss(20)
    given = {name: np.asarray(each)[:, None] for name, each in population.items()}
    sigma = np.exp(given["mu_sigma"] + given["tau_sigma"] * z)
    weight = weight / np.sqrt(2 * np.pi)
    return np.asarray(logsumexp(normal_density(x, y, given | {"sigma": sigma}), axis=1, b=weight))


def student_density(x: Array, y: Array, population: Population) -> Array:
    """Log density of one person's rows, which scatter about a line by Student's t.

    As `normal_density`, for draws of shape (n_draws,), with `nu` among them. The integral over the
    line is a sum over cells, in axes along which a normal approximation about the peak is round.
    Cells are equal after a stretch by a hyperbolic sine, so that few of them reach into tails that
    are heavier than normal ones.
    """
    nu, sigma = population["nu"], population["sigma"]
    spread = _spread(population)
    precision = np.linalg.inv(spread)
    mu = np.stack([population["mu_alpha"], population["mu_beta"]], axis=-1)
    X = np.column_stack([np.ones_like(x), x])
    peak = mu
    for _ in range(ROUNDS):  # a row's weight says how near it is to the line
        square = ((y - peak @ X.T) / sigma[:, None]) ** 2
        weight = (nu[:, None] + 1) / (nu[:, None] + square) / sigma[:, None] ** 2
        total = precision + X.T @ (weight[..., None] * X)
        score = (precision @ mu[..., None])[..., 0] + (weight * y) @ X
        peak = np.linalg.solve(total, score[..., None])[..., 0]
    root = np.linalg.cholesky(np.linalg.inv(total))
    t = np.arange(-REACH, REACH + STEP / 2, STEP)
    axis, stretch = CORE * np.sinh(t), np.log(CORE * STEP * np.cosh(t))
    off = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    lines = peak[:, None] + off @ np.swapaxes(root, 1, 2)  # (n_draws, n_cells, 2)
    product = np.ones(lines.shape[:2])
    for row, reaction in zip(X, y, strict=True):
        product *= 1 + ((reaction - lines @ row) / sigma[:, None]) ** 2 / nu[:, None]
    inverse_root = np.swapaxes(np.linalg.inv(np.linalg.cholesky(spread)), 1, 2)
    away = (lines - mu[:, None]) @ inverse_root
    density = -0.5 * (away**2).sum(axis=-1) - (nu[:, None] + 1) / 2 * np.log(product)
    cells = np.add.outer(stretch, stretch).ravel()
    whole = logsumexp(density + cells, axis=1) + np.log(np.linalg.det(root))
    whole -= np.log(2 * np.pi) + 0.5 * np.linalg.slogdet(spread)[1]
    one = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * np.log(np.pi * nu) - np.log(sigma)
    return np.asarray(whole + len(y) * one)


def _spread(population: Population) -> Array:
    """Covariance of intercept and slope in the population, shape (..., 2, 2)."""
    a, b = population["tau_alpha"], population["tau_beta"]
    both = population.get("rho", np.zeros_like(a)) * a * b
    return np.stack([np.stack([a**2, both], axis=-1), np.stack([both, b**2], axis=-1)], axis=-2)


DENSITIES: dict[str, Callable[[Array, Array, Population], Array]] = {
    "partial_pooling": normal_density,
    "correlated_effects": normal_density,
    "heavy_tails": student_density,
    "scatter_population": scatter_density,
}
