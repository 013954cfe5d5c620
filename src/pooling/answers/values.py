"""Numbers that tasks ask for: what they should be, and how far draws may be off.

Where a number comes from draws, the exact one is known (`pooling.exact`), and the tolerance is six
Monte Carlo standard errors of a run that is a quarter as good as the course's own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pooling.answers.exact import weights_of_sigma
from pooling.data import StandardisedData, standardise
from pooling.exact import exact_posterior
from pooling.least_squares import least_squares_lines
from pooling.regimes import REGIME_NAMES
from pooling.sleepstudy import load_sleepstudy

Array = NDArray[np.float64]
ERRORS = 6
FEWEST = 1000
"""Effective draws that a run has at least that passes the checks of the chapter on inference."""


@dataclass(frozen=True)
class Value:
    """A number, or several, that a task asks for.

    Parameters
    ----------
    section
        Title of the section that asks for it.
    expected
        Computes it.
    returns
        What it is, in words.
    parts
        Names of its parts, if it has several.
    errors
        Monte Carlo standard errors; zero where no draws are involved.
    slips
        What readers compute by mistake: the reason, and the number.
    numbers
        Numbers that it may be off by, by what they are called.
    """

    section: str
    expected: Callable[[], Any]
    returns: str
    parts: tuple[str, ...] = ()
    errors: Callable[[], Mapping[str, float]] = lambda: {}
    slips: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    numbers: Callable[[], Mapping[str, float]] = lambda: {}


@cache
def train() -> StandardisedData:
    """The training rows."""
    return standardise(load_sleepstudy("train"))


@cache
def summary(regime: str) -> pd.DataFrame:
    """Exact posterior of the training rows."""
    return exact_posterior(regime, train()).summary()


def _exact(regime: str, parameter: str, column: str) -> float:
    return float(summary(regime)[column].to_dict()[parameter])


def _units() -> dict[str, float]:
    scaler = train().scaler
    return {
        "the standard deviation of the reaction times": scaler.reaction_sd,
        "the standard deviation of the days": scaler.day_sd,
        "the mean reaction time": scaler.reaction_mean,
        "`scaler.ms_per_day`": scaler.ms_per_day,
    }


def _slope(regime: str, parameter: str) -> Value:
    def exact(column: str = "mean") -> float:
        return _exact(regime, parameter, column) * train().scaler.ms_per_day

    return Value(
        section="Task 2: Fit the three models",
        expected=exact,
        returns="one number, in ms per day",
        errors=lambda: {"": exact("sd") / FEWEST**0.5},
        slips={
            "on the standardised scale; multiply by `scaler.ms_per_day`": lambda: _exact(
                regime, parameter, "mean"
            ),
            "the posterior standard deviation; asked is the mean": lambda: exact("sd"),
        },
        numbers=_units,
    )


def _sigma() -> dict[str, float]:
    return {name: _exact(name, "sigma", "mean") for name in REGIME_NAMES}


@cache
def _heldout() -> dict[str, Array]:
    rows = standardise(load_sleepstudy("heldout"), scaler=train().scaler)
    return {name: exact_posterior(name, train()).log_predictive(rows) for name in REGIME_NAMES}


@cache
def _heldout_by_itself() -> dict[str, Array]:
    rows = standardise(load_sleepstudy("heldout"))
    return {name: exact_posterior(name, train()).log_predictive(rows) for name in REGIME_NAMES}


@cache
def _mean_log_density() -> dict[str, float]:
    """Sum over the held-out rows of the mean of log densities, from exact draws."""
    import jax

    found = {}
    rows = standardise(load_sleepstudy("heldout"), scaler=train().scaler)
    for name in REGIME_NAMES:
        draws = exact_posterior(name, train()).draws(jax.random.PRNGKey(0), 4000)["posterior"]
        alpha, beta = (
            np.asarray(draws[each if each in draws else f"{each}_s"])[0]
            for each in ("alpha", "beta")
        )
        if alpha.ndim == 2:
            alpha, beta = alpha[:, rows.subject_idx], beta[:, rows.subject_idx]
        else:
            alpha, beta = alpha[:, None], beta[:, None]
        sigma = np.asarray(draws["sigma"])[0][:, None]
        z = (rows.y - alpha - beta * rows.x) / sigma
        log_density = -0.5 * z**2 - np.log(sigma) - 0.5 * np.log(2 * np.pi)
        found[name] = float(log_density.mean(axis=0).sum())
    return found


def _totals(by_row: Mapping[str, Array]) -> dict[str, float]:
    return {name: float(rows.sum()) for name, rows in by_row.items()}


def _lead(totals: Mapping[str, float]) -> float:
    return totals["partial_pooling"] - totals["no_pooling"]


def _spread(*, weighted: bool = True, ddof: int = 0, own: bool = False) -> float:
    frame = load_sleepstudy("train")
    people = frame.groupby("subject")["reaction"]
    mean, n = people.mean(), people.size()
    if own:
        return float(people.std(ddof=ddof).mean())
    if not weighted:
        return float(mean.std(ddof=ddof))
    return float(np.sqrt((n * (mean - frame["reaction"].mean()) ** 2).sum() / (n.sum() - ddof)))


def _residuals() -> tuple[pd.Series, pd.Series]:
    frame = load_sleepstudy("train")
    lines = least_squares_lines(frame).loc[frame["subject"]].reset_index(drop=True)
    return frame["reaction"] - lines["intercept"] - lines["slope"] * frame["day"], frame["subject"]


def _largest(freedom: int = 74) -> float:
    residual, _ = _residuals()
    return float(residual.abs().max() / np.sqrt((residual**2).sum() / freedom))


def _ratio(*, ten_rows: bool = True, power: float = 1.0) -> float:
    residual, subject = _residuals()
    rows = (residual**2).groupby(subject)
    sds = np.sqrt(rows.sum() / (rows.size() - 2))
    kept = sds[rows.size() == 10] if ten_rows else sds[rows.size() > 2]
    return float((kept.max() / kept.min()) ** power)


def _evidence(**changed: Any) -> float:
    sigma = np.exp(np.arange(-3.5, 3.0, 0.01))
    return weights_of_sigma(sigma, 0.01, train().x, train().y, **changed)[0]


VALUES: dict[str, Value] = {
    "ms_per_day": Value(
        section="Standardise",
        expected=lambda: train().scaler.ms_per_day,
        returns="one number, in ms per day",
        slips={
            "the ratio the other way round": lambda: 1 / train().scaler.ms_per_day,
            "the standard deviation of the reaction times; divide it by that of the days": (
                lambda: train().scaler.reaction_sd
            ),
        },
        numbers=_units,
    ),
    "common_slope": _slope("complete_pooling", "beta"),
    "population_slope_mean": _slope("partial_pooling", "mu_beta"),
    "spread_of_slopes": _slope("partial_pooling", "tau_beta"),
    "sigma": Value(
        section="Task 2: Fit the three models",
        expected=_sigma,
        returns="three posterior means, on the standardised scale",
        parts=tuple(REGIME_NAMES),
        errors=lambda: {name: _exact(name, "sigma", "sd") / FEWEST**0.5 for name in REGIME_NAMES},
        slips={
            "in milliseconds; asked is the standardised scale": lambda: {
                name: value * train().scaler.reaction_sd for name, value in _sigma().items()
            },
            "the posterior standard deviation; asked is the mean": lambda: {
                name: _exact(name, "sigma", "sd") for name in REGIME_NAMES
            },
        },
        numbers=_units,
    ),
    "spread_of_means": Value(
        section="One number instead of 54 panels",
        expected=_spread,
        returns="one number, in ms",
        slips={
            "computed with each subject counted once; a subject with n rows counts n times": (
                lambda: _spread(weighted=False)
            ),
            "computed with each subject counted once, and `ddof=1`; a subject with n rows counts n "
            "times": lambda: _spread(weighted=False, ddof=1),
            "computed with `ddof=1`; divide by the number of rows": lambda: _spread(ddof=1),
            "the spread of days within people; asked is that of people's means": (
                lambda: _spread(own=True)
            ),
            "the variance; take its root": lambda: _spread() ** 2,
        },
        numbers=_units,
    ),
    "largest_residual_in_sds": Value(
        section="Two checks that every model fails",
        expected=_largest,
        returns="one number",
        slips={
            "computed with the number of rows; 74 degrees of freedom are left": (
                lambda: _largest(110)
            ),
            "computed with `ddof=1`; each line takes away two rows, so that 74 are left": (
                lambda: _largest(109)
            ),
            "computed with 110 − 18; each line takes away two rows, so that 74 are left": (
                lambda: _largest(92)
            ),
        },
        numbers=_units,
    ),
    "ratio_of_sds": Value(
        section="Two checks that every model fails",
        expected=_ratio,
        returns="one number",
        slips={
            "a ratio of variances; take the root": lambda: _ratio(power=2.0),
            "the smallest over the largest; asked is the reverse": lambda: _ratio(power=-1.0),
            "over all subjects with more than two rows; asked are those with ten": (
                lambda: _ratio(ten_rows=False)
            ),
        },
    ),
    "heldout_elpd": Value(
        section="A score for predictions",
        expected=lambda: _totals(_heldout()),
        returns="three sums over the held-out rows, in nats",
        parts=tuple(REGIME_NAMES),
        errors=lambda: {"complete_pooling": 0.05, "no_pooling": 0.24, "partial_pooling": 0.2},
        slips={
            "computed with held-out rows that are standardised by themselves; use the training "
            "rows' scaler": lambda: _totals(_heldout_by_itself()),
            "the mean of log densities; average the densities, then take the logarithm": (
                _mean_log_density
            ),
            "the mean over the rows; asked is their sum": lambda: {
                name: float(rows.mean()) for name, rows in _heldout().items()
            },
            "a deviance; asked is the log density itself, without −2": lambda: {
                name: -2 * total for name, total in _totals(_heldout()).items()
            },
            "in milliseconds; leave the rows standardised": lambda: {
                name: total - 70 * np.log(train().scaler.reaction_sd)
                for name, total in _totals(_heldout()).items()
            },
            "the score of the training rows; asked are the held-out ones": lambda: {
                name: float(exact_posterior(name, train()).log_predictive(train()).sum())
                for name in REGIME_NAMES
            },
        },
    ),
    "heldout_lead": Value(
        section="A score for predictions",
        expected=lambda: _lead(_totals(_heldout())),
        returns="one number, in nats",
        errors=lambda: {"": 0.2},
        slips={
            "the lead of no pooling; the difference is the wrong way round": (
                lambda: -_lead(_totals(_heldout()))
            ),
            "computed with held-out rows that are standardised by themselves; use the training "
            "rows' scaler": lambda: _lead(_totals(_heldout_by_itself())),
            "a difference of deviances, −2 times the lead": lambda: -2 * _lead(_totals(_heldout())),
            "the lead over complete pooling; asked is that over no pooling": lambda: (
                _totals(_heldout())["partial_pooling"] - _totals(_heldout())["complete_pooling"]
            ),
            "computed from means of log densities; average densities, then take the logarithm": (
                lambda: _lead(_mean_log_density())
            ),
        },
    ),
    "log_evidence": Value(
        section="Task 6: An integral by hand",
        expected=_evidence,
        returns="one number, in nats",
        errors=lambda: {"": 1e-3},
        slips={
            "computed without the stretch; equal steps in log σ bring a factor σ": (
                lambda: _evidence(stretch=0.0)
            ),
            "computed without the prior of σ, Exponential(1)": lambda: _evidence(prior=0.0),
            "the sum without the width of the steps; add its logarithm": (
                lambda: _evidence() - np.log(0.02)
            ),
        },
    ),
}
"""Every number that can be checked, by its name, in the order of the chapters."""
