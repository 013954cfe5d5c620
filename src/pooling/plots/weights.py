"""The figure of how much a subject's own rows count."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pooling.data import StandardisedData
from pooling.plots.style import (
    MUTED,
    NARROW_WIDTH,
    REGIME_COLOUR,
    WIDTH,
    course_style,
    finish,
    with_narrow_version,
)

Array = NDArray[np.float64]
# People's standard deviation over that of the days: how it is printed, and how it is drawn.
RATIOS = {0.5: ("1/2", ":"), 1.0: ("1", "-"), 2.0: ("2", "--")}


@with_narrow_version
def weight_curves(data: StandardisedData, *, narrow: bool = False) -> Figure:
    """Draw the weight of a subject's own rows: for a level, and for a slope from two rows.

    Parameters
    ----------
    data
        Rows whose counts, and days of the subjects with two of them, are marked on the curves.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Two panels with three curves each, below each other where it is narrow.
    """
    counts = np.bincount(data.subject_idx)
    apart: dict[float, list[str]] = {}
    for subject in np.flatnonzero(counts == 2):
        days = data.scaler.to_days(data.x[data.subject_idx == subject])
        apart.setdefault(round(float(np.ptp(days)), 6), []).append(str(data.subjects[subject]))
    # A least-squares slope through two rows has the variance σ² / spread.
    spread_of_days = 0.5 / data.scaler.day_sd**2
    with course_style(narrow):
        rows, columns, size = (2, 1, (NARROW_WIDTH, 5.8)) if narrow else (1, 2, (WIDTH, 3.3))
        figure, (level, slope) = plt.subplots(rows, columns, figsize=size, sharey=True)
        _curves(level, np.linspace(0, 12, 200), np.unique(counts), lambda n: n)
        distances = np.array(sorted(apart))
        _curves(slope, np.linspace(0, 9, 200), distances, lambda d: spread_of_days * d**2)
        for distance, names in apart.items():
            slope.annotate(
                ", ".join(names),
                (distance, 1.02),
                rotation=90,
                ha="center",
                va="bottom",
                color=MUTED,
                fontsize=8.5,
                annotation_clip=False,
            )
        level.set(xlabel="Number of rows", ylabel="Weight for the level", ylim=(0, 1))
        slope.set(xlabel="Days between the two rows", ylabel="Weight for the slope")
        handles, labels = level.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=3)
        return finish(figure)


def _curves(axes: Axes, along: Array, marks: Array, spread: Callable[[Array], Array]) -> None:
    """Draw a curve for each ratio, with points where there are subjects."""
    colour = REGIME_COLOUR["partial_pooling"]
    for ratio, (words, dashes) in RATIOS.items():
        for places, style in ((along, dashes), (marks, "o")):
            weight = spread(places) / (spread(places) + ratio**-2)
            label = f"$\\tau / \\sigma$ = {words}" if style == dashes else None
            axes.plot(places, weight, style, color=colour, markersize=4, label=label)
    axes.grid(axis="y", color=MUTED, alpha=0.2, linewidth=0.6)
