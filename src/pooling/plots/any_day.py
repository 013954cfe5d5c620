"""The figure of a population of lines, its level read on any day. Readers can play."""

from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from pooling.plots.contours import SHARES, Array, draw_ellipses
from pooling.plots.style import (
    FAINT,
    INK,
    MODEL_COLOUR,
    MUTED,
    NARROW_WIDTH,
    WIDTH,
    course_style,
    finish,
    with_narrow_version,
    with_numbers,
)

DAYS = np.linspace(-5, 10, 151)
COLOUR = MODEL_COLOUR["correlated_effects"]


class Read(NamedTuple):
    """A population of lines, its level read on some day."""

    mean: Array
    sd: Array
    correlation: Array


def read_at(day: ArrayLike, mean: Array, covariance: Array) -> Read:
    """Read the level of a population of lines on other days.

    Parameters
    ----------
    day
        Days, any shape.
    mean
        Of level at day 0 (ms) and slope (ms per day), shape (2,).
    covariance
        Of the same, shape (2, 2).

    Returns
    -------
    Read
        Mean and standard deviation of the level on each day (ms), and its correlation with the
        slope; each in the shape of `day`.
    """
    day = np.asarray(day, float)
    both = covariance[0, 1] + day * covariance[1, 1]
    variance = covariance[0, 0] + day * (covariance[0, 1] + both)
    sd = np.sqrt(variance)
    return Read(mean[0] + day * mean[1], sd, both / (sd * np.sqrt(covariance[1, 1])))


@with_narrow_version
def moving_day(
    lines: Array, mean: Array, covariance: Array, day: float, *, narrow: bool = False
) -> Figure:
    """Draw people's lines, and level and slope of each with the level read on two days.

    Parameters
    ----------
    lines
        Level at day 0 (ms) and slope (ms per day) of each person, shape (n_subjects, 2).
    mean, covariance
        Of the population, as `read_at` takes them.
    day
        The second day on which the level is read; the first is day 0.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Four panels: the lines, with mean and two standard deviations of the population; below
        it the correlation of level and slope, by the day on which the level is read; and level
        and slope on either day, with ellipses that hold half and 89 % of the population. Its
        `numbers` are the arguments, and `shares`, those inside the ellipses.
    """
    with course_style(narrow):
        if narrow:
            figure, (fan, curve, *planes) = plt.subplots(4, 1, figsize=(NARROW_WIDTH, 9.4))
        else:
            figure, ((fan, first), (curve, second)) = plt.subplots(2, 2, figsize=(WIDTH, 5.6))
            planes = [first, second]
        _draw_fan(fan, lines, mean, covariance)
        read = read_at(DAYS, mean, covariance)
        curve.axhline(0, color=MUTED, linewidth=0.8)
        curve.plot(DAYS, read.correlation, color=COLOUR)
        curve.set(xlabel="Day on which the level is read", ylabel="Correlation with the slope")
        curve.set(xlim=DAYS[[0, -1]], ylim=(-1, 1))
        for panel in (fan, curve):
            panel.set_xticks([-5, 0, 5, 10])
            for at in (0, day):
                panel.axvline(at, color=INK, linestyle=":", linewidth=1)
        for panel, at in zip(planes, (0.0, day), strict=True):
            _draw_plane(panel, lines, mean, covariance, at)
            rho = read_at(at, mean, covariance).correlation
            curve.plot(at, rho, "o", color=COLOUR, markersize=5)
        return with_numbers(
            finish(figure),
            {
                "lines": np.round(lines, 4),
                "mean": np.round(mean, 4),
                "covariance": np.round(covariance, 4),
                "day": round(day, 2),
                "shares": SHARES,
            },
        )


def _draw_fan(axes: Axes, lines: Array, mean: Array, covariance: Array) -> None:
    read = read_at(DAYS, mean, covariance)
    axes.fill_between(
        DAYS, read.mean - 2 * read.sd, read.mean + 2 * read.sd, color=FAINT, alpha=0.7, lw=0
    )
    for level, slope in lines:
        axes.plot(DAYS[[0, -1]], level + slope * DAYS[[0, -1]], color=COLOUR, lw=0.8, alpha=0.7)
    axes.set(xlabel="Day of the study", ylabel="Reaction time (ms)", xlim=DAYS[[0, -1]])


def _draw_plane(axes: Axes, lines: Array, mean: Array, covariance: Array, day: float) -> None:
    move = np.array([[1, day], [0, 1]])
    draw_ellipses(axes, move @ mean, move @ covariance @ move.T, COLOUR)
    axes.plot(lines[:, 0] + day * lines[:, 1], lines[:, 1], "o", color=INK, markersize=3.5)
    axes.set(title=f"Level read at day {day:.3g}", xlabel="Level on that day (ms)")
    axes.set_ylabel("Slope (ms per day)")
