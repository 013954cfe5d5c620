"""What a number of the model, such as a standard deviation, is made of, and its exact prior."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pooling.checks.likelihood import same
from pooling.checks.normals import unwrapped
from pooling.checks.sites import Reading

Array = NDArray[np.float64]
Map = Callable[[Array], Array]

# How a site may be transformed: what it is called, the map, the way back, and how the way back
# stretches, as the logarithm of its slope.
MAPS: dict[str, tuple[Map, Map, Map]] = {
    "itself": (lambda v: v, lambda w: w, np.zeros_like),
    "squared": (np.square, np.sqrt, lambda w: -np.log(2 * np.sqrt(w))),
    "square root": (np.sqrt, np.square, lambda w: np.log(2 * w)),
    "exponential": (np.exp, np.log, lambda w: -np.log(w)),
    "reciprocal": (np.reciprocal, np.reciprocal, lambda w: -2 * np.log(w)),
    "reciprocal root": (
        lambda v: 1 / np.sqrt(v),
        lambda w: 1 / w**2,
        lambda w: np.log(2) - 3 * np.log(w),
    ),
}


@dataclass(frozen=True)
class Scalar:
    """One number among the sites, by draw."""

    name: str
    values: Array
    fn: Any
    place: tuple[int, ...]
    shape: tuple[int, ...]
    fixed: bool


@dataclass(frozen=True)
class Constant:
    """A number that is the same in all draws."""

    value: float


@dataclass(frozen=True)
class Made:
    """A number that is start + factor × a map of one site."""

    scalar: Scalar
    map: str
    start: float
    factor: float

    def log_density(self, at: Array) -> Array | None:
        """Logarithm of its prior density; None where the site's own is not known."""
        base = unwrapped(self.scalar.fn)
        if not self.scalar.fixed or base.event_dim:
            return None

        _, back, stretch = MAPS[self.map]
        shape = (len(at), *self.scalar.shape)
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPyro's, of values outside the support
            moved = (at - self.start) / self.factor
            value = np.reshape(back(moved), (-1, *(1 for _ in self.scalar.shape)))
            inner = np.broadcast_to(base.log_prob(value), shape)
            inside = np.broadcast_to(base.support(value), shape)
            place: Any = (slice(None), *self.scalar.place)
            density = np.where(inside, inner, -np.inf)[place]
            return np.asarray(density + stretch(moved) - np.log(abs(self.factor)))


def scalars(reading: Reading) -> list[Scalar]:
    """Every number among the latent sites; of a vector site, every element."""
    found = []
    for site in reading.latents:
        shape = site.values.shape[1:]
        for place in np.ndindex(shape):
            name = site.name if not place else f"{site.name}[{', '.join(map(str, place))}]"
            values = site.values[(slice(None), *place)]
            found.append(Scalar(name, values, site.fn, place, shape, site.fixed))
    return found


def origin(values: Array, candidates: list[Scalar]) -> Constant | Made | None:
    """Where a number comes from, if from nothing or from one site."""
    if same(values[:, None], np.full((len(values), 1), values[0])):
        return Constant(round(float(values[0]), 4) + 0.0)  # + 0.0: no −0
    for name, (there, _, _) in MAPS.items():
        for scalar in candidates:
            with np.errstate(all="ignore"):
                mapped = np.asarray(there(scalar.values))
            if not np.isfinite(mapped).all():
                continue
            low, high = mapped.argmin(), mapped.argmax()
            if mapped[low] == mapped[high]:
                continue
            factor = (values[high] - values[low]) / (mapped[high] - mapped[low])
            start = values[low] - factor * mapped[low]
            start = 0.0 if abs(start) < 1e-4 else start
            if factor and same(values[:, None], (start + factor * mapped)[:, None]):
                return Made(scalar, name, float(start), _round(factor))
    return None


def _round(factor: float) -> float:
    """A whole factor, which 32 bits give nearly, is whole."""
    return float(round(factor)) if abs(factor - round(factor)) < 1e-4 else float(factor)
