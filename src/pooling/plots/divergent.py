"""Figures of a run in the neck of a funnel: where it diverges, and what it misses."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
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
)

Array = NDArray[np.float64]
COLOUR = MODEL_COLOUR["partial_pooling"]
ENDED = MODEL_COLOUR["heavy_tails"]  # of discs where a divergent transition ended
MARKS = (0.001, 0.01, 0.1, 1)
BOTTOM, TOP = np.log(0.0004), np.log(4.0)
BINS = np.linspace(BOTTOM, TOP, 23)
LOOKS: tuple[dict[str, Any], ...] = (
    {"color": MODEL_COLOUR["no_pooling"], "linestyle": "--"},
    {"color": COLOUR, "linestyle": "-"},
    {"color": MODEL_COLOUR["complete_pooling"], "linestyle": "-."},
)
SHOWN = 700  # draws of a scatter; thousands would make a page of megabytes


class Run(NamedTuple):
    """What one coordinate system shows: each of shape (n_draws,).

    Parameters
    ----------
    tau
        A spread, standardised.
    place
        The coordinate of one person in which the sampler moved, less its centre.
    diverging
        Whether the draw ended a divergent transition.
    """

    tau: Array
    place: Array
    diverging: NDArray[np.bool_]


def _scatter(axes: Axes, run: Run) -> None:
    every = max(1, len(run.tau) // SHOWN)
    ended = run.diverging
    axes.plot(run.place[ended], np.log(run.tau[ended]), "o", color=ENDED, ms=4, mew=0)
    # The small dots lie over the large discs, which would hide them.
    axes.plot(run.place[::every], np.log(run.tau[::every]), ".", color=COLOUR, ms=3.6, mew=0)
    axes.set_yticks(np.log(MARKS), [f"{mark:g}" for mark in MARKS])
    axes.set_ylim(BOTTOM, TOP)


@with_narrow_version
def where_divergent(
    runs: Mapping[str, Run], exact: Mapping[str, Run], *, narrow: bool = False
) -> Figure:
    """Draw each scale against something that it rules, divergent transitions marked.

    Parameters
    ----------
    runs
        A scale in each, and what it rules, by what the two are called: "scale|what it rules".
    exact
        The same, of draws from the exact posterior; `diverging` is not read.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        One panel for each, the scale logarithmic upwards, standardised; the exact draws are grey.
    """
    n = len(runs)
    rows, columns, size = (n, 1, (NARROW_WIDTH, 8.4)) if narrow else (1, n, (WIDTH, 3.3))
    with course_style(narrow):
        figure, panels = plt.subplots(rows, columns, figsize=size)
        for axes, (labels, run) in zip(panels, runs.items(), strict=True):
            place, tau = (each[:SHOWN] for each in (exact[labels].place, exact[labels].tau))
            axes.plot(place, np.log(tau), ".", color=MUTED, ms=4.8, mew=0)
            _scatter(axes, run)
            scale, ruled = labels.split("|")
            axes.set(title=scale, xlabel=ruled, xlim=(-2, 2))
        return finish(figure)


@with_narrow_version
def three_systems(
    runs: Mapping[str, Run], tau: Array, weight: Array, *, narrow: bool = False
) -> Figure:
    """Draw one posterior as samplers see it in several coordinate systems.

    Parameters
    ----------
    runs
        What each coordinate system shows, by title and label of the coordinate: "title|label".
    tau, weight
        The exact posterior of the spread: values and their weights, each of shape (n_nodes,).
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        For each system a scatter of the spread, logarithmic upwards, over the coordinate, with
        divergent transitions as discs; and beside it a histogram of the spread, with the exact
        one as a line.
    """
    exact = np.histogram(np.log(tau), BINS, weights=weight)[0]
    n = len(runs)
    size = (NARROW_WIDTH, 8.4) if narrow else (WIDTH, 4.0)
    with course_style(narrow):
        figure = plt.figure(figsize=size)
        ratios = [2.2, 1] * (1 if narrow else n)
        grid = figure.subplots(
            n if narrow else 1, 2 if narrow else 2 * n, sharey=True, width_ratios=ratios
        )
        for k, ((labels, run), (axes, beside)) in enumerate(
            zip(runs.items(), grid.reshape(n, 2), strict=True)
        ):
            _scatter(axes, run)
            reach = np.quantile(np.abs(run.place), 0.99)
            title, place = labels.split("|")
            axes.set(title=title, xlabel=place, xlim=(-reach, reach))
            heights = np.histogram(np.log(run.tau), BINS)[0] / len(run.tau)
            beside.stairs(heights, BINS, orientation="horizontal", fill=True, color=FAINT)
            beside.stairs(exact, BINS, orientation="horizontal", color=INK, linewidth=1.1)
            beside.set(xticks=[], xlim=(0, 1.15 * exact.max()))
            beside.tick_params(left=False)
            beside.spines[["left", "bottom"]].set_visible(False)
            if narrow or k == 0:
                axes.set_ylabel("Spread of slopes $\\tau_\\beta$")
        return finish(figure)


@with_narrow_version
def widths_in_between(
    tau: Array,
    error: float,
    degrees: Mapping[str, float],
    bands: Mapping[str, tuple[float, float]],
    *,
    narrow: bool = False,
) -> Figure:
    """Draw how wide a person's coordinate is given the spread, for several degrees of centring.

    Parameters
    ----------
    tau
        Values of the spread, ascending, shape (n,), standardised.
    error
        The standard error of the person's own estimate, standardised.
    degrees
        Up to three degrees of centring, 0 to 1, by what they are called.
    bands
        Intervals of the spread, by what they are called; drawn as bars at the bottom.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        One curve for each degree, both axes logarithmic.
    """
    weight = tau**2 / (tau**2 + error**2)
    size = (NARROW_WIDTH, 4.2) if narrow else (0.8 * WIDTH, 3.8)
    with course_style(narrow):
        figure, axes = plt.subplots(figsize=size)
        for (title, degree), look in zip(degrees.items(), LOOKS, strict=False):
            axes.plot(tau, tau**degree * np.sqrt(1 - weight), label=title, **look)
        for k, (title, (low, high)) in enumerate(bands.items()):
            height = 0.004 * 1.9**k
            axes.plot([low, high], [height, height], color=INK, linewidth=3)
            axes.text(low, 1.18 * height, title, fontsize=8, va="bottom")
        axes.set(xscale="log", yscale="log")
        axes.set(xlabel="Spread $\\tau$", ylabel="Width of the coordinate")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_ticks(MARKS, [f"{mark:g}" for mark in MARKS])
            axis.set_tick_params(which="minor", length=0)
        axes.set(xlim=(tau[0], tau[-1]), ylim=(0.003, 2))  # ticks have made them wider
        figure.legend(loc="outside upper center", ncols=len(degrees))
        return finish(figure)
