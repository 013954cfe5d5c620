"""Given the scales, everything is normal: the marginal likelihood, and the population's line.

Notation: ``a`` = τ_α²/σ², ``b`` = τ_β²/σ² and ``c`` = ρ τ_α τ_β/σ², which is zero where intercepts
and slopes do not correlate; D is the matrix with a and b on its diagonal and c beside it. With a
subject's rows y = X (α, β)' + noise, the covariance of y is V = σ² (I + X D X'). Everything follows
from |V|, which is the rows' noise times

    ``determinant`` = 1 + a n + b Σx² + 2 c Σx + |D| gram_1x,

and from X'V⁻¹X, X'V⁻¹y and y'V⁻¹y. By Woodbury's identity, with its 2 × 2 matrices written out,
these are sums over the determinant in which nothing but terms with c is subtracted, so that neither
τ → 0 nor τ → ∞ costs digits.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from pooling.exact.spread import Spread
from pooling.exact.statistics import Array, LineStatistics
from pooling.exact.sums import Sums


@dataclass(frozen=True)
class NormalLine:
    """Intercept and slope of a line, jointly normal at each node.

    Parameters
    ----------
    mean_alpha, mean_beta
        Means, shape (n_nodes, n) for n lines, or (n_nodes, 1) for the population's.
    var_alpha, var_beta, covariance
        Variances and covariance, of the same shape; (n_nodes, 1) where they are the same for all n.
    """

    mean_alpha: Array
    mean_beta: Array
    var_alpha: Array
    var_beta: Array
    covariance: Array

    def of(self, lines: NDArray[np.int64]) -> "NormalLine":
        """Choose some of the lines, shape (n,), with repetition if wanted."""
        return NormalLine(*(getattr(self, each.name)[:, lines] for each in fields(self)))

    def at(self, x: Array) -> tuple[Array, Array]:
        """Mean and variance of the lines' heights at x, shape (n,): each of shape (n_nodes, n)."""
        mean = self.mean_alpha + self.mean_beta * x
        return mean, self.var_alpha + 2 * self.covariance * x + self.var_beta * x**2


def population_line(information: Array) -> NormalLine:
    """Condition the population's line, standard normal a priori, on what subjects say about it.

    Parameters
    ----------
    information
        As `information_on_population` gives it, summed over subjects, shape (5, n_nodes, n).
    """
    slope, of_alpha, of_beta, score_beta = _eliminate(information)
    mean_beta = score_beta / of_beta
    return NormalLine(
        mean_alpha=information[3] / of_alpha - slope * mean_beta,
        mean_beta=mean_beta,
        var_alpha=1 / of_alpha + slope**2 / of_beta,
        var_beta=1 / of_beta,
        covariance=-slope / of_beta,
    )


def known_line(n_nodes: int) -> NormalLine:
    """A population's line that is known to be zero, shape (n_nodes, 1)."""
    zero = np.zeros((n_nodes, 1))
    return NormalLine(zero, zero, zero, zero, zero)


def marginal(sums: Sums, n_rows: float, spread: Spread) -> tuple[Array, Array]:
    """Integrate the lines out.

    Parameters
    ----------
    sums
        Over subjects, as functions of the spread.
    n_rows
        Number of rows of all subjects.
    spread
        Of the lines at each node.

    Returns
    -------
    log_likelihood
        log p(y | scales) of each node if the population's line is zero, shape (n_nodes,), in nats.
    information
        What all subjects say about the population's line, shape (5, n_nodes, 1).
    """
    log_determinant, summed = sums(spread)
    squares = (
        summed.sum_yy
        + spread.a * summed.gram_1y
        + spread.b * summed.gram_xy
        + 2 * spread.c * summed.mixed_1x
        + spread.determinant * summed.gram_1xy
    )
    noise = n_rows * np.log(2 * np.pi * spread.variance)
    log_likelihood = -0.5 * (noise + log_determinant + squares / spread.variance)
    return log_likelihood[:, 0], _information(summed, spread)


def log_population_factor(information: Array) -> Array:
    """What a standard normal population's line, integrated out, adds to the log likelihood.

    Parameters
    ----------
    information
        From `marginal`, shape (5, n_nodes, 1).

    Returns
    -------
    ndarray
        Shape (n_nodes,), in nats.
    """
    _, of_alpha, of_beta, score_beta = _eliminate(information)
    explained = information[3] ** 2 / of_alpha + score_beta**2 / of_beta
    return (0.5 * (explained - np.log(of_alpha * of_beta)))[:, 0]


def information_on_population(statistics: LineStatistics, spread: Spread) -> Array:
    """What each subject says about the population's line, the subject's own integrated out.

    Returns
    -------
    ndarray
        X'V⁻¹X (of α, of β, of both) and X'V⁻¹y (of α, of β), shape (5, n_nodes, n_subjects).
    """
    return _information(statistics, spread) / determinant(statistics, spread)


def _eliminate(information: Array) -> tuple[Array, Array, Array, Array]:
    """Eliminate μ_α from the population's two normal equations.

    Not by Cramer's rule: where σ → 0 it takes a product of two large numbers from another.

    Returns
    -------
    slope
        By how much μ_α falls as μ_β grows.
    of_alpha, of_beta
        Precision of μ_α given μ_β, and of μ_β alone.
    score_beta
        What is left on the right-hand side.
    """
    alpha, beta, both, score_alpha, score_beta = information
    of_alpha = 1 + alpha
    slope = both / of_alpha
    # Its prior alone gives μ_β the precision one; only rounding makes it less.
    of_beta = np.maximum(1 + (beta - slope * both), 1)
    return slope, of_alpha, of_beta, score_beta - slope * score_alpha


def determinant(statistics: LineStatistics, spread: Spread) -> Array:
    """|I + X D X'| of each subject, shape (n_nodes, n_subjects)."""
    return (
        1
        + spread.a * statistics.n
        + spread.b * statistics.sum_xx
        + 2 * spread.c * statistics.sum_x
        + spread.determinant * statistics.gram_1x
    )


def _information(divided: LineStatistics, spread: Spread) -> Array:
    """X'V⁻¹X and X'V⁻¹y from statistics that are divided by their determinant."""
    a, b, c = spread.a, spread.b, spread.c
    return (
        np.stack(
            [
                divided.n + b * divided.gram_1x,
                divided.sum_xx + a * divided.gram_1x,
                divided.sum_x - c * divided.gram_1x,
                divided.sum_y + b * divided.cross_1 - c * divided.cross_x,
                divided.sum_xy + a * divided.cross_x - c * divided.cross_1,
            ]
        )
        / spread.variance
    )
