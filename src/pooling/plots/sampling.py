"""Figures of a sampler's work: what it finds about the spreads, and where it gets stuck."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pooling.data import Scaler
from pooling.plots.style import (
    INK,
    MUTED,
    NARROW_WIDTH,
    REGIME_COLOUR,
    WIDTH,
    course_style,
    finish,
    with_narrow_version,
)

COLOUR = REGIME_COLOUR["partial_pooling"]


@with_narrow_version
def spread_posteriors(
    posteriors: Mapping[str, xr.DataTree], scaler: Scaler, *, narrow: bool = False
) -> Figure:
    """Draw the posteriors of the spread of intercepts and of slopes.

    Parameters
    ----------
    posteriors
        One or two fits of partial pooling by what they are called in the legend, with the
        variables `tau_alpha` and `tau_beta`.
    scaler
        The scaler of their data.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Two panels of histograms with equal areas, in ms and in ms per day; below each other where
        it is narrow.
    """
    panels_of = {
        "tau_alpha": ("Spread of intercepts, $\\tau_\\alpha$ (ms)", scaler.reaction_sd),
        "tau_beta": ("Spread of slopes, $\\tau_\\beta$ (ms per day)", scaler.ms_per_day),
    }
    styles = ({"color": COLOUR}, {"color": MUTED, "linestyle": "--"})
    rows, columns = (2, 1) if narrow else (1, 2)
    size = (NARROW_WIDTH, 4.2) if narrow else (WIDTH, 2.8)
    with course_style(narrow):
        figure, panels = plt.subplots(rows, columns, figsize=size)
        for panel, (name, (label, unit)) in zip(panels, panels_of.items(), strict=True):
            draws = [
                tree["posterior"][name].to_numpy().ravel() * unit for tree in posteriors.values()
            ]
            edges = np.linspace(0, np.quantile(np.concatenate(draws), 0.999), 61)
            for title, values, style in zip(posteriors, draws, styles, strict=False):
                heights = np.histogram(values, edges, density=True)[0]
                panel.stairs(heights, edges, linewidth=1.4, label=title, **style)
            panel.set(xlabel=label, yticks=[], xlim=(0, edges[-1]))
            panel.spines["left"].set_visible(False)
        if len(posteriors) > 1:
            handles, labels = panels[0].get_legend_handles_labels()
            figure.legend(handles, labels, loc="outside upper center", ncols=len(labels))
        return finish(figure)


def _draw_trace(panel: Axes, spread: xr.DataArray, every: int) -> None:
    """Draw the chains one after the other, every so many draws."""
    length = spread.sizes["draw"]
    for number, chain in enumerate(spread.to_numpy()):
        panel.plot(
            number * length + np.arange(length)[::every], chain[::every], color=COLOUR, lw=0.5
        )
        if number:
            panel.axvline(number * length, color=MUTED, linewidth=0.6, linestyle=":")
    panel.set(xlim=(0, spread.size), xticks=np.arange(0, spread.size + 1, 2 * length))
    panel.set_xlabel("Draw, chain after chain")


@with_narrow_version
def two_runs(
    posteriors: Mapping[str, xr.DataTree], scaler: Scaler, *, subject: int = 0, narrow: bool = False
) -> Figure:
    """Draw how two samplers went through the funnel of the slopes.

    Parameters
    ----------
    posteriors
        Two fits of partial pooling by name, with `mu_beta`, `tau_beta`, `beta_s` and, among
        the sample statistics, `diverging`.
    scaler
        The scaler of their data.
    subject
        Index of the subject whose slope is drawn.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A column a fit. First row: traces of `tau_beta`. Second: every tenth draw of `tau_beta`
        against how far the subject's slope is from `mu_beta`, and as discs all draws that ended a
        divergent transition. In ms per day; what is below 0.005 is cut off.
    """
    size = (NARROW_WIDTH, 5.4) if narrow else (WIDTH, 5.2)
    with course_style(narrow):
        figure, panels = plt.subplots(2, len(posteriors), figsize=size, sharey=True)
        for (trace, funnel), (title, tree) in zip(panels.T, posteriors.items(), strict=True):
            draws = tree["posterior"].to_dataset() * scaler.ms_per_day
            spread = draws["tau_beta"]
            away = (draws["beta_s"].isel(subject=subject) - draws["mu_beta"]).to_numpy().ravel()
            diverging = tree["sample_stats"]["diverging"].to_numpy().ravel()
            _draw_trace(trace, spread, every=4)
            trace.set(title=title, yscale="log")
            height = spread.to_numpy().ravel()
            funnel.axvline(0, color=MUTED, linewidth=0.6, linestyle=":")
            funnel.plot(away[::10], height[::10], ".", color=COLOUR, markersize=2.5, alpha=0.6)
            funnel.plot(away[diverging], height[diverging], "o", color=INK, markersize=2.2)
            funnel.set(xlim=(-9, 9), xticks=[-6, 0, 6])
            funnel.set_xlabel("$\\beta_s - \\mu_\\beta$ (ms per day)")
            funnel.set_yticks([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"])
            funnel.set_ylim(bottom=0.005)
            funnel.minorticks_off()
        for panel in panels[:, 0]:
            panel.set_ylabel("$\\tau_\\beta$ (ms per day)")
        return finish(figure)
