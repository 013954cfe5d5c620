"""Figures of outliers: what a likelihood with weights makes of them, and what that is worth."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import gamma, norm, t

from pooling.data import StandardisedData
from pooling.plots.style import (
    INK,
    MODEL_COLOUR,
    MUTED,
    NARROW_WIDTH,
    WIDTH,
    course_style,
    day_axis,
    finish,
    share_labels,
    with_narrow_version,
)
from pooling.regimes import MODEL_NAMES

Array = NDArray[np.float64]
STROKES = {
    "partial_pooling": "--",
    "heavy_tails": "-",
    "own_weights": "-",
    "scatter_population": ":",
}
DAYS = np.arange(10.0)
FREEDOM, SCATTER = (1, 2, 5, 10, 20, 50, 100), (2, 5, 10, 20, 50, 100)  # marks on axes
EVERY = 4  # draws of a scatter, of which one is shown


@with_narrow_version
def weighted_rows(
    posteriors: Mapping[str, xr.DataTree],
    weights: Array,
    data: StandardisedData,
    subjects: Sequence[int],
    *,
    narrow: bool = False,
) -> Figure:
    """Draw people's rows as large as they count, and the lines that models give them.

    Parameters
    ----------
    posteriors
        By model: its posterior, as `pooling.inference.fit` gives it.
    weights
        Weight of each row of `data`, shape (n_rows,), dimensionless.
    data
        The rows.
    subjects
        Whom to draw, by subject number.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A panel a person: discs whose areas are in proportion to the weights, a dot in each, and
        each model's posterior mean line, in ms.
    """
    with course_style(narrow):
        n = len(subjects)
        size = (NARROW_WIDTH, 1.7 * n + 0.6) if narrow else (WIDTH, 3.1)
        rows, columns = (n, 1) if narrow else (1, n)
        figure, panels = plt.subplots(rows, columns, figsize=size, sharex=True, sharey=True)
        for panel, subject in zip(panels, subjects, strict=True):
            s = data.index_of(subject)
            own = data.subject_idx == s
            day, reaction = data.scaler.to_days(data.x[own]), data.scaler.to_ms(data.y[own])
            area = (50 if narrow else 80) * weights[own]
            colour = MODEL_COLOUR["heavy_tails"]
            panel.scatter(day, reaction, s=area, color=colour, alpha=0.3, linewidths=0)
            panel.plot(day, reaction, ".", color=INK, markersize=2.5 if narrow else 3.5)
            for name, posterior in posteriors.items():
                line = posterior["posterior"].sel(subject=s).mean(("chain", "draw"))
                mean = float(line["alpha_s"]) + float(line["beta_s"]) * data.scaler.to_x(DAYS)
                panel.plot(
                    DAYS,
                    data.scaler.to_ms(mean),
                    STROKES[name],
                    color=MODEL_COLOUR[name],
                    label=MODEL_NAMES[name],
                )
            day_axis(panel)
            panel.set_title(f"{subject}")
        share_labels(figure, "Day", "Reaction time (ms)")
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=len(posteriors))
        return finish(figure)


@with_narrow_version
def scale_and_tails(sigma: Mapping[str, Array], nu: Array, *, narrow: bool = False) -> Figure:
    """Draw the posteriors of σ, and the prior and the posterior of ν.

    Parameters
    ----------
    sigma
        By model: draws of σ, in ms.
    nu
        Draws of the degrees of freedom, dimensionless.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Histograms of σ beside that of ν, which stands on a logarithmic axis with its prior's curve.
    """
    with course_style(narrow):
        size = (NARROW_WIDTH, 4.4) if narrow else (WIDTH, 2.9)
        rows, columns = (2, 1) if narrow else (1, 2)
        figure, (left, right) = plt.subplots(rows, columns, figsize=size)
        edges = np.linspace(0, max(each.max() for each in sigma.values()), 70)
        for name, values in sigma.items():
            left.stairs(
                np.histogram(values, edges, density=True)[0],
                edges,
                color=MODEL_COLOUR[name],
                linestyle=STROKES[name],
                linewidth=1.4,
                label=MODEL_NAMES[name],
            )
        left.set(xlabel="$\\sigma$ (ms)", yticks=[], ylim=(0, 1.35 * left.get_ylim()[1]))
        left.legend(loc="upper right")
        log_edges = np.linspace(np.log(0.7), np.log(100), 60)
        share = np.histogram(np.log(nu), log_edges, density=True)[0]
        right.stairs(share, np.exp(log_edges), color=MODEL_COLOUR["heavy_tails"], label="posterior")
        at = np.exp(log_edges)
        prior = at * gamma.pdf(at, 2, scale=10)  # of log ν, as the histogram is
        right.plot(at, prior, color=MUTED, linestyle=":", label="prior")
        right.set(xscale="log", xlabel="$\\nu$", yticks=[])
        right.set_xticks(FREEDOM, [f"{mark}" for mark in FREEDOM])
        right.minorticks_off()
        right.legend(loc="upper right")
        for panel in (left, right):
            panel.spines["left"].set_visible(False)
        return finish(figure)


@with_narrow_version
def necks(
    posteriors: Mapping[str, xr.DataTree],
    data: StandardisedData,
    subject: int,
    *,
    narrow: bool = False,
) -> Figure:
    """Draw how near a person's line comes to the first row, as the person's scatter varies.

    Parameters
    ----------
    posteriors
        By model: its posterior, with `sigma_s` for each subject.
    data
        The rows.
    subject
        Whom to draw, by subject number.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A panel a model: for some draws, the person's σ (logarithmic) over the distance of the line
        from the first row, both in ms; and all divergent transitions.
    """
    s = data.index_of(subject)
    row = int(np.flatnonzero(data.subject_idx == s)[0])
    unit = data.scaler.reaction_sd
    with course_style(narrow):
        size = (NARROW_WIDTH, 2.7) if narrow else (WIDTH, 3.4)
        figure, panels = plt.subplots(1, len(posteriors), figsize=size, sharex=True, sharey=True)
        for panel, (name, posterior) in zip(panels, posteriors.items(), strict=True):
            draws = posterior["posterior"].sel(subject=s)
            off = draws["alpha_s"] + draws["beta_s"] * data.x[row] - data.y[row]
            miss, scatter = (unit * np.ravel(each) for each in (off, draws["sigma_s"]))
            wrong = np.ravel(posterior["sample_stats"]["diverging"])
            colour = MODEL_COLOUR[name]
            panel.plot(miss[::EVERY], scatter[::EVERY], ".", color=colour, markersize=2, alpha=0.35)
            panel.plot(miss[wrong], scatter[wrong], "x", color=INK, markersize=5)
            panel.set_title(f"{MODEL_NAMES[name]}\n({int(wrong.sum())} divergent)")
            panel.set_yscale("log")
            panel.set_yticks(SCATTER, [f"{mark}" for mark in SCATTER])
            panel.minorticks_off()
        panels[0].set(xlim=(-70, 70))
        share_labels(
            figure, f"Line of {subject} minus first row (ms)", f"$\\sigma$ of {subject} (ms)"
        )
        return finish(figure)


@with_narrow_version
def leads_by_distance(
    leads: Mapping[str, tuple[Array, Array]],
    scales: Mapping[str, float],
    nu: float,
    *,
    narrow: bool = False,
) -> Figure:
    """Draw each row's lead of heavy tails over how far the row lies from its line.

    Parameters
    ----------
    leads
        By criterion, two of them: distances (ms) and leads over partial pooling (nats), each of
        shape (n_rows,).
    scales
        σ of `partial_pooling` and of `heavy_tails`, in ms.
    nu
        Degrees of freedom.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A point a row, and the difference of the two log densities with these numbers as a curve.
    """
    with course_style(narrow):
        size = (NARROW_WIDTH, 3.3) if narrow else (WIDTH, 3.6)
        figure, axes = plt.subplots(figsize=size)
        far = max(np.abs(distance).max() for distance, _ in leads.values())
        at = np.linspace(0, 1.05 * far, 300)
        heavy = t.logpdf(at, nu, scale=scales["heavy_tails"])
        curve = heavy - norm.logpdf(at, scale=scales["partial_pooling"])
        axes.axhline(0, color=MUTED, linewidth=0.8)
        axes.plot(at, curve, color=MUTED, linestyle="--", linewidth=1.1, label="densities alone")
        full = {"marker": "o", "color": MODEL_COLOUR["heavy_tails"]}
        hollow = {"marker": "^", "color": INK, "markerfacecolor": "none"}
        for (name, (distance, lead)), look in zip(leads.items(), (full, hollow), strict=True):
            dots: dict[str, Any] = look | {"linestyle": "", "markersize": 4.5, "alpha": 0.75}
            axes.plot(np.abs(distance), lead, label=name, **dots)
        top = max(lead.max() for _, lead in leads.values())
        low = min(lead.min() for _, lead in leads.values())
        axes.set(ylim=(low - 0.6, 1.08 * top))
        axes.set(xlabel="Distance from the line (ms)", ylabel="Lead of heavy tails (nats)")
        axes.legend(loc="upper center")
        return finish(figure)
