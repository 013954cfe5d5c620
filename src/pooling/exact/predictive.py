"""Log predictive densities of rows: of new ones, and of each row given all others."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from pooling.data import StandardisedData
from pooling.exact.conditional import Conditional
from pooling.exact.lattice import Lattice
from pooling.exact.lines import log_predictive_density
from pooling.exact.statistics import BLOCK, Array
from pooling.exact.thinning import MANY, Nodes, thinned

PROBES = 50  # rows for which few nodes are compared with all, the least expected and some others
CLOSE_ENOUGH = 1e-6  # nats
HEIGHT = 2048  # nodes at a time

Sum = Callable[[Nodes, NDArray[np.int64]], Array]  # over nodes, for some rows


def log_predictive(conditional: Conditional, lattice: Lattice, rows: StandardisedData) -> Array:
    """Log density of new rows of the same subjects, shape (n_rows,), in nats."""

    def log_mean(nodes: Nodes, some: NDArray[np.int64]) -> Array:
        population = conditional.population(nodes.scales)
        line = conditional.lines(nodes.scales, population, rows.subject_idx[some])
        sigma = nodes.scales[:, -1:]
        by_node = log_predictive_density(line, rows.x[some], rows.y[some], sigma)
        return logsumexp(by_node, axis=0, b=nodes.weights[:, None])

    def density(nodes: Nodes, some: NDArray[np.int64]) -> Array:
        return _in_blocks(log_mean, nodes, some)

    return _by_few_nodes(density, conditional, lattice, len(rows.x))


def log_leave_one_out(conditional: Conditional, lattice: Lattice) -> Array:
    """Log density of each row given all others, shape (n_rows,), in nats.

    Given the scales, a row is taken out of its subject's statistics, and of what the subject says
    about the population. Its density averaged over the scales as they are distributed *without* the
    row is the harmonic mean over the scales as they are distributed with it, because
    p(scales | y) ∝ p(scales | y without i) p(y_i | y without i, scales).
    """
    data = conditional.data

    def log_mean_of_inverse(nodes: Nodes, some: NDArray[np.int64]) -> Array:
        line = conditional.lines_without(nodes.scales, some)
        sigma = nodes.scales[:, -1:]
        by_node = log_predictive_density(line, data.x[some], data.y[some], sigma)
        return logsumexp(-by_node, axis=0, b=nodes.weights[:, None])

    def density(nodes: Nodes, some: NDArray[np.int64]) -> Array:
        return -_in_blocks(log_mean_of_inverse, nodes, some)

    return _by_few_nodes(density, conditional, lattice, len(data.x))


def log_left_out(conditional: Conditional, lattice: Lattice, values: Array) -> Array:
    """Log density of other values in the place of each row, given all other rows.

    Scales are weighed as they are distributed without the row: by what `lattice` says, over the
    row's density given the scales.

    Parameters
    ----------
    conditional, lattice
        Rows, and nodes and weights of the scales.
    values
        For each row, shape (n_rows, n_values), standardised.

    Returns
    -------
    ndarray
        Shape (n_rows, n_values), in nats.
    """
    data = conditional.data

    def log_sums(nodes: Nodes, some: NDArray[np.int64]) -> Array:
        line = conditional.lines_without(nodes.scales, some)
        x, sigma = data.x[some], nodes.scales[:, -1:]
        own = log_predictive_density(line, x, data.y[some], sigma)
        weights = np.log(nodes.weights)[:, None] - own
        columns = [
            logsumexp(weights + log_predictive_density(line, x, value, sigma), axis=0)
            for value in values[some].T
        ]
        return np.stack([*columns, logsumexp(weights, axis=0)], axis=1)

    everything = Nodes(lattice.scales, lattice.weights[0])
    found = _in_blocks(log_sums, everything, np.arange(len(data.x)))
    return found[:, :-1] - found[:, -1:]


def _by_few_nodes(density: Sum, conditional: Conditional, lattice: Lattice, n_rows: int) -> Array:
    """Use as few nodes as agree with all on the rows that tell them apart best.

    These are the rows that are least expected: their density hangs most on the scales.
    """
    everything, rows = Nodes(lattice.scales, lattice.weights[0]), np.arange(n_rows)
    many = min(n_rows, len(conditional.statistics.n)) >= MANY
    for few in thinned(lattice) if many else ():
        found = density(few, rows)
        others = np.linspace(0, n_rows - 1, PROBES // 2).astype(np.int64)
        probes = np.union1d(np.argpartition(found, PROBES // 2)[: PROBES // 2], others)
        off = density(everything, probes) - found[probes]
        if np.abs(off).max() < CLOSE_ENOUGH:
            return found
    return density(everything, rows)


def _in_blocks(log_sum: Sum, nodes: Nodes, rows: NDArray[np.int64]) -> Array:
    """Logarithm of a sum over nodes, by blocks of nodes and rows that a core's cache holds."""
    height = min(HEIGHT, len(nodes.weights))
    width = BLOCK // height
    found = []
    for some in np.split(rows, range(width, len(rows), width)):
        parts = [
            log_sum(Nodes(nodes.scales[k : k + height], nodes.weights[k : k + height]), some)
            for k in range(0, len(nodes.weights), height)
        ]
        found.append(np.logaddexp.reduce(parts, axis=0))
    return np.concatenate(found)
