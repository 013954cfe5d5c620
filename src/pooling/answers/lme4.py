"""Answers to the exercises of the chapter that sets lme4 beside the posterior."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pooling.answers.exercise import Exercise
from pooling.answers.funnel import row_covariance
from pooling.answers.inputs import tables

Array = NDArray[np.float64]
Index = NDArray[np.int64]


def covariance_of_rows(scales: Array, x: Array, subject_idx: Index) -> Array:
    """Covariance matrix of all rows given the scales, the lines integrated out."""
    return row_covariance(x, subject_idx, *scales)


def _everybody(scales: Array, x: Array, subject_idx: Index) -> Array:
    return covariance_of_rows(scales, x, np.zeros_like(subject_idx))


def _without_noise(scales: Array, x: Array, subject_idx: Index) -> Array:
    return covariance_of_rows(np.array([*scales[:2], 0.0]), x, subject_idx)


def _noise_everywhere(scales: Array, x: Array, subject_idx: Index) -> Array:
    return _without_noise(scales, x, subject_idx) + scales[2] ** 2


def _parts(scales: Array, x: Array, y: Array, subject_idx: Index) -> tuple[Array, Array, Array]:
    """V, the precision of the population's line, and the line."""
    V = covariance_of_rows(scales, x, subject_idx)
    X = np.column_stack([np.ones_like(x), x])
    weighted = np.linalg.solve(V, X)
    precision = X.T @ weighted
    return V, precision, np.linalg.solve(precision, weighted.T @ y)


def restricted_log_likelihood(
    scales: Array,
    x: Array,
    y: Array,
    subject_idx: Index,
    *,
    lines: float = 1.0,
    freedom: int = 2,
    at: Any = None,
) -> float:
    """Log likelihood of the scales with the population's line integrated out."""
    V, precision, best = _parts(scales, x, y, subject_idx)
    line = best if at is None else at(x, y)
    left = y - line[0] - line[1] * x
    square = left @ np.linalg.solve(V, left)
    logs = np.linalg.slogdet(V)[1] + lines * np.linalg.slogdet(precision)[1]
    return float(-0.5 * (square + logs + (len(y) - freedom) * np.log(2 * np.pi)))


def full_log_likelihood(scales: Array, x: Array, y: Array, subject_idx: Index) -> float:
    """Log likelihood of the scales at the best population line."""
    return restricted_log_likelihood(scales, x, y, subject_idx, lines=0.0, freedom=0)


def _least_squares(x: Array, y: Array) -> Array:
    slope, intercept = np.polyfit(x, y, 1)
    return np.array([intercept, slope])


def population_line(
    scales: Array,
    x: Array,
    y: Array,
    subject_idx: Index,
    *,
    errors: Any = lambda precision: np.sqrt(np.diag(np.linalg.inv(precision))),
) -> tuple[Array, Array]:
    """Line of the population given the scales, and its standard errors."""
    _, precision, line = _parts(scales, x, y, subject_idx)
    return line, errors(precision)


def _errors(errors: Any) -> Any:
    return lambda *case: population_line(*case, errors=errors)


def _unweighted(scales: Array, x: Array, y: Array, subject_idx: Index) -> tuple[Array, Array]:
    return _least_squares(x, y), population_line(scales, x, y, subject_idx)[1]


def conditional_mode(
    scales: Array, line: Array, x: Array, y: Array, *, noise: float = 2, variance: float = 2
) -> Array:
    """A person's line, given the scales and the population's line."""
    X = np.column_stack([np.ones_like(x), x])
    T = np.diag(np.asarray(scales[:2]) ** variance)
    V = X @ T @ X.T + scales[2] ** noise * np.eye(len(x))
    return np.asarray(line + T @ X.T @ np.linalg.solve(V, y - X @ line))


def _from_zero(scales: Array, line: Array, x: Array, y: Array) -> Array:
    return conditional_mode(scales, np.zeros(2), x, y)


def reml_spread(y: Array, error: float, *, ddof: int = 1, power: float = 2) -> Array:
    """REML's estimate of a spread, for many sets of measurements with a known error."""
    left = y.var(axis=1, ddof=ddof) - error**power
    return np.asarray(np.sqrt(np.maximum(left, 0)))


def _rows() -> list[tuple[Array, Array, Array, Index]]:
    """Scales, days, reaction times and subjects of three small tables."""
    all_scales = ([30.0, 6.0, 20.0], [12.0, 9.0, 35.0], [50.0, 3.0, 25.0])
    cases = []
    for scales, frame in zip(all_scales, tables(), strict=True):
        day = frame["day"].to_numpy(float)
        reaction, who = frame["reaction"].to_numpy(float), frame["subject_idx"].to_numpy()
        cases.append((np.array(scales), day - 2.5, reaction, who))
    return cases


def _people() -> list[tuple[Array, Array, Array, Array]]:
    """Scales, population's line, and one person's rows."""
    lines = ([290.0, 9.0], [260.0, 12.0], [310.0, 4.0])
    cases = []
    for line, (scales, x, y, who) in zip(lines, _rows(), strict=True):
        cases.append((scales, np.array(line), x[who == 1], y[who == 1]))
    return cases


