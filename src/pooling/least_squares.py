"""Straight lines fitted by least squares, the yardstick that needs no prior."""

import numpy as np
import pandas as pd

from pooling.arguments import column, varies


def least_squares_lines(frame: pd.DataFrame) -> pd.DataFrame:
    """Fit a least-squares line of reaction time on day to each subject alone.

    Parameters
    ----------
    frame
        Rows as `pooling.load_sleepstudy` gives them; two rows or more for each subject.

    Returns
    -------
    DataFrame
        One row a subject, indexed by `subject`: number of rows `n`, `intercept` (ms, at day 0),
        `slope` (ms per day) and `residual_sd` (ms; zero where the line has only two rows to meet).

    Raises
    ------
    TypeError
        If `frame` is no DataFrame.
    ValueError
        If a column is missing, a value is not a finite number (the message names column and row),
        or a subject was measured on one day only, so that no line is determined.
    """
    table = {name: column(frame, name) for name in ("day", "reaction")}
    table["subject"] = column(frame, "subject", whole=True)
    rows = {}
    for subject, group in pd.DataFrame(table).groupby("subject"):
        if not varies(group["day"].to_numpy()):
            raise ValueError(f"subject {subject} has rows on one day only: no line is determined")
        slope, intercept = np.polyfit(group["day"], group["reaction"], 1)
        residuals = group["reaction"] - intercept - slope * group["day"]
        rows[subject] = {
            "n": len(group),
            "intercept": intercept,
            "slope": slope,
            "residual_sd": float(np.sqrt((residuals**2).mean())),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("subject").astype({"n": int})
