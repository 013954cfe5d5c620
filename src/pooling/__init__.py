"""Bayesian multilevel regression on the sleepstudy data, in small pieces.

Importing this package, or any module of it, changes one setting outside of it: JAX then has four
devices on a CPU instead of one, so that `pooling.inference.fit` can run its chains in parallel.
JAX takes the count only before it starts, and making a key starts it; hence this happens here and
not in `fit`. Where JAX has started, or the count has been chosen already (in JAX's configuration
or in XLA's flags), it stays as it is, and `fit` does without.
"""

import contextlib
import os

import jax

from pooling.data import Scaler, StandardisedData, standardise
from pooling.sleepstudy import load_sleepstudy

DEVICE_FLAG = "--xla_force_host_platform_device_count"

if jax.config.jax_num_cpu_devices < 0 and DEVICE_FLAG not in os.environ.get("XLA_FLAGS", ""):
    with contextlib.suppress(RuntimeError):  # raised where JAX has started
        jax.config.update("jax_num_cpu_devices", 4)

__all__ = ["Scaler", "StandardisedData", "load_sleepstudy", "standardise"]
