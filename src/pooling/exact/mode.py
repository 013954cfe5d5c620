"""Where the density of the scales has its top, and how wide it is there, or on average."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from pooling.exact.coordinates import Coordinates, LogDensity
from pooling.exact.lattice import Lattice
from pooling.exact.statistics import Array

STEP = 1e-3  # of finite differences, in units of t
FLATTEST = 0.25  # curvature: along no axis is a density taken to be wider than two units of t


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
    of_t = coordinates.density_of_t(log_density)

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
    return Mode(place, _root_of_inverse(curvature(place)))


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
