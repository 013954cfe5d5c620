"""The figure of the leapfrog: a path into the neck of a funnel, step by step. Readers can play."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

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

Path = tuple[NDArray[np.float64], NDArray[np.float64]]
BOTTOM, TOP = -4.2, 3.0  # of log τ
SIDE = 6.0  # of the offset, to either side
STYLES = (
    {"color": MODEL_COLOUR["partial_pooling"], "marker": "o", "markersize": 2.6},
    {"color": MODEL_COLOUR["no_pooling"], "marker": "s", "markersize": 3.6},
    {"color": MODEL_COLOUR["heavy_tails"], "marker": "D", "markersize": 4.2},
)
LIMIT = 1000.0  # NumPyro calls a path divergent if its energy is off by more


@with_narrow_version
def leapfrog_paths(
    paths: Mapping[float, Path], spread: float, push: tuple[float, float], *, narrow: bool = False
) -> Figure:
    """Draw paths through the funnel log τ ~ Normal(0, spread), a ~ Normal(0, τ).

    Parameters
    ----------
    paths
        For up to three lengths of a step: the places (log τ, a), shape (n_steps + 1, 2), and by how
        much the energy is off at each, shape (n_steps + 1,). All start at the same place.
    spread
        Standard deviation of log τ.
    push
        With which they start: the speeds of log τ and a.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Two panels: the paths in the funnel, whose central 95 % are grey, and the absolute energy
        error over time, the number of steps times their length. Its `numbers` are `start` and
        `push`, `spread`, `step` (the middle one of the given), `time` (how long the longest path
        is), and `limit`, the energy error that NumPyro calls a divergence.
    """
    heights = np.linspace(BOTTOM, TOP, 200)
    half = 1.96 * np.exp(heights)
    rows, columns, size = (2, 1, (NARROW_WIDTH, 6.4)) if narrow else (1, 2, (WIDTH, 3.9))
    with course_style(narrow):
        figure, (funnel, energy) = plt.subplots(rows, columns, figsize=size)
        funnel.fill_betweenx(heights, -half, half, color=FAINT, linewidth=0)
        for (step, (places, off)), style in zip(paths.items(), STYLES, strict=False):
            look: dict[str, Any] = dict(style, linewidth=0.9, label=f"step {step:g}")
            funnel.plot(places[:, 1], places[:, 0], **look)
            time = step * np.arange(len(off))
            energy.plot(time[1:], np.abs(off[1:]), **look)
        start = next(iter(paths.values()))[0][0]
        funnel.plot(start[1], start[0], "*", color=INK, markersize=10, zorder=5)
        marks = (0.02, 0.1, 1, 10)
        funnel.set_yticks(np.log(marks), [f"{mark:g}" for mark in marks])
        funnel.set(xlim=(-SIDE, SIDE), ylim=(BOTTOM, TOP))
        funnel.set(xlabel="Distance from the centre $a$", ylabel="Spread $\\tau$")
        energy.axhline(LIMIT, color=MUTED, linestyle=":", linewidth=0.9)
        energy.set(yscale="log", ylim=(1e-4, 1e6), xlabel="Time (steps × length)")
        energy.set_ylabel("Energy error")
        figure.legend(
            *funnel.get_legend_handles_labels(), loc="outside upper center", ncols=len(paths)
        )
        steps = list(paths)
        numbers = {
            "start": start,
            "push": push,
            "spread": spread,
            "step": steps[len(steps) // 2],
            "time": max(step * (len(off) - 1) for step, (_, off) in paths.items()),
            "limit": LIMIT,
        }
        return with_numbers(finish(figure), numbers)
