"""NumPyro's NUTS as its documentation shows it: one sampler, run again and again.

NumPyro compiles the loop of its sampler anew in each run: once for chains in parallel, and for each
chain when they run in sequence.
"""

from collections.abc import Callable

import arviz as az
import jax
from numpyro.infer import MCMC, NUTS

from pooling.models import partial_pooling
from programs import CHAINS, DRAWS, WARMUP, Rows
from programs.sampled import Sampled


def sampler(data: Rows, chain_method: str) -> Callable[[int], Sampled]:
    """Set up the sampler; nothing is compiled before it runs."""
    mcmc = MCMC(
        NUTS(partial_pooling),
        num_warmup=WARMUP,
        num_samples=DRAWS,
        num_chains=CHAINS,
        chain_method=chain_method,
        progress_bar=False,
    )

    def call(seed: int) -> Sampled:
        key = jax.random.key(seed)
        mcmc.run(key, data.x, data.subject_idx, y=data.y, n_subjects=data.n_subjects)
        return Sampled(az.from_numpyro(mcmc, log_likelihood=False))

    return call
