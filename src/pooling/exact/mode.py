"""Where the density of the scales has its top, and how wide it is there, or on average."""

from dataclasses import dataclass

import numpy as np

from pooling.exact.coordinates import Coordinates, LogDensity
from pooling.exact.lattice import Lattice
from pooling.exact.statistics import Array

STEP = 1e-3  # of finite differences, in units of t
FLATTEST = 0.25  # curvature: along no axis is a density taken to be wider than two units of t
LONGEST = 2.0  # step of the search, in units of t
SETTLED = 1e-3  # a step, in standard deviations: what is left after it is about its square
LEAST = 1e-4  # of what a straight line would gain by a step, which must be gained
MOST = 200  # steps, of which five to ten are usual


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


def find_mode(log_density: LogDensity, coordinates: Coordinates, near: Array | None = None) -> Mode:
    """Find the top of the density of t, and its curvature there, by Newton's method.

    Where the density does not bend down along an axis, the step goes uphill as if it did, and a
    step that gains next to nothing is halved (Nocedal and Wright, 2006, sections 3.1 and 3.4).

    Parameters
    ----------
    log_density
        As for `fill_lattice`.
    coordinates
        Of the scales.
    near
        Coordinates t to begin with, if any are known to be near, shape (n_scales,).

    Raises
    ------
    ArithmeticError
        If the search runs off.
    """
    of_t = coordinates.density_of_t(log_density)
    place = np.zeros(coordinates.n) if near is None else near
    step, highest, gain = np.zeros(coordinates.n), -np.inf, 0.0
    for _ in range(MOST):
        value, gradient, curvature = _expansion(of_t, place + step)
        if value < highest + LEAST * gain:
            step, gain = step / 2, gain / 2
            continue
        place, highest = place + step, value
        precision, axes = np.linalg.eigh(curvature)
        precision = np.maximum(np.abs(precision), FLATTEST)
        slope = axes.T @ gradient
        step = axes @ (slope / precision)
        step *= LONGEST / max(LONGEST, np.linalg.norm(step))
        gain = float(gradient @ step)
        if (slope**2 / precision).sum() < SETTLED**2:
            place = place + step
            break
    if coordinates.ran_off(place):
        there = ", ".join(f"{each:.1g}" for each in coordinates.parameters(place))
        raise ArithmeticError(
            f"the mode of the scales was not found: the search ran off to {there}. Look for values "
            "far outside, or sample this posterior by pooling.inference.fit"
        )
    return Mode(place, _root_of_inverse(curvature))


def _expansion(of_t: LogDensity, t: Array) -> tuple[float, Array, Array]:
    """A density's value, gradient and curvature (its second derivatives, with a minus)."""
    n = len(t)
    unit = np.eye(n) * STEP
    first, second = np.triu_indices(n, 1)
    corners, mixed = unit[first] + unit[second], unit[first] - unit[second]
    around = np.concatenate([np.zeros((1, n)), unit, -unit, corners, -corners, mixed, -mixed])
    (value,), up, down, *pairs = np.split(of_t(t + around), np.cumsum([1, n, n, *[len(first)] * 3]))
    curvature = np.diag((2 * value - up - down) / STEP**2)
    pp, mm, pm, mp = pairs
    curvature[first, second] = curvature[second, first] = (pm + mp - pp - mm) / (4 * STEP**2)
    return value, (up - down) / (2 * STEP), curvature


def average_spread(log_density: LogDensity, lattice: Lattice) -> Array:
    """Find a lower triangle S with S S' the inverse of the average curvature.

    Where the density has two arms (the spread of rows that stand alone in their subject may be
    noise, or a spread of intercepts), the mode is in the bend, and the arms are sharper. The
    curvature averaged over the density is that of a normal density, if it is one, and knows of the
    arms, if not. It is the average of the gradient's outer product (by partial integration, as for
    Fisher's information).

    Parameters
    ----------
    log_density
        Of t, up to a constant: shape (n_nodes, n_scales) to (n_nodes,), in nats.
    lattice
        Nodes and weights of the same density.
    """
    weights, dimension = lattice.weights[0], lattice.index.shape[1]
    heavy = weights > 1e-9
    t, unit = lattice.t[heavy], np.eye(dimension) * STEP
    gradient = np.stack(
        [(log_density(t + each) - log_density(t - each)) / (2 * STEP) for each in unit], axis=1
    )
    return _root_of_inverse((gradient * weights[heavy, None]).T @ gradient)


def _root_of_inverse(curvature: Array) -> Array:
    """A lower triangle S with S S' the inverse of a curvature, which may be flat along an axis."""
    precision, axes = np.linalg.eigh(curvature)
    return np.linalg.cholesky((axes / np.maximum(precision, FLATTEST)) @ axes.T)
