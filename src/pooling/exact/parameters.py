"""Every parameter of a regime, summed up."""

import numpy as np
from numpy.typing import NDArray

from pooling.exact.conditional import Conditional
from pooling.exact.lattice import Lattice
from pooling.exact.line_columns import (
    coefficients,
    columns_of_everybody,
    columns_of_lines,
    off_by,
)
from pooling.exact.marginals import heavy
from pooling.exact.statistics import Array, SubjectStatistics
from pooling.exact.thinning import MANY


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
        by_rule["mu_alpha"], by_rule["mu_beta"] = coefficients(weights, population)
    names = [f"alpha{conditional.suffix}", f"beta{conditional.suffix}"]
    n_subjects = len(conditional.statistics.n)
    probes = _probes(conditional.statistics) if n_subjects >= MANY else np.arange(n_subjects)
    if n_subjects > len(probes):
        nodes, weights = lattice.scales, lattice.weights
        population = conditional.population(nodes)
    full = columns_of_lines(conditional, nodes, population, weights, probes)
    by_rule |= {f"{name} of some": full[k] for k, name in enumerate(names)}
    error = np.max([off_by(each[1:] - each[0]) for each in by_rule.values()], axis=0)
    found = {name: columns[0] for name, columns in by_rule.items() if " " not in name}
    of_lines, off = full[:, 0], np.zeros(len(error))
    if n_subjects > len(probes):
        of_lines, off = columns_of_everybody(conditional, lattice, probes, full[:, 0])
    found |= dict(zip(names, of_lines, strict=True))
    return dict(sorted(found.items())), np.maximum(error, off)


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
