"""Given the scales: the lines of subjects, and how well their rows are predicted."""

import numpy as np

from pooling.exact.gaussian import NormalLine, determinant, ratios
from pooling.exact.statistics import Array, LineStatistics


def subject_lines(statistics: LineStatistics, scales: Array, population: NormalLine) -> NormalLine:
    """Condition the lines of subjects on all rows, at each node.

    A line's mean is a weighted average of the population's line and of what the subject's own rows
    say. What is uncertain about the population is part of the result.

    Parameters
    ----------
    statistics
        Of the subjects wanted.
    scales
        τ_α, τ_β and σ of each node, shape (n_nodes, 3).
    population
        The population's line.

    Returns
    -------
    NormalLine
        Of shape (n_nodes, n_subjects).
    """
    a, b, _ = ratios(scales)
    var_own_alpha, var_own_beta = scales[:, [0]] ** 2, scales[:, [1]] ** 2
    inverse = 1 / determinant(statistics, a, b)
    # How much of the population's intercept and slope goes into a subject's, and crosswise.
    own_alpha = (1 + b * statistics.sum_xx) * inverse
    own_beta = (1 + a * statistics.n) * inverse
    from_rows = statistics.sum_x * inverse
    other_alpha, other_beta = -a * from_rows, -b * from_rows
    var_alpha, var_beta = population.var_alpha, population.var_beta
    covariance = population.covariance
    return NormalLine(
        mean_alpha=own_alpha * population.mean_alpha
        + other_alpha * population.mean_beta
        + a * (statistics.sum_y + b * statistics.cross_1) * inverse,
        mean_beta=own_beta * population.mean_beta
        + other_beta * population.mean_alpha
        + b * (statistics.sum_xy + a * statistics.cross_x) * inverse,
        var_alpha=own_alpha * (var_own_alpha + own_alpha * var_alpha)
        + other_alpha * (2 * own_alpha * covariance + other_alpha * var_beta),
        var_beta=own_beta * (var_own_beta + own_beta * var_beta)
        + other_beta * (2 * own_beta * covariance + other_beta * var_alpha),
        covariance=other_beta * (var_own_alpha + own_alpha * var_alpha)
        + own_beta * (own_alpha * covariance + other_alpha * var_beta)
        + other_alpha * other_beta * covariance,
    )


def log_predictive_density(line: NormalLine, x: Array, y: Array, sigma: Array) -> Array:
    """Log density of one row for each line, shape (n_nodes, n), in nats.

    Parameters
    ----------
    line
        Lines, shape (n_nodes, n).
    x, y
        One row for each, standardised, shape (n,).
    sigma
        σ of each node, shape (n_nodes, 1).
    """
    mean = line.mean_alpha + line.mean_beta * x
    variance = line.var_alpha + 2 * line.covariance * x + line.var_beta * x**2 + sigma**2
    return -0.5 * (np.log(2 * np.pi * variance) + (y - mean) ** 2 / variance)
