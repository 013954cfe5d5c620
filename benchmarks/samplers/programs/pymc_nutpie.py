"""The same PyMC model sampled by nutpie: 64 bits, two threads, compiled with Numba beforehand."""

from collections.abc import Callable

import nutpie

from programs import CHAINS, DRAWS, WARMUP, Rows
from programs.pymc_model import partial_pooling
from programs.sampled import Sampled


def start(data: Rows) -> Callable[[int], Sampled]:
    """Build the model and compile it."""
    compiled = nutpie.compile_pymc_model(partial_pooling(data))

    def call(seed: int) -> Sampled:
        tree = nutpie.sample(
            compiled,
            draws=DRAWS,
            tune=WARMUP,
            chains=CHAINS,
            cores=2,
            seed=seed,
            progress_bar=False,
        )
        return Sampled(tree)

    return call
