"""The marginal distribution of one scale, or of the correlation: density, and what lies below."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import sici

from pooling.exact.lattice import Lattice
from pooling.exact.marginals import places
from pooling.exact.statistics import Array

FARTHEST = 1e-9  # by which a density is stretched, next to zero or to a correlation of one


def scale_distribution(lattice: Lattice, column: int, values: ArrayLike) -> tuple[Array, Array]:
    """Give the posterior density of a scale, and the probability of what lies below.

    Both are those of the one function through the nodes that has no frequency above the lattice's
    (as in `pooling.exact.marginals.scales`).

    Parameters
    ----------
    lattice
        Nodes and weights.
    column
        Which of the scales.
    values
        Values of the scale, positive, standardised, or of the correlation; shape (n,).

    Returns
    -------
    density, below
        Each of shape (n,).
    """
    value = np.asarray(values, float)
    t, bandwidth = lattice.coordinates.place(column, value), lattice.bandwidths[0][column]
    nodes, weights = places(lattice)[column]
    off = bandwidth * (t[:, None] - nodes)
    density = np.sinc(off / np.pi) @ weights[0] * bandwidth / np.pi
    below = 0.5 + sici(off)[0] @ weights[0] / np.pi
    # Where there is next to nothing, the function swings about zero.
    stretch = np.exp(lattice.coordinates.log_stretch_of(column, t))
    density = np.where(stretch > FARTHEST, density / stretch, 0)
    return np.maximum(density, 0), np.clip(below, 0, 1)
