"""Check that each row's mean lies on its subject's line, with one σ, whatever the rows."""

import numpy as np
from numpy.typing import NDArray

from pooling.checks.sites import Reading
from pooling.checks.verdict import SHARED, Wrong

Array = NDArray[np.float64]


def check_lines(reading: Reading, *, per_subject: bool, own_scale: bool = False) -> None:
    """Refuse what is no line for each subject, on rows that would show it.

    Parameters
    ----------
    reading
        What the rows see.
    per_subject
        Whether each subject has a line of its own.
    own_scale
        Whether each subject has a standard deviation of its own.
    """
    rows, loc = reading.rows, reading.loc
    if not (np.isfinite(loc).all() and np.isfinite(reading.scale).all()):
        raise Wrong("The mean or standard deviation of `obs` is not always a finite number.")
    if same(loc, loc[:, :1]):
        raise Wrong(
            "The mean of `obs` is the same for all rows: `x` does not enter it. "
            "The slope is multiplied by `x`.",
            SHARED,
        )
    _check_alike(reading)
    alpha, beta = reading.intercepts, reading.slopes
    if same(beta, 0 * beta):
        raise Wrong(
            "The mean of `obs` does not change with `x` for a given subject: the slope must be "
            "multiplied by `x`.",
            SHARED,
        )
    gaps = differ(loc, alpha[:, rows.subject_idx] + beta[:, rows.subject_idx] * rows.x)
    if gaps.any():
        raise Wrong(
            "The mean of `obs` is no straight line in `x` for each subject: "
            f"see {_which(reading, gaps)}. Asked is intercept plus slope times `x`.",
            SHARED,
        )
    (_check_own_scale if own_scale else _check_scale)(reading)
    _check_varying(reading, per_subject)


def _check_alike(reading: Reading) -> None:
    rows = reading.rows
    first = [rows.at(s, x) for s, x in zip(rows.subject_idx, rows.x, strict=True)]
    gaps = differ(reading.loc, reading.loc[:, first])
    if gaps.any():
        raise Wrong(
            "Rows of one subject at one day have different means in the likelihood, for example "
            f"{_which(reading, gaps)}. A line belongs to a subject, not to a row: is "
            "`subject_idx` used to index?"
        )


def _check_scale(reading: Reading) -> None:
    scale, rows = reading.scale, reading.rows
    if same(scale, scale[:, :1]):
        return
    first = [rows.at(s, 0) for s in rows.subject_idx]
    if same(scale, scale[:, first]):
        raise Wrong(
            "`obs` has a standard deviation for each subject; σ is one number, the same for "
            "everybody: sample it outside the plate.",
            SHARED,
        )
    raise Wrong(
        "The standard deviation of `obs` differs between rows; σ is one number for all.", SHARED
    )


def _check_own_scale(reading: Reading) -> None:
    scale, rows = reading.scale, reading.rows
    if same(scale, scale[:, :1]):
        raise Wrong(
            "σ is one number for everybody; asked is a standard deviation for each subject, "
            "sampled inside the plate and indexed by `subject_idx`."
        )
    if not same(scale, scale[:, [rows.at(s, 0) for s in rows.subject_idx]]):
        raise Wrong(
            "The standard deviation of `obs` differs between rows of one subject; index it with "
            "`subject_idx`, as the lines."
        )


def _check_varying(reading: Reading, per_subject: bool) -> None:
    vary = {
        "intercept": not same(reading.intercepts, reading.intercepts[:, :1]),
        "slope": not same(reading.slopes, reading.slopes[:, :1]),
    }
    if not per_subject and any(vary.values()):
        raise Wrong(
            "Subjects have lines of their own here; complete pooling has one line for everybody, "
            "with scalar `alpha` and `beta` outside of any plate. This is no pooling, or partial."
        )
    if per_subject and not any(vary.values()):
        raise Wrong(
            "All subjects have the same line: this is complete pooling. Sample intercepts and "
            "slopes in a plate of `n_subjects`, and index them with `subject_idx`."
        )
    for name, other in (("intercept", "slope"), ("slope", "intercept")):
        if per_subject and not vary[name]:
            raise Wrong(
                f"Only the {other}s vary between subjects: each subject's {name} must be their "
                f"own too, as in `{'alpha_s' if name == 'intercept' else 'beta_s'}[subject_idx]`."
            )
    if per_subject:
        _check_distinct(reading)


def _check_distinct(reading: Reading) -> None:
    alpha = reading.intercepts
    for s in range(alpha.shape[1]):
        for other in range(s):
            if same(alpha[:, s], alpha[:, other]):
                raise Wrong(
                    f"Subjects {other} and {s} share one line: `subject_idx` is shifted, or the "
                    f"number of lines is not `n_subjects` (here {alpha.shape[1]})."
                )


def check_other_rows(
    reading: Reading, other: Reading, what: str, *, own_scale: bool = False
) -> None:
    """With the same draws of the parameters, other data must see the same lines.

    Parameters
    ----------
    reading, other
        Of one model with the same keys, on two data sets with as many subjects.
    what
        What differs between the two.
    own_scale
        Whether each subject has a standard deviation of its own.
    """
    rows = other.rows
    sizes = {each.name: each.values.shape[1:] for each in reading.latents}
    for each in other.latents:
        if sizes.get(each.name, each.values.shape[1:]) != each.values.shape[1:]:
            raise Wrong(
                f"`{each.name}` has the shape {each.values.shape[1:]} with one data set and "
                f"{sizes[each.name]} with another, of as many subjects: its size must come from "
                "`n_subjects`, not from which subjects occur."
            )
    drawn = {each.name: each.values for each in reading.latents}
    for each in other.latents:
        if each.name in drawn and not same(each.values, drawn[each.name]):
            raise Wrong(
                f"The prior of `{each.name}` depends on the data: with {what} it is another. "
                "Priors must not be computed from `y`, from other rows, or from which subjects "
                "occur."
            )
    lines = reading.intercepts[:, rows.subject_idx] + reading.slopes[:, rows.subject_idx] * rows.x
    gaps = differ(other.loc, lines)
    if gaps.any():
        raise Wrong(
            f"The mean of `obs` depends on the data beyond its own row: with {what} and the same "
            f"parameters it changes, for example for {_which(other, gaps)}. Priors and means must "
            "not be computed from `y`, from other rows, or from which subjects occur."
        )
    scale = reading.scale[:, [reading.rows.at(s if own_scale else 0, 0) for s in rows.subject_idx]]
    if not same(other.scale, scale):
        raise Wrong(
            f"The standard deviation of `obs` is computed from the data: with {what} and the same "
            "parameters it changes."
        )


def differ(found: Array, expected: Array) -> NDArray[np.bool_]:
    """Where two arrays differ in any draw, by more than rounding in 32 bits."""
    size = 1 + np.abs(found) + np.abs(expected)
    return np.asarray((np.abs(found - expected) > 1e-4 * size).any(axis=0))


def same(found: Array, expected: Array) -> bool:
    """Whether two arrays are equal in all draws, up to rounding."""
    return not differ(found, np.broadcast_to(expected, found.shape)).any()


def _which(reading: Reading, gaps: NDArray[np.bool_]) -> str:
    row = int(np.flatnonzero(gaps)[0])
    rows = reading.rows
    return f"row {row} (subject {rows.subject_idx[row]}, x = {rows.x[row]:.3g})"
