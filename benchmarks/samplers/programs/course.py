"""The course's `fit`: NumPyro in 32 bits, four chains at a time, log-likelihoods included.

The first call finds an empty posterior store, as POOLING_STORE says where it is.
"""

from collections.abc import Callable

import jax

from pooling import StandardisedData
from pooling.inference import fit
from pooling.models import partial_pooling
from programs.sampled import Sampled


def start(data: StandardisedData) -> Callable[[int], Sampled]:
    """Prepare nothing: `fit` takes model and data."""
    return lambda seed: Sampled(fit(partial_pooling, data, key=jax.random.key(seed)))