def _measurements() -> list[tuple[Array, float]]:
    random = np.random.default_rng(131)
    return [(random.normal(0, 1.3, (60, n)), error) for n, error in ((5, 0.9), (9, 1.2), (16, 0.7))]


TASK = "Task 11: REML by hand"

EXERCISES = {
    "covariance_of_rows": Exercise(
        section=TASK,
        answer=covariance_of_rows,
        cases=lambda: [(scales, x, who) for scales, x, _, who in _rows()],
        returns="a matrix, with a row and a column for each row",
        slips={
            "that of one person with all rows; rows of two people are not correlated": _everybody,
            "computed without the noise; σ² stands on the diagonal": _without_noise,
            "computed with σ² between any two rows; the noise of two rows is independent": (
                _noise_everywhere
            ),
            "computed with standard deviations, where the formula has variances": (
                lambda scales, x, who: covariance_of_rows(np.sqrt(scales), x, who)
            ),
            "computed with intercepts alone; the slopes add τ_β² times both x": (
                lambda scales, x, who: covariance_of_rows(scales * [1, 0, 1], x, who)
            ),
        },
    ),
    "restricted_log_likelihood": Exercise(
        section=TASK,
        answer=restricted_log_likelihood,
        cases=_rows,
        returns="one number",
        slips={
            "the likelihood that is not restricted; the precision of the line is missing": (
                full_log_likelihood
            ),
            "computed without the precision of the line, XᵀV⁻¹X; add the log of its determinant": (
                lambda *case: restricted_log_likelihood(*case, lines=0.0)
            ),
            "computed with the precision of the line the wrong way; its log determinant is added "
            "to −2 log L": lambda *case: restricted_log_likelihood(*case, lines=-1.0),
            "computed with n log 2π; the line takes two rows away, n − 2": (
                lambda *case: restricted_log_likelihood(*case, freedom=0)
            ),
            "−2 log L; asked is log L": lambda *case: -2 * restricted_log_likelihood(*case),
            "−log L; asked is log L": lambda *case: -restricted_log_likelihood(*case),
            "computed at the least-squares line; the best line weights the rows by V⁻¹": (
                lambda *case: restricted_log_likelihood(*case, at=_least_squares)
            ),
        },
    ),
    "population_line": Exercise(
        section=TASK,
        answer=population_line,
        cases=_rows,
        returns="a line and its errors, two numbers each",
        parts=("line", "errors"),
        slips={
            "the least-squares line of all rows; weight the rows by V⁻¹": _unweighted,
            "variances; standard errors are their roots": _errors(
                lambda precision: np.diag(np.linalg.inv(precision))
            ),
            "computed from the diagonal of the precision; invert the matrix first": _errors(
                lambda precision: 1 / np.sqrt(np.diag(precision))
            ),
            "roots of the precision; invert it first": _errors(
                lambda precision: np.sqrt(np.diag(precision))
            ),
        },
    ),
    "full_log_likelihood": Exercise(
        section="Exercise: Maximum likelihood, not restricted",
        answer=full_log_likelihood,
        cases=_rows,
        returns="one number",
        slips={
            "the restricted one; here the line is put at its best, and not averaged over": (
                restricted_log_likelihood
            ),
            "computed with (n − 2) log 2π; all n rows count here": (
                lambda *case: restricted_log_likelihood(*case, lines=0.0)
            ),
            "computed at the least-squares line; the best line weights the rows by V⁻¹": (
                lambda *case: restricted_log_likelihood(
                    *case, lines=0.0, freedom=0, at=_least_squares
                )
            ),
            "−2 log L; asked is log L": lambda *case: -2 * full_log_likelihood(*case),
            "−log L; asked is log L": lambda *case: -full_log_likelihood(*case),
        },
    ),
    "conditional_mode": Exercise(
        section="Exercise: A conditional mode",
        answer=conditional_mode,
        cases=_people,
        returns="two numbers, intercept and slope",
        slips={
            "the deviation alone; add the population's line": (
                lambda scales, line, x, y: conditional_mode(scales, line, x, y) - line
            ),
            "pulled towards zero; take the population's line off the rows, and add it at the end": (
                _from_zero
            ),
            "computed from the rows themselves; take the population's line off them first": (
                lambda scales, line, x, y: _from_zero(scales, line, x, y) + line
            ),
            "the person's own least-squares line; pull it towards the population's": (
                lambda scales, line, x, y: _least_squares(x, y)
            ),
            "computed with σ on the diagonal of V; a variance stands there, σ²": (
                lambda *case: conditional_mode(*case, noise=1)
            ),
            "computed with spreads in T; variances stand there": (
                lambda *case: conditional_mode(*case, variance=1)
            ),
        },
    ),
    "reml_spread": Exercise(
        section="Exercise: How often is it zero?",
        answer=reml_spread,
        cases=_measurements,
        returns="one number for each set",
        slips={
            "computed with n below the line; REML has n − 1, `ddof=1`": (
                lambda y, error: reml_spread(y, error, ddof=0)
            ),
            "the spread of the measurements; take the variance of their errors away": (
                lambda y, error: y.std(axis=1, ddof=1)
            ),
            "computed with e, where the formula has e²": (
                lambda y, error: reml_spread(y, error, power=1)
            ),
            "a variance; the spread is its root": lambda y, error: reml_spread(y, error) ** 2,
        },
    ),
}
