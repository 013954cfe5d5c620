"""Given the scales: the lines of subjects, and how well their rows are predicted."""

import numpy as np

from pooling.exact.gaussian import NormalLine, determinant
from pooling.exact.spread import Spread
from pooling.exact.statistics import Array, LineStatistics


def subject_lines(statistics: LineStatistics, spread: Spread, population: NormalLine) -> NormalLine:
    """Condition the lines of subjects on all rows, at each node.

    A line's mean is a weighted average of the population's line and of what the subject's own rows
    say. What is uncertain about the population is part of the result.

    Parameters
    ----------
    statistics
        Of the subjects wanted.
    spread
        Of the lines at each node.
    population
        The population's line.

    Returns
    -------
    NormalLine
        Of shape (n_nodes, n_subjects).
    """
    a, b, c, both = spread.a, spread.b, spread.c, spread.determinant
    n, sum_x, sum_xx = statistics.n, statistics.sum_x, statistics.sum_xx
    sum_y, sum_xy = statistics.sum_y, statistics.sum_xy
    inverse = 1 / determinant(statistics, spread)
    # How much of the population's intercept and slope goes into a subject's, and crosswise.
    own_alpha = (1 + _sum((b, sum_xx), (c, sum_x))) * inverse
    own_beta = (1 + _sum((a, n), (c, sum_x))) * inverse
    other_alpha = _sum((a, -sum_x), (c, -sum_xx)) * inverse
    other_beta = _sum((b, -sum_x), (c, -n)) * inverse
    # The covariance of what is left of the line, if the population's were known.
    noise = spread.variance * inverse
    rest_alpha, rest_beta = (a + both * sum_xx) * noise, (b + both * n) * noise
    rest_both = (c - both * sum_x) * noise
    var_alpha, var_beta = population.var_alpha, population.var_beta
    covariance = population.covariance
    from_alpha = own_alpha * var_alpha + other_alpha * covariance
    from_beta = own_alpha * covariance + other_alpha * var_beta
    return NormalLine(
        mean_alpha=own_alpha * population.mean_alpha
        + other_alpha * population.mean_beta
        + _sum((a, sum_y), (c, sum_xy), (both, statistics.cross_1)) * inverse,
        mean_beta=own_beta * population.mean_beta
        + other_beta * population.mean_alpha
        + _sum((b, sum_xy), (c, sum_y), (both, statistics.cross_x)) * inverse,
        var_alpha=rest_alpha + own_alpha * from_alpha + other_alpha * from_beta,
        var_beta=rest_beta
        + own_beta * (own_beta * var_beta + 2 * other_beta * covariance)
        + other_beta * other_beta * var_alpha,
        covariance=rest_both + other_beta * from_alpha + own_beta * from_beta,
    )


def _sum(*products: tuple[Array, Array]) -> Array:
    """Sum of products of something of each node with something of each subject, as one of matrices.

    That is quicker than to multiply and add one after the other.
    """
    of_nodes, of_subjects = zip(*products, strict=True)
    return np.hstack(of_nodes) @ np.stack(of_subjects)


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
    mean, of_line = line.at(x)
    return log_normal(y, mean, of_line + sigma**2)


def log_normal(y: Array, mean: Array, variance: Array) -> Array:
    """Log density of y, shape (n,), by mean and variance at each node, shape (n_nodes, n)."""
    return -0.5 * (np.log(2 * np.pi * variance) + (y - mean) ** 2 / variance)
