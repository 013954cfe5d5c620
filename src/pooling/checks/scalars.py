"""What a number of the model, such as a standard deviation, is made of, and its exact prior."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from pooling.checks.likelihood import same
from pooling.checks.normals import unwrapped
from pooling.checks.sites import Reading

Array = NDArray[np.float64]
Map = Callable[[Any], Any]

# How a site may be transformed: what it is called, the map, and back.
MAPS: dict[str, tuple[Map, Map]] = {
    "itself": (lambda v: v, lambda v: v),
    "squared": (lambda v: v**2, jnp.sqrt),
    "square root": (jnp.sqrt, lambda v: v**2),
    "exponential": (jnp.exp, jnp.log),
    "reciprocal": (lambda v: 1 / v, lambda v: 1 / v),
    "reciprocal root": (lambda v: 1 / jnp.sqrt(v), lambda v: 1 / v**2),
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

        def one(value: jax.Array) -> jax.Array:
            back = MAPS[self.map][1]
            moved = (value - self.start) / self.factor
            inner = jnp.broadcast_to(base.log_prob(back(moved)), self.scalar.shape)
            inside = jnp.broadcast_to(base.support(back(moved)), self.scalar.shape)
            stretch = jnp.log(jnp.abs(jax.grad(back)(moved) / self.factor))
            density = inner[self.scalar.place] + stretch
            return jnp.where(inside[self.scalar.place], density, -jnp.inf)

        return np.asarray(jax.vmap(one)(jnp.asarray(at, float)))


def scalars(reading: Reading) -> list[Scalar]:
    """Every number among the latent sites; of a vector site, every element."""
    return [
        Scalar(
            site.name if not place else f"{site.name}[{', '.join(map(str, place))}]",
            site.values[(slice(None), *place)],
            site.fn,
            place,
            site.values.shape[1:],
            site.fixed,
        )
        for site in reading.latents
        for place in np.ndindex(site.values.shape[1:])
    ]


def origin(values: Array, candidates: list[Scalar]) -> Constant | Made | None:
    """Where a number comes from, if from nothing or from one site."""
    if same(values[:, None], np.full((len(values), 1), values[0])):
        return Constant(float(values[0]))
    for name, (there, _) in MAPS.items():
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
