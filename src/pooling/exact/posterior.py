"""The exact posterior of the course's linear models: quadrature over scales, the rest closed form.

These are the three regimes and `correlated_effects`, whose correlation counts as one more scale.

"Exact" means: without Monte Carlo error, and up to a numerical error that is computed as well.
All arithmetic is NumPy's, in 64 bits, whatever JAX is set to.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import numpy as np
import pandas as pd
import xarray as xr

from pooling.arguments import as_count, as_key
from pooling.data import StandardisedData
from pooling.exact.conditional import Conditional, condition
from pooling.exact.draws import draw_parameters
from pooling.exact.gaussian import NormalLine
from pooling.exact.lattice import Lattice
from pooling.exact.lines import log_predictive_density
from pooling.exact.marginals import scales
from pooling.exact.memory import keep_memory
from pooling.exact.one_scale import scale_distribution
from pooling.exact.parameters import summarise
from pooling.exact.predictive import log_leave_one_out, log_left_out, log_predictive
from pooling.exact.propriety import refuse_improper, refuse_unstandardised
from pooling.exact.quadrature import fill_lattice
from pooling.exact.region import located
from pooling.exact.statistics import Array
from pooling.interval import INTERVAL
from pooling.rows import checked_rows

COLUMNS = ["mean", "sd", "eti89_lb", "eti89_ub"]


def exact_posterior(regime: str, data: StandardisedData) -> "ExactPosterior":
    """Compute a posterior without sampling.

    Parameters
    ----------
    regime
        "complete_pooling", "no_pooling", "partial_pooling" or "correlated_effects": the model of
        that name in `pooling.models`.
    data
        Standardised rows to condition on.

    Returns
    -------
    ExactPosterior

    Raises
    ------
    ValueError
        If there is no such regime, the shapes in `data` do not match, a number is not finite, or
        the rows are not standardised: the root mean square of `x` or `y` is above 5.
    ArithmeticError
        If the posterior is improper, as all rows lie exactly on lines, or the quadrature does not
        converge.

    References
    ----------
    Gelman et al. (2013), section 5.4, for the way; `pooling.exact.gaussian` and
    `pooling.exact.quadrature` for the formulas.
    """
    keep_memory()
    data = checked_rows(data)
    refuse_unstandardised(data)
    conditional = condition(regime, data)
    refuse_improper(conditional)

    def summarise(lattice: Lattice) -> Array:
        columns = scales(lattice, INTERVAL).reshape(3, -1)
        return np.concatenate([columns, lattice.log_integral[:, None]], axis=1)

    conditional, mode = located(conditional)
    lattice, summary = fill_lattice(
        conditional.log_density, conditional.coordinates, mode, summarise
    )
    by_scale = summary[:, :-1].reshape(3, -1, len(conditional.scale_names))
    return ExactPosterior(conditional, lattice, by_scale)


@dataclass(frozen=True)
class ExactPosterior:
    """A posterior as weights of scales, and normal distributions given the scales.

    Parameters
    ----------
    conditional
        Regime and data.
    lattice
        Nodes and weights of the scales.
    scale_columns
        Mean, standard deviation and bounds of each scale by three rules, shape (3, 4, n_scales).
    """

    conditional: Conditional
    lattice: Lattice
    scale_columns: Array

    def summary(self) -> pd.DataFrame:
        """Summarise every parameter.

        Returns
        -------
        DataFrame
            One row a parameter, in the order and by the names of ArviZ ("beta_s[3]"); columns
            `mean`, `sd`, `eti89_lb` and `eti89_ub` (central 89 % interval), standardised.
        """
        found, _ = self._summary
        names: list[str] = []
        for name, columns in found.items():
            several = name.endswith("_s")
            names += [f"{name}[{k}]" for k in range(columns.shape[1])] if several else [name]
        table = np.concatenate(list(found.values()), axis=1)
        return pd.DataFrame(table.T, index=names, columns=COLUMNS)

    @property
    def error(self) -> pd.Series:
        """What quadrature may be off by, at most: the difference between two rules.

        Either half of the nodes is a rule of its own. The results use both, and are nearer to the
        truth than either.

        Returns
        -------
        Series
            The largest difference over all parameters for each column of `summary`, standardised,
            and that of `log_evidence`, in nats.
        """
        _, off = self._summary
        evidence = self.lattice.log_integral
        off_evidence = np.abs(evidence[1:] - evidence[0]).max()
        return pd.Series([*off, off_evidence], [*COLUMNS, "log_evidence"], name="error")

    @property
    def log_evidence(self) -> float:
        """Log marginal likelihood log p(y) of the standardised reaction times, in nats."""
        return float(self.lattice.log_integral[0])

    def draws(self, key: jax.Array, n: int) -> xr.DataTree:
        """Draw independently from the posterior.

        Parameters
        ----------
        key
            A `jax.random` key; the same key gives the same draws.
        n
            Number of draws.

        Returns
        -------
        DataTree
            As `pooling.inference.fit` gives it, with one chain; there are no `sample_stats`, as
            there is no sampler, and of `correlated_effects` no `root` and no `z`, which say the
            same as `rho` and the lines.

        Raises
        ------
        TypeError
            If `key` is no `jax.random` key, or `n` no whole number.
        ValueError
            If `n` is less than one.
        """
        key, n = as_key(key), as_count(n, "n, the number of draws,")
        rng = np.random.default_rng(np.asarray(jax.random.key_data(key)).ravel())
        parameters = draw_parameters(self.conditional, self.lattice, n, rng)
        data, suffix = self.conditional.data, self.conditional.suffix
        # A column for each line: under complete pooling, one that all rows share.
        alpha, beta = (parameters[f"{name}{suffix}"].reshape(n, -1) for name in ("alpha", "beta"))
        subject_idx = data.subject_idx if suffix else np.zeros_like(data.subject_idx)
        zero = np.zeros((n, 1))
        line = NormalLine(alpha[:, subject_idx], beta[:, subject_idx], zero, zero, zero)
        sigma = parameters["sigma"][:, None]
        log_likelihood = log_predictive_density(line, data.x, data.y, sigma)
        groups: dict[str, dict[str, Any]] = {
            "posterior": {
                name: (("chain", "draw", "subject")[: values.ndim + 1], values[None])
                for name, values in parameters.items()
            },
            "log_likelihood": {"obs": (("chain", "draw", "row"), log_likelihood[None])},
            "observed_data": {"obs": ("row", data.y)},
        }
        sizes = {"chain": 1, "draw": n, "subject": data.n_subjects, "row": len(data.y)}
        tree = xr.DataTree.from_dict({name: xr.Dataset(group) for name, group in groups.items()})
        return tree.map_over_datasets(
            lambda each: each.assign_coords({name: np.arange(sizes[name]) for name in each.dims})
        )

    def log_predictive(self, heldout: StandardisedData) -> Array:
        """Log predictive density of rows that were not used.

        Parameters
        ----------
        heldout
            Unseen rows, standardised with the training rows' scaler.

        Returns
        -------
        ndarray
            log p(y_i | training rows), shape (n_rows,), in nats on the standardised scale. The
            exact counterpart of `pooling.compare.heldout_elpd`.

        Raises
        ------
        ValueError
            If the shapes in `heldout` do not match, a number is not finite, or it has a subject
            that was not in the training rows.
        """
        rows = self.conditional.checked(heldout)
        return log_predictive(self.conditional, self.lattice, rows)

    def scale(self, name: str, values: Array) -> tuple[Array, Array]:
        """Give the marginal distribution of a scale, or of the correlation.

        Parameters
        ----------
        name
            "tau_alpha", "tau_beta", "rho" or "sigma".
        values
            Where: positive, standardised; for "rho", between −1 and 1. Shape (n,).

        Returns
        -------
        density, below
            Density at each value, and probability of what is smaller; each of shape (n,).

        Raises
        ------
        ValueError
            If the regime has no such scale.
        """
        names = self.conditional.scale_names
        if name not in names:
            raise ValueError(f"the scale is one of {', '.join(names)}, not {name!r}")
        return scale_distribution(self.lattice, names.index(name), values)

    def loo(self) -> Array:
        """Leave out each training row in turn.

        Returns
        -------
        ndarray
            log p(y_i | all other rows), shape (n_rows,), in nats on the standardised scale.
        """
        return log_leave_one_out(self.conditional, self.lattice)

    def loo_density(self, values: Array) -> Array:
        """Leave out each training row in turn, and ask how likely other values are in its place.

        Parameters
        ----------
        values
            Reaction times for each row, standardised, shape (n_rows, n_values).

        Returns
        -------
        ndarray
            log p(value | all other rows), shape (n_rows, n_values), in nats.

        Raises
        ------
        ValueError
            If there are not as many lists of values as rows.
        """
        values, n_rows = np.asarray(values, float), len(self.conditional.data.y)
        if values.ndim != 2 or len(values) != n_rows:
            raise ValueError(f"values has the shape {values.shape}, not ({n_rows}, n_values)")
        return log_left_out(self.conditional, self.lattice, values)

    @cached_property
    def _summary(self) -> tuple[dict[str, Array], Array]:
        return summarise(self.conditional, self.lattice, self.scale_columns)
