"""Answers to the exercises of the chapter on the exact posterior."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from pooling.answers.comparison import _rows, take
from pooling.answers.exercise import Exercise
from pooling.answers.inputs import tables
from pooling.data import StandardisedData, standardise
from pooling.interval import INTERVAL

Array = NDArray[np.float64]


def log_marginal(
    sigma: float, x: Array, y: Array, *, power: float = 2, columns: Any = None
) -> float:
    """Log p(y | σ) under complete pooling, with the line integrated out."""
    X = columns(x) if columns else np.column_stack([np.ones_like(x), x])
    covariance = X @ X.T + sigma**power * np.eye(len(x))
    _, log_determinant = np.linalg.slogdet(covariance)
    square = y @ np.linalg.solve(covariance, y)
    return float(-0.5 * (square + log_determinant + len(x) * np.log(2 * np.pi)))


def _log_marginals(sigma: Array, x: Array, y: Array) -> Array:
    """`log_marginal` of many σ at once, in the axes in which X Xᵀ is diagonal."""
    X = np.column_stack([np.ones_like(x), x])
    along, values, _ = np.linalg.svd(X)
    variance = np.zeros(len(x))
    variance[:2] = values**2
    variances = variance + sigma[:, None] ** 2
    squares = (along.T @ y) ** 2 / variances
    return np.asarray(-0.5 * (squares + np.log(2 * np.pi * variances)).sum(axis=1))


def _at_best_line(sigma: float, x: Array, y: Array) -> float:
    """The likelihood at the least-squares line, with nothing integrated out."""
    residual = y - np.polyval(np.polyfit(x, y, 1), x)
    n = len(x)
    return float(
        -0.5 * (residual**2).sum() / sigma**2 - n * np.log(sigma) - 0.5 * n * np.log(2 * np.pi)
    )


def weights_of_sigma(
    sigma: Array, step: float, x: Array, y: Array, *, stretch: float = 1.0, prior: float = 1.0
) -> tuple[float, Array]:
    """Log evidence of complete pooling, and the posterior weight of each σ."""
    log_density = _log_marginals(sigma, x, y) - prior * sigma + stretch * np.log(sigma)
    total = logsumexp(log_density)
    return float(total + np.log(step)), np.exp(log_density - total)


def _evidence(case: tuple[Any, ...], change: Any) -> tuple[float, Array]:
    evidence, weight = weights_of_sigma(*case)
    return change(evidence), weight


def _weights(case: tuple[Any, ...], change: Any) -> tuple[float, Array]:
    evidence, weight = weights_of_sigma(*case)
    return evidence, change(weight)


def _at_best_sigma(sigma: Array, step: float, x: Array, y: Array) -> tuple[float, Array]:
    log_density = _log_marginals(sigma, x, y) - sigma + np.log(sigma)
    return float(log_density.max()), weights_of_sigma(sigma, step, x, y)[1]


def _grids() -> list[tuple[Any, ...]]:
    grids = ((-1.5, 1.5, 0.05), (-1.2, 1.0, 0.04), (-2.0, 2.5, 0.1))
    return [
        (np.exp(np.arange(start, end, step)), step, *case)
        for (start, end, step), case in zip(grids, _small(), strict=True)
    ]


def day_correlations(x: Array, tau_alpha: float, tau_beta: float, sigma: float) -> Array:
    """Correlation of a person's first row with each other row."""
    shared = tau_alpha**2 + tau_beta**2 * np.outer(x, x)
    total = np.diag(shared) + sigma**2
    return np.asarray((shared / np.sqrt(np.outer(total, total)))[0, 1:])


def _without_noise(x: Array, tau_alpha: float, tau_beta: float, sigma: float) -> Array:
    return day_correlations(x, tau_alpha, tau_beta, 0.0)


def _covariances(x: Array, tau_alpha: float, tau_beta: float, sigma: float) -> Array:
    return np.asarray(tau_alpha**2 + tau_beta**2 * x[0] * x[1:])


