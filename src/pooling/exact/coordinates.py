"""Coordinates t on a whole line for what is integrated numerically: scales, and a correlation.

A scale τ may well be zero as far as the data know. On the scale of log τ, the density then falls
off to the left only as slowly as τ does. The coordinate t with log τ = t − exp(−t) pulls this tail
in: in t it is doubly exponential (Takahasi and Mori, 1974).

A correlation ρ may well be ±1. The coordinate t with ρ = tanh t (Fisher's z) puts these ends at
infinity, and a prior that vanishes at them makes the density fall off.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import lambertw

from pooling.exact.statistics import Array

LogDensity = Callable[[Array], Array]

LARGEST = 60.0  # logarithm of a scale or of its reciprocal
CLOSEST = 12.0  # t of a correlation, beyond which 1 − ρ² has too few digits left


@dataclass(frozen=True)
class Coordinates:
    """Of what each t is the coordinate.

    Parameters
    ----------
    n
        Number of parameters.
    correlation
        Which of them is a correlation, if one is; all others are positive scales.
    """

    n: int
    correlation: int | None = None

    def parameters(self, t: Array) -> Array:
        """The parameters that have these coordinates, shape (…, n) to (…, n)."""
        found = scale_of(t)
        if self.correlation is not None:
            found[..., self.correlation] = correlation_of(t[..., self.correlation])
        return found

    def log_stretch(self, t: Array) -> Array:
        """Logarithm of the volume of a unit of volume in t, shape (n_nodes, n) to (n_nodes,)."""
        if self.correlation is None:
            return log_stretch(t)
        scales = np.delete(t, self.correlation, axis=-1)
        return log_stretch(scales) + log_stretch_of_correlation(t[..., self.correlation])

    def density_of_t(self, log_density: LogDensity) -> LogDensity:
        """Turn a density of the parameters into one of t, both logarithmic, in nats.

        Either takes shape (n_nodes, n) and returns shape (n_nodes,).
        """
        return lambda t: log_density(self.parameters(t)) + self.log_stretch(t)

    def place(self, column: int, values: ArrayLike) -> Array:
        """The coordinates t of values of one parameter, any shape."""
        values = np.asarray(values, float)
        if column == self.correlation:
            return np.arctanh(np.clip(values, -np.tanh(CLOSEST), np.tanh(CLOSEST)))
        return np.log(values) + lambertw(1 / values).real  # log τ = t − exp(−t), solved for t

    def log_stretch_of(self, column: int, t: Array) -> Array:
        """As `log_stretch`, of one parameter alone, any shape."""
        if column == self.correlation:
            return log_stretch_of_correlation(t)
        return log_stretch(t[..., None])

    def ran_off(self, t: Array) -> bool:
        """Whether a place, shape (n,), is so far out that no posterior has its mode there."""
        scales = t if self.correlation is None else np.delete(t, self.correlation)
        off = bool(np.abs(np.log(scale_of(scales))).max() > LARGEST / 2)
        return off or (self.correlation is not None and abs(t[self.correlation]) > CLOSEST / 2)


def scale_of(t: Array) -> Array:
    """The scale that has coordinate t, any shape; not beyond what can be computed with."""
    return np.exp(np.clip(t - _pull(t), -LARGEST, LARGEST))


def log_stretch(t: Array) -> Array:
    """Logarithm of dτ/dt, summed over the scales: shape (n_nodes, n_scales) to (n_nodes,)."""
    pull = _pull(t)
    # A product: to sum over so few columns takes longer.
    return (t - pull + np.log1p(pull)) @ np.ones(t.shape[-1])


def correlation_of(t: Array) -> Array:
    """The correlation that has coordinate t, any shape; never quite ±1."""
    return np.tanh(np.clip(t, -CLOSEST, CLOSEST))


def log_stretch_of_correlation(t: Array) -> Array:
    """Logarithm of dρ/dt = 1 − ρ², any shape, without its digits running out near ±1."""
    return 2 * (np.log(2) - np.logaddexp(t, -t))


def _pull(t: Array) -> Array:
    """What t − log τ is: exp(−t), but not larger than can be computed with."""
    return np.exp(-np.maximum(t, -10.0))
