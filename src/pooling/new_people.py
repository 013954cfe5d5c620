"""How well a model predicts all rows of somebody whom it has not seen.

The person's line is integrated out. What is left is the density of all the person's rows together,
given the population's parameters. One person among many moves these little, so that the density
given everybody else can be had by reweighting the draws of one fit to everybody.
"""

from collections.abc import Callable, Mapping

import numpy as np
import xarray as xr
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import logsumexp
from scipy.stats import t as student

from pooling.data import StandardisedData
from pooling.exact.statistics import Array

Population = Mapping[str, Array]

CORE = 3.0  # standard deviations; cells are about equal as far as that, and ever wider beyond
REACH, STEP = 3.4, 0.25  # of the cells before the stretch, which takes them to 45 deviations
ROUNDS = 25  # of reweighting, which settles within some ten
SCATTERS = 20  # nodes for a person's scatter


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
        If there is no such model, or the posterior is another one's.

    References
    ----------
    Merkle, Furr and Rabe-Hesketh (2019).
    """
    if model not in DENSITIES:
        raise ValueError(f"the model is one of {', '.join(DENSITIES)}, not {model!r}")
    draws = posterior["posterior"].to_dataset()
    scalars = draws[[name for name in draws if draws[name].ndim == 2]]
    density, own_scalars = DENSITIES[model]
    if set(scalars) != OF_LINES | own_scalars:
        found = ", ".join(map(str, scalars))
        raise ValueError(f"this posterior is not one of the model {model}: its scalars are {found}")
    flat = scalars.stack(sample=("chain", "draw"))
    population = {str(name): flat[name].to_numpy().astype(float) for name in flat.data_vars}
    shape = tuple(scalars.sizes[name] for name in ("chain", "draw"))
    people = [
        density(data.x[own], data.y[own], population).reshape(shape)
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
    By the matrix determinant lemma and Woodbury's identity, with 2 × 2 matrices written out: what
    has the shape of the draws alone is computed once, for however many residual variances.
    """
    # In 64 bits, whatever the draws have: what is left of the squares is a small difference.
    given = {name: np.asarray(each, float) for name, each in population.items()}
    tau_a, tau_b, rho = given["tau_alpha"], given["tau_beta"], given.get("rho", 0.0)
    a, b, c = tau_a**2, tau_b**2, rho * tau_a * tau_b
    both = a * b * (1 - rho) * (1 + rho)  # the determinant of T
    variance = given["sigma"] ** 2
    n, sum_x, sum_xx = len(x), x.sum(), (x**2).sum()
    residual = y - given["mu_alpha"][..., None] - given["mu_beta"][..., None] * x
    s, t = residual.sum(axis=-1), residual @ x
    # Both terms are quadratic in X' times the residuals: by T, and by the adjugate of X'X.
    by_spread = a * s**2 + 2 * c * s * t + b * t**2
    by_design = both * (sum_xx * s**2 - 2 * sum_x * s * t + n * t**2)
    determinant = variance * (variance + a * n + b * sum_xx + 2 * c * sum_x)
    determinant = determinant + both * (n * sum_xx - sum_x**2)
    explained = (variance * by_spread + by_design) / determinant
    square = ((residual**2).sum(axis=-1) - explained) / variance
    log_determinant = (n - 2) * np.log(variance) + np.log(determinant)
    return np.asarray(-0.5 * (square + log_determinant + n * np.log(2 * np.pi)))


def scatter_density(x: Array, y: Array, population: Population) -> Array:
    """Log density of one person's rows, with a scatter of the person's own integrated out as well.

    As `normal_density`, with draws of `mu_sigma` and `tau_sigma` in the place of `sigma`. The
    integral over the person's log σ is a Gauss–Hermite rule.
    """
    z, weight = hermegauss(SCATTERS)
    given = {name: np.asarray(each)[:, None] for name, each in population.items()}
    sigma = np.exp(given["mu_sigma"] + given["tau_sigma"] * z)
    weight = weight / np.sqrt(2 * np.pi)
    return np.asarray(logsumexp(normal_density(x, y, given | {"sigma": sigma}), axis=1, b=weight))


def student_density(x: Array, y: Array, population: Population) -> Array:
    """Log density of one person's rows, which scatter about a line by Student's t.

    As `normal_density`, for draws of shape (n_draws,), with `nu` among them and no `rho`. The
    integral over the line is a sum over cells, in axes along which a normal approximation about the
    peak is round.
    Cells are equal after a stretch by a hyperbolic sine, so that few of them reach into tails that
    are heavier than normal ones.
    """
    nu, sigma = population["nu"], population["sigma"]
    mu = np.stack([population["mu_alpha"], population["mu_beta"]], axis=-1)
    tau = np.stack([population["tau_alpha"], population["tau_beta"]], axis=-1)
    precision = np.eye(2) / (tau**2)[..., None]
    X = np.column_stack([np.ones_like(x), x])
    peak = mu
    for _ in range(ROUNDS):  # a row's weight says how near it is to the line
        square = ((y - peak @ X.T) / sigma[:, None]) ** 2
        weight = (nu[:, None] + 1) / (nu[:, None] + square) / sigma[:, None] ** 2
        total = precision + X.T @ (weight[..., None] * X)
        score = mu / tau**2 + (weight * y) @ X
        peak = np.linalg.solve(total, score[..., None])[..., 0]
    root = np.linalg.cholesky(np.linalg.inv(total))
    t = np.arange(-REACH, REACH + STEP / 2, STEP)
    axis, stretch = CORE * np.sinh(t), np.log(CORE * STEP * np.cosh(t))
    off = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    lines = peak[:, None] + off @ np.swapaxes(root, 1, 2)  # (n_draws, n_cells, 2)
    product = np.ones(lines.shape[:2])  # of all rows: a logarithm for each would take longer
    for row, reaction in zip(X, y, strict=True):
        product *= 1 + ((reaction - lines @ row) / sigma[:, None]) ** 2 / nu[:, None]
    away = (lines - mu[:, None]) / tau[:, None]
    density = -0.5 * (away**2).sum(axis=-1) - (nu[:, None] + 1) / 2 * np.log(product)
    cells = np.add.outer(stretch, stretch).ravel()
    whole = logsumexp(density + cells, axis=1) + np.log(np.linalg.det(root))
    whole -= np.log(2 * np.pi) + np.log(tau).sum(axis=-1)
    return np.asarray(whole + len(y) * student.logpdf(0, nu, scale=sigma))


OF_LINES = {"mu_alpha", "mu_beta", "tau_alpha", "tau_beta"}
DENSITIES: dict[str, tuple[Callable[[Array, Array, Population], Array], set[str]]] = {
    "partial_pooling": (normal_density, {"sigma"}),
    "correlated_effects": (normal_density, {"rho", "sigma"}),
    "heavy_tails": (student_density, {"nu", "sigma"}),
    "scatter_population": (scatter_density, {"mu_sigma", "tau_sigma"}),
}
"""By model: the density of a person's rows, and the scalars that it takes besides the lines'."""