def interval_by_weight(
    weight: Array, sigma: Array, *, bounds: tuple[float, float] = INTERVAL, half: float = 0.5
) -> dict[str, float]:
    """The central 89 % interval of a number whose values have weights."""
    below = np.cumsum(weight) - half * weight
    low, high = np.exp(np.interp(bounds, below, np.log(sigma)))
    return {"low": float(low), "high": float(high)}


def _unweighted(weight: Array, sigma: Array) -> dict[str, float]:
    low, high = np.quantile(sigma, INTERVAL)
    return {"low": float(low), "high": float(high)}


def _nodes() -> list[tuple[Array, Array]]:
    cases = []
    for centre, spread, skew in ((-0.5, 0.1, 0.0), (0.3, 0.25, 0.3), (-1.0, 0.15, -0.2)):
        log_sigma = np.arange(-2.5, 2.5, 0.02)
        z = (log_sigma - centre) / spread
        weight = np.exp(-0.5 * z**2) * (1 + skew * np.tanh(z))
        cases.append((weight / weight.sum(), np.exp(log_sigma)))
    return cases


def without_person(data: StandardisedData, s: int) -> StandardisedData:
    """All rows but those of one subject; the number of subjects stays."""
    return take(data, data.subject_idx != s)


def _renumbered(data: StandardisedData, s: int) -> StandardisedData:
    rest = without_person(data, s)
    moved = rest.subject_idx - (rest.subject_idx > s)
    return replace(rest, subject_idx=moved, n_subjects=data.n_subjects - 1)


def _small() -> list[tuple[Array, Array]]:
    cases = []
    for n, seed in ((12, 121), (30, 122), (7, 123)):
        random = np.random.default_rng(seed)
        x = random.normal(size=n)
        cases.append((x, 0.3 + 0.6 * x + random.normal(0, 0.7, n)))
    return cases


_QUANTILES = {
    "taken from the quantiles 5 % and 95 %, which hold 90 %; 89 % lie between 5.5 % and 94.5 %": (
        0.05,
        0.95,
    ),
    "taken from the quantiles 2.5 % and 97.5 %; 89 % lie between 5.5 % and 94.5 %": (0.025, 0.975),
}

