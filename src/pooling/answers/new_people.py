"""Answers to the exercises of the chapter on new people."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import multivariate_normal, norm

from pooling.answers.exercise import Exercise

Array = NDArray[np.float64]


def share_below_zero(mu: Array, tau: Array) -> float:
    """Share of strangers whose slope is below zero, over all draws of the population."""
    return float(norm.cdf(-mu / tau).mean())


def joint_density(x: Array, y: Array, mu: Array, tau: Array, sigma: float) -> float:
    """Log density of all rows of a stranger together, given the population."""
    mean, covariance = _rows(x, mu, tau, sigma)
    return float(multivariate_normal(mean, covariance).logpdf(y))


def icc(x: Array, tau_alpha: float, tau_beta: float, sigma: float) -> Array:
    """People's share of the variance of people and days, on each day."""
    people = tau_alpha**2 + tau_beta**2 * x**2
    return np.asarray(people / (people + sigma**2))


def same_order(x_first: float, x_last: float, tau_alpha: float, tau_beta: float) -> float:
    """Probability that two strangers' lines are in the same order on two days."""
    return float(0.5 + np.arcsin(_correlation(x_first, x_last, tau_alpha, tau_beta)) / np.pi)


def one_by_one(x: Array, y: Array, mu: Array, tau: Array, sigma: float) -> Array:
    """Log density of each row of a stranger, given the rows before it."""
    mean, covariance = _rows(x, mu, tau, sigma)
    root = np.linalg.cholesky(covariance)
    return np.asarray(norm.logpdf(np.linalg.solve(root, y - mean)) - np.log(np.diag(root)))


def _rows(x: Array, mu: Array, tau: Array, sigma: float) -> tuple[Array, Array]:
    """Mean and covariance of a stranger's rows."""
    X = np.column_stack([np.ones_like(x), x])
    return X @ mu, X @ np.diag(np.asarray(tau) ** 2) @ X.T + sigma**2 * np.eye(len(x))


def _apart(x: Array, y: Array, mu: Array, tau: Array, sigma: float) -> Array:
    """Log density of each row by itself."""
    mean, covariance = _rows(x, mu, tau, sigma)
    return np.asarray(norm.logpdf(y, mean, np.sqrt(np.diag(covariance))))


def _of_all_others(x: Array, y: Array, mu: Array, tau: Array, sigma: float) -> Array:
    """Log density of each row, given all others."""
    mean, covariance = _rows(x, mu, tau, sigma)
    precision = np.linalg.inv(covariance)
    sd = np.diag(precision) ** -0.5
    return np.asarray(norm.logpdf(precision @ (y - mean) * sd**2, 0, sd))


def _unscaled(x: Array, y: Array, mu: Array, tau: Array, sigma: float) -> Array:
    """Log density of what is new in each row, in its own standard deviations."""
    root = np.linalg.cholesky(_rows(x, mu, tau, sigma)[1])
    return one_by_one(x, y, mu, tau, sigma) + np.log(np.diag(root))


def _correlation(x: float, z: float, tau_alpha: float, tau_beta: float) -> float:
    def shared(x: float, z: float) -> float:
        return tau_alpha**2 + tau_beta**2 * x * z

    return float(shared(x, z) / np.sqrt(shared(x, x) * shared(z, z)))


def _populations() -> list[tuple[Array, Array]]:
    random = np.random.default_rng(161)
    return [
        (random.normal(m, 0.2, n), random.gamma(8.0, s / 8.0, n) + 0.05)
        for n, m, s in ((60_000, 0.5, 0.4), (50_000, 0.2, 0.6), (70_000, -0.3, 0.5))
    ]


def _strangers() -> list[tuple[Any, ...]]:
    random = np.random.default_rng(162)
    cases = []
    for n, sigma in ((5, 0.5), (10, 0.8), (2, 1.3)):
        x = random.normal(0.2, 1.0, n)
        mu, tau = random.normal([0.1, 0.5], 0.2), random.uniform(0.3, 0.9, 2)
        line = random.normal(mu, 1.5 * tau)
        cases.append((x, line[0] + line[1] * x + random.normal(0, sigma, n), mu, tau, sigma))
    return cases


_SCALES = {
    "computed with τ, where the formula has τ²": lambda x, y, mu, tau, sigma: (
        (x, y, mu, tau**0.5, sigma)
    ),
    "computed with σ on the diagonal; a variance stands there, σ²": lambda x, y, mu, tau, sigma: (
        (x, y, mu, tau, sigma**0.5)
    ),
    "computed without the population's centre: the mean is X μ": lambda x, y, mu, tau, sigma: (
        (x, y, 0 * mu, tau, sigma)
    ),
    "computed for the average person, whose line is known: people differ, by τ": (
        lambda x, y, mu, tau, sigma: (x, y, mu, 0 * tau, sigma)
    ),
    "computed without the spread of slopes": lambda x, y, mu, tau, sigma: (
        (x, y, mu, tau * np.array([1, 0]), sigma)
    ),
    "computed without the spread of levels": lambda x, y, mu, tau, sigma: (
        (x, y, mu, tau * np.array([0, 1]), sigma)
    ),
}

