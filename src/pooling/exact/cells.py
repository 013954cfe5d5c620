"""The cells between the nodes of a lattice, and how high the density may be in each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pooling.exact.lattice import Lattice
from pooling.exact.statistics import Array


@dataclass(frozen=True)
class Cells:
    """The cells between the nodes of a lattice.

    Parameters
    ----------
    index
        Lattice coordinates of the lowest corner of each, shape (n_cells, n_scales).
    heights
        Weights of the nodes at its corners, shape (n_cells, 2 ** n_scales).
    bound
        How often the density may be as high as what is linear between the nodes, shape (n_cells,).
    """

    index: NDArray[np.int64]
    heights: Array
    bound: Array


def find_cells(lattice: Lattice) -> Cells:
    """List the cells whose corners are all nodes, and bound the density in each.

    Let g be the logarithm of the density f, and c_k the largest curvature −∂²g/∂z_k² in a cell with
    sides of length one. Interpolated linearly along one side, g is off by c_k/8 at most. So it is
    by Σ c_k/8 along all, since averages of errors are no larger. The density that is linear between
    the corners is an arithmetic mean of their heights. It is no less than the geometric mean with
    the same shares, whose logarithm is the interpolated g. Hence f is at most exp(Σ c_k/8) times as
    high.

    The curvature is the largest second difference of g at the corners, and a tenth. A second
    difference is an average of the curvature around a node; the tenth is for what lies between,
    and a billionth for rounding.
    """
    dimension = lattice.index.shape[1]
    low = lattice.index.min(axis=0) - 2  # a margin, so that every neighbour has a place
    log_heights = np.full(lattice.index.max(axis=0) - low + 3, np.nan)
    log_heights[tuple((lattice.index - low).T)] = lattice.log_weights - lattice.log_integral[0]
    places = lattice.index[:, None] - low + _corners(dimension).T  # of the corners, for each cell
    at_corners = log_heights[tuple(np.moveaxis(places, -1, 0))]
    whole, total = ~np.isnan(at_corners).any(axis=1), np.zeros(len(places))
    for step in np.eye(dimension, dtype=np.int64):
        before, after = (log_heights[tuple(np.moveaxis(places + s, -1, 0))] for s in (-step, step))
        bend = 2 * at_corners - before - after
        whole &= ~np.isnan(bend).all(axis=1)  # at the outermost rim there is none
        total += np.nan_to_num(bend, nan=0.0).max(axis=1).clip(0)
    bound = np.exp(1.1 * total[whole] / 8 + 1e-9)
    return Cells(lattice.index[whole], np.exp(at_corners[whole]), bound)


def interpolate(heights: Array, place: Array) -> Array:
    """Interpolate linearly between the corners of cells, shape (n,).

    Parameters
    ----------
    heights
        At the corners of each cell, shape (n, 2 ** n_scales).
    place
        Where in the cell, from 0 to 1 along each side, shape (n, n_scales).
    """
    corners = _corners(place.shape[1])
    shares = np.where(corners == 1, place[..., None], 1 - place[..., None]).prod(axis=1)
    return (heights * shares).sum(axis=1)


def place_in(heights: Array, rng: np.random.Generator) -> Array:
    """Draw a place in each cell from the density that is linear between its corners.

    Parameters
    ----------
    heights
        At the corners of each cell, shape (n, 2 ** n_scales).
    rng
        Source of randomness.

    Returns
    -------
    ndarray
        From 0 to 1 along each side, shape (n, n_scales).
    """
    corners = _corners(int(np.log2(heights.shape[1])))
    below = np.cumsum(heights, axis=1)
    corner = (rng.uniform(size=(len(below), 1)) * below[:, -1:] >= below[:, :-1]).sum(axis=1)
    off = 1 - np.sqrt(rng.uniform(size=(len(below), len(corners))))  # the nearer, the likelier
    return np.where(corners.T[corner] == 1, 1 - off, off)


def _corners(dimension: int) -> NDArray[np.int64]:
    """The corners of a unit cube, a column each, shape (dimension, 2 ** dimension)."""
    return np.indices((2,) * dimension).reshape(dimension, -1)
