"""Where rows are expected: bands of a person's line, and of what is measured about it."""

import numpy as np
import pandas as pd

from pooling.data import StandardisedData
from pooling.exact.marginals import heavy, normal_mixtures
from pooling.exact.posterior import ExactPosterior
from pooling.interval import INTERVAL


def expected_bands(exact: ExactPosterior, rows: StandardisedData) -> pd.DataFrame:
    """Give the central 89 % bands at some rows, without Monte Carlo error.

    Parameters
    ----------
    exact
        A posterior.
    rows
        Where: `x` and `subject_idx`; their `y` is not used. A subject without a row in the
        posterior is somebody new.

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
    conditional, lattice = exact.conditional, exact.lattice
    rows, some = conditional.checked(rows), heavy(exact.lattice)
    nodes, weights = lattice.scales[some], lattice.weights[:, some]
    line = conditional.lines(nodes, conditional.population(nodes), rows.subject_idx)
    mean = line.mean_alpha + line.mean_beta * rows.x
    variance = line.var_alpha + 2 * line.covariance * rows.x + line.var_beta * rows.x**2
    noisy = variance + nodes[:, -1:] ** 2
    of_line, of_row = (
        normal_mixtures(weights, mean, each, INTERVAL)[0] for each in (variance, noisy)
    )
    columns = np.stack([of_line[0], *of_line[2:], *of_row[2:]], axis=1)
    names = ["mean", "line_low", "line_high", "low", "high"]
    return pd.DataFrame(rows.scaler.to_ms(columns), columns=names)
