"""The exact posterior: quadrature in 64 bits; its draws are independent. Nothing is compiled."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import pandas as pd
import xarray as xr

from pooling import StandardisedData
from pooling.exact import ExactPosterior, exact_posterior
from programs import CHAINS, DRAWS


@dataclass(frozen=True)
class Exact:
    """A posterior whose summary needs no draws."""

    posterior: ExactPosterior
    seed: int

    def summary(self) -> pd.DataFrame:
        """Mean, sd and interval of every parameter."""
        return self.posterior.summary()

    def draws(self) -> xr.DataTree:
        """Draw as many as the samplers do."""
        return self.posterior.draws(jax.random.key(self.seed), CHAINS * DRAWS)


def start(data: StandardisedData) -> Callable[[int], Exact]:
    """Prepare nothing: `exact_posterior` takes regime and data."""
    return lambda seed: Exact(exact_posterior("partial_pooling", data), seed)
