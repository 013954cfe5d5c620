"""Log predictive densities of rows: of new ones, and of each row given all others."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from pooling.data import StandardisedData
from pooling.exact.conditional import Conditional
from pooling.exact.gaussian import BLOCK
from pooling.exact.lattice import Lattice
from pooling.exact.lines import log_predictive_density
from pooling.exact.statistics import Array


def log_predictive(conditional: Conditional, lattice: Lattice, rows: StandardisedData) -> Array:
    """Log density of new rows of the same subjects, shape (n_rows,), in nats."""
    scales, population = lattice.scales, conditional.population(lattice.scales)

    def density(block: NDArray[np.int64]) -> Array:
        line = conditional.lines(scales, population, rows.subject_idx[block])
        by_node = log_predictive_density(line, rows.x[block], rows.y[block], scales[:, -1:])
        return logsumexp(lattice.log_weights[:, None] + by_node, axis=0)

    return _in_blocks(density, len(rows.x), len(scales)) - lattice.log_integral[0]


def log_leave_one_out(conditional: Conditional, lattice: Lattice) -> Array:
    """Log density of each row given all others, shape (n_rows,), in nats.

    Given the scales, a row is taken out of its subject's statistics, and of what the subject says
    about the population. Its density averaged over the scales as they are distributed *without* the
    row is the harmonic mean over the scales as they are distributed with it, because
    p(scales | y) ∝ p(scales | y without i) p(y_i | y without i, scales).
    """
    data, scales = conditional.data, lattice.scales

    def density(block: NDArray[np.int64]) -> Array:
        line = conditional.lines_without(scales, block)
        by_node = log_predictive_density(line, data.x[block], data.y[block], scales[:, -1:])
        return -logsumexp(lattice.log_weights[:, None] - by_node, axis=0)

    return _in_blocks(density, len(data.x), len(scales)) + lattice.log_integral[0]


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
    data, scales = conditional.data, lattice.scales

    def density(block: NDArray[np.int64]) -> Array:
        line = conditional.lines_without(scales, block)
        x, sigma = data.x[block], scales[:, -1:]
        own = log_predictive_density(line, x, data.y[block], sigma)
        weights = lattice.log_weights[:, None] - own
        columns = [
            logsumexp(weights + log_predictive_density(line, x, value, sigma), axis=0)
            for value in values[block].T
        ]
        return np.stack(columns, axis=1) - logsumexp(weights, axis=0)[:, None]

    return _in_blocks(density, len(data.x), len(scales))


def _in_blocks(function: Callable[[NDArray[np.int64]], Array], n_rows: int, n_nodes: int) -> Array:
    """Apply a function to the indices of some rows at a time, as many as memory is good for."""
    width = max(1, BLOCK // n_nodes)
    blocks = np.split(np.arange(n_rows), range(width, n_rows, width))
    return np.concatenate([function(block) for block in blocks])
