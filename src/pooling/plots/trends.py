"""Figures of the data themselves."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from pooling.data import StandardisedData
from pooling.least_squares import least_squares_lines
from pooling.plots.style import (
    FAINT,
    INK,
    MUTED,
    NARROW_WIDTH,
    REGIME_COLOUR,
    WIDTH,
    common_heights,
    course_style,
    day_axis,
    finish,
    share_labels,
    subject_label,
    with_narrow_version,
)


@with_narrow_version
def subject_trends(frame: pd.DataFrame, *, narrow: bool = False) -> Figure:
    """Draw reaction time against day, one panel a subject, with its least-squares line.

    Parameters
    ----------
    frame
        Rows as `pooling.load_sleepstudy` gives them: `subject`, `day` (days), `reaction` (ms).
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Panels six in a row, or three, with common axes.
    """
    lines = least_squares_lines(frame)
    days = np.array([0.0, 9.0])
    width, columns = (NARROW_WIDTH, 3) if narrow else (WIDTH, 6)
    rows = -(-len(lines) // columns)
    with course_style(narrow):
        figure, panels = plt.subplots(
            rows,
            columns,
            figsize=(width, 1.45 * rows + 0.4),
            squeeze=False,
        )
        for panel in panels.flat[len(lines) :]:
            panel.set_visible(False)
        for panel, (subject, line) in zip(panels.flat, lines.iterrows(), strict=False):
            own = frame[frame["subject"] == subject]
            n_rows = int(line["n"])
            panel.plot(
                days,
                line["intercept"] + line["slope"] * days,
                color=REGIME_COLOUR["no_pooling"],
                linestyle="--" if n_rows == 2 else "-",
            )
            panel.plot(own["day"], own["reaction"], "o", color=INK, markersize=3)
            panel.set_title(subject_label(int(str(subject)), n_rows))
            day_axis(panel)
        common_heights(panels.ravel().tolist()[: len(lines)])
        share_labels(figure, "Day of the study", "Average reaction time (ms)")
        return finish(figure)


@with_narrow_version
def standardisation(frame: pd.DataFrame, data: StandardisedData, *, narrow: bool = False) -> Figure:
    """Draw the rows before and after standardising, with their mean and standard deviation.

    Parameters
    ----------
    frame
        Rows in days and ms.
    data
        The same rows, standardised.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Two panels, below each other where it is narrow: the same cloud of points,
        on two pairs of axes.
    """
    scaler = data.scaler
    views = (
        ("As measured", frame["day"], frame["reaction"], scaler.day_mean, scaler.reaction_mean),
        ("Standardised", data.x, data.y, 0.0, 0.0),
    )
    labels = (
        ("Day", "Reaction time (ms)"),
        ("Day (standard deviations)", "Reaction time (standard deviations)"),
    )
    spreads = ((scaler.day_sd, scaler.reaction_sd), (1.0, 1.0))
    with course_style(narrow):
        if narrow:
            figure, panels = plt.subplots(2, 1, figsize=(NARROW_WIDTH, 5.2))
        else:
            figure, panels = plt.subplots(1, 2, figsize=(WIDTH, 3.1))
        for panel, view, label, spread in zip(panels, views, labels, spreads, strict=True):
            title, x, y, mean_x, mean_y = view
            panel.axvspan(mean_x - spread[0], mean_x + spread[0], color=FAINT, alpha=0.35, lw=0)
            panel.axhspan(mean_y - spread[1], mean_y + spread[1], color=FAINT, alpha=0.35, lw=0)
            panel.axvline(mean_x, color=MUTED, linewidth=0.8)
            panel.axhline(mean_y, color=MUTED, linewidth=0.8)
            panel.plot(x, y, "o", color=INK, markersize=3.2, alpha=0.75)
            panel.set(title=title, xlabel=label[0], ylabel=label[1])
        return finish(figure)
