"""Restricted maximum likelihood, as lme4 uses it: a point estimate of the scales, and its lines."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from pooling.restricted import Array, Rows

SINGULAR = 1e-4  # a diagonal entry of the factor below this is zero for lme4
STARTS = ((1.0, 0.5), (0.3, 1.5), (2.0, 0.05))  # spreads of intercepts and slopes, over the noise
PRECISE = {"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000, "maxfev": 4000}


@dataclass(frozen=True)
class RemlFit:
    """Scales of largest restricted likelihood, and the lines given these scales.

    Parameters
    ----------
    factor
        Lower triangular Λ, shape (2, 2): intercept and slope of a person have the covariance
        σ² Λ Λᵀ. lme4 calls its entries θ.
    sigma
        Standard deviation of rows about a person's line, in ms.
    log_likelihood
        Restricted log likelihood, in nats.
    fixed, fixed_covariance
        The population's intercept (ms, at the origin) and slope (ms per day), shape (2,), and the
        covariance matrix of their errors, shape (2, 2).
    lines, line_covariances
        Each person's intercept and slope, shape (n_subjects, 2): the conditional modes, with the
        population's line added. The covariance matrices of their errors, the population's line
        being unknown too, have the shape (n_subjects, 2, 2).
    deviation_covariances
        The same as if the population's line were known: what lme4 gives with conditional modes.
    """

    factor: Array
    sigma: float
    log_likelihood: float
    fixed: Array
    fixed_covariance: Array
    lines: Array
    line_covariances: Array
    deviation_covariances: Array

    @property
    def tau(self) -> Array:
        """Standard deviations of intercepts (ms) and of slopes (ms per day), shape (2,)."""
        return self.sigma * np.sqrt((self.factor**2).sum(axis=1))

    @property
    def rho(self) -> float:
        """Correlation of intercepts and slopes; not a number where one of them does not vary."""
        if self.tau.min() == 0:
            return float("nan")
        return float(self.sigma**2 * (self.factor @ self.factor.T)[0, 1] / self.tau.prod())

    @property
    def standard_errors(self) -> Array:
        """Standard errors of the population's intercept (ms) and slope (ms per day)."""
        return np.sqrt(np.diag(self.fixed_covariance))

    @property
    def singular(self) -> bool:
        """Whether the scales lie on the boundary of what is possible, by lme4's rule."""
        return bool(np.diag(self.factor).min() < SINGULAR)


def reml(frame: pd.DataFrame, *, correlated: bool = True, origin: float = 0.0) -> RemlFit:
    """Fit an intercept and a slope for each subject by restricted maximum likelihood.

    Parameters
    ----------
    frame
        Rows as `pooling.load_sleepstudy` gives them, in days and ms.
    correlated
        Whether intercepts and slopes may correlate. lme4's formulas are
        `reaction ~ day + (day | subject)` if they may, and with `||` in place of `|` if not.
    origin
        The day at which intercepts are read. Independent intercepts and slopes are another model
        at each origin.

    Returns
    -------
    RemlFit
        The best of several starts of the optimiser.

    Raises
    ------
    TypeError
        If `frame` is no DataFrame.
    ValueError
        If a column is missing, a value is not a finite number, all rows are of one day, or there
        are only two rows.
    ArithmeticError
        If all rows lie exactly on a line for each subject, and some subject has more rows than
        that takes.

    References
    ----------
    Bates et al. (2015), sections 3.2 to 3.6, for the likelihood with σ at its best.
    """
    rows = Rows(frame, origin)
    if rows.exact:
        raise ArithmeticError(
            "the likelihood has no top: the rows lie exactly on lines, so that they say nothing of "
            "the noise. Are the reaction times measured?"
        )

    def factor_of(theta: Array) -> Array:
        return np.array([[theta[0], 0.0], [theta[2] if correlated else 0.0, theta[1]]])

    # The likelihood is the same for a diagonal entry and its negative: no bound is needed.
    found = [
        minimize(
            lambda theta: -rows.given(factor_of(theta)).log_likelihood,
            np.array([a, b / rows.spread, 0.0][: 2 + correlated]),
            method="Nelder-Mead",
            options=PRECISE,
        )
        for a, b in STARTS
    ]
    factor = factor_of(min(found, key=lambda each: each.fun).x)
    factor *= np.where(np.diag(factor) < 0, -1.0, 1.0)  # a column and its negative are the same
    best = rows.given(factor)
    follows = np.eye(2) - best.within @ rows.A  # how much of the population's line is in a person's
    of_population = follows @ best.inverse @ follows.transpose(0, 2, 1)
    return RemlFit(
        factor=factor,
        sigma=best.sigma,
        log_likelihood=best.log_likelihood,
        fixed=best.fixed,
        fixed_covariance=best.sigma**2 * best.inverse,
        lines=best.fixed + best.deviations,
        line_covariances=best.sigma**2 * (best.within + of_population),
        deviation_covariances=best.sigma**2 * best.within,
    )


def profile_of_tau_alpha(frame: pd.DataFrame, tau_alpha: Array, *, origin: float = 0.0) -> Array:
    """Largest restricted log likelihood for each spread of intercepts, slopes being independent.

    Parameters
    ----------
    frame, origin
        As for `reml`.
    tau_alpha
        Standard deviations of intercepts, in ms, shape (n_values,).

    Returns
    -------
    ndarray
        In nats, shape (n_values,): for each value, the other scales are at their best.

    Raises
    ------
    TypeError, ValueError, ArithmeticError
        As for `reml`.
    """
    rows, fit = Rows(frame, origin), reml(frame, correlated=False, origin=origin)
    others, highest = np.array([fit.tau[1], fit.sigma]), []
    for value in tau_alpha:
        found = minimize(
            lambda scales, value: -rows.log_likelihood(np.array([value, scales[0]]), scales[1]),
            others,
            (value,),
            method="Nelder-Mead",
        )
        others = found.x  # the best place for the next value is near this one's
        highest.append(-found.fun)
    return np.array(highest)
