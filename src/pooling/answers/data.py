"""Answers to the exercises of the chapter on the data."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pooling.answers.exercise import Exercise
from pooling.answers.inputs import table, tables
from pooling.data import standardise
from pooling.least_squares import least_squares_lines

Array = NDArray[np.float64]


def fitted_lines(frame: pd.DataFrame, *, origin: float = 0.0, signed: bool = False) -> pd.DataFrame:
    """A least-squares line for each subject: rows, intercept, slope and largest residual."""
    rows = {}
    for subject, own in frame.groupby("subject"):
        day = own["day"] - origin
        slope, intercept = np.polyfit(day, own["reaction"], 1)
        residual = own["reaction"] - intercept - slope * day
        rows[subject] = {
            "n": len(own),
            "intercept": intercept,
            "slope": slope,
            "largest_residual": (residual if signed else residual.abs()).max(),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _at_mean_day(frame: pd.DataFrame, *, own: bool) -> pd.DataFrame:
    lines = fitted_lines(frame)
    mean = frame.groupby("subject")["day"].mean() if own else frame["day"].mean()
    return lines.assign(intercept=lines["intercept"] + lines["slope"] * mean)


def _of_all(frame: pd.DataFrame) -> pd.DataFrame:
    one = fitted_lines(frame.assign(subject=0)).iloc[0]
    return fitted_lines(frame).assign(**one)


def _standardised(frame: pd.DataFrame) -> pd.DataFrame:
    data = standardise(frame)
    return fitted_lines(frame.assign(day=data.x, reaction=data.y))


def _through_ends(frame: pd.DataFrame) -> pd.DataFrame:
    ends = frame.groupby("subject").agg(["first", "last"])
    lines = fitted_lines(frame)
    rise = ends["reaction"]["last"] - ends["reaction"]["first"]
    return lines.assign(slope=rise / (ends["day"]["last"] - ends["day"]["first"]))


def _day_on_reaction(frame: pd.DataFrame) -> pd.DataFrame:
    return fitted_lines(frame.rename(columns={"day": "reaction", "reaction": "day"}))


def on_training_scale(train: pd.DataFrame, heldout: pd.DataFrame, *, ddof: int = 0) -> Any:
    """Days and reaction times of held-out rows, standardised by the training rows."""
    return {
        name: (heldout[column] - train[column].mean()) / train[column].std(ddof=ddof)
        for name, column in {"x": "day", "y": "reaction"}.items()
    }


def _by_mean_only(train: pd.DataFrame, heldout: pd.DataFrame) -> Any:
    return {
        name: heldout[column] - train[column].mean()
        for name, column in {"x": "day", "y": "reaction"}.items()
    }


def _mixed(train: pd.DataFrame, heldout: pd.DataFrame) -> Any:
    return {
        name: (heldout[column] - heldout[column].mean()) / train[column].std(ddof=0)
        for name, column in {"x": "day", "y": "reaction"}.items()
    }


def _sd_only(train: pd.DataFrame, heldout: pd.DataFrame) -> Any:
    return {
        name: heldout[column] / train[column].std(ddof=0)
        for name, column in {"x": "day", "y": "reaction"}.items()
    }


def other_factor(n: int) -> float:
    """By what `ddof=1` changes a standardised number, for n rows."""
    return float(np.sqrt((n - 1) / n))


def slope_errors(frame: pd.DataFrame, *, less: int = 2, ddof: int = 0) -> pd.Series:
    """Standard deviation of each subject's least-squares slope, with one σ for all."""
    lines = least_squares_lines(frame)
    squares = (lines["residual_sd"] ** 2 * lines["n"]).sum()
    sigma = np.sqrt(squares / (len(frame) - less * len(lines)))
    day = frame.groupby("subject")["day"]
    return sigma / np.sqrt(day.var(ddof=ddof) * day.size())


def _own_sigma(frame: pd.DataFrame) -> pd.Series:
    lines = least_squares_lines(frame)
    day = frame.groupby("subject")["day"]
    return lines["residual_sd"] / np.sqrt(day.var(ddof=0) * day.size())


def _about_zero(frame: pd.DataFrame) -> pd.Series:
    day = frame.groupby("subject")["day"]
    spread = day.var(ddof=0) * day.size()
    return slope_errors(frame) * np.sqrt(spread / (spread + day.size() * day.mean() ** 2))


