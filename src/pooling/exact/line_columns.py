"""Lines summed up: each by all nodes, or all of them by the quickest way that agrees with that."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from pooling.exact.conditional import Conditional
from pooling.exact.designs import Designs, around
from pooling.exact.gaussian import NormalLine
from pooling.exact.lattice import Lattice
from pooling.exact.marginals import heavy, normal_mixtures
from pooling.exact.statistics import Array
from pooling.exact.thinning import thinned
from pooling.interval import INTERVAL

BLOCK = 2**17  # numbers to work on at a time; with fewer, threads wait for each other too often
DEGREES = (4, 8, 16)  # of polynomials in the height and slope of a subject's own line
LAST_TERMS = 2e-6  # of a quantile's, in posterior sds
CLOSE_ENOUGH = np.array([[2e-7], [2e-7], [1e-5], [1e-5]])  # of the columns, in posterior sds


def coefficients(weights: Array, line: NormalLine) -> tuple[Array, Array]:
    """Columns of intercepts and of slopes."""
    return (
        normal_mixtures(weights, line.mean_alpha, line.var_alpha, INTERVAL),
        normal_mixtures(weights, line.mean_beta, line.var_beta, INTERVAL),
    )


def columns_of_lines(
    conditional: Conditional,
    nodes: Array,
    population: NormalLine,
    weights: Array,
    subjects: NDArray[np.int64],
) -> Array:
    """Columns of the intercepts and of the slopes, by each rule: shape (2, n_rules, 4, n)."""
    cores = os.cpu_count() or 1
    n_blocks = -(-len(nodes) * len(subjects) // BLOCK)
    if n_blocks > 1:  # as many for each core
        n_blocks = min(-(-n_blocks // cores) * cores, len(subjects))

    def columns(block: NDArray[np.int64]) -> tuple[Array, Array]:
        own = conditional.statistics.of(block)
        if conditional.designs is not None and not np.ptp(conditional.designs.of_subject[block]):
            own = own.alike()
        return coefficients(weights, conditional.lines_of(nodes, population, own))

    if n_blocks == 1:  # threads would take longer to start and to wait
        return np.stack(columns(subjects))
    with ThreadPoolExecutor(cores) as threads:  # NumPy computes outside Python's lock
        pairs = threads.map(columns, np.array_split(subjects, n_blocks))
        return np.concatenate([np.stack(pair) for pair in pairs], axis=-1)


def off_by(differences: Array) -> Array:
    """The largest difference in each column, from shape (…, 4, n) to (4,)."""
    return np.abs(differences).reshape(-1, *differences.shape[-2:]).max(axis=(0, 2))


def columns_of_everybody(
    conditional: Conditional, lattice: Lattice, probes: NDArray[np.int64], expected: Array
) -> tuple[Array, Array]:
    """Columns of all lines by the quickest way that agrees on some, and by how much it is off.

    Parameters
    ----------
    conditional, lattice
        Of the model, with its rows, and nodes and weights of its scales.
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
        return off_by(differences) if close.all() else None

    some, everybody = heavy(lattice), np.arange(len(conditional.statistics.n))
    nodes, weights = lattice.scales[some], lattice.weights[:1, some]
    designs = conditional.designs
    if designs is not None and len(designs.first) * _made_up(DEGREES[0]) < len(everybody):
        columns = _by_design(conditional, designs, lattice)
        if (near := off(columns[..., probes])) is not None:
            return columns, near
    for few in thinned(lattice):
        of_few = few.scales, conditional.population(few.scales), few.weights[None]
        tried = columns_of_lines(conditional, *of_few, probes)[:, 0]
        if (near := off(tried)) is not None:
            return columns_of_lines(conditional, *of_few, everybody)[:, 0], near
    of_all = nodes, conditional.population(nodes), weights
    return columns_of_lines(conditional, *of_all, everybody)[:, 0], np.zeros(4)


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
    of_all = nodes, population, weights
    found = np.empty((2, 4, len(conditional.statistics.n)))
    for subjects in designs.members:
        for degree in [each for each in DEGREES if _made_up(each) < len(subjects)]:
            made_up, interpolate = around(conditional.statistics, subjects, degree)
            line = conditional.lines_of(nodes, population, made_up)
            last = []
            for row, columns in zip(found, coefficients(weights, line), strict=True):
                mean, sd, *quantiles = columns[0]
                shapes = [(quantile - mean) / sd for quantile in quantiles]
                values, terms = interpolate(np.stack([mean, sd**2, *shapes]))
                mean, sd = values[0], np.sqrt(values[1])
                row[:, subjects] = [mean, sd, *(mean + sd * shape for shape in values[2:])]
                last.append(terms[2:].max())
            if max(last) < LAST_TERMS:
                break
        else:
            found[..., subjects] = columns_of_lines(conditional, *of_all, subjects)[:, 0]
    return found


def _made_up(degree: int) -> int:
    """How many made-up subjects it takes."""
    return (degree + 1) ** 2
