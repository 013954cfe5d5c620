"""Every parameter of a regime, summed up."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from pooling.exact.conditional import Conditional
from pooling.exact.gaussian import NormalLine
from pooling.exact.lattice import Lattice
from pooling.exact.marginals import heavy, normal_mixtures
from pooling.exact.statistics import Array, SubjectStatistics
from pooling.exact.sums import BLOCK
from pooling.exact.thinning import MANY, thinned
from pooling.interval import INTERVAL

CLOSE_ENOUGH = np.array([[3e-7], [3e-7], [1e-5], [1e-5]])  # of the columns, in posterior sds


def summarise(
    conditional: Conditional, lattice: Lattice, scale_columns: Array
) -> tuple[dict[str, Array], Array]:
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
    found : dict
        Parameter to its columns, shape (4, n_subjects) or (4, 1), in the order that ArviZ gives
        them.
    error : ndarray
        The largest difference between the rules in each column, shape (4,). Where few nodes do for
        all subjects, that of some of them, among which are the extreme ones, and of these nodes.
    """
    some = heavy(lattice)
    weights, nodes = lattice.weights[:, some], lattice.scales[some]
    population = conditional.population(nodes)
    by_rule = dict(
        zip(conditional.scale_names, np.moveaxis(scale_columns[..., None], 2, 0), strict=True)
    )
    if conditional.pools:
        by_rule["mu_alpha"], by_rule["mu_beta"] = _coefficients(weights, population)
    names = [f"alpha{conditional.suffix}", f"beta{conditional.suffix}"]
    n_subjects = len(conditional.statistics.n)
    probes = _probes(conditional.statistics) if n_subjects >= MANY else np.arange(n_subjects)
    whole = np.ones_like(some) if n_subjects > len(probes) else some
    full = _lines(conditional, lattice.scales[whole], lattice.weights[:, whole], probes)
    by_rule |= {f"{name} of some": full[k] for k, name in enumerate(names)}
    error = np.max([_off(each[1:] - each[0]) for each in by_rule.values()], axis=0)
    found = {name: columns[0] for name, columns in by_rule.items() if " " not in name}
    of_lines, off = full[:, 0], np.zeros(len(error))
    if n_subjects > len(probes):
        everybody = np.arange(n_subjects)
        for few in thinned(lattice):
            tried = _lines(conditional, few.scales, few.weights[None], probes)[:, 0] - full[:, 0]
            if (np.abs(tried) < CLOSE_ENOUGH * full[:, 0, 1:2]).all():
                of_lines = _lines(conditional, few.scales, few.weights[None], everybody)[:, 0]
                off = _off(tried)
                break
        else:
            of_lines = _lines(conditional, nodes, weights[:1], everybody)[:, 0]
    found |= dict(zip(names, of_lines, strict=True))
    return dict(sorted(found.items())), np.maximum(error, off)


def _off(differences: Array) -> Array:
    """The largest difference in each column, from shape (…, 4, n) to (4,)."""
    return np.abs(differences).reshape(-1, *differences.shape[-2:]).max(axis=(0, 2))


def _probes(statistics: SubjectStatistics) -> NDArray[np.int64]:
    """Subjects with the fewest and the most rows, the lowest and steepest lines, and some others.

    Returns
    -------
    ndarray
        Their indices, shape (n,), each once.
    """
    rows = np.maximum(statistics.n, 1)
    slope = np.divide(
        statistics.cross_x,
        statistics.gram_1x,
        out=np.zeros_like(rows),
        where=statistics.gram_1x > 0,
    )
    kinds = [statistics.n, statistics.gram_1x, statistics.sum_x, statistics.sum_y / rows, slope]
    extreme = [place for kind in kinds for place in (kind.argmin(), kind.argmax())]
    return np.unique([*extreme, *np.linspace(0, len(rows) - 1, 20).astype(np.int64)])


def _lines(
    conditional: Conditional, nodes: Array, weights: Array, subjects: NDArray[np.int64]
) -> Array:
    """Columns of the intercepts and of the slopes, by each rule: shape (2, n_rules, 4, n)."""
    population = conditional.population(nodes)
    cores = os.cpu_count() or 1
    width = max(1, min(BLOCK // len(nodes), -(-len(subjects) // cores)))

    def columns(block: NDArray[np.int64]) -> tuple[Array, Array]:
        return _coefficients(weights, conditional.lines(nodes, population, block))

    blocks = np.split(subjects, range(width, len(subjects), width))
    with ThreadPoolExecutor(cores) as threads:  # NumPy computes outside Python's lock
        return np.concatenate([np.stack(pair) for pair in threads.map(columns, blocks)], axis=-1)


def _coefficients(weights: Array, line: NormalLine) -> tuple[Array, Array]:
    """Columns of intercepts and of slopes."""
    return (
        normal_mixtures(weights, line.mean_alpha, line.var_alpha, INTERVAL),
        normal_mixtures(weights, line.mean_beta, line.var_beta, INTERVAL),
    )
