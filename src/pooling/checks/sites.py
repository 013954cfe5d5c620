"""Read what a model's sites are, over several draws from its prior."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from pooling.checks.calling import of_reader, run
from pooling.checks.normals import as_normal, parameters, unwrapped
from pooling.checks.probe_rows import ProbeRows
from pooling.checks.verdict import Wrong

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
    # Neither compiled nor vectorised: that would take longer than the few runs themselves.
    runs = [run(model, rows, key) for key in keys]
    with of_reader(model):
        parts = [{name: _parts(site) for name, site in each.items()} for each in runs]
    if any(each.keys() != parts[0].keys() for each in parts):
        raise Wrong("The sites of the model are others from one run to the next.")
    drawn: dict[str, dict[str, Any]] = {
        name: jax.tree.map(lambda *each: np.stack(each), *(each[name] for each in parts))
        for name in parts[0]
    }
    kept = runs[0]
    if len(runs) > 1 and all(
        np.ptp(each["value"], axis=0).max(initial=0) == 0
        for n, each in drawn.items()
        if kept[n]["type"] == "sample"
    ):
        raise Wrong(
            "The model draws the same numbers in every run. Is it wrapped in `handlers.seed`? Hand "
            "over the function itself."
        )
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
    return Reading(rows, latents, computed, obs["loc"], obs["scale"])


def _parts(site: dict[str, Any]) -> dict[str, Any]:
    if site["type"] not in ("sample", "deterministic"):
        return {}
    parts: dict[str, Any] = {"value": np.asarray(site["value"])}
    if site["type"] == "sample":
        fn, shape = site["fn"], parts["value"].shape
        parts["parameters"] = [np.asarray(each) for each in jax.tree.leaves(parameters(fn))]
        normal = as_normal(fn)
        located = normal or unwrapped(fn)
        if hasattr(located, "loc") and hasattr(located, "scale"):
            parts["loc"] = np.broadcast_to(located.loc, shape)
            parts["scale"] = np.broadcast_to(located.scale, shape)
        if normal is not None and normal.covariance is not None:
            parts["covariance"] = np.asarray(normal.covariance)
    return parts


def _correlated(covariance: Array | None) -> bool:
    if covariance is None:
        return False
    off = covariance * (1 - np.eye(covariance.shape[-1]))
    return bool(np.abs(off).max() > 1e-6 * np.abs(covariance).max())
