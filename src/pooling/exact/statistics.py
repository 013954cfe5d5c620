"""What the rows of a subject say about its line, in twelve numbers however many rows there are.

Given the scales, a subject's rows enter the posterior only through the inner products of three
vectors: ones, x and y. All that is needed of them are products and Gram determinants. The
determinants are computed from residuals, not from the products: a difference of two large numbers
would lose the digits that matter.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class SubjectStatistics:
    """Sufficient statistics of every subject, each of shape (n_subjects,), dimensionless.

    Parameters
    ----------
    n, sum_x, sum_y, sum_xx, sum_xy, sum_yy
        Number of rows, and the sums of x, y and their products.
    gram_1x, gram_1y, gram_xy
        Gram determinants of two of the vectors 1, x and y; for instance
        `gram_1x` = n Σx² − (Σx)². Never negative.
    gram_1xy
        Gram determinant of all three: `gram_1x` times the least-squares line's sum of squares.
    cross_1, cross_x
        `gram_1x` times the least-squares line's intercept, and times its slope.
    """

    n: Array
    sum_x: Array
    sum_y: Array
    sum_xx: Array
    sum_xy: Array
    sum_yy: Array
    gram_1x: Array
    gram_1y: Array
    gram_xy: Array
    gram_1xy: Array
    cross_1: Array
    cross_x: Array


def subject_statistics(
    x: Array, y: Array, subject_idx: NDArray[np.int64], n_subjects: int
) -> SubjectStatistics:
    """Sum up the rows of each subject; a subject without rows has zeros.

    Parameters
    ----------
    x, y
        Day and reaction time, standardised, shape (n_rows,).
    subject_idx
        Subject of each row, shape (n_rows,), integers from 0.
    n_subjects
        Number of subjects.
    """

    def total(values: Array) -> Array:
        return np.bincount(subject_idx, values, n_subjects)

    def ratio(numerator: Array, denominator: Array) -> Array:
        return np.divide(
            numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0
        )

    x, y = np.asarray(x, float), np.asarray(y, float)
    n, sum_x, sum_y = total(np.ones_like(x)), total(x), total(y)
    sum_xx, sum_xy = total(x * x), total(x * y)
    mean_x, mean_y = ratio(sum_x, n), ratio(sum_y, n)
    from_mean_x, from_mean_y = x - mean_x[subject_idx], y - mean_y[subject_idx]
    spread_x, together = total(from_mean_x**2), total(from_mean_x * from_mean_y)
    from_line = from_mean_y - ratio(together, spread_x)[subject_idx] * from_mean_x
    from_origin = y - ratio(sum_xy, sum_xx)[subject_idx] * x
    gram_1x, cross_x = n * spread_x, n * together
    return SubjectStatistics(
        n=n,
        sum_x=sum_x,
        sum_y=sum_y,
        sum_xx=sum_xx,
        sum_xy=sum_xy,
        sum_yy=total(y * y),
        gram_1x=gram_1x,
        gram_1y=n * total(from_mean_y**2),
        gram_xy=sum_xx * total(from_origin**2),
        gram_1xy=gram_1x * total(from_line**2),
        cross_1=gram_1x * mean_y - cross_x * mean_x,
        cross_x=cross_x,
    )
