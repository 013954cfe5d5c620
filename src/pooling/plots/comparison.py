"""Figures of predictive performance."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pooling.data import StandardisedData
from pooling.plots.style import FAINT, INK, MUTED, REGIME_COLOUR, WIDTH, course_style, finish
from pooling.regimes import REGIME_NAMES
from pooling.rows import checked_rows

MARKER = {"complete_pooling": "^", "no_pooling": "s", "partial_pooling": "o"}
THRESHOLD = 0.7  # Vehtari et al. (2024), section 3


def pareto_k_by_subject(k: Mapping[str, NDArray[np.float64]], data: StandardisedData) -> Figure:
    """Draw every training row's Pareto k̂, subjects side by side.

    Parameters
    ----------
    k
        For each regime, k̂ of the rows of `data`, shape (n_rows,), dimensionless.
    data
        The training rows.

    Returns
    -------
    Figure
        Points by subject, ordered by the number of rows; a line at the threshold 0.7.

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
    with course_style():
        figure, axes = plt.subplots(figsize=(WIDTH, 3.7))
        for edge in np.arange(1, data.n_subjects, 2):
            axes.axvspan(edge - 0.5, edge + 0.5, color=FAINT, alpha=0.3, linewidth=0)
        axes.axhline(THRESHOLD, color=INK, linewidth=0.9, linestyle="--")
        for offset, (regime, values) in zip(shift, k.items(), strict=True):
            axes.plot(
                place[data.subject_idx] + offset,
                values,
                MARKER[regime],
                markersize=3.6,
                alpha=0.85,
                color=REGIME_COLOUR[regime],
                markeredgewidth=0,
                label=REGIME_NAMES[regime],
            )
        names = [f"{data.subjects[s]}\n{n_rows[s]}" for s in order]
        axes.set_xticks(np.arange(data.n_subjects), names)
        axes.set_xlim(-0.6, data.n_subjects - 0.4)
        axes.set(xlabel="Subject, and its number of training rows", ylabel="Pareto $\\hat{k}$")
        figure.legend(loc="outside upper center", ncols=len(k))
        return finish(figure)


def elpd_comparison(loo: pd.DataFrame, lead_by_person: pd.DataFrame) -> Figure:
    """Draw both estimates of predictive performance, each relative to partial pooling.

    Parameters
    ----------
    loo
        As `pooling.compare.compare_loo` gives it; its index names the regimes. Partial pooling is
        the best of them.
    lead_by_person
        Held-out ELPD of partial pooling minus that of each regime, summed by person: one column a
        regime, one row a person, in nats.

    Returns
    -------
    Figure
        Two panels, PSIS-LOO and held-out rows: how far each model is behind partial pooling, in
        nats, with one standard error of the difference, over rows on the left and over people on
        the right.
    """
    people = np.sqrt(len(lead_by_person))
    panels_of = {
        "PSIS-LOO: training rows, one at a time": (loo["elpd_diff"], loo["dse"]),
        "Held-out rows, by person": (-lead_by_person.sum(), lead_by_person.std() * people),
    }
    with course_style():
        figure, panels = plt.subplots(1, 2, figsize=(WIDTH, 2.5), sharex=True, sharey=True)
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
