"""Read what a model's sites are, over several draws from its prior."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from pooling.checks.calling import of_reader, run
from pooling.checks.normals import as_normal, parameters, unwrapped
from pooling.checks.probe_rows import ProbeRows

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Latent:
    """An unobserved site: its values, one a draw, and what they are drawn from."""

    name: str
    fn: Any
    values: Array
    loc: Array | None
    scale: Array | None
    correlated: bool
    fixed: bool
    """Whether its distribution is the same in all draws."""


@dataclass(frozen=True)
class Reading:
    """A model's sites on some rows; every array begins with the draws."""

    rows: ProbeRows
    latents: list[Latent]
    computed: dict[str, Array]
    """Values of deterministic sites."""
    obs_fn: Any
    loc: Array
    scale: Array

    @property
    def intercepts(self) -> Array:
        """Mean of each subject's row at x = 0, by draw and subject."""
        rows = [self.rows.at(s, 0) for s in range(self.rows.n_subjects)]
        return self.loc[:, rows]

    @property
    def slopes(self) -> Array:
        """What one step of x adds to it."""
        rows = [self.rows.at(s, 1) for s in range(self.rows.n_subjects)]
        return self.loc[:, rows] - self.intercepts


def read(model: Callable[..., Any], rows: ProbeRows, keys: jax.Array) -> Reading:
    """Run a model once for each key, conditioned on the rows' y.

    The observed site must be normal; see `pooling.checks.observed`.
    """
    kept = run(model, rows, keys[0])

    def values(key: jax.Array) -> dict[str, dict[str, Any]]:
        # Without compiling the whole: its single steps serve every model that is checked.
        return {name: _parts(site) for name, site in run(model, rows, key).items()}

    with of_reader(model):
        drawn = jax.tree.map(np.asarray, jax.vmap(values)(keys))
    latents = [
        Latent(
            name,
            site["fn"],
            drawn[name]["value"],
            drawn[name].get("loc"),
            drawn[name].get("scale"),
            _correlated(drawn[name].get("covariance")),
            all(np.ptp(each, axis=0).max(initial=0) == 0 for each in drawn[name]["parameters"]),
        )
        for name, site in kept.items()
        if site["type"] == "sample" and not site["is_observed"]
    ]
    computed = {n: drawn[n]["value"] for n, site in kept.items() if site["type"] == "deterministic"}
    obs = drawn["obs"]
    return Reading(rows, latents, computed, kept["obs"]["fn"], obs["loc"], obs["scale"])


def _parts(site: dict[str, Any]) -> dict[str, Any]:
    if site["type"] not in ("sample", "deterministic"):
        return {}
    parts: dict[str, Any] = {"value": jnp.asarray(site["value"])}
    if site["type"] == "sample":
        fn, shape = site["fn"], parts["value"].shape
        parts["parameters"] = [
            jnp.asarray(each) for each in jax.tree.leaves(list(parameters(fn).values()))
        ]
        normal = as_normal(fn)
        located = normal or unwrapped(fn)
        if hasattr(located, "loc") and hasattr(located, "scale"):
            parts["loc"] = jnp.broadcast_to(located.loc, shape)
            parts["scale"] = jnp.broadcast_to(located.scale, shape)
        if normal is not None and normal.covariance is not None:
            parts["covariance"] = normal.covariance
    return parts


def _correlated(covariance: Array | None) -> bool:
    if covariance is None:
        return False
    off = covariance * (1 - np.eye(covariance.shape[-1]))
    return bool(np.abs(off).max() > 1e-6 * np.abs(covariance).max())
