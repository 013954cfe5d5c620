"""Integrate a density over scales, and a correlation if there is one, on a lattice that fits it.

The trapezoidal rule on an infinite lattice is exponentially accurate for smooth functions: for a
normal density, nodes one standard deviation apart leave a relative error of about 1e-8 (Trefethen
and Weideman, 2014). So the lattice is centred at the mode, stretched by the curvature there, and
filled outwards from the mode as far as there is any mass. Where that does not do, it is stretched
anew, by the curvature that the density has on average.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from pooling.exact.coordinates import Coordinates
from pooling.exact.lattice import Lattice
from pooling.exact.statistics import Array

LogDensity = Callable[[Array], Array]
DROP = 24.0  # nats below the top, where nodes end: so far out for the sake of rows left out
TOLERANCE = 1e-4  # between the rules; the one that uses all nodes is much closer to the truth
MOST_NODES = 500_000  # some seconds, and some hundred megabytes
STEP = 1e-3  # of finite differences, in units of t


@dataclass(frozen=True)
class Mode:
    """The top of a density of t.

    Parameters
    ----------
    place
        Coordinates t, shape (n_scales,).
    spread
        A lower triangle S with S S' the inverse curvature there, shape (n_scales, n_scales).
    """

    place: Array
    spread: Array


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

    def of_t(t: Array) -> Array:
        return log_density(coordinates.parameters(t)) + coordinates.log_stretch(t)

    place, spread = mode.place, mode.spread
    n_scales = len(place)
    # One axis needs closer nodes than three, where every other node makes a denser lattice.
    step = 0.5 if n_scales == 1 else 1.0
    for refinements in (3, 6):
        region, log_values = _fill(of_t, place, step * spread)
        for ratio in 0.7 ** np.arange(refinements):
            index, basis = region, ratio * step * spread
            if ratio < 1:
                index = _refine(region, ratio)
                if len(index) > MOST_NODES:
                    break
                log_values = of_t(place + index @ basis.T)
            volume = np.log(np.diag(basis)).sum()
            lattice = Lattice(coordinates, place, basis, index, log_values + volume)
            summary = summarise(lattice)
            off = np.abs(summary[1:] - summary[0]).max()
            if off < TOLERANCE:
                return lattice, summary
        spread = _average_spread(of_t, lattice)
    raise ArithmeticError(
        f"the integral over the scales does not converge: with {len(lattice.index)} nodes, the "
        f"two halves of the lattice still differ by {off:.1g}, more than {TOLERANCE:.0e}. This "
        "posterior is a proper one, but too sharp at its edges for these nodes: sample it by "
        "pooling.inference.fit"
    )


def find_mode(log_density: LogDensity, coordinates: Coordinates, near: Mode | None = None) -> Mode:
    """Find the top of the density of t, and its curvature there.

    Parameters
    ----------
    log_density
        As for `fill_lattice`.
    coordinates
        Of the scales.
    near
        Where to begin and how far to go, if anything is known.

    Raises
    ------
    ArithmeticError
        If the search runs off.
    """
    n_scales = coordinates.n
    start = near or Mode(np.zeros(n_scales), np.eye(n_scales))
    unit = np.eye(n_scales) * STEP
    both = np.concatenate([unit, -unit])

    def of_t(t: Array) -> Array:
        return log_density(coordinates.parameters(t)) + coordinates.log_stretch(t)

    def minus_and_gradient(steps: Array) -> tuple[float, Array]:
        t = start.place + start.spread @ steps
        values = -of_t(np.concatenate([t[None], t + both]))
        gradient = (values[1 : n_scales + 1] - values[n_scales + 1 :]) / (2 * STEP)
        return values[0], start.spread.T @ gradient

    def curvature(t: Array) -> Array:
        corners = (unit[:, None] + unit[None]).reshape(-1, n_scales)
        mixed = (unit[:, None] - unit[None]).reshape(-1, n_scales)
        values = of_t(np.concatenate([t + corners, t - corners, t + mixed, t - mixed]))
        pp, mm, pm, mp = values.reshape(4, n_scales, n_scales)
        return -(pp + mm - pm - mp) / (4 * STEP**2)

    # Of a density that may be as steep as the rows are many, the first step must not be too long.
    size = 1.0 if near else max(1.0, abs(float(of_t(start.place[None])[0])))
    found = minimize(
        lambda steps: tuple(each / size for each in minus_and_gradient(steps)),
        np.zeros(n_scales),
        jac=True,
        method="BFGS",
    )
    place = start.place + start.spread @ found.x
    if coordinates.ran_off(place):
        there = ", ".join(f"{each:.1g}" for each in coordinates.parameters(place))
        raise ArithmeticError(
            f"the mode of the scales was not found: the search ran off to {there}. Look for values "
            "far outside, or sample this posterior by pooling.inference.fit"
        )
    precision, axes = np.linalg.eigh(curvature(place))
    covariance = (axes / np.maximum(precision, 0.25)) @ axes.T
    return Mode(place, np.linalg.cholesky(covariance))


def _average_spread(log_density: LogDensity, lattice: Lattice) -> Array:
    """Find a lower triangle S with S S' the inverse of the average curvature.

    Where the density has two arms (the spread of rows that stand alone in their subject may be
    noise, or a spread of intercepts), the mode is in the bend, and the arms are sharper. The
    curvature averaged over the density is that of a normal density, if it is one, and knows of the
    arms, if not. It is the average of the gradient's outer product (by partial integration, as for
    Fisher's information).
    """
    weights, dimension = lattice.weights[0], lattice.index.shape[1]
    heavy = weights > 1e-9
    t, unit = lattice.t[heavy], np.eye(dimension) * STEP
    gradient = np.stack(
        [(log_density(t + each) - log_density(t - each)) / (2 * STEP) for each in unit], axis=1
    )
    precision, axes = np.linalg.eigh((gradient * weights[heavy, None]).T @ gradient)
    covariance = (axes / np.maximum(precision, 0.25)) @ axes.T
    return np.linalg.cholesky(covariance)


def _fill(log_density: LogDensity, mode: Array, basis: Array) -> tuple[NDArray[np.int64], Array]:
    """Find the nodes that matter: from the mode outwards, from each on to its neighbours.

    Returns
    -------
    index : ndarray
        Their lattice coordinates, shape (n_nodes, n_scales).
    log_values : ndarray
        Of the density there, shape (n_nodes,).
    """
    dimension = len(mode)
    steps = np.concatenate([np.eye(dimension, dtype=np.int64), -np.eye(dimension, dtype=np.int64)])
    radix = (2 ** (60 // dimension)) ** np.arange(
        dimension
    )  # makes one number of a node's coordinates
    front, previous, top = np.zeros((1, dimension), np.int64), np.empty(0), -np.inf
    region, log_values = [], []
    while len(front):
        values = log_density(mode + front @ basis.T)
        top = max(top, values.max())
        high = values > top - DROP
        matters = front[high]
        region.append(matters)
        log_values.append(values[high])
        around = (matters[:, None] + steps).reshape(-1, dimension)
        codes, first = np.unique(around @ radix, return_index=True)
        # Neighbours differ by one in their distance from the mode, so that those seen before are
        # all in the previous front.
        new = first[~np.isin(codes, previous)]
        front, previous = around[new], front @ radix
    return np.concatenate(region), np.concatenate(log_values)


def _refine(region: NDArray[np.int64], ratio: float) -> NDArray[np.int64]:
    """List the nodes of a lattice `ratio` times as wide that are nearest to nodes of `region`."""
    low, high = region.min(axis=0), region.max(axis=0)
    inside = np.zeros(high - low + 1, bool)
    inside[tuple((region - low).T)] = True
    ends = [
        np.arange(np.ceil((first - 0.5) / ratio), (last + 0.5) / ratio)
        for first, last in zip(low, high, strict=True)
    ]
    index = np.stack(np.meshgrid(*ends, indexing="ij"), axis=-1).reshape(-1, len(low))
    nearest = np.clip(np.rint(index * ratio).astype(np.int64) - low, 0, high - low)
    return index[inside[tuple(nearest.T)]].astype(np.int64)
