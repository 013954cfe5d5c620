"""Figures of a correlation: what its prior says, and what it saves us from choosing."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import beta

from pooling.plots.style import (
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
    criteria: Mapping[str, Mapping[str, tuple[Array, Array]]],
    mean_day: float,
    *,
    narrow: bool = False,
) -> Figure:
    """Draw how well models explain the rows, by the day at which the level is read.

    Parameters
    ----------
    criteria
        By the name of a criterion, a panel each, and then by the name of a model, at most three:
        days, shape (n,), and a log likelihood or log evidence for each, shape (n,), in nats.
    mean_day
        Where standardising puts the origin.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Two panels with a common scale: a curve for each model, less the largest value in the panel;
        dotted lines at day 0 and at the mean day.
    """
    with course_style(narrow):
        rows, columns, *size = (2, 1, NARROW_WIDTH, 5.6) if narrow else (1, 2, WIDTH, 3.4)
        figure, panels = plt.subplots(rows, columns, figsize=size, sharex=True, sharey=True)
        for panel, (title, curves) in zip(panels, criteria.items(), strict=True):
            for day in (0, mean_day):
                panel.axvline(day, color=MUTED, linestyle=":", linewidth=1)
            best = max(float(np.max(values)) for _, values in curves.values())
            for style, (name, (days, values)) in zip(STYLES, curves.items(), strict=False):
                colour, label = MODEL_COLOUR[name], MODEL_NAMES[name]
                panel.plot(days, values - best, style, color=colour, linewidth=1.8, label=label)
            panel.set(title=title, xlabel="Day at which the level is read")
            panel.tick_params(labelbottom=True)
            if narrow or panel is panels[0]:
                panel.set_ylabel("Below the best (nats)")
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
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
    n, bins, colour = 1 + len(draws), np.linspace(-1, 1, 41), MODEL_COLOUR["correlated_effects"]
    with course_style(narrow):
        rows, columns, *size = (n, 1, NARROW_WIDTH, 2.3 * n) if narrow else (1, n, WIDTH, 2.9)
        figure, (first, *others) = plt.subplots(rows, columns, figsize=size)
        for style, (eta, density) in zip(("--", "-", ":"), priors.items(), strict=False):
            first.plot(rho, density, style, color=INK, label=f"$\\eta$ = {eta:g}")
        first.set(title="Priors", ylim=(0, None))
        first.legend(loc="lower center")
        for panel, (title, values) in zip(others, draws.items(), strict=True):
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
        axes.grid(axis="y", color=MUTED, alpha=0.2, linewidth=0.6)
        axes.set(xlabel="Day of the study", ylabel="Error of the population's\nline (ms)")
        axes.set_ylim(bottom=0)
        figure.legend(loc="outside upper center", ncols=1 if narrow else 3)
        return finish(figure)
