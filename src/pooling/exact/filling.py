"""Which nodes of a lattice matter: those to which a density that is smooth leads from its top."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pooling.exact.statistics import Array

NEAR = 6  # steps from the mode, where a normal density is down by 18 nats


def fill(
    log_density: Callable[[Array], Array], mode: Array, basis: Array, drop: float
) -> tuple[NDArray[np.int64], Array]:
    """Find the nodes that matter: from the mode outwards, from each on to its neighbours.

    Parameters
    ----------
    log_density
        Of t, up to a constant, in nats.
    mode
        Coordinates t of the node in the middle, shape (n_scales,).
    basis
        Steps of the lattice, a column each, shape (n_scales, n_scales).
    drop
        By how much the density may be lower than at the top, in nats.

    Returns
    -------
    index : ndarray
        Their lattice coordinates, shape (n_nodes, n_scales).
    log_values : ndarray
        Of the density there, shape (n_nodes,).
    """
    dimension = len(mode)
    steps = np.concatenate([np.eye(dimension, dtype=np.int64), -np.eye(dimension, dtype=np.int64)])
    radix = (2 ** (60 // dimension)) ** np.arange(dimension)  # makes one number of coordinates
    # Near the mode all nodes matter, or nearly all: they need not be found one after the other.
    axis = np.arange(-NEAR, NEAR + 1)
    box = np.stack(np.meshgrid(*[axis] * dimension, indexing="ij"), -1).reshape(-1, dimension)
    front, previous, top = box[(box**2).sum(axis=1) <= NEAR**2], np.zeros(0, np.int64), -np.inf
    region, log_values = [], []
    while len(front):
        values = log_density(mode + front @ basis.T)
        top = max(top, values.max())
        high = values > top - drop
        matters = front[high]
        region.append(matters)
        log_values.append(values[high])
        around = (matters[:, None] + steps).reshape(-1, dimension)
        codes, first = np.unique(around @ radix, return_index=True)
        # Those of them that were seen before are in this front or in the previous one.
        here = front @ radix
        seen = np.sort(np.concatenate([previous, here]))
        place = np.minimum(np.searchsorted(seen, codes), len(seen) - 1)
        front, previous = around[first[seen[place] != codes]], here
    return np.concatenate(region), np.concatenate(log_values)


def refine(region: NDArray[np.int64], ratio: float, shift: float = 0.0) -> NDArray[np.int64]:
    """List the nodes of a lattice `ratio` times as wide that are nearest to nodes of `region`.

    The lattice may be shifted by a part of its own steps.
    """

    def first(place: NDArray[np.int64]) -> NDArray[np.int64]:
        """The lowest coordinate that is rounded to a place."""
        lowest = np.ceil((place - 0.5) / ratio - shift)
        lowest += np.rint((lowest + shift) * ratio) < place  # a tie may go to the place below
        return lowest.astype(np.int64)

    index = region
    for axis in range(region.shape[1]):
        start, end = first(index[:, axis]), first(index[:, axis] + 1)
        several = end - start
        index = np.repeat(index, several, axis=0)
        before = np.repeat(np.cumsum(several) - several - start, several)
        index[:, axis] = np.arange(len(index)) - before
    return index[np.lexsort(index.T[::-1])]


def interlace(region: NDArray[np.int64], ratio: float) -> NDArray[np.int64]:
    """List the nodes of two such lattices, the second in the centres of the first one's cells.

    Steps are half those of either: the first one's coordinates are even, the second's odd.
    """
    first, second = refine(region, ratio), refine(region, ratio, 0.5)
    return np.concatenate([2 * first, 2 * second + 1])
