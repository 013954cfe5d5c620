"""The figure of one row left out: what the models then expect in its place. Readers can play."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from pooling.exact import ExactPosterior
from pooling.exact.statistics import Array
from pooling.plots.style import (
    INK,
    MUTED,
    NARROW_WIDTH,
    REGIME_COLOUR,
    WIDTH,
    course_style,
    day_axis,
    finish,
    with_narrow_version,
    with_numbers,
)
from pooling.regimes import REGIME_NAMES

Whole = NDArray[np.int64]
GRID = np.arange(120, 521, 20)  # ms; between its points, log densities are all but quadratic
SEEN = (150, 500)


@with_narrow_version
def one_row_out(
    exact: Mapping[str, ExactPosterior],
    psis: Mapping[str, pd.DataFrame],
    subject: int,
    day: int,
    *,
    narrow: bool = False,
) -> Figure:
    """Draw all rows, and beside them what each model expects in the place of one, without it.

    Parameters
    ----------
    exact
        The exact posterior of each regime, all of the same rows.
    psis
        For each regime a frame with the columns `elpd` and `pareto_k`, one line a row, as
        `pooling.compare.loo_by_row` gives it.
    subject, day
        Whose row is left out, and which.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Two panels with the reaction time upwards; the legend has the row's log score under each
        regime, exact and by PSIS-LOO. Its `numbers` are `chosen`, the row; `rows`, lists of
        `subject`, `day` and `reaction` (ms); `grid`, its first point, step and number of points in
        ms; and `regimes`, an object for each with `name`, `log`, a list for each row of log
        densities per ms on the grid, in hundredths of a nat, and lists `exact`, `psis` (nats on the
        standardised scale) and `k`.

    Raises
    ------
    ValueError
        If there is no such row, or the regimes are not of the same rows.
    """
    data = next(iter(exact.values())).conditional.data
    same = all(np.array_equal(each.conditional.data.y, data.y) for each in exact.values())
    if not same or any(len(psis[name]) != len(data.y) for name in exact):
        raise ValueError("the regimes are not of the same rows")
    days = np.rint(data.scaler.to_days(data.x)).astype(int)
    subjects = data.subjects[data.subject_idx]
    found = np.flatnonzero((subjects == subject) & (days == day))
    if len(found) != 1:
        raise ValueError(f"there is no row of subject {subject} on day {day}")
    row, reaction = int(found[0]), data.scaler.to_ms(data.y)
    at = np.broadcast_to(data.scaler.to_y(GRID.astype(float)), (len(data.y), len(GRID)))
    to_ms = np.log(data.scaler.reaction_sd)
    log = {name: each.loo_density(at) - to_ms for name, each in exact.items()}
    score = {name: each.loo() for name, each in exact.items()}
    with course_style(narrow):
        size = (NARROW_WIDTH, 7.2) if narrow else (WIDTH, 5.6)
        figure, (left, right) = plt.subplots(
            ncols=2, figsize=size, sharey=True, width_ratios=(1.5, 1)
        )
        _draw_rows(left, days, reaction, subjects, row)
        fine = np.linspace(*SEEN, 176)
        for name in exact:
            density = np.exp(CubicSpline(GRID, log[name][row])(fine))
            scores = f"{score[name][row]:.2f} exact, {psis[name]['elpd'].iloc[row]:.2f} PSIS"
            label = f"{REGIME_NAMES[name]}: {scores}".replace("-", "−")
            right.plot(density, fine, color=REGIME_COLOUR[name], label=label)
        right.axhline(reaction[row], color=INK, linestyle=":", linewidth=0.9)
        right.set(xlabel="Density", xticks=[], xlim=(0, None))
        right.spines["left"].set_visible(False)
        right.tick_params(axis="y", length=0)
        left.set(ylim=SEEN, ylabel="Reaction time (ms)")
        figure.legend(loc="outside upper center", ncols=1)
    regimes = {
        name: {
            "name": REGIME_NAMES[name],
            "log": np.rint(100 * log[name]).astype(int),
            "exact": np.round(score[name], 5),
            "psis": np.round(psis[name]["elpd"].to_numpy(), 5),
            "k": np.round(psis[name]["pareto_k"].to_numpy(), 4),
        }
        for name in exact
    }
    return with_numbers(
        finish(figure),
        {
            "chosen": row,
            "rows": {"subject": subjects, "day": days, "reaction": np.round(reaction, 2)},
            "grid": [GRID[0], GRID[1] - GRID[0], len(GRID)],
            "regimes": regimes,
        },
    )


def _draw_rows(axes: Axes, days: Whole, reaction: Array, subjects: Whole, row: int) -> None:
    own = subjects == subjects[row]
    axes.plot(days[~own], reaction[~own], ".", color=MUTED, alpha=0.5, markersize=5)
    others = own & (np.arange(len(days)) != row)
    axes.plot(days[others], reaction[others], "o", color=INK, markersize=5)
    axes.plot(days[row], reaction[row], "o", color=INK, markersize=9, fillstyle="none")
    axes.axhline(reaction[row], color=INK, linestyle=":", linewidth=0.9)
    title = f"Day {days[row]} of {subjects[row]} left out"
    axes.set(title=title, xlabel="Day")
    day_axis(axes)
