"""Given the scales, everything is normal: the marginal likelihood, the population, the lines.

Notation: ``a`` = τ_α²/σ² and ``b`` = τ_β²/σ². With a subject's rows y = X (α, β)' + noise, the
covariance of y is V = σ² (I + X diag(a, b) X'). Everything below follows from |V| and from
X'V⁻¹X, X'V⁻¹y and y'V⁻¹y, and those are sums of positive terms over

    ``determinant`` = 1 + a n + b Σx² + a b gram_1x,

so that neither τ → 0 nor τ → ∞ costs digits. (Woodbury's identity, with the 2 × 2 matrices
written out.)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pooling.exact.statistics import Array, SubjectStatistics

BLOCK = 2**17  # numbers at a time: what a core's cache holds


@dataclass(frozen=True)
class NormalLine:
    """Intercept and slope of a line, jointly normal at each node.

    Parameters
    ----------
    mean_alpha, mean_beta
        Means, shape (n_nodes,) for the population, (n_nodes, n_subjects) for subjects.
    var_alpha, var_beta, covariance
        Variances and covariance, of the same shape.
    """

    mean_alpha: Array
    mean_beta: Array
    var_alpha: Array
    var_beta: Array
    covariance: Array


def marginal(
    statistics: SubjectStatistics, scales: Array, *, population_known: bool
) -> tuple[Array, NormalLine]:
    """Integrate lines and population out.

    Parameters
    ----------
    statistics
        Of each subject.
    scales
        τ_α, τ_β and σ of each node, shape (n_nodes, 3).
    population_known
        Whether μ_α and μ_β are 0, instead of standard normal a priori.

    Returns
    -------
    log_likelihood
        log p(y | scales) of each node, shape (n_nodes,), in nats.
    population
        Posterior of μ_α and μ_β given the scales.
    """
    a, b, variance = _ratios(scales)
    log_det, sums = _sum_over_subjects(statistics, a, b)
    (n, x, y, xx, xy, yy, d1x, d1y, dxy, d1xy, c1, cx) = sums
    precision_alpha, precision_beta = (n + b * d1x) / variance, (xx + a * d1x) / variance
    precision_both = x / variance
    score_alpha, score_beta = (y + b * c1) / variance, (xy + a * cx) / variance
    squares = (yy + a * d1y + b * dxy + a * b * d1xy) / variance
    log_likelihood = -0.5 * (
        statistics.n.sum() * np.log(2 * np.pi * variance) + log_det + squares
    )
    if population_known:
        zero = np.zeros(len(scales))
        return log_likelihood, NormalLine(zero, zero, zero, zero, zero)
    precision_alpha, precision_beta = 1 + precision_alpha, 1 + precision_beta
    determinant = precision_alpha * precision_beta - precision_both**2
    population = NormalLine(
        mean_alpha=(precision_beta * score_alpha - precision_both * score_beta) / determinant,
        mean_beta=(precision_alpha * score_beta - precision_both * score_alpha) / determinant,
        var_alpha=precision_beta / determinant,
        var_beta=precision_alpha / determinant,
        covariance=-precision_both / determinant,
    )
    explained = score_alpha * population.mean_alpha + score_beta * population.mean_beta
    return log_likelihood - 0.5 * (np.log(determinant) - explained), population


def lines(
    statistics: SubjectStatistics,
    scales: Array,
    population: NormalLine,
    subjects: NDArray[np.int64],
) -> NormalLine:
    """Condition the lines of some subjects on all rows, at each node.

    Parameters
    ----------
    statistics, scales, population
        As for `marginal`, and from it.
    subjects
        Which subjects, shape (n,).

    Returns
    -------
    NormalLine
        Of shape (n_nodes, n); what is uncertain about the population is part of it.
    """
    a, b, _ = (each[:, None] for each in _ratios(scales))
    tau_alpha, tau_beta = scales[:, 0, None] ** 2, scales[:, 1, None] ** 2
    n, x, y = statistics.n[subjects], statistics.sum_x[subjects], statistics.sum_y[subjects]
    xx, xy = statistics.sum_xx[subjects], statistics.sum_xy[subjects]
    c1, cx = statistics.cross_1[subjects], statistics.cross_x[subjects]
    inverse = 1 / (1 + a * n + b * xx + a * b * statistics.gram_1x[subjects])
    # A line's mean is (own, other) · population + what its rows add; see Woodbury above.
    own_alpha, other_alpha = (1 + b * xx) * inverse, -a * x * inverse
    own_beta, other_beta = (1 + a * n) * inverse, -b * x * inverse
    mu_alpha, mu_beta = population.mean_alpha[:, None], population.mean_beta[:, None]
    var_alpha, var_beta = population.var_alpha[:, None], population.var_beta[:, None]
    covariance = population.covariance[:, None]
    return NormalLine(
        mean_alpha=own_alpha * mu_alpha + other_alpha * mu_beta + a * (y + b * c1) * inverse,
        mean_beta=own_beta * mu_beta + other_beta * mu_alpha + b * (xy + a * cx) * inverse,
        var_alpha=tau_alpha * own_alpha
        + own_alpha**2 * var_alpha
        + 2 * own_alpha * other_alpha * covariance
        + other_alpha**2 * var_beta,
        var_beta=tau_beta * own_beta
        + own_beta**2 * var_beta
        + 2 * own_beta * other_beta * covariance
        + other_beta**2 * var_alpha,
        covariance=tau_alpha * other_beta
        + own_alpha * other_beta * var_alpha
        + (own_alpha * own_beta + other_alpha * other_beta) * covariance
        + other_alpha * own_beta * var_beta,
    )


def _ratios(scales: Array) -> tuple[Array, Array, Array]:
    """a = τ_α²/σ², b = τ_β²/σ², and σ², each of shape (n_nodes,)."""
    squared = scales**2
    return squared[:, 0] / squared[:, 2], squared[:, 1] / squared[:, 2], squared[:, 2]


def _sum_over_subjects(statistics: SubjectStatistics, a: Array, b: Array) -> tuple[Array, Array]:
    """Sum the logarithm of the determinant, and every statistic divided by it.

    Returns
    -------
    log_determinant
        Shape (n_nodes,).
    sums
        Shape (12, n_nodes), in the order of `SubjectStatistics`.
    """
    columns = np.stack(list(vars(statistics).values()), axis=1)
    terms = np.stack(
        [np.ones_like(statistics.n), statistics.n, statistics.sum_xx, statistics.gram_1x]
    )
    factors = np.stack([np.ones_like(a), a, b, a * b], axis=1)
    log_determinant, sums = np.zeros(len(a)), np.zeros((len(a), columns.shape[1]))
    width = min(len(columns), BLOCK // 16)
    height = max(1, BLOCK // max(1, width))
    for left in range(0, len(columns), width):
        for top in range(0, len(a), height):
            nodes, subjects = slice(top, top + height), slice(left, left + width)
            determinant = factors[nodes] @ terms[:, subjects]
            log_determinant[nodes] += np.log(determinant).sum(axis=1)
            sums[nodes] += np.reciprocal(determinant, out=determinant) @ columns[subjects]
    return log_determinant, sums.T
