"""NumPyro as it comes: 32 bits, one device, so one chain after the other."""

from collections.abc import Callable

import jax

jax.devices()  # JAX starts here, with one device; pooling would ask for four.

import numpyro  # noqa: E402, F401  # Imported after ArviZ, it lacks what ArviZ looks for in it.

# isort: split
from programs import Rows  # noqa: E402
from programs.numpyro_nuts import sampler  # noqa: E402
from programs.sampled import Sampled  # noqa: E402


def start(data: Rows) -> Callable[[int], Sampled]:
    """Set up the sampler; nothing is compiled before it runs."""
    return sampler(data, "sequential")
