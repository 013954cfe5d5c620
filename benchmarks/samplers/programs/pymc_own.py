"""PyMC with its own NUTS: 64 bits, two processes, PyTensor compiling with Numba.

Each call compiles. PyTensor keeps parts of it in its folder, which is empty at the first call.
Where nutpie is installed, PyMC 6.4 takes that of itself: its own NUTS has to be asked for.
"""

from collections.abc import Callable

import pymc as pm

from programs import CHAINS, DRAWS, WARMUP, Rows
from programs.pymc_model import partial_pooling
from programs.sampled import Sampled


def start(data: Rows) -> Callable[[int], Sampled]:
    """Build the model; nothing is compiled before it is sampled."""
    model = partial_pooling(data)

    def call(seed: int) -> Sampled:
        tree = pm.sample(
            DRAWS,
            tune=WARMUP,
            chains=CHAINS,
            cores=2,
            nuts_sampler="pymc",
            model=model,
            random_seed=seed,
            progressbar=False,
        )
        return Sampled(tree)

    return call
