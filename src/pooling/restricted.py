"""The restricted likelihood of the scales: the population's line is integrated out, under no prior.

Of each subject it needs only XᵀX and Xᵀy, so that an evaluation costs the same for ten rows as for
ten thousand (Woodbury's identity).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pooling.arguments import column, varies

Array = NDArray[np.float64]
ROUNDING = 1e-12  # of a sum of squares and of a reaction time, as a share of them


@dataclass(frozen=True)
class Given:
    """What follows from a factor Λ, the covariance of lines being σ² Λ Λᵀ.

    Parameters
    ----------
    log_likelihood
        Restricted log likelihood at the best σ, in nats.
    sigma
        The best σ, in ms.
    fixed, inverse
        The population's line, shape (2,), and the covariance matrix of its error over σ².
    deviations, within
        Each person's deviation from it, shape (n_subjects, 2), and the covariance matrix of its
        error over σ² if the population's line was known, shape (n_subjects, 2, 2).
    """

    log_likelihood: float
    sigma: float
    fixed: Array
    inverse: Array
    deviations: Array
    within: Array


class Rows:
    """Rows of subjects, summed up.

    Parameters
    ----------
    frame
        Rows as `pooling.load_sleepstudy` gives them, in days and ms.
    origin
        The day at which intercepts are read.

    Attributes
    ----------
    common
        Least-squares line of all rows: intercept (ms) and slope (ms per day), shape (2,). All sums
        are of what it leaves over.
    A, c, square
        X'X of each subject, shape (n_subjects, 2, 2), X'y, shape (n_subjects, 2), and y'y of all.
    freedom
        Number of rows less two, for the population's line.
    spread
        Standard deviation of the days.
    rounding
        A sum of squares that may be nothing but rounding, in ms².

    Raises
    ------
    TypeError
        If `frame` is no DataFrame.
    ValueError
        If a column is missing, a value is not a finite number, all rows are of one day, or there
        are only two rows.
    """

    def __init__(self, frame: pd.DataFrame, origin: float = 0.0) -> None:
        day, y = (column(frame, name).astype(float) for name in ("day", "reaction"))
        subjects, who = np.unique(column(frame, "subject", whole=True), return_inverse=True)
        if not varies(day):
            raise ValueError("all rows are of one day: no slope is determined")
        if len(day) < 3:
            raise ValueError("there are only two rows: the population's line leaves nothing over")
        X = np.column_stack([np.ones_like(day), day - origin])
        # The line of everybody is taken away first: to the rest it makes no difference but digits.
        self.common = np.linalg.lstsq(X, y, rcond=None)[0]
        whole, y = y, y - X @ self.common
        self.A, self.c = np.zeros((len(subjects), 2, 2)), np.zeros((len(subjects), 2))
        np.add.at(self.A, who, X[:, :, None] * X[:, None, :])
        np.add.at(self.c, who, X * y[:, None])
        self.square, self.freedom, self.spread = float(y @ y), len(y) - 2, float(day.std())
        self.rounding = ROUNDING * self.square + ROUNDING**2 * float(whole @ whole)

    @property
    def exact(self) -> bool:
        """Whether rows lie on lines, a line for each subject, more exactly than chance would have.

        The likelihood then grows without bound as the noise goes to zero.
        """
        own = np.linalg.pinv(self.A, hermitian=True)
        left = self.square - np.einsum("si,sij,sj->", self.c, own, self.c)
        spare = self.freedom + 2 - np.linalg.matrix_rank(self.A, hermitian=True).sum()
        return bool(spare > 0 and left <= self.rounding)

    def given(self, factor: Array) -> Given:
        """Give likelihood, σ and lines for a lower triangular Λ, shape (2, 2)."""
        A, c = self.A, self.c
        middle = np.eye(2) + factor.T @ A @ factor
        within = factor @ np.linalg.inv(middle) @ factor.T
        information = (A - A @ within @ A).sum(axis=0)
        inverse = np.linalg.inv(information)
        pulled = np.einsum("sij,sj->si", within, c)
        score = (c - np.einsum("sij,sj->si", A, pulled)).sum(axis=0)
        fixed = inverse @ score
        variance = (self.square - (c * pulled).sum() - score @ fixed) / self.freedom
        logs = np.log(np.linalg.det(middle)).sum() + np.linalg.slogdet(information)[1]
        return Given(
            log_likelihood=-0.5 * (self.freedom * (1 + np.log(2 * np.pi * variance)) + logs),
            sigma=float(np.sqrt(variance)),
            fixed=self.common + fixed,
            inverse=inverse,
            deviations=np.einsum("sij,sj->si", within, c - A @ fixed),
            within=within,
        )

    def log_likelihood(self, tau: Array, sigma: float, rho: float = 0.0) -> float:
        """Restricted log likelihood of the scales themselves, in nats.

        `tau` has the shape (2,), in ms and ms per day; `sigma` is in ms and not zero.
        """
        factor = np.array([[tau[0], 0.0], [rho * tau[1], np.sqrt(1 - rho**2) * tau[1]]]) / sigma
        best = self.given(factor)
        over = (best.sigma / sigma) ** 2
        return best.log_likelihood - 0.5 * self.freedom * (over - np.log(over) - 1)
