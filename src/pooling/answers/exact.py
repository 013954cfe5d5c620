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


def sums_over_sigma(
    x: Array, y: Array, *, stretch: float = 1.0, prior: float = 1.0, line: bool = True
) -> dict[str, float]:
    """Evidence and posterior means of σ and of β under complete pooling, without a sampler."""
    step = 0.01
    sigma = np.exp(np.arange(-3.5, 3.0, step))
    log_density = _log_marginals(sigma, x, y) - prior * sigma + stretch * np.log(sigma)
    weight = np.exp(log_density - logsumexp(log_density))
    X = np.column_stack([np.ones_like(x), x])
    slopes = [np.linalg.solve(X.T @ X + line * s**2 * np.eye(2), X.T @ y)[1] for s in sigma]
    return {
        "log_evidence": float(logsumexp(log_density) + np.log(step)),
        "sigma": float(weight @ sigma),
        "beta": float(weight @ np.array(slopes)),
    }


def _without_step(x: Array, y: Array) -> dict[str, float]:
    found = sums_over_sigma(x, y)
    return found | {"log_evidence": found["log_evidence"] - np.log(0.02)}


def _best(x: Array, y: Array) -> dict[str, float]:
    sigma = np.exp(np.arange(-3.5, 3.0, 0.01))
    log_density = _log_marginals(sigma, x, y) - sigma + np.log(sigma)
    return sums_over_sigma(x, y) | {"sigma": float(sigma[int(np.argmax(log_density))])}


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
    "sums_over_sigma": Exercise(
        section="Task 6: An integral by hand",
        answer=sums_over_sigma,
        cases=_small,
        returns="three numbers, the log evidence and the means of σ and β",
        parts=("log_evidence", "sigma", "beta"),
        tolerance=1e-3,
        slips={
            "computed without the stretch; equal steps in log σ bring a factor σ": (
                lambda x, y: sums_over_sigma(x, y, stretch=0.0)
            ),
            "computed with the stretch upside down; equal steps in log σ bring a factor σ, so add "
            "log σ": lambda x, y: sums_over_sigma(x, y, stretch=-1.0),
            "computed without the prior of σ, Exponential(1)": (
                lambda x, y: sums_over_sigma(x, y, prior=0.0)
            ),
            "the least-squares slope; the prior's σ² I belongs to X⊤ X": (
                lambda x, y: sums_over_sigma(x, y, line=False)
            ),
            "that of the most plausible σ; asked is the mean": _best,
            "the evidence; asked is its logarithm": lambda x, y: (
                sums_over_sigma(x, y)
                | {"log_evidence": np.exp(sums_over_sigma(x, y)["log_evidence"])}
            ),
            "the sum without the width of the steps (0.02); add its logarithm": _without_step,
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
