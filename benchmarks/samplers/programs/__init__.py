"""The programs that are compared, each in a module of its own, so that its imports can be timed.

A program's `start(data)` does what is done once for a model and its data. It returns a function
that is called with a seed, any number of times, and returns a `Posterior`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # Not all programs need these, and imports are timed.
    import numpy as np
    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

CHAINS, WARMUP, DRAWS = 4, 1000, 2000  # the defaults of pooling.inference.fit


class Rows(Protocol):
    """The parts of `pooling.StandardisedData` that a model takes."""

    @property
    def x(self) -> "NDArray[np.float64]": ...  # noqa: D102
    @property
    def y(self) -> "NDArray[np.float64]": ...  # noqa: D102
    @property
    def subject_idx(self) -> "NDArray[np.int64]": ...  # noqa: D102
    @property
    def n_subjects(self) -> int: ...  # noqa: D102


class Posterior(Protocol):
    """A posterior that can be summarised and drawn from."""

    def summary(self) -> "pd.DataFrame":
        """Mean, sd and 89 % interval of every parameter, and R̂ where there are chains."""

    def draws(self) -> "xr.DataTree":
        """CHAINS × DRAWS draws, in the group `posterior`."""


Start = Callable[[Rows], Callable[[int], Posterior]]
