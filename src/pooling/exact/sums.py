"""Sums over subjects, as functions of the spreads' ratios to the noise.

The rows enter the posterior of the scales only through sums over subjects of their statistics,
each divided by the subject's determinant. Where intercepts and slopes do not correlate, these sums
hang on two numbers, a = τ_α²/σ² and b = τ_β²/σ², and on them smoothly. Where there are many
subjects, the posterior lies in a small part of the plane of log a and log b. There, a polynomial
through a few of the sums' values gives all.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial.chebyshev import chebvander

from pooling.exact.designs import Designs
from pooling.exact.spread import Spread, uncorrelated
from pooling.exact.statistics import BLOCK, Array, SubjectStatistics

HIGHEST = 20  # degree of the polynomials; beyond, sums term by term take no longer
NEGLIGIBLE = 1e-14  # a polynomial's last coefficients, as a share of the sum of absolute terms

Sums = Callable[[Spread], tuple[Array, SubjectStatistics]]


def sums_over(statistics: SubjectStatistics, designs: Designs | None = None) -> Sums:
    """Sum over subjects, term by term, or over their designs.

    Parameters
    ----------
    statistics
        Of each subject.
    designs
        Which subjects share their days, if that is known: they share a determinant.

    Returns
    -------
    callable
        Takes the spread at each node. Gives the sum of the logarithms of the determinants, and
        of each statistic divided by its determinant, all of shape (n_nodes, 1).
    """
    each = list(vars(statistics).values())
    days, counts = statistics, np.ones(len(statistics.n))
    if designs is not None:
        each = [designs.total(values) for values in each]
        days, counts = statistics.some(designs.first), designs.total(counts)
    columns = np.stack(each, axis=1)
    terms = np.stack([np.ones_like(days.n), days.n, days.sum_xx, 2 * days.sum_x, days.gram_1x])

    def of(spread: Spread) -> tuple[Array, SubjectStatistics]:
        return _unstacked(_sums(columns, terms, counts, spread))

    return of


def _sums(columns: Array, terms: Array, counts: Array, spread: Spread) -> Array:
    """All sums, shape (n_nodes, 1 + n_statistics), by matrix products, block by block."""
    a, b, c = spread.a, spread.b, spread.c
    factors = np.concatenate([np.ones_like(a), a, b, c, spread.determinant], axis=1)
    sums = np.zeros((len(a), 1 + columns.shape[1]))
    width = min(len(columns), BLOCK // 16)
    height = max(1, BLOCK // width)
    for left in range(0, len(columns), width):
        for top in range(0, len(a), height):
            nodes, subjects = slice(top, top + height), slice(left, left + width)
            block = factors[nodes] @ terms[:, subjects]
            np.maximum(block, 1, out=block)  # only rounding makes a determinant less
            sums[nodes, 0] += np.log(block) @ counts[subjects]
            sums[nodes, 1:] += np.reciprocal(block, out=block) @ columns[subjects]
    return sums


def _unstacked(sums: Array) -> tuple[Array, SubjectStatistics]:
    first, *others = sums.T[:, :, None]
    return first, SubjectStatistics(*others)


def near(statistics: SubjectStatistics, low: Array, high: Array) -> Sums:
    """Sum over subjects by polynomials in a part of the plane, and term by term outside of it.

    The polynomials go through the sums' values at Chebyshev points. Their coefficients fall off
    geometrically, the faster the smaller that part is, and what is left out is no larger than the
    last ones (Trefethen, 2019, chapter 8). Where no degree does, nothing is interpolated.

    Parameters
    ----------
    statistics
        Of each subject.
    low, high
        Of log a and of log b, shape (2,).

    Returns
    -------
    callable
        As `sums_over` gives it.
    """
    exact = sums_over(statistics)
    middle = np.exp((low + high) / 2).reshape(2, 1, 1)
    columns = SubjectStatistics(*(np.abs(each) for each in vars(statistics).values()))
    largest = np.concatenate(
        [np.ravel(each) for each in _flat(sums_over(columns)(uncorrelated(*middle)))]
    )
    # As functions of log a and log b, the determinants have their zeros at a distance of π.
    far = 2 * np.pi / (high - low).max()
    degree = int(np.ceil(-np.log(NEGLIGIBLE) / np.arcsinh(far)))
    while degree <= HIGHEST:
        points = np.cos(np.pi * (np.arange(degree + 1) + 0.5) / (degree + 1))
        grid = np.stack(np.meshgrid(points, points, indexing="ij"), axis=-1).reshape(-1, 2)
        a, b = np.exp((low + high) / 2 + (high - low) / 2 * grid).T[..., None]
        values = np.concatenate(_flat(exact(uncorrelated(a, b))), axis=1).reshape(
            degree + 1, degree + 1, -1
        )
        back = chebvander(points, degree).T * np.where(np.arange(degree + 1), 2, 1)[:, None]
        back /= degree + 1
        coefficients = np.einsum("ik,jl,klc->ijc", back, back, values)
        last = np.maximum(np.abs(coefficients[-1]).max(axis=0), np.abs(coefficients[:, -1]).max(0))
        if (last <= NEGLIGIBLE * largest).all():
            return _Interpolated(exact, low, high, coefficients)
        degree += 2
    return exact


@dataclass(frozen=True)
class _Interpolated:
    exact: Sums
    low: Array
    high: Array
    coefficients: Array

    def __call__(self, spread: Spread) -> tuple[Array, SubjectStatistics]:
        a, b = spread.a, spread.b
        place = (2 * np.log(np.hstack([a, b])) - self.low - self.high) / (self.high - self.low)
        inside = (np.abs(place) <= 1).all(axis=1)
        degree = len(self.coefficients) - 1
        of_a, of_b = (chebvander(np.clip(each, -1, 1), degree) for each in place.T)
        products = (of_a[:, :, None] * of_b[:, None]).reshape(len(a), -1)
        sums = products @ self.coefficients.reshape(products.shape[1], -1)
        if not inside.all():
            sums[~inside] = np.concatenate(
                _flat(self.exact(uncorrelated(a[~inside], b[~inside]))), axis=1
            )
        return _unstacked(sums)


def _flat(sums: tuple[Array, SubjectStatistics]) -> list[Array]:
    return [sums[0], *vars(sums[1]).values()]
