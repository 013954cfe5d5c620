"""Load the sleepstudy data, check it, and put it on the scale that the models use."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pooling.validation import check_columns, check_heldout, check_index, read_table

FOLDER = Path(__file__).parents[2] / "data"
COLUMNS = ("subject", "subject_idx", "day", "reaction")
Split = Literal["train", "heldout", "full"]
FILES = {"train": "sleepstudy_processed.csv", "heldout": "sleepstudy_heldout.csv"}


def load_sleepstudy(split: Split = "train", *, folder: Path = FOLDER) -> pd.DataFrame:
    """Load one part of the sleepstudy data.

    Parameters
    ----------
    split
        "train" for the 110 thinned rows, "heldout" for the 70 others, "full" for all 180.
    folder
        Where the tables are.

    Returns
    -------
    DataFrame
        One row a measurement, sorted by subject and day, with the columns `subject` (the study's
        number), `subject_idx` (0 to 17, by ascending number), `day` (0 to 9) and `reaction`
        (average reaction time of the day, ms).

    Raises
    ------
    ValueError
        If `split` is unknown, or a table is empty, lacks a column, holds a value that is not a
        finite number, measures a subject twice on a day, or has a faulty subject index. The
        message names file, line and column.
    FileNotFoundError
        If a table is not there.

    References
    ----------
    Belenky et al. (2003), Journal of Sleep Research 12(1).
    """
    if split == "full":
        parts = [load_sleepstudy("train", folder=folder), load_sleepstudy("heldout", folder=folder)]
        return pd.concat(parts).sort_values(["subject_idx", "day"], ignore_index=True)
    if split not in FILES:
        raise ValueError(f'split is "train", "heldout" or "full", not {split!r}')
    path = folder / FILES[split]
    frame = check_columns(read_table(path), COLUMNS, path)
    if split == "train":
        check_index(frame, path)
    else:
        check_heldout(frame, load_sleepstudy("train", folder=folder), path)
    return frame


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
