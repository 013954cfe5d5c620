"""Rows on the scale that the models use."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Scaler:
    """Mean and standard deviation of day (days) and reaction time (ms) in the training rows."""

    day_mean: float
    day_sd: float
    reaction_mean: float
    reaction_sd: float

    def to_x(self, day: NDArray[np.float64]) -> NDArray[np.float64]:
        """Standardise days, any shape."""
        return (day - self.day_mean) / self.day_sd

    def to_y(self, reaction: NDArray[np.float64]) -> NDArray[np.float64]:
        """Standardise reaction times in ms, any shape."""
        return (reaction - self.reaction_mean) / self.reaction_sd

    def to_days(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn standardised days back into days, any shape."""
        return x * self.day_sd + self.day_mean

    def to_ms(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn standardised reaction times back into ms, any shape."""
        return y * self.reaction_sd + self.reaction_mean

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
    ValueError
        If a standard deviation is zero, so that one cannot divide by it.
    """
    day = frame["day"].to_numpy(float)
    reaction = frame["reaction"].to_numpy(float)
    if scaler is None:
        scaler = Scaler(day.mean(), day.std(), reaction.mean(), reaction.std())
    for column, sd in (("day", scaler.day_sd), ("reaction", scaler.reaction_sd)):
        if not sd > 0:
            raise ValueError(f"column {column} does not vary, so it cannot be standardised")
    subject_idx = frame["subject_idx"].to_numpy(np.int64)
    n_subjects = int(subject_idx.max()) + 1
    subjects = np.zeros(n_subjects, np.int64)
    subjects[subject_idx] = frame["subject"]
    return StandardisedData(
        x=scaler.to_x(day),
        y=scaler.to_y(reaction),
        subject_idx=subject_idx,
        n_subjects=n_subjects,
        subjects=subjects,
        scaler=scaler,
    )


def check_shapes(data: StandardisedData) -> None:
    """Refuse data whose arrays do not belong together.

    Raises
    ------
    ValueError
        If `x`, `y` and `subject_idx` are not vectors of one length, or an index is not that of a
        subject. The message says which.
    """
    shapes = {name: np.shape(getattr(data, name)) for name in ("x", "y", "subject_idx")}
    if any(len(shape) != 1 for shape in shapes.values()) or len(set(shapes.values())) != 1:
        listed = ", ".join(f"{name} has shape {shape}" for name, shape in shapes.items())
        raise ValueError(
            f"x, y and subject_idx need one and the same shape (n_rows,), but {listed}"
        )
    if shapes["x"] == (0,):
        raise ValueError("x, y and subject_idx have no rows")
    lowest, highest = int(np.min(data.subject_idx)), int(np.max(data.subject_idx))
    if lowest < 0 or highest >= data.n_subjects:
        raise ValueError(
            f"subject_idx goes from {lowest} to {highest}, "
            f"but with n_subjects={data.n_subjects} it must lie in 0 … {data.n_subjects - 1}"
        )
