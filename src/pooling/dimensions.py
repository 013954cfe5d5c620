"""Name the dimensions of a posterior's variables, by the plates of the model."""

from typing import Any

import jax
import numpy as np
from numpyro import handlers
from numpyro.infer import init_to_uniform

from pooling.data import StandardisedData
from pooling.models import Model

NAMES = {"subjects": "subject"}  # of dimensions, where that is not the plate's


def dimensions(model: Model, data: StandardisedData) -> dict[str, list[str | None]]:
    """Name the dimensions of every variable, beside chain and draw.

    Parameters
    ----------
    model
        A model with the signature of those in `pooling.models`.
    data
        The rows that it is conditioned on.

    Returns
    -------
    dict
        Site to the names of its axes; None for an axis that belongs to no plate.
    """
    variables = {
        name: _axes(site, data.n_subjects)
        for name, site in abstract_sites(model, data).items()
        if site["type"] in {"sample", "deterministic"}
    }
    return variables | {"obs": ["row"]}


def abstract_sites(model: Model, data: StandardisedData) -> dict[str, dict[str, Any]]:
    """List a model's sites as `trace_sites` does, but with the shapes of values that it computes.

    Run as it stands, a model is compiled operation by operation, which takes longer than a fit's
    sampling.
    """
    sites = {}
    jax.eval_shape(lambda: sites.update(trace_sites(model, data)))
    return sites


def trace_sites(model: Model, data: StandardisedData) -> dict[str, dict[str, Any]]:
    """Run a model once, at some place where its density is not zero, and list its sites.

    Parameters
    ----------
    model, data
        As for `dimensions`.

    Returns
    -------
    dict
        Site to what NumPyro's `trace` says about it.
    """
    somewhere = handlers.substitute(substitute_fn=init_to_uniform)
    with handlers.trace() as sites, somewhere, handlers.seed(rng_seed=0):
        model(data.x, data.subject_idx, y=data.y, n_subjects=data.n_subjects)
    return dict(sites)


def _axes(site: dict[str, Any], n_subjects: int) -> list[str | None]:
    shape = np.shape(site["value"])
    axes: list[str | None] = [None] * len(shape)
    plates = site["cond_indep_stack"]
    batch = len(shape) - (site["fn"].event_dim if site["type"] == "sample" else 0)
    for plate in plates:
        axis = batch + plate.dim
        if axis >= 0 and shape[axis] == plate.size:  # what is computed may have any shape
            axes[axis] = NAMES.get(plate.name, plate.name)
    if not plates and shape == (n_subjects,) and site["type"] == "deterministic":
        return ["subject"]  # computed from sites of the plate, after it was left
    return axes
