"""Straight lines fitted by least squares, the yardstick that needs no prior."""

import numpy as np
import pandas as pd


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
    ValueError
        If a subject was measured on one day only, so that no line is determined.
    """
    rows = {}
    for subject, group in frame.groupby("subject"):
        if group["day"].nunique() < 2:
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
