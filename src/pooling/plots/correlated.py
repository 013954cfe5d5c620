"""Figures of a correlation: what its prior says, and what it saves us from choosing."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta

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
from pooling.regimes import MODEL_NAMES

Array = NDArray[np.float64]
STYLES = ("-", "--", ":")


@with_narrow_version
def origin_profile(
    origins: Array, short_by: Mapping[str, ArrayLike], mean_day: float, *, narrow: bool = False
) -> Figure:
    """Draw by how much independent lines fit worse than correlated ones, by the day of level.

    Parameters
    ----------
    origins
        Days on which level and slope are independent, shape (n,).
    short_by
        By name: log likelihood or log evidence with independent lines, minus that with correlated
        ones, shape (n,), in nats.
    mean_day
        Where standardising puts the origin.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A curve for each name; a horizontal line at zero, and dotted ones at day 0 and mean day.
    """
    colours = (MODEL_COLOUR["partial_pooling"], MODEL_COLOUR["partial_pooling"], INK)
    with course_style(narrow):
        figure, axes = plt.subplots(figsize=(NARROW_WIDTH, 3.6) if narrow else (WIDTH, 3.4))
        axes.axhline(0, color=MODEL_COLOUR["correlated_effects"], linewidth=1.8)
        for day in (0, mean_day):
            axes.axvline(day, color=MUTED, linestyle=":", linewidth=1)
        for style, colour, (name, values) in zip(STYLES, colours, short_by.items(), strict=False):
            axes.plot(origins, values, style, color=colour, label=name)
        axes.set(xlabel="Day at which level and slope are independent")
        axes.set(ylabel="Difference from\ncorrelated effects (nats)")
        figure.legend(loc="outside upper center", ncols=1 if narrow else 3)
        return finish(figure)


@with_narrow_version
def correlation_densities(
    etas: tuple[float, ...], draws: Mapping[str, Array], *, narrow: bool = False
) -> Figure:
    """Draw LKJ priors of one correlation, and posteriors of it.

    Parameters
    ----------
    etas
        Of LKJ(η), at most three; the second is the prior of the posteriors.
    draws
        Draws of the correlation by the title of their panel, one or two, any shape.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A panel with the densities of the priors; one for each posterior, a histogram with the
        prior's density.
    """
    rho = np.linspace(-1, 1, 401)
    # A density on (−1, 1) is half as high as the one on (0, 1) that it is stretched from.
    priors = {eta: beta.pdf((rho + 1) / 2, eta, eta) / 2 for eta in etas}
    n = 1 + len(draws)
    with course_style(narrow):
        rows, columns, *size = (n, 1, NARROW_WIDTH, 2.3 * n) if narrow else (1, n, WIDTH, 2.9)
        figure, (first, *others) = plt.subplots(rows, columns, figsize=size, squeeze=True)
        for style, (eta, density) in zip(("--", "-", ":"), priors.items(), strict=False):
            first.plot(rho, density, style, color=INK, label=f"$\\eta$ = {eta:g}")
        first.set(title="Priors", ylim=(0, None))
        first.legend(loc="lower center")
        for panel, (title, values) in zip(others, draws.items(), strict=True):
            bins = np.linspace(-1, 1, 41)
            colour = MODEL_COLOUR["correlated_effects"]
            panel.hist(np.ravel(values), bins, density=True, color=colour, alpha=0.75)
            panel.plot(rho, priors[etas[1]], color=INK)
            panel.set(title=title)
        for panel in (first, *others):
            panel.set(xlabel="Correlation $\\rho$", xlim=(-1, 1), yticks=[])
            panel.spines["left"].set_visible(False)
        return finish(figure)


@with_narrow_version
def error_by_day(
    days: Array, errors: Mapping[str, Array], mean_day: float, *, narrow: bool = False
) -> Figure:
    """Draw how uncertain the population's line is on each day.

    Parameters
    ----------
    days
        Days of the study, shape (n,).
    errors
        Standard deviations of the line's height by model, or by what else they come from, shape
        (n,), in ms; at most three.
    mean_day
        The mean day of the rows.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A curve for each, and a dotted line at the mean day.
    """
    with course_style(narrow):
        figure, axes = plt.subplots(figsize=(NARROW_WIDTH, 3.4) if narrow else (WIDTH, 3.1))
        axes.axvline(mean_day, color=MUTED, linestyle=":", linewidth=1)
        for style, (name, values) in zip(STYLES, errors.items(), strict=False):
            colour, label = MODEL_COLOUR.get(name, INK), MODEL_NAMES.get(name, name)
            axes.plot(days, values, style, color=colour, label=label)
        axes.grid(axis="y", color=FAINT, linewidth=0.6)
        axes.set(xlabel="Day of the study", ylabel="Error of the population's\nline (ms)")
        axes.set_ylim(0, None)
        figure.legend(loc="outside upper center", ncols=1 if narrow else 3)
        return finish(figure)