EXERCISES = {
    "log_marginal": Exercise(
        section="Task 6: An integral by hand",
        answer=log_marginal,
        cases=lambda: [
            (sigma, *case) for sigma, case in zip((0.4, 0.9, 1.6), _small(), strict=True)
        ],
        returns="one number",
        slips={
            "computed with σ on the diagonal of the covariance; a variance stands there, σ²": (
                lambda sigma, x, y: log_marginal(sigma, x, y, power=1)
            ),
            "computed without an intercept; X has a column of ones too": (
                lambda sigma, x, y: log_marginal(sigma, x, y, columns=lambda x: x[:, None])
            ),
            "computed without the slope; X has a column of x too": (
                lambda sigma, x, y: log_marginal(
                    sigma, x, y, columns=lambda x: np.ones((len(x), 1))
                )
            ),
            "the log density at the least-squares line; integrate the line out: y is normal with "
            "covariance X Xᵀ + σ² I": _at_best_line,
            "computed with the prior of σ; asked is log p(y | σ), without it": (
                lambda sigma, x, y: log_marginal(sigma, x, y) - sigma
            ),
            "computed with the prior of σ and the stretch; asked is log p(y | σ), without them": (
                lambda sigma, x, y: log_marginal(sigma, x, y) - sigma + np.log(sigma)
            ),
            "the density; asked is its logarithm": (
                lambda sigma, x, y: np.exp(log_marginal(sigma, x, y))
            ),
        },
    ),
    "weights_of_sigma": Exercise(
        section="Task 6: An integral by hand",
        answer=weights_of_sigma,
        cases=_grids,
        returns="one number, and a weight for each value of σ",
        parts=("log_evidence", "weight"),
        slips={
            "computed without the stretch; equal steps in log σ bring a factor σ": (
                lambda *case: weights_of_sigma(*case, stretch=0.0)
            ),
            "computed with the stretch upside down; equal steps in log σ bring a factor σ, so add "
            "log σ": lambda *case: weights_of_sigma(*case, stretch=-1.0),
            "computed without the prior of σ, Exponential(1)": (
                lambda *case: weights_of_sigma(*case, prior=0.0)
            ),
            "computed without the prior of σ and without the stretch": (
                lambda *case: weights_of_sigma(*case, prior=0.0, stretch=0.0)
            ),
            "the evidence; asked is its logarithm": lambda *case: _evidence(case, np.exp),
            "the sum without the width of the steps; add its logarithm": lambda *case: _evidence(
                case, lambda each: each - np.log(case[1])
            ),
            "the log density at the best σ; add up the densities": _at_best_sigma,
            "not divided by their sum; weights add up to 1": lambda *case: _weights(
                case, lambda each: each / each.max()
            ),
            "the logarithm of the weights": lambda *case: _weights(case, np.log),
            "the density, which adds up to one over the step; weights add up to 1": (
                lambda *case: _weights(case, lambda each: each / case[1])
            ),
        },
    ),
    "day_correlations": Exercise(
        section="Exercise: How correlated are two days?",
        answer=day_correlations,
        cases=lambda: [
            (np.linspace(-1.4, 1.7, 10), 0.7, 0.3, 0.5),
            (np.linspace(-1.0, 2.0, 4), 0.4, 0.6, 0.8),
            (np.array([0.5, -0.2, 1.1, 0.9, -1.3]), 1.2, 0.2, 0.3),
        ],
        returns="one number for each row but the first",
        slips={
            "computed without the noise; each row's variance has σ² too": _without_noise,
            "a covariance; divide by the two standard deviations": _covariances,
            "computed with standard deviations, where the formula has variances": (
                lambda x, a, b, sigma: day_correlations(x, a**0.5, b**0.5, sigma**0.5)
            ),
            "computed with σ, where the formula has σ²": (
                lambda x, a, b, sigma: day_correlations(x, a, b, sigma**0.5)
            ),
            "that of intercepts alone; the slopes add τ_β² times both x": (
                lambda x, a, b, sigma: day_correlations(x, a, 0.0, sigma)
            ),
        },
    ),
    "interval_by_weight": Exercise(
        section="Exercise: An interval from weights",
        answer=interval_by_weight,
        cases=_nodes,
        returns="two numbers, low and high",
        parts=("low", "high"),
        tolerance=3e-3,
        slips={
            says: (lambda weight, sigma, b=b: interval_by_weight(weight, sigma, bounds=b))
            for says, b in _QUANTILES.items()
        }
        | {
            "the quantiles of the nodes; add up their weights": _unweighted,
            "a node too low: half of a node's weight lies below the node": (
                lambda weight, sigma: interval_by_weight(weight, sigma, half=0.0)
            ),
            "a node too high: half of a node's weight lies below the node": (
                lambda weight, sigma: interval_by_weight(weight, sigma, half=1.0)
            ),
        },
    ),
    "without_person": Exercise(
        section="Exercise: Leave out a person",
        answer=without_person,
        cases=lambda: [
            (standardise(frame), s) for frame, s in zip(tables(), (1, 0, 3), strict=True)
        ],
        returns="a data set",
        read=_rows,
        slips={
            "the rows of that person; asked are all others": lambda data, s: take(
                data, data.subject_idx == s
            ),
            "with the people numbered anew; the person stays in the model, without a row": (
                _renumbered
            ),
            "without row s; leave out all rows of subject s": lambda data, s: take(
                data, np.arange(len(data.y)) != s
            ),
        },
    ),
}
