"""Rows on the scale that the models use."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pooling.arguments import column, varies


@dataclass(frozen=True)
class Scaler:
    """Mean and standard deviation of day (days) and reaction time (ms) in the training rows.

    Raises
    ------
    ValueError
        If one of them is not a finite number, or a standard deviation is not positive.
    """

    day_mean: float
    day_sd: float
    reaction_mean: float
    reaction_sd: float

    def __post_init__(self) -> None:
        """Refuse what would make every standardised row infinite or undefined."""
        for name, value in vars(self).items():
            if not np.isfinite(value) or (name.endswith("_sd") and value <= 0):
                kind = "positive and finite" if name.endswith("_sd") else "finite"
                raise ValueError(f"{name} must be {kind}, but is {value}")

    def to_x(self, day: NDArray[np.float64]) -> NDArray[np.float64]:
        """Standardise days, any shape."""
        return (_array(day) - self.day_mean) / self.day_sd

    def to_y(self, reaction: NDArray[np.float64]) -> NDArray[np.float64]:
        """Standardise reaction times in ms, any shape."""
        return (_array(reaction) - self.reaction_mean) / self.reaction_sd

    def to_days(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn standardised days back into days, any shape."""
        return _array(x) * self.day_sd + self.day_mean

    def to_ms(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn standardised reaction times back into ms, any shape."""
        return _array(y) * self.reaction_sd + self.reaction_mean

    @property
    def ms_per_day(self) -> float:
        """What a standardised slope of one is worth, in ms per day."""
        return self.reaction_sd / self.day_sd


@dataclass(frozen=True)
class StandardisedData:
    """Rows as the models take them.

    Parameters
    ----------
    x
        Day, standardised, shape (n_rows,).
    y
        Reaction time, standardised, shape (n_rows,).
    subject_idx
        Subject of each row, shape (n_rows,), integers from 0.
    n_subjects
        Number of subjects.
    subjects
        The study's number of each subject, shape (n_subjects,); 0 where a subject has no row here.
    scaler
        The means and standard deviations that were used.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    subject_idx: NDArray[np.int64]
    n_subjects: int
    subjects: NDArray[np.int64]
    scaler: Scaler

    def index_of(self, subject: int) -> int:
        """Index of a subject, by the study's number.

        Raises
        ------
        ValueError
            If there is no such subject, or several.
        """
        found = np.flatnonzero(self.subjects == subject)
        if len(found) != 1:
            known = ", ".join(map(str, self.subjects))
            raise ValueError(f"needed is one subject {subject}, but there are {known}")
        return int(found[0])


def standardise(frame: pd.DataFrame, *, scaler: Scaler | None = None) -> StandardisedData:
    """Subtract the mean from day and reaction time, and divide by the standard deviation.

    Parameters
    ----------
    frame
        Rows as `load_sleepstudy` gives them.
    scaler
        The training rows' scaler, for rows that were not used in training. Without it, the means
        and (population) standard deviations of `frame` are used.

    Returns
    -------
    StandardisedData
        The standardised rows; its `scaler` turns results back into days and milliseconds.

    Raises
    ------
    TypeError
        If `frame` is no DataFrame.
    ValueError
        If a column is missing, a value is not a finite number (a whole one, for subjects), or a
        column does not vary except by rounding, so that one cannot divide by its standard
        deviation. The message names column and row.
    """
    day, reaction = column(frame, "day"), column(frame, "reaction")
    subject, subject_idx = (column(frame, name, whole=True) for name in ("subject", "subject_idx"))
    if subject_idx.min() < 0:
        row = subject_idx.argmin()
        raise ValueError(f"column subject_idx counts from 0, but row {row} has {subject_idx[row]}")
    if scaler is None:
        scaler = Scaler(*_mean_and_sd(day, "day"), *_mean_and_sd(reaction, "reaction"))
    day, reaction = day.astype(float), reaction.astype(float)
    n_subjects = int(subject_idx.max()) + 1
    subjects = np.zeros(n_subjects, np.int64)
    subjects[subject_idx] = subject
    return StandardisedData(
        x=scaler.to_x(day),
        y=scaler.to_y(reaction),
        subject_idx=subject_idx,
        n_subjects=n_subjects,
        subjects=subjects,
        scaler=scaler,
    )


def _mean_and_sd(values: NDArray[np.float64], name: str) -> tuple[float, float]:
    if not varies(values):
        raise ValueError(
            f"column {name} does not vary, so it cannot be standardised: all its values are "
            f"{values[0]}, up to rounding"
        )
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        mean, sd = values.mean(dtype=float), values.std(dtype=float)
    if not (np.isfinite(sd) and sd > 0):
        raise ValueError(
            f"column {name} cannot be standardised: its values, up to {np.abs(values).max():.3g}, "
            "are too large or too small to be squared. Use another unit."
        )
    return mean, sd


def _array(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """A list as an array; what can be computed with as it is stays what it is."""
    return np.asarray(values, float) if isinstance(values, (list, tuple, range)) else values
