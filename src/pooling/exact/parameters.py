"""Every parameter of a regime, summed up."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from pooling.exact.conditional import Conditional
from pooling.exact.gaussian import BLOCK, NormalLine
from pooling.exact.lattice import Lattice
from pooling.exact.marginals import heavy, normal_mixtures
from pooling.exact.statistics import Array
from pooling.interval import INTERVAL


def summarise_by_rule(
    conditional: Conditional, lattice: Lattice, scale_columns: Array
) -> dict[str, Array]:
    """Find mean, standard deviation and central 89 % interval of every parameter.

    Parameters
    ----------
    conditional
        Regime and data.
    lattice
        Nodes and weights of its scales.
    scale_columns
        Of the scales, as `pooling.exact.marginals.scales` gives them.

    Returns
    -------
    dict
        Parameter to its columns by three rules, shape (3, 4, n_subjects) or (3, 4, 1), in the
        order that ArviZ gives them.
    """
    some = heavy(lattice)
    weights, nodes = lattice.weights[:, some], lattice.scales[some]
    population = conditional.population(nodes)
    by_scale = np.moveaxis(scale_columns[..., None], 2, 0)
    found = dict(zip(conditional.scale_names, by_scale, strict=True))
    if "tau_alpha" in found:
        found["mu_alpha"], found["mu_beta"] = _coefficients(weights, population)
    n_subjects, cores = len(conditional.statistics.n), os.cpu_count() or 1
    width = max(1, min(BLOCK // len(nodes), -(-n_subjects // cores)))
    blocks = np.split(np.arange(n_subjects), range(width, n_subjects, width))

    def columns(subjects: NDArray[np.int64]) -> tuple[Array, Array]:
        return _coefficients(weights, conditional.lines(nodes, population, subjects))

    with ThreadPoolExecutor(cores) as threads:  # NumPy computes outside Python's lock
        by_block = zip(*threads.map(columns, blocks), strict=True)
    for name, parts in zip(("alpha", "beta"), by_block, strict=True):
        found[f"{name}{conditional.suffix}"] = np.concatenate(parts, axis=2)
    return dict(sorted(found.items()))


def _coefficients(weights: Array, line: NormalLine) -> tuple[Array, Array]:
    """Columns of intercepts and of slopes."""
    return (
        normal_mixtures(weights, line.mean_alpha, line.var_alpha, INTERVAL),
        normal_mixtures(weights, line.mean_beta, line.var_beta, INTERVAL),
    )
