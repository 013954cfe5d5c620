"""Every parameter of a regime, summed up."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from pooling.exact.conditional import Conditional
from pooling.exact.designs import Designs, around
from pooling.exact.gaussian import NormalLine
from pooling.exact.lattice import Lattice
from pooling.exact.marginals import heavy, normal_mixtures
from pooling.exact.statistics import BLOCK, Array, SubjectStatistics
from pooling.exact.thinning import MANY, thinned
from pooling.interval import INTERVAL

DEGREES = (4, 8, 16)  # of polynomials in the height and slope of a subject's own line
LAST_TERMS = 2e-6  # of a quantile's, in posterior sds
CLOSE_ENOUGH = np.array([[2e-7], [2e-7], [1e-5], [1e-5]])  # of the columns, in posterior sds


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
        of_lines, off = _everybody(conditional, lattice, probes, full[:, 0])
    found |= dict(zip(names, of_lines, strict=True))
    return dict(sorted(found.items())), np.maximum(error, off)


def _everybody(
    conditional: Conditional, lattice: Lattice, probes: NDArray[np.int64], expected: Array
) -> tuple[Array, Array]:
    """Columns of all lines by the quickest way that agrees on some, and by how much it is off.

    Parameters
    ----------
    conditional, lattice
        As for `summarise`.
    probes
        The subjects to compare, shape (n,).
    expected
        Their columns, shape (2, 4, n).

    Returns
    -------
    columns
        Shape (2, 4, n_subjects).
    off
        Shape (4,).
    """

    def off(tried: Array) -> Array | None:
        differences = tried - expected
        close = np.abs(differences) < CLOSE_ENOUGH * expected[:, 1:2]
        return _off(differences) if close.all() else None

    some, everybody = heavy(lattice), np.arange(len(conditional.statistics.n))
    nodes, weights = lattice.scales[some], lattice.weights[:1, some]
    designs = conditional.designs
    if designs is not None and len(designs.first) * _made_up(DEGREES[0]) < len(everybody):
        columns = _by_design(conditional, designs, lattice)
        if (near := off(columns[..., probes])) is not None:
            return columns, near
    for few in thinned(lattice):
        one_rule = few.weights[None]
        if (near := off(_lines(conditional, few.scales, one_rule, probes)[:, 0])) is not None:
            return _lines(conditional, few.scales, one_rule, everybody)[:, 0], near
    return _lines(conditional, nodes, weights, everybody)[:, 0], np.zeros(4)


def _by_design(conditional: Conditional, designs: Designs, lattice: Lattice) -> Array:
    """Columns of all lines from those of a few made-up subjects of each design.

    Mean and variance are polynomials, of the second degree at most, in the height and the slope of
    a subject's own line. Quantiles, in standard deviations from the mean, are nearly so.

    Returns
    -------
    ndarray
        Shape (2, 4, n_subjects).
    """
    nodes, weights = lattice.scales, lattice.weights[:1]
    population = conditional.population(nodes)
    found = np.empty((2, 4, len(conditional.statistics.n)))
    for subjects in designs.members:
        for degree in [each for each in DEGREES if _made_up(each) < len(subjects)]:
            made_up, interpolate = around(conditional.statistics, subjects, degree)
            line = conditional.lines_of(nodes, population, made_up)
            last = []
            for row, columns in zip(found, _coefficients(weights, line), strict=True):
                mean, sd, *quantiles = columns[0]
                shapes = [(quantile - mean) / sd for quantile in quantiles]
                values, terms = interpolate(np.stack([mean, sd**2, *shapes]))
                mean, sd = values[0], np.sqrt(values[1])
                row[:, subjects] = [mean, sd, *(mean + sd * shape for shape in values[2:])]
                last.append(terms[2:].max())
            if max(last) < LAST_TERMS:
                break
        else:
            found[..., subjects] = _lines(conditional, nodes, weights, subjects)[:, 0]
    return found


def _made_up(degree: int) -> int:
    """How many made-up subjects it takes."""
    return (degree + 1) ** 2


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
        own = conditional.statistics.of(block)
        if conditional.designs is not None and not np.ptp(conditional.designs.of_subject[block]):
            own = own.alike()
        return _coefficients(weights, conditional.lines_of(nodes, population, own))

    blocks = np.split(subjects, range(width, len(subjects), width))
    with ThreadPoolExecutor(cores) as threads:  # NumPy computes outside Python's lock
        return np.concatenate([np.stack(pair) for pair in threads.map(columns, blocks)], axis=-1)


def _coefficients(weights: Array, line: NormalLine) -> tuple[Array, Array]:
    """Columns of intercepts and of slopes."""
    return (
        normal_mixtures(weights, line.mean_alpha, line.var_alpha, INTERVAL),
        normal_mixtures(weights, line.mean_beta, line.var_beta, INTERVAL),
    )
