"""Figures of a run in the neck of a funnel: where it diverges, and what it misses."""

from collections.abc import Mapping
from typing import NamedTuple

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
MARKS = (0.001, 0.01, 0.1, 1)
BOTTOM, TOP = np.log(0.0004), np.log(4.0)
BINS = np.linspace(BOTTOM, TOP, 23)
SHOWN = 2000  # draws of a scatter


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
    axes.plot(run.place[::every], np.log(run.tau[::every]), ".", color=COLOUR, ms=2.2, alpha=0.6)
    axes.plot(run.place[run.diverging], np.log(run.tau[run.diverging]), "o", color=INK, ms=2.6)
    axes.set_yticks(np.log(MARKS), [f"{mark:g}" for mark in MARKS])
    axes.set_ylim(BOTTOM, TOP)


@with_narrow_version
def where_divergent(runs: Mapping[str, Run], *, narrow: bool = False) -> Figure:
    """Draw each scale against something that it rules, divergent transitions marked.

    Parameters
    ----------
    runs
        A scale in each, and what it rules, by what the two are called: "tau|label of the scale".
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        One panel for each, the scale logarithmic upwards, standardised.
    """
    n = len(runs)
    rows, columns, size = (n, 1, (NARROW_WIDTH, 8.4)) if narrow else (1, n, (WIDTH, 3.3))
    with course_style(narrow):
        figure, panels = plt.subplots(rows, columns, figsize=size)
        for axes, (labels, run) in zip(panels, runs.items(), strict=True):
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
        What each coordinate system shows, by title.
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
        for k, ((title, run), (axes, beside)) in enumerate(
            zip(runs.items(), grid.reshape(n, 2), strict=True)
        ):
            _scatter(axes, run)
            reach = np.quantile(np.abs(run.place), 0.99)
            axes.set(title=title, xlim=(-reach, reach))
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
    data_share: float,
    degrees: Mapping[str, float],
    band: tuple[float, float],
    *,
    narrow: bool = False,
) -> Figure:
    """Draw how wide a person's coordinate is given the spread, for several degrees of centring.

    Parameters
    ----------
    tau
        Values of the spread, ascending, shape (n,), standardised.
    data_share
        The standard error of the person's own estimate, standardised.
    degrees
        Degrees of centring, 0 to 1, by what they are called.
    band
        Where the central 89 % of the posterior of the spread lie.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        One curve for each degree, both axes logarithmic.
    """
    weight = tau**2 / (tau**2 + data_share**2)
    looks = ("-", "--", "-.", ":")
    size = (NARROW_WIDTH, 3.4) if narrow else (0.75 * WIDTH, 3.3)
    with course_style(narrow):
        figure, axes = plt.subplots(figsize=size)
        axes.axvspan(*band, color=FAINT, linewidth=0)
        for (title, degree), look in zip(degrees.items(), looks, strict=False):
            width = tau**degree * np.sqrt(1 - weight)
            axes.plot(tau, width, look, color=COLOUR if look == "-" else MUTED, label=title)
        axes.set(xscale="log", yscale="log", xlim=(tau[0], tau[-1]))
        axes.set(xlabel="Spread $\\tau$", ylabel="Width of the coordinate")
        axes.set_xticks(MARKS, [f"{mark:g}" for mark in MARKS])
        axes.legend()
        return finish(figure)
