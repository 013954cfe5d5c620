"""Bayesian multilevel regression on the sleepstudy data, in small pieces."""

import contextlib

import jax

# ArviZ loads NumPyro only when it needs it. Unless NumPyro itself is imported before one of its
# submodules is, that submodule never becomes an attribute of it, and ArviZ does not find it.
import numpyro  # noqa: F401

from pooling.data import Scaler, StandardisedData, load_sleepstudy, standardise

# JAX counts as one device on a CPU, and chains run in parallel on devices. The count can be set
# only before JAX starts, so it is set here; where JAX has started, `fit` does without.
with contextlib.suppress(RuntimeError):
    jax.config.update("jax_num_cpu_devices", 4)

__all__ = ["Scaler", "StandardisedData", "load_sleepstudy", "standardise"]
