"""Few nodes that do what a lattice does, for functions that hardly bend across the posterior.

With many subjects, the posterior of the scales is narrow. The line of a subject changes little
within it, and smoothly, so that what it is on average over the nodes hangs on the first moments of
their distribution only. Some of the nodes, with other weights, have the same moments (Tchakaloff,
1957), and no more are needed than there are moments.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import factorial

import numpy as np
from numpy.polynomial.hermite_e import hermevander
from scipy.optimize import nnls

from pooling.exact.lattice import Lattice
from pooling.exact.statistics import Array

MANY = 200  # subjects, from which on it is worth a try
DEGREES = (3, 4, 5)  # of the moments that are kept
REACH = 4.0  # standard deviations along each axis, within which the nodes are chosen
EXACT = 1e-12  # how well moments must agree


@dataclass(frozen=True)
class Nodes:
    """Nodes with weights.

    Parameters
    ----------
    scales
        Shape (n_nodes, n_scales).
    weights
        They add up to one, shape (n_nodes,).
    """

    scales: Array
    weights: Array


def thinned(lattice: Lattice) -> Iterator[Nodes]:
    """Choose ever more nodes of a lattice that have its moments up to some degree.

    Whoever uses them has to check that they are enough.

    Parameters
    ----------
    lattice
        Nodes and weights.

    Yields
    ------
    Nodes
        For each of the degrees; none if so few nodes cannot be found.
    """
    lattice = lattice.single
    t, weights = lattice.t, lattice.weights[0]
    off = t - weights @ t
    z = np.linalg.solve(np.linalg.cholesky((off.T * weights) @ off), off.T).T
    near = np.flatnonzero((np.abs(z) < REACH).all(axis=1))
    for degree in DEGREES:
        # Hermite polynomials, normalised: the moments of a normal distribution are 1, 0, 0, ...
        each = hermevander(z, degree) / np.sqrt([factorial(k) for k in range(degree + 1)])
        powers = product(range(degree + 1), repeat=z.shape[1])
        moments = np.stack(
            [
                np.prod([each[:, axis, k] for axis, k in enumerate(power)], axis=0)
                for power in powers
                if sum(power) <= degree
            ]
        )
        try:
            found, off_by = nnls(moments[:, near], moments @ weights)
        except RuntimeError:  # it does not find the way
            return
        if off_by > EXACT:
            return
        some = found > 0
        yield Nodes(scales=lattice.scales[near[some]], weights=found[some])
