"""Tell whether two fits are the same fit, by their mathematics."""

import hashlib
import os
import platform
from collections.abc import Mapping
from typing import Any

import arviz_base
import jax
import jaxlib
import numpy as np
import numpyro
from numpyro import handlers
from numpyro.infer.util import potential_energy

from pooling.data import StandardisedData
from pooling.models import Model
from pooling.starts import unconstrained_sites
from pooling.store.jaxprs import canonical_text

FORMAT = 3  # one more whenever `fit` makes other draws, or another tree of them


def fit_digest(
    model: Model, data: StandardisedData, *, key: jax.Array, settings: Mapping[str, Any]
) -> str:
    """Hash everything that the draws of a fit depend on, and nothing else.

    That is the mathematics of the model, which JAX traces; the bytes of the rows; the key; the
    settings of the sampler; and the versions and settings of what computes. How the model's code
    is written, what its variables and functions are called and where they stand does not matter.

    Parameters
    ----------
    model
        A model with the signature of those in `pooling.models`.
    data
        Rows to condition on. Their scaler is no part of a fit.
    key
        A `jax.random` key.
    settings
        What the sampler is asked for.

    Returns
    -------
    str
        32 hexadecimal digits.

    Raises
    ------
    Exception
        If the model cannot be traced, for example because a latent site is discrete.
    """
    rows = [np.asarray(each) for each in (data.x, data.subject_idx, data.y)]
    identity = [
        mathematics(model, data),
        canonical_text([*rows, data.n_subjects]),
        canonical_text([str(jax.random.key_impl(key)), np.asarray(jax.random.key_data(key))]),
        canonical_text(settings),
        canonical_text(surroundings()),
    ]
    return hashlib.sha256("\n".join(identity).encode()).hexdigest()[:32]


def mathematics(model: Model, data: StandardisedData) -> str:
    """Describe a model as the sampler sees it, on unconstrained parameters.

    The joint log density with its gradient; the value of every site, latent (hence its support)
    and deterministic; the log likelihood of every row; and the sites themselves in their order,
    by which the sampler's random numbers are dealt out. Data are constants, as they are in a fit.

    Returns
    -------
    str
        The same for two models that compute the same.
    """
    arguments = (data.x, data.subject_idx)
    keywords = {"y": data.y, "n_subjects": data.n_subjects}
    described: list[Any] = []

    def energy(unconstrained: dict[str, Any]) -> tuple[Any, list[Any]]:
        with handlers.trace() as sites:
            value = potential_energy(model, arguments, keywords, unconstrained)
        described[:] = [_site(site) for site in sites.values()]
        likelihoods = [
            site["fn"].log_prob(site["value"])
            for site in sites.values()
            if site["type"] == "sample" and site["is_observed"]
        ]
        values = [s["value"] for s in sites.values() if s["type"] in {"sample", "deterministic"}]
        return value, [values, likelihoods]

    traced = jax.make_jaxpr(jax.value_and_grad(energy, has_aux=True))(
        jax.eval_shape(lambda: unconstrained_sites(model, data))
    )
    return f"{canonical_text(traced)}\n{canonical_text(described)}"


def surroundings() -> dict[str, Any]:
    """Whatever else decides the last bit of a draw: versions, and settings of the computation."""
    options = (
        "jax_enable_x64",
        "jax_default_matmul_precision",
        "jax_default_prng_impl",
        "jax_threefry_partitionable",
        "jax_numpy_dtype_promotion",
    )
    return {
        "format": FORMAT,
        "versions": [each.__version__ for each in (jax, jaxlib, numpyro, arviz_base)],
        "machine": [jax.default_backend(), platform.machine(), os.environ.get("XLA_FLAGS")],
        "options": [(name, getattr(jax.config, name)) for name in options],
    }


def _site(site: dict[str, Any]) -> list[Any]:
    plates = [(frame.name, frame.dim, frame.size) for frame in site.get("cond_indep_stack", [])]
    kind = [site["name"], site["type"], bool(site.get("is_observed"))]
    return [*kind, np.shape(site["value"]) if site["type"] != "plate" else site["args"], plates]
