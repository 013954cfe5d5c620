"""Bayesian multilevel regression on the sleepstudy data, in small pieces."""

import contextlib

import jax
import numpyro

from pooling.data import Scaler, StandardisedData, load_sleepstudy, standardise

# JAX counts as one device on a CPU, and chains run in parallel on devices. The count can be set
# only before JAX starts, so it is set here; where JAX has started, `fit` does without.
with contextlib.suppress(RuntimeError):
    jax.config.update("jax_num_cpu_devices", 4)

# If ArviZ was imported first, NumPyro is a module that loads on first use. Unless it is used
# before a submodule of it is imported, that submodule never becomes an attribute of it.
_ = numpyro.infer

__all__ = ["Scaler", "StandardisedData", "load_sleepstudy", "standardise"]
