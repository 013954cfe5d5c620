"""What the rows of a subject say about its line, in thirteen numbers however many rows there are.

Given the scales, a subject's rows enter the posterior only through the inner products of three
vectors: ones, x and y. All that is needed of them are products and Gram determinants. The
determinants are computed from residuals, not from the products: a difference of two large numbers
would lose the digits that matter.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
BLOCK = 2**15  # numbers to work on at a time: what a core's cache holds


@dataclass(frozen=True)
class LineStatistics:
    """What determines a subject's line, each of shape (n_subjects,), dimensionless.

    Parameters
    ----------
    n, sum_x, sum_y, sum_xx, sum_xy
        Number of rows, and the sums of x, y and their products.
    gram_1x
        Gram determinant of the vectors 1 and x, n Σx² − (Σx)². Never negative.
    cross_1, cross_x
        `gram_1x` times the least-squares line's intercept, and times its slope.
    """

    n: Array
    sum_x: Array
    sum_y: Array
    sum_xx: Array
    sum_xy: Array
    gram_1x: Array
    cross_1: Array
    cross_x: Array

    def of(self, subjects: NDArray[np.int64]) -> "LineStatistics":
        """Choose some subjects, shape (n,), with repetition if wanted."""
        return LineStatistics(
            *(getattr(self, each.name)[subjects] for each in fields(LineStatistics))
        )

    def alike(self) -> "LineStatistics":
        """The same of subjects of one design: what hangs on the days alone has shape (1,)."""
        of_days = {name: getattr(self, name)[:1] for name in ("n", "sum_x", "sum_xx", "gram_1x")}
        return replace(self, **of_days)

    def without(self, x: Array, y: Array) -> "LineStatistics":
        """Take a row out of each subject, with these x and y, shape (n_subjects,)."""
        n = self.n - 1
        gram = self.gram_1x - (self.sum_xx - 2 * x * self.sum_x + self.n * x**2)
        cross_1 = self.cross_1 - (
            y * self.sum_xx + x**2 * self.sum_y - x * y * self.sum_x - x * self.sum_xy
        )
        cross_x = self.cross_x - (self.sum_xy - x * self.sum_y - y * self.sum_x + self.n * x * y)
        line = (n > 1) & (gram > 0)  # where there is none, rounding must not make one
        return LineStatistics(
            n=n,
            sum_x=self.sum_x - x,
            sum_y=self.sum_y - y,
            sum_xx=self.sum_xx - x**2,
            sum_xy=self.sum_xy - x * y,
            gram_1x=np.where(line, gram, 0),
            cross_1=np.where(line, cross_1, 0),
            cross_x=np.where(line, cross_x, 0),
        )


@dataclass(frozen=True)
class SubjectStatistics(LineStatistics):
    """All that the posterior needs of a subject's rows.

    Parameters
    ----------
    sum_yy
        Sum of squares of y, shape (n_subjects,).
    gram_1y, gram_xy
        Gram determinants of 1 and y, and of x and y.
    gram_1xy
        Gram determinant of 1, x and y: `gram_1x` times the least-squares line's sum of squares.
    mixed_1x
        Of the areas that 1 and x span with y, whose squares are `gram_1y` and `gram_xy`, the
        product: Σx Σy² − Σy Σxy.
    """

    sum_yy: Array
    gram_1y: Array
    gram_xy: Array
    gram_1xy: Array
    mixed_1x: Array

    def some(self, subjects: NDArray[np.int64]) -> "SubjectStatistics":
        """Choose some subjects, shape (n,), with all that is known of them."""
        return SubjectStatistics(*(each[subjects] for each in vars(self).values()))


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
        mixed_1x=sum_x * total(from_mean_y**2) - sum_y * together,
        cross_1=gram_1x * mean_y - cross_x * mean_x,
        cross_x=cross_x,
    )
