"""Where lines and rows are expected: the average line, a person's, and what is measured."""

import numpy as np
import pandas as pd

from pooling.data import StandardisedData
from pooling.exact.gaussian import NormalLine
from pooling.exact.marginals import heavy, normal_mixtures
from pooling.exact.posterior import ExactPosterior
from pooling.exact.statistics import Array
from pooling.interval import INTERVAL


def expected_bands(exact: ExactPosterior, rows: StandardisedData) -> pd.DataFrame:
    """Give the central 89 % bands at some rows, without Monte Carlo error.

    Parameters
    ----------
    exact
        A posterior.
    rows
        Where: `x`, standardised with the posterior's scaler, and `subject_idx`; their `y` is not
        used. A subject without a row in the posterior is somebody new.

    Returns
    -------
    DataFrame
        One row for each: `mean`, `line_low` and `line_high` (of the subject's line), `low` and
        `high` (of a reaction time), in ms.

    Raises
    ------
    ValueError
        If the shapes in `rows` do not match, a number is not finite, or there is no such subject.
    """
    conditional, some = exact.conditional, heavy(exact.lattice)
    rows, nodes = conditional.checked(rows), exact.lattice.scales[some]
    line = conditional.lines(nodes, conditional.population(nodes), rows.subject_idx)
    of_line = _columns(exact, line, rows.x)
    of_row = _columns(exact, line, rows.x, noise=nodes[:, -1:] ** 2)
    names = ["mean", "line_low", "line_high", "low", "high"]
    found = np.concatenate([of_line, of_row[1:]]).T
    return pd.DataFrame(conditional.data.scaler.to_ms(found), columns=names)


def average_bands(exact: ExactPosterior, x: Array) -> pd.DataFrame:
    """Give the central 89 % band of the population's line, without Monte Carlo error.

    Parameters
    ----------
    exact
        The posterior of a model that learns about a population.
    x
        Days, standardised, shape (n,).

    Returns
    -------
    DataFrame
        One row for each day: `mean`, `line_low` and `line_high`, in ms.

    Raises
    ------
    ValueError
        If the model has no population to be learned about.
    """
    if not exact.conditional.pools:
        raise ValueError("a model without a population to be learned about has no average line")
    population = exact.conditional.population(exact.lattice.scales[heavy(exact.lattice)])
    found = _columns(exact, population, x).T
    names = ["mean", "line_low", "line_high"]
    return pd.DataFrame(exact.conditional.data.scaler.to_ms(found), columns=names)


def _columns(
    exact: ExactPosterior, line: NormalLine, x: Array, noise: Array | float = 0.0
) -> Array:
    """Mean, low and high of what is normal at each node that counts, shape (3, n)."""
    mean, variance = line.at(x)
    weights = exact.lattice.weights[:, heavy(exact.lattice)]
    return normal_mixtures(weights, mean, variance + noise, INTERVAL)[0][[0, 2, 3]]
