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
def elpd_comparison(
    loo: pd.DataFrame, lead_by_person: pd.DataFrame, *, narrow: bool = False
) -> Figure:
    """Draw both estimates of predictive performance, each relative to partial pooling.

    Parameters
    ----------
    loo
        As `pooling.compare.compare_loo` gives it; its index names the regimes. Partial pooling is
        the best of them.
    lead_by_person
        Held-out ELPD of partial pooling minus that of each regime, summed by person: one column a
        regime, one row a person, in nats.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Two panels, PSIS-LOO and held-out rows: how far each model is behind partial pooling, in
        nats, with one standard error of the difference, over rows in the first and over people in
        the second. They are side by side, or below each other where it is narrow.
    """
    people = np.sqrt(len(lead_by_person))
    panels_of = {
        "PSIS-LOO: training rows, one at a time": (loo["elpd_diff"], loo["dse"]),
        "Held-out rows, by person": (-lead_by_person.sum(), lead_by_person.std() * people),
    }
    with course_style(narrow):
        rows, columns, *size = (2, 1, NARROW_WIDTH, 4.2) if narrow else (1, 2, WIDTH, 2.5)
        figure, panels = plt.subplots(rows, columns, figsize=size, sharex=True, sharey=True)
        for panel, (title, (difference, error)) in zip(panels, panels_of.items(), strict=True):
            panel.axvline(0, color=MUTED, linewidth=0.8)
            for place, regime in enumerate(reversed(REGIME_COLOUR)):
                value, spread = float(difference[regime]), float(error[regime])
                colour = REGIME_COLOUR[regime]
                panel.errorbar(
                    value, place, xerr=spread, fmt=MARKER[regime], markersize=6, color=colour
                )
                if value:
                    text = f"{value:.1f} ± {spread:.1f}".replace("-", "−")
                    panel.annotate(
                        text,
                        (value, place),
                        xytext=(0, 7),
                        textcoords="offset points",
                        ha="center" if value < -10 else "right",
                        color=colour,
                        fontsize=9,
                    )
            panel.set(title=title, xlabel="Difference in ELPD (nats)")
            names = [REGIME_NAMES[regime] for regime in reversed(REGIME_COLOUR)]
            panel.set_yticks(range(len(names)), names, color=INK)
            panel.tick_params(axis="y", length=0)
            panel.set_ylim(-0.5, len(REGIME_COLOUR) - 0.3)
        return finish(figure)
