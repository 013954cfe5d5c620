"""Subjects who were observed on the same days: one design, from which they differ only in y.

Whatever hangs on the days alone, such as determinants and variances, is the same for all of them.
So sums over subjects are sums over designs, of statistics that were added up once. And a subject's
line, given the scales, is a linear function of its own least-squares line: hence its moments over
the scales are polynomials of that line's height and slope, and a few places give them everywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.polynomial.chebyshev import chebvander
from numpy.typing import NDArray

from pooling.exact.statistics import BLOCK, Array, LineStatistics, SubjectStatistics

SHARED = 4  # subjects of a design on average, from which on it is worth the trouble
GLANCE = 1000  # subjects that tell whether days are shared at all


@dataclass(frozen=True)
class Designs:
    """Which subjects were observed on the same days.

    Parameters
    ----------
    of_subject
        Number of each subject's design, shape (n_subjects,).
    first
        A subject of each design, shape (n_designs,).
    """

    of_subject: NDArray[np.int64]
    first: NDArray[np.int64]

    @property
    def members(self) -> list[NDArray[np.int64]]:
        """The subjects of each design."""
        order = np.argsort(self.of_subject, kind="stable")
        return np.split(order, np.cumsum(np.bincount(self.of_subject))[:-1])

    def total(self, values: Array) -> Array:
        """Add up a number of each subject over each design, shape (n_designs,)."""
        return np.bincount(self.of_subject, values, len(self.first))


def designs_of(statistics: SubjectStatistics) -> Designs | None:
    """Find the subjects whose days have the same number, sum and squares.

    Returns
    -------
    Designs or None
        None where so few subjects share their days that nothing is to be gained.
    """
    days = np.stack([statistics.n, statistics.sum_x, statistics.sum_xx, statistics.gram_1x])
    n_subjects = days.shape[1]
    glance = statistics.sum_xx[:: max(1, n_subjects // GLANCE)]
    if len(np.unique(glance)) * 2 > len(glance):
        return None
    order = np.lexsort(days)
    begins = np.append(True, (np.diff(days[:, order]) != 0).any(axis=0))
    if begins.sum() * SHARED > n_subjects:
        return None
    of_subject = np.empty(n_subjects, np.int64)
    of_subject[order] = np.cumsum(begins) - 1
    return Designs(of_subject, order[begins])


def around(
    statistics: SubjectStatistics, subjects: NDArray[np.int64], degree: int
) -> tuple[LineStatistics, Callable[[Array], tuple[Array, Array]]]:
    """Make up a few subjects of one design, among whose lines those of the real ones lie.

    Parameters
    ----------
    statistics
        Of all subjects.
    subjects
        Those of the design, shape (n,).
    degree
        Of the polynomials, in either coordinate, that shall be exact.

    Returns
    -------
    made_up
        Statistics at Chebyshev points of the heights and the slopes of the subjects' own lines.
    interpolate
        Takes numbers of the made-up subjects, shape (k, n_made_up). Gives those of the real ones
        by polynomials, shape (k, n), and the polynomials' last coefficients, by which one sees how
        well they fit, shape (k,).
    """
    own = statistics.of(subjects).alike()
    points = np.cos(np.pi * (np.arange(degree + 1) + 0.5) / (degree + 1))
    axes, scaled = [], []
    for values in (own.sum_y, own.cross_x):
        low, high = values.min(), values.max()
        axes.append((low + high) / 2 + (high - low) / 2 * points)
        # Where all are the same, any place will do.
        scaled.append(np.clip((2 * values - low - high) / ((high - low) or 1.0), -1, 1))
    sum_y, cross_x = (each.ravel() for each in np.meshgrid(*axes, indexing="ij"))
    n = np.maximum(own.n, 1)
    made_up = replace(
        own,
        sum_y=sum_y,
        sum_xy=(cross_x + own.sum_x * sum_y) / n,
        cross_1=(own.gram_1x * sum_y - cross_x * own.sum_x) / n,
        cross_x=cross_x,
    )

    def interpolate(numbers: Array) -> tuple[Array, Array]:
        values = numbers.reshape(-1, degree + 1, degree + 1)
        back = chebvander(points, degree).T * np.where(np.arange(degree + 1), 2, 1)[:, None]
        back /= degree + 1
        coefficients = np.einsum("ik,jl,ckl->ijc", back, back, values)
        last = np.abs(np.concatenate([coefficients[-1], coefficients[:, -1]])).max(axis=0)
        coefficients = coefficients.reshape(-1, len(numbers))
        found = np.empty((len(numbers), len(subjects)))
        width = max(1, BLOCK // len(coefficients))
        for left in range(0, len(subjects), width):
            some = slice(left, left + width)
            first, second = (chebvander(each[some], degree) for each in scaled)
            products = (first[:, :, None] * second[:, None]).reshape(len(first), -1)
            found[:, some] = (products @ coefficients).T
        return found, last

    return made_up, interpolate