EXERCISES = {
    "share_below_zero": Exercise(
        section="Task 10a: Three bands",
        answer=share_below_zero,
        cases=_populations,
        returns="one number",
        tolerance=0.02,  # strangers may be drawn, one for each draw of the population
        slips={
            "the share of strangers whose slope is above zero; asked is below": (
                lambda mu, tau: 1 - share_below_zero(mu, tau)
            ),
            "the share of draws in which the *average* is below zero; a stranger differs from it "
            "by τ": lambda mu, tau: (mu < 0).mean(),
            "computed with the variance τ²; divide by τ": (
                lambda mu, tau: norm.cdf(-mu / tau**2).mean()
            ),
            "computed with the spread alone; add the centre, μ": lambda mu, tau: 0.5,
        },
    ),
    "joint_density": Exercise(
        section="Task 10b: One person, all rows",
        answer=joint_density,
        cases=_strangers,
        returns="one number",
        slips={
            says: (lambda *case, change=change: joint_density(*change(*case)))
            for says, change in _SCALES.items()
        }
        | {
            "the sum of the log densities of single rows; a stranger's rows share the line, and "
            "are correlated": lambda *case: _apart(*case).sum(),
            "the density; asked is its logarithm": lambda *case: np.exp(joint_density(*case)),
        },
    ),
    "icc": Exercise(
        section="Exercise: Which day's ICC?",
        answer=icc,
        cases=lambda: [
            (np.linspace(-1.4, 1.7, 10), 0.7, 0.3, 0.5),
            (np.linspace(-1.0, 2.0, 4), 0.4, 0.6, 0.8),
            (np.array([0.5, -0.2, 1.1]), 1.2, 0.2, 0.3),
        ],
        returns="one number for each day",
        slips={
            "the share of days; asked is that of people": lambda x, a, b, s: 1 - icc(x, a, b, s),
            "that of intercepts alone; the slopes add τ_β² x²": (
                lambda x, a, b, s: icc(0 * x, a, b, s)
            ),
            "computed with standard deviations; variances add up": (
                lambda x, a, b, s: (a + b * np.abs(x)) / (a + b * np.abs(x) + s)
            ),
            "computed with τ_β² x; in the variance stands x²": (
                lambda x, a, b, s: (a**2 + b**2 * x) / (a**2 + b**2 * x + s**2)
            ),
            "a ratio of people to days; divide by the sum of both": (
                lambda x, a, b, s: icc(x, a, b, s) / (1 - icc(x, a, b, s))
            ),
        },
    ),
    "same_order": Exercise(
        section="Exercise: Still the slower one?",
        answer=same_order,
        cases=lambda: [(-1.4, 1.7, 0.7, 0.3), (-1.0, 0.4, 0.4, 0.9), (0.2, 1.5, 0.5, 0.6)],
        returns="one number",
        slips={
            "the correlation of the two days; asked is a probability": _correlation,
            "computed with standard deviations; covariances are made of τ²": (
                lambda x, z, a, b: same_order(x, z, a**0.5, b**0.5)
            ),
            "the covariance instead of the correlation in the formula; divide by both standard "
            "deviations": lambda x, z, a, b: (
                0.5 + np.arcsin(np.clip(a**2 + b**2 * x * z, -1, 1)) / np.pi
            ),
            "the probability that the order turns round; asked is that it stays": (
                lambda x, z, a, b: 1 - same_order(x, z, a, b)
            ),
            "computed with arccos; the formula has arcsin": lambda x, z, a, b: (
                0.5 + np.arccos(_correlation(x, z, a, b)) / np.pi
            ),
        },
    ),
    "one_by_one": Exercise(
        section="Exercise: One day after the other",
        answer=one_by_one,
        cases=_strangers,
        returns="one number for each row",
        slips={
            says: (lambda *case, change=change: one_by_one(*change(*case)))
            for says, change in _SCALES.items()
        }
        | {
            "that of each row by itself; take the rows before it into account": _apart,
            "that of each row given all others; asked is given those before it": _of_all_others,
            "computed without the change of scale: a row's density is divided by its own standard "
            "deviation": _unscaled,
            "the sum over the rows; asked is one number for each": joint_density,
        },
    ),
}