def _mean_square(frame: pd.DataFrame) -> pd.Series:
    return slope_errors(frame) * np.sqrt(frame.groupby("subject").size())


def missed_slopes(train: pd.DataFrame, full: pd.DataFrame, *, how: str = "mean") -> pd.Series:
    """How far slopes from few rows are off, on average over subjects with as many rows."""
    kept = least_squares_lines(train)
    missed = (kept["slope"] - least_squares_lines(full)["slope"]).abs()
    return missed.groupby(kept["n"]).agg(how)


def _missed(train: pd.DataFrame, full: pd.DataFrame, how: Any) -> pd.Series:
    kept = least_squares_lines(train)
    missed = kept["slope"] - least_squares_lines(full)["slope"]
    return missed.groupby(kept["n"]).agg(how)


def true_correlation(frame: pd.DataFrame, origin: float, *, noise: float = 1.0) -> float:
    """Correlation of level and slope over people, without the noise of their estimates."""
    lines = least_squares_lines(frame)
    rows = (lines["residual_sd"] ** 2 * lines["n"]).sum()
    variance = rows / (len(frame) - 2 * len(lines))
    days = np.sort(frame["day"].unique()) - origin
    X = np.column_stack([np.ones(len(days)), days])
    level = lines["intercept"] + lines["slope"] * origin
    people = np.cov(level, lines["slope"]) - noise * variance * np.linalg.inv(X.T @ X)
    return float(people[0, 1] / np.sqrt(people[0, 0] * people[1, 1]))


