"""Log predictive densities of rows: of new ones, and of each row given all others.

A row that is left out is new to all others, and nothing need be computed anew for that. At a node
all is normal: if the line's height at the row, given all rows, has mean m and variance v, then with
r = σ² − v the row has, given all others, the mean y − (y − m) σ²/r and the variance σ⁴/r (Rasmussen
and Williams 2006, section 5.4.2).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pooling.data import StandardisedData
from pooling.exact.conditional import Conditional
from pooling.exact.lattice import Lattice
from pooling.exact.lines import log_normal
from pooling.exact.statistics import BLOCK, Array
from pooling.exact.thinning import MANY, Nodes, thinned

PROBES = 50  # rows for which few nodes are compared with all, the least expected and some others
CLOSE_ENOUGH = 1e-6  # nats
HEIGHT = 512  # nodes at a time
DIGITS_LEFT = 1e-5  # of r beside σ²; with less, a row is taken out of the sums instead

# Of nodes: a function of some rows, which gives the logarithm of a sum over the nodes.
Sum = Callable[[NDArray[np.int64]], Array]
SumOver = Callable[[Nodes], Sum]


def log_predictive(conditional: Conditional, lattice: Lattice, rows: StandardisedData) -> Array:
    """Log density of new rows of the same subjects, shape (n_rows,), in nats."""

    def sums(nodes: Nodes) -> Sum:
        population = conditional.population(nodes.scales)

        def log_mean(some: NDArray[np.int64]) -> Array:
            x, subject_idx = rows.x[some], rows.subject_idx[some]
            mean, of_line = conditional.heights(nodes.scales, population, x, subject_idx)
            by_node = log_normal(rows.y[some], mean, of_line + nodes.scales[:, -1:] ** 2)
            return _log_mean(by_node, nodes.weights)

        return log_mean

    def density(nodes: Nodes, some: NDArray[np.int64]) -> Array:
        return _in_blocks(sums, nodes, some)

    return _by_few_nodes(density, conditional, lattice, len(rows.x))


def log_leave_one_out(conditional: Conditional, lattice: Lattice) -> Array:
    """Log density of each row given all others, shape (n_rows,), in nats.

    Its density averaged over the scales as they are distributed *without* the row is the harmonic
    mean over the scales as they are distributed with it, because
    p(scales | y) ∝ p(scales | y without i) p(y_i | y without i, scales).
    """

    def sums(nodes: Nodes) -> Sum:
        without = rows_without_themselves(conditional, nodes)

        def log_mean_of_inverse(some: NDArray[np.int64]) -> Array:
            by_node = log_normal(conditional.data.y[some], *without(some))
            return _log_mean(-by_node, nodes.weights)

        return log_mean_of_inverse

    def density(nodes: Nodes, some: NDArray[np.int64]) -> Array:
        return -_in_blocks(sums, nodes, some)

    return _by_few_nodes(density, conditional, lattice, len(conditional.data.x))


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

    def sums(nodes: Nodes) -> Sum:
        without = rows_without_themselves(conditional, nodes)

        def log_sums(some: NDArray[np.int64]) -> Array:
            mean, variance = without(some)
            inverse = -log_normal(data.y[some], mean, variance)
            columns = [
                _log_mean(inverse + log_normal(value, mean, variance), nodes.weights)
                for value in values[some].T
            ]
            return np.stack([*columns, _log_mean(inverse, nodes.weights)], axis=1)

        return log_sums

    everything = Nodes(lattice.scales, lattice.weights[0])
    found = _in_blocks(sums, everything, np.arange(len(data.x)))
    return found[:, :-1] - found[:, -1:]


def rows_without_themselves(
    conditional: Conditional, nodes: Nodes
) -> Callable[[NDArray[np.int64]], tuple[Array, Array]]:
    """Mean and variance of some rows at each node, given all others, each (n_nodes, n)."""
    data, scales = conditional.data, nodes.scales
    population, noise = conditional.population(scales), scales[:, -1:] ** 2

    def moments(some: NDArray[np.int64]) -> tuple[Array, Array]:
        x, y, subject_idx = data.x[some], data.y[some], data.subject_idx[some]
        mean, of_line = conditional.heights(scales, population, x, subject_idx)
        rest = noise - of_line
        few = (rest < DIGITS_LEFT * noise).any(axis=0)
        rest[:, few] = 1.0
        mean, variance = y - (y - mean) * (noise / rest), noise * (noise / rest)
        if few.any():
            mean[:, few], of_line = conditional.lines_without(scales, some[few]).at(x[few])
            variance[:, few] = of_line + noise
        return mean, variance

    return moments


def _log_mean(by_node: Array, weights: Array) -> Array:
    """Logarithm of the weighted sum of exponentials, shape (n,); `by_node` is (n_nodes, n)."""
    highest = by_node.max(axis=0)
    return highest + np.log(weights @ np.exp(by_node - highest))


def _by_few_nodes(
    density: Callable[[Nodes, NDArray[np.int64]], Array],
    conditional: Conditional,
    lattice: Lattice,
    n_rows: int,
) -> Array:
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


def _in_blocks(sums: SumOver, nodes: Nodes, rows: NDArray[np.int64]) -> Array:
    """Logarithm of a sum over nodes, by blocks of nodes and rows that a core's cache holds."""
    height = min(HEIGHT, len(nodes.weights))
    width = BLOCK // height
    blocks = np.split(rows, range(width, len(rows), width))
    parts = []
    for k in range(0, len(nodes.weights), height):
        log_sum = sums(Nodes(nodes.scales[k : k + height], nodes.weights[k : k + height]))
        parts.append(np.concatenate([log_sum(some) for some in blocks]))
    return np.logaddexp.reduce(parts, axis=0)
