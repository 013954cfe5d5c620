"""The marginal distribution of one scale: its density, and the probability below a value."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import sici

from pooling.exact.lattice import Lattice
from pooling.exact.marginals import heavy
from pooling.exact.statistics import Array


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
        Positive values of the scale, standardised, shape (n,).

    Returns
    -------
    density, below
        Each of shape (n,).
    """
    value = np.asarray(values, float)
    t = lattice.coordinates.place(column, value)
    some, bandwidth = heavy(lattice), lattice.bandwidth[column]
    weights = lattice.weights[0, some]
    off = bandwidth * (t[:, None] - lattice.t[some, column])
    density = np.sinc(off / np.pi) @ weights * bandwidth / np.pi
    below = 0.5 + sici(off)[0] @ weights / np.pi
    # Where there is next to nothing, the function swings about zero.
    stretch = np.exp(lattice.coordinates.log_stretch_of(column, t))
    return np.maximum(density / stretch, 0), np.clip(below, 0, 1)