def _balanced(n_subjects: int, n_days: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = table([10] * n_subjects, seed)
    people = frame["subject_idx"].to_numpy()
    level, slope = random.normal(0, 60, n_subjects), random.normal(0, 15, n_subjects)
    reaction = 250 + level[people] + (slope[people] + 10) * frame["day"]
    frame = frame.assign(reaction=reaction + random.normal(0, 20, len(frame)))
    return frame[frame["day"] < n_days].reset_index(drop=True)


def _pairs() -> list[tuple[Any, ...]]:
    cases = []
    for seed, keep in ((21, 0.5), (22, 0.4), (23, 0.7)):
        frame = table([10] * 9, seed)
        random = np.random.default_rng(seed)
        chosen = (random.random(len(frame)) < keep) | (frame["day"] < 2)
        cases.append((frame[chosen].reset_index(drop=True), frame))
    return cases


def _splits() -> list[tuple[Any, ...]]:
    cases = []
    for frame, seed in zip(tables(), (31, 32, 33), strict=True):
        late = frame["day"] + np.random.default_rng(seed).normal(size=len(frame)) > 5
        parts = (frame[~late], frame[late])
        cases.append(tuple(each.reset_index(drop=True) for each in parts))
    return cases


EXERCISES = {
    "fitted_lines": Exercise(
        section="Task 0: Draw the data",
        answer=fitted_lines,
        cases=lambda: [(each,) for each in tables()],
        returns="a table with one row for each subject",
        parts=("n", "intercept", "slope", "largest_residual"),
        slips={
            "the value at the mean day of all rows; an intercept is the value at day 0": (
                lambda frame: _at_mean_day(frame, own=False)
            ),
            "the value at the mean of the subject's own days; an intercept is that at day 0": (
                lambda frame: _at_mean_day(frame, own=True)
            ),
            "the largest residual above the line only; asked is the largest distance, so take the "
            "absolute values first": lambda frame: fitted_lines(frame, signed=True),
            "the residual standard deviation; asked is the largest distance": lambda frame: (
                fitted_lines(frame).assign(
                    largest_residual=least_squares_lines(frame)["residual_sd"]
                )
            ),
            "that of one line through all rows; asked is a line for each subject": _of_all,
            "on the standardised scale; asked are days and milliseconds": _standardised,
            "that of the line through the first and last point, not of the least-squares line": (
                _through_ends
            ),
            "that of a line of day on reaction time; `polyfit` takes the days first": (
                _day_on_reaction
            ),
        },
    ),
    "on_training_scale": Exercise(
        section="Exercise: standardise the held-out rows",
        answer=on_training_scale,
        cases=_splits,
        returns="one number for each held-out row",
        parts=("x", "y"),
        slips={
            "standardised by the held-out rows themselves; use mean and standard deviation of the "
            "training rows": lambda train, heldout: on_training_scale(heldout, heldout),
            "standardised by the mean and standard deviation of all rows; the held-out rows must "
            "not have a say": lambda train, heldout: on_training_scale(
                _joined(train, heldout), heldout
            ),
            "standardised with `ddof=1` (pandas' default); we divide by n, `ddof=0`": (
                lambda train, heldout: on_training_scale(train, heldout, ddof=1)
            ),
            "standardised by the held-out rows themselves, and with `ddof=1`": (
                lambda train, heldout: on_training_scale(heldout, heldout, ddof=1)
            ),
            "only centred; divide by the training rows' standard deviation": _by_mean_only,
            "only scaled; subtract the training rows' mean first": _sd_only,
            "centred by the held-out rows' own mean; use that of the training rows": _mixed,
            "in days and milliseconds, not standardised": lambda train, heldout: {
                "x": heldout["day"],
                "y": heldout["reaction"],
            },
            "that of the training rows; asked are the held-out ones": (
                lambda train, heldout: on_training_scale(train, train)
            ),
        },
        numbers=lambda train, heldout: {
            "the standard deviation of the days": train["day"].std(ddof=0),
            "the standard deviation of the reaction times": train["reaction"].std(ddof=0),
        },
    ),
    "other_factor": Exercise(
        section="Exercise: the other denominator",
        answer=other_factor,
        cases=lambda: [(5,), (12,), (110,)],
        returns="one number",
        tolerance=1e-6,
        slips={
            "the ratio the other way round; dividing by n − 1 makes the standard deviation larger, "
            "and what is divided by it smaller": lambda n: np.sqrt(n / (n - 1)),
            "the ratio of the variances; the standard deviation is their root": lambda n: (
                (n - 1) / n
            ),
            "the inverse ratio of the variances": lambda n: n / (n - 1),
        },
    ),
    "slope_errors": Exercise(
        section="Exercise: what is a slope from two rows worth?",
        answer=slope_errors,
        cases=lambda: [(each,) for each in tables()],
        returns="one number for each subject",
        slips={
            "computed with a σ that divides the sum of squares by the number of rows; each line "
            "takes away two": lambda frame: slope_errors(frame, less=0),
            "computed with a σ that takes away one for each line; a line has two parameters": (
                lambda frame: slope_errors(frame, less=1)
            ),
            "computed with each subject's own σ, zero for two rows; one σ is for all": _own_sigma,
            "computed with squares of the days about 0; take them about the subject's mean day": (
                _about_zero
            ),
            "computed with the variance of the days; the formula has the sum of their squares": (
                _mean_square
            ),
            "computed with the sum of squares of days times n over n − 1 (`ddof`)": (
                lambda frame: slope_errors(frame, ddof=1)
            ),
        },
    ),
    "missed_slopes": Exercise(
        section="Exercise: what did they really do?",
        answer=missed_slopes,
        cases=_pairs,
        returns="one number for each number of rows that occurs",
        slips={
            "the mean with signs, in which misses up and down cancel; take absolute values": (
                lambda train, full: _missed(train, full, "mean")
            ),
            "the root of the mean square (RMSE); asked is the mean distance": (
                lambda train, full: _missed(train, full, lambda each: np.sqrt((each**2).mean()))
            ),
            "the mean square; asked is the mean distance": (
                lambda train, full: _missed(train, full, lambda each: (each**2).mean())
            ),
            "the median; asked is the mean": lambda t, f: missed_slopes(t, f, how="median"),
            "the sum; asked is the mean": lambda t, f: missed_slopes(t, f, how="sum"),
            "the largest; asked is the mean": lambda t, f: missed_slopes(t, f, how="max"),
        },
    ),
    "true_correlation": Exercise(
        section="Exercise: level and slope without the noise",
        answer=true_correlation,
        cases=lambda: [
            (_balanced(12, 10, 41), 0.0),
            (_balanced(25, 6, 42), 2.5),
            (_balanced(18, 10, 43), 4.5),
        ],
        returns="one number",
        slips={
            "the correlation of the estimates; subtract the noise's covariance matrix first": (
                lambda frame, origin: true_correlation(frame, origin, noise=0.0)
            ),
            "computed with the noise added; subtract it": (
                lambda frame, origin: true_correlation(frame, origin, noise=-1.0)
            ),
            "that of the intercept at day 0; the level is read at `origin`": (
                lambda frame, origin: true_correlation(frame, 0.0)
            ),
        },
    ),
}


def _joined(train: pd.DataFrame, heldout: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([train, heldout], ignore_index=True)
