"""Figures of predictive performance."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pooling.data import StandardisedData
from pooling.plots.style import (
    FAINT,
    INK,
    MUTED,
    NARROW_WIDTH,
    REGIME_COLOUR,
    WIDTH,
    course_style,
    finish,
    with_narrow_version,
)
from pooling.regimes import REGIME_NAMES
from pooling.rows import checked_rows

MARKER = {"complete_pooling": "^", "no_pooling": "s", "partial_pooling": "o"}
THRESHOLD = 0.7  # Vehtari et al. (2024), section 3


@with_narrow_version
def pareto_k_by_subject(
    k: Mapping[str, NDArray[np.float64]], data: StandardisedData, *, narrow: bool = False
) -> Figure:
    """Draw every training row's Pareto k̂, subjects side by side.

    Parameters
    ----------
    k
        For each regime, k̂ of the rows of `data`, shape (n_rows,), dimensionless.
    data
        The training rows.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Points by subject, ordered by the number of rows; a line at the threshold 0.7. Where it is
        narrow, the subjects are below each other.

    Raises
    ------
    ValueError
        If a regime has not one value a row.
    """
    data = checked_rows(data)
    for regime, values in k.items():
        if len(values) != len(data.y):
            raise ValueError(f"{regime!r} has {len(values)} values of k̂ for {len(data.y)} rows")
    n_rows = np.bincount(data.subject_idx, minlength=data.n_subjects)
    order = np.argsort(n_rows, kind="stable")
    place = np.empty(data.n_subjects)
    place[order] = np.arange(data.n_subjects)
    shift = np.linspace(-0.22, 0.22, len(k))
    with course_style(narrow):
        figure, axes = plt.subplots(figsize=(NARROW_WIDTH, 6.0) if narrow else (WIDTH, 3.7))
        band, limit = (axes.axhspan, axes.axvline) if narrow else (axes.axvspan, axes.axhline)
        for edge in np.arange(1, data.n_subjects, 2):
            band(edge - 0.5, edge + 0.5, color=FAINT, alpha=0.3, linewidth=0)
        limit(THRESHOLD, color=INK, linewidth=0.9, linestyle="--")
        for offset, (regime, values) in zip(shift, k.items(), strict=True):
            across = place[data.subject_idx] + offset
            axes.plot(
                *((values, across) if narrow else (across, values)),
                MARKER[regime],
                markersize=3.6,
                alpha=0.85,
                color=REGIME_COLOUR[regime],
                markeredgewidth=0,
                label=REGIME_NAMES[regime],
            )
        subjects, ends = np.arange(data.n_subjects), (-0.6, data.n_subjects - 0.4)
        subject, height = "Subject, and its number of training rows", "Pareto $\\hat{k}$"
        if narrow:
            axes.set_yticks(subjects, [f"{data.subjects[s]}  {n_rows[s]:2}" for s in order])
            axes.set(ylim=reversed(ends), xlabel=height, ylabel=subject)
        else:
            axes.set_xticks(subjects, [f"{data.subjects[s]}\n{n_rows[s]}" for s in order])
            axes.set(xlim=ends, xlabel=subject, ylabel=height)
        figure.legend(loc="outside upper center", ncols=len(k))
        return finish(figure)


@with_narrow_version
def elpd_comparison(leads: Mapping[str, pd.DataFrame], *, narrow: bool = False) -> Figure:
    """Draw by how much partial pooling leads the other models, by several criteria.

    Parameters
    ----------
    leads
        For each criterion, by its name, ELPD of partial pooling minus that of another model,
        summed by person: one column a model, one row a person, in nats.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A panel for each other model with a mark for each criterion, from top to bottom in their
        order: the lead in nats, with one standard error over people (thick) and three (thin). The
        panels are side by side, or below each other where it is narrow.
    """
    others = [regime for regime in REGIME_COLOUR if regime != "partial_pooling"]
    places = range(len(leads))
    with course_style(narrow):
        rows, columns, *size = (2, 1, NARROW_WIDTH, 4.4) if narrow else (1, 2, WIDTH, 2.7)
        figure, panels = plt.subplots(rows, columns, figsize=size, sharey=True)
        for panel, regime in zip(panels, reversed(others), strict=True):
            panel.axvline(0, color=MUTED, linewidth=0.8)
            colour = REGIME_COLOUR[regime]
            for place, by_person in zip(places, leads.values(), strict=True):
                lead = float(by_person[regime].sum())
                error = float(by_person[regime].std() * np.sqrt(len(by_person)))
                for errors, width in ((3, 0.9), (1, 3.0)):
                    ends = [lead - errors * error, lead + errors * error]
                    panel.plot(ends, [place, place], color=colour, linewidth=width)
                panel.plot(lead, place, MARKER[regime], markersize=6.5, color=colour)
                panel.annotate(
                    f"{lead:.1f} ± {error:.1f}".replace("-", "−"),
                    (lead, place),
                    xytext=(0, 7),
                    textcoords="offset points",
                    ha="center",
                    color=colour,
                    fontsize=9,
                )
            panel.set(title=f"Over {REGIME_NAMES[regime]}", xlabel="Lead (nats)")
            panel.set_yticks(places, list(leads), color=INK)
            panel.tick_params(axis="y", length=0)
            panel.set_ylim(len(leads) - 0.6, -0.7)
        return finish(figure)
