"""A posterior that is known by its draws."""

from dataclasses import dataclass

import arviz as az
import pandas as pd
import xarray as xr


@dataclass(frozen=True)
class Sampled:
    """Draws, as a sampler gave them to ArviZ."""

    tree: xr.DataTree

    def summary(self) -> pd.DataFrame:
        """Summarise every parameter as the course does (`pooling.summaries.summarise`)."""
        return az.summary(self.tree, ci_prob=0.89, ci_kind="eti", round_to="none")

    def draws(self) -> xr.DataTree:
        """Give the draws, which are there already."""
        return self.tree
