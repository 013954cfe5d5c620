"""Which nodes of a lattice matter: those to which a density that is smooth leads from its top."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pooling.exact.statistics import Array

FAR = 16  # steps along an axis, beyond which the way out from the mode is found step by step
ROOM = 4  # steps around what is seen; in four dimensions more takes memory


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

    def values_at(index: NDArray[np.int64]) -> Array:
        return log_density(mode + index @ basis.T)

    index, top = _about(*_reach(values_at, dimension, drop)), -np.inf
    seen, corner = np.zeros((1,) * dimension, bool), np.zeros(dimension, np.int64)
    region, log_values = [], []
    while len(index):
        values = values_at(index)
        top = max(top, values.max())
        high = values > top - drop
        region.append(index[high])
        log_values.append(values[high])
        seen, corner = _with_room(seen, corner, index)
        places = np.ravel_multi_index(tuple((index - corner).T), seen.shape)
        seen.flat[places] = True
        around = places[high, None] + np.array([*seen.strides, *(-each for each in seen.strides)])
        around = np.unique(around[~seen.reshape(-1)[around]])
        index = np.stack(np.unravel_index(around, seen.shape), axis=-1) + corner
    return np.concatenate(region), np.concatenate(log_values)


def _with_room(
    seen: NDArray[np.bool_], corner: NDArray[np.int64], index: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Make a box of nodes larger, if it has no room for some nodes and their neighbours."""
    end = corner + seen.shape
    low, high = index.min(axis=0) - 1, index.max(axis=0) + 2
    if (low >= corner).all() and (high <= end).all():
        return seen, corner
    low, high = np.minimum(low, corner) - ROOM, np.maximum(high, end) + ROOM
    wider = np.zeros(high - low, bool)
    wider[tuple(map(slice, corner - low, end - low))] = seen
    return wider, low


def _reach(
    values_at: Callable[[NDArray[np.int64]], Array], dimension: int, drop: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many steps up and down each axis from the mode it is to where a density ends."""
    axes = np.eye(dimension, dtype=np.int64)
    both = np.stack([axes, -axes])[:, :, None] * np.arange(FAR + 1)[:, None]
    values = values_at(both.reshape(-1, dimension)).reshape(2, dimension, -1)
    low = values < values.max() - drop
    low[..., 0], low[..., -1] = False, True
    up, down = low.argmax(axis=2)
    return up, down


def _about(up: NDArray[np.int64], down: NDArray[np.int64]) -> NDArray[np.int64]:
    """List the nodes in an ellipsoid about the mode that reaches so far up and down each axis."""
    index, radius = np.zeros((1, 0), np.int64), np.zeros(1)
    for above, below in zip(up, down, strict=True):
        place = np.arange(-below, above + 1)
        squared = (place / np.where(place < 0, below, above)) ** 2
        inside = radius[:, None] + squared <= 1
        before, here = np.nonzero(inside)
        index = np.concatenate([index[before], place[here, None]], axis=1)
        radius = radius[before] + squared[here]
    return index


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
