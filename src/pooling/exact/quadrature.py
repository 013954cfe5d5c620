"""Integrate a density over scales, and a correlation if there is one, on a lattice that fits it.

The trapezoidal rule on an infinite lattice is exponentially accurate for smooth functions: for a
normal density, nodes one standard deviation apart leave a relative error of about 1e-8 (Trefethen
and Weideman, 2014). So the lattice is centred at the mode, stretched by the curvature there, and
filled outwards from the mode as far as there is any mass. Where that does not do, it is stretched
anew, by the curvature that the density has on average.

In four dimensions nodes are dear, and a cube's corners are far from its middle. So there are two
lattices, the second in the centres of the first one's cells: they resolve as much as a single one
of twice as many nodes (Petersen and Middleton, 1962).
"""

from collections.abc import Callable

import numpy as np

from pooling.exact.coordinates import Coordinates, LogDensity
from pooling.exact.filling import fill, interlace, refine
from pooling.exact.lattice import Lattice
from pooling.exact.mode import Mode, average_spread
from pooling.exact.statistics import Array

DROP = 24.0  # nats below the top, where nodes end: so far out for the sake of rows left out
TOLERANCE = 1e-4  # between the rules; the one that uses all nodes is much closer to the truth
MOST_NODES = 500_000  # of one lattice: some seconds, and some hundred megabytes
# Of the steps to what they are while the lattice is filled: by the curvature at the mode, and then
# by the average one.
RATIOS = (0.7 ** np.arange(3), 0.7 ** np.arange(6))
# The same for two lattices, where the error is about the square of the difference between them.
RATIOS_OF_TWO = (0.8 ** np.arange(1, 2), 0.8 ** np.arange(1, 4))
TOLERANCE_OF_TWO = 2e-3
TAILS = 1.5  # of nodes to those of a normal density, from which on it has tails


def fill_lattice(
    log_density: LogDensity,
    coordinates: Coordinates,
    mode: Mode,
    summarise: Callable[[Lattice], Array],
) -> tuple[Lattice, Array]:
    """Place nodes ever closer, until two rules agree.

    Parameters
    ----------
    log_density
        Logarithm of a density of scales, up to a constant: takes shape (n_nodes, n_scales),
        returns shape (n_nodes,), in nats.
    coordinates
        Of the scales.
    mode
        Of the density of t, from `find_mode`.
    summarise
        What the rules shall agree on: numbers by three rules, shape (3, …).

    Returns
    -------
    lattice
        The first on which the rules agree.
    summary
        What `summarise` gives for it.

    Raises
    ------
    ArithmeticError
        If the rules do not agree on the finest lattice that is tried.
    """
    of_t = coordinates.density_of_t(log_density)
    place, spread = mode.place, mode.spread
    n_scales = len(place)
    two = n_scales > 3
    tolerance = TOLERANCE_OF_TWO if two else TOLERANCE
    # One axis needs closer nodes than three, where every other node makes a denser lattice.
    step = 0.5 if n_scales == 1 else 1.0
    for ratios in RATIOS_OF_TWO if two else RATIOS:
        region, log_values = fill(of_t, place, step * spread, DROP)
        if n_scales == 3 and TAILS * _nodes_of_normal(step) < len(region) < MOST_NODES / 4:
            ratios = ratios[1:]  # with such tails, nodes as wide as these never do
        for ratio in ratios:
            index, basis, log_cell = region, ratio * step * spread, 0.0
            if two:  # half the steps make a sixteenth of the cell, of which a node has eight
                index, basis, log_cell = interlace(region, ratio), basis / 2, np.log(8)
            elif ratio < 1:
                index = refine(region, ratio)
            if ratio < ratios[0] and len(index) > MOST_NODES * (1 + two):
                break
            if ratio < 1:
                log_values = of_t(place + index @ basis.T)
            log_cell += np.log(np.diag(basis)).sum()
            lattice = Lattice(coordinates, place, basis, index, log_values + log_cell)
            summary = summarise(lattice)
            off = np.abs(summary[1:] - summary[0]).max()
            if off < tolerance:
                return lattice, summary
        spread = average_spread(of_t, lattice)
    raise ArithmeticError(
        f"the integral over the scales does not converge: with {len(lattice.index)} nodes, the "
        f"two halves of the lattice still differ by {off:.1g}, more than {tolerance:.0e}. This "
        "posterior is a proper one, but too sharp at its edges for these nodes: sample it by "
        "pooling.inference.fit"
    )


def _nodes_of_normal(step: float) -> float:
    """How many nodes a normal density of three scales would have: the volume of a ball."""
    return 4 / 3 * np.pi * (np.sqrt(2 * DROP) / step) ** 3
