"""Figures of lines that nobody has run: from priors, and with their slopes shuffled."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pooling.data import Scaler
from pooling.plots.style import (
    FAINT,
    MUTED,
    NARROW_WIDTH,
    REGIME_COLOUR,
    WIDTH,
    course_style,
    day_axis,
    finish,
    share_labels,
    with_narrow_version,
)
from pooling.regimes import REGIME_NAMES

DAYS = np.array([0.0, 9.0])


@with_narrow_version
def prior_lines(
    studies: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]],
    frame: pd.DataFrame,
    scaler: Scaler,
    *,
    narrow: bool = False,
) -> Figure:
    """Draw the lines of made-up studies, a row of panels for each regime.

    Parameters
    ----------
    studies
        For each regime, standardised intercepts and slopes, both of shape (n_studies, n_lines).
    frame
        Rows as measured; a band shows the range of their reaction times.
    scaler
        The training rows' scaler.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Panels with common axes, a column for each study.
    """
    columns = len(next(iter(studies.values()))[0])
    x = scaler.to_x(DAYS)
    low, high = frame["reaction"].min(), frame["reaction"].max()
    with course_style(narrow):
        figure, panels = plt.subplots(
            len(studies),
            columns,
            figsize=(NARROW_WIDTH, 5.2) if narrow else (WIDTH, 5.0),
            sharex=True,
            sharey=True,
            squeeze=False,
        )
        for row, (regime, (alpha, beta)) in zip(panels, studies.items(), strict=True):
            for panel, level, slope in zip(row, alpha, beta, strict=True):
                panel.axhspan(low, high, color=FAINT, alpha=0.5, lw=0)
                lines = scaler.to_ms(level + np.outer(x, slope))
                panel.plot(DAYS, lines, color=REGIME_COLOUR[regime], linewidth=0.9)
                day_axis(panel)
            row[columns // 2].set_title(REGIME_NAMES[regime])
        panels[0, 0].set_ylim(-150, 750)
        share_labels(figure, "Day of the study", "Reaction time (ms)")
        return finish(figure)


@with_narrow_version
def shuffled_slopes(lines: pd.DataFrame, mean_day: float, *, narrow: bool = False) -> Figure:
    """Draw people's lines, and what is left of them if each gets the slope of somebody else.

    Parameters
    ----------
    lines
        `intercept` (ms, at day 0) and `slope` (ms per day), one row a subject.
    mean_day
        The day at which the lines of the last panel are taken apart; day 0 in the one before.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Three panels with common axes, below each other where it is narrow.
    """
    intercept, slope = (lines[name].to_numpy(float) for name in ("intercept", "slope"))
    others = np.random.default_rng(0).permutation(slope)
    views = {
        "As they are": (0.0, slope, None),
        "Shuffled about day 0": (0.0, others, 0.0),
        "Shuffled about the mean day": (mean_day, others, mean_day),
    }
    with course_style(narrow):
        rows, columns, size = (3, 1, (NARROW_WIDTH, 6.4)) if narrow else (1, 3, (WIDTH, 3.0))
        figure, panels = plt.subplots(rows, columns, figsize=size, sharex=True, sharey=True)
        for panel, (title, (origin, slopes, mark)) in zip(panels, views.items(), strict=True):
            heights = intercept + slope * origin
            drawn = heights + np.subtract.outer(DAYS, [origin]) * slopes
            panel.plot(DAYS, drawn, color=REGIME_COLOUR["no_pooling"], linewidth=0.9)
            if mark is not None:
                panel.axvline(mark, color=MUTED, linewidth=0.8, linestyle=":")
            panel.set_title(title)
            day_axis(panel)
        share_labels(figure, "Day of the study", "Reaction time (ms)")
        return finish(figure)
