"""Figures of people whom a model has not seen, or has seen for some days only."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from scipy.stats import norm

from pooling.data import StandardisedData
from pooling.exact import ExactPosterior
from pooling.exact.bands import average_bands, expected_bands
from pooling.exact.statistics import Array
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

COLOUR = MODEL_COLOUR["partial_pooling"]
DAYS = np.linspace(0, 9, 37)
REACTION = "Reaction time (ms)"
DAY, LINE = ("low", "high"), ("line_low", "line_high")  # columns of bands
SHADES = (0.16, 0.34, 0.62)  # of a band for rows, for a line, for the average line


@with_narrow_version
def three_bands(exact: ExactPosterior, stranger: int, *, narrow: bool = False) -> Figure:
    """Draw what is known of the average line, of a stranger's line, and of a stranger's days.

    Parameters
    ----------
    exact
        A posterior of partial pooling in which one subject has no row.
    stranger
        The index of that subject.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Two panels, side by side or below each other: three central 89 % bands over the days, and
        the densities of the average slope and of the stranger's, in ms per day.
    """
    data = exact.conditional.data
    nodes, weights = exact.lattice.scales, exact.lattice.weights[0]
    population = exact.conditional.population(nodes)
    line = exact.conditional.lines(nodes, population, np.array([stranger]))
    bands = _bands(exact, stranger, DAYS)
    average = average_bands(exact, data.scaler.to_x(DAYS))
    slope = np.linspace(-12, 32, 400)
    with course_style(narrow):
        rows, columns, *size = (2, 1, NARROW_WIDTH, 6.2) if narrow else (1, 2, WIDTH, 3.6)
        figure, (left, right) = plt.subplots(rows, columns, figsize=size)
        for frame, (low, high), shade, label in (
            (bands, DAY, SHADES[0], "a stranger's day"),
            (bands, LINE, SHADES[1], "a stranger's line"),
            (average, LINE, SHADES[2], "the average line"),
        ):
            left.fill_between(DAYS, frame[low], frame[high], label=label, **_band(COLOUR, shade))
        left.plot(DAYS, bands["mean"], color=INK, linewidth=1)
        day_axis(left)
        left.set(xlabel="Day", ylabel=REACTION)
        for normal, shade in ((line, SHADES[1]), (population, SHADES[2])):
            height = _density(
                normal.mean_beta, normal.var_beta, weights, slope / data.scaler.ms_per_day
            )
            right.fill_between(slope, height, color=COLOUR, alpha=shade, linewidth=0)
            right.plot(slope, height, color=COLOUR, linewidth=1)
        right.axvline(0, color=INK, linewidth=0.9, linestyle="--")
        right.set(xlabel="Slope (ms per day)", yticks=[], ylim=(0, None), ylabel="Density")
        figure.legend(loc="outside upper center", ncols=1 if narrow else 3)
        return finish(figure)


@with_narrow_version
def strangers_by_model(
    posteriors: Mapping[str, ExactPosterior],
    everybody: StandardisedData,
    subject: int,
    *,
    narrow: bool = False,
) -> Figure:
    """Draw what each model expects of somebody whom it has not seen, and what was measured.

    Parameters
    ----------
    posteriors
        For each model, its posterior without that person's rows.
    everybody
        All rows, those of the person among them.
    subject
        The study's number of the person.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A panel for each model: the person's rows, and the central 89 % bands of the person's line
        and of single days.
    """
    index = everybody.index_of(subject)
    own = everybody.subject_idx == index
    scaler = everybody.scaler
    with course_style(narrow):
        n = len(posteriors)
        rows, columns, *size = (n, 1, NARROW_WIDTH, 2.1 * n + 0.6) if narrow else (1, n, WIDTH, 3.0)
        figure, panels = plt.subplots(rows, columns, figsize=size, sharex=True, sharey=True)
        for panel, (model, exact) in zip(panels, posteriors.items(), strict=True):
            bands, colour = _bands(exact, index, DAYS), MODEL_COLOUR[model]
            for (low, high), shade in ((DAY, SHADES[0]), (LINE, SHADES[1])):
                panel.fill_between(DAYS, bands[low], bands[high], **_band(colour, shade))
            panel.plot(DAYS, bands["mean"], color=colour)
            days = scaler.to_days(everybody.x[own])
            panel.plot(days, scaler.to_ms(everybody.y[own]), "o", color=INK, markersize=3.5)
            panel.set_title(MODEL_NAMES[model])
            day_axis(panel)
        share_labels(figure, "Day", REACTION)
        return finish(figure)


@with_narrow_version
def leads_by_person(
    leads: pd.DataFrame, n_rows: Mapping[int, int], *, narrow: bool = False
) -> Figure:
    """Draw by how much each model leads partial pooling at each person left out.

    Parameters
    ----------
    leads
        One column a model, one row a person (the study's number), in nats.
    n_rows
        How many rows a person has.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A panel for each model with a stem for each person, people in the order of the rows of
        `leads`.
    """
    place = np.arange(len(leads))
    with course_style(narrow):
        n = len(leads.columns)
        columns = 2 if narrow else n
        rows = -(-n // columns)
        size = (NARROW_WIDTH, 3.6 * rows) if narrow else (WIDTH, 4.4)
        figure, panels = plt.subplots(rows, columns, figsize=size, sharey=True, squeeze=False)
        for panel in panels.flat[n:]:
            panel.set_visible(False)
        for panel, model in zip(panels.flat, map(str, leads), strict=False):
            colour, values = MODEL_COLOUR[model], leads[model].to_numpy()
            panel.axvline(0, color=MUTED, linewidth=0.8)
            panel.hlines(place, 0, values, color=colour, linewidth=1.4)
            panel.plot(values, place, "o", color=colour, markersize=3.8)
            panel.set_title(MODEL_NAMES[model])
            panel.set_yticks(place, [f"{s} ({n_rows[s]})" for s in leads.index], color=INK)
            panel.tick_params(axis="y", length=0)
            panel.set_ylim(len(leads) - 0.4, -0.6)
            panel.grid(axis="x", color=MUTED, alpha=0.2, linewidth=0.6)
        share_labels(figure, "Lead over partial pooling (nats)", "Person left out (rows)")
        return finish(figure)


@with_narrow_version
def next_days(
    days: Mapping[int, pd.DataFrame], widths: pd.DataFrame, *, narrow: bool = False
) -> Figure:
    """Draw each day as it was expected from the days before it, and what knowing days is worth.

    Parameters
    ----------
    days
        For each person (the study's number), one row a day with `day`, `reaction`, `line_low`,
        `line_high`, `low` and `high`: the bands before that day was known, in ms.
    widths
        Indexed by the number of known days; columns `line`, `day` and `noise`, the widths in ms of
        the bands for the last day, and of the band that noise alone would have.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A panel for each person, and one for the widths.
    """
    with course_style(narrow):
        n = len(days) + 1
        rows, columns, *size = (n, 1, NARROW_WIDTH, 2.1 * n) if narrow else (2, 2, WIDTH, 5.4)
        figure, panels = plt.subplots(rows, columns, figsize=size, squeeze=False)
        *people, last = panels.flat
        for panel, (subject, frame) in zip(people, days.items(), strict=True):
            for (low, high), shade, label in (
                (DAY, SHADES[0], "band for the day"),
                (LINE, SHADES[1], "band for the line"),
            ):
                panel.bar(
                    frame["day"],
                    frame[high] - frame[low],
                    bottom=frame[low],
                    width=0.86,
                    label=label,
                    **_band(COLOUR, shade),
                )
            panel.plot(frame["day"], frame["reaction"], "o", color=INK, markersize=3.8)
            panel.set_title(f"Subject {subject}")
            panel.set(xlabel="Day", ylabel=REACTION)
            panel.set_xticks([0, 3, 6, 9])
        _share_limits(people)
        last.plot(widths.index, widths["day"], "s-", color=COLOUR, markersize=4)
        last.plot(widths.index, widths["line"], "o-", color=COLOUR, markersize=4)
        last.plot(widths.index, widths["noise"], ":", color=INK)
        # The line's width falls: there is room below its end, and not below its beginning.
        for name, label, end, above in (
            ("day", "the day", 0, 5),
            ("line", "the line", -1, -15),
            ("noise", "noise alone", 0, -12),
        ):
            last.annotate(
                label,
                (widths.index[end], widths[name].iloc[end]),
                xytext=(2, above),
                textcoords="offset points",
                ha="right" if end else "left",
                color=INK if name == "noise" else COLOUR,
            )
        last.set(xlabel="Days known", ylabel="Width for day 9 (ms)")
        last.set_ylim(0, 1.15 * widths.to_numpy().max())
        last.set_xticks([0, 3, 6, 9])
        handles = people[0].get_legend_handles_labels()
        figure.legend(*handles, loc="outside upper center", ncols=2)
        return finish(figure)


def _band(colour: str, shade: float) -> dict[str, Any]:
    """Look of a band: with an edge, which tells it apart from the next one on any ground."""
    return {"facecolor": to_rgba(colour, shade), "edgecolor": colour, "linewidth": 0.8}


def _bands(exact: ExactPosterior, index: int, days: Array) -> pd.DataFrame:
    data = exact.conditional.data
    who = np.full(len(days), index)
    rows = replace(data, x=data.scaler.to_x(days), y=np.zeros(len(days)), subject_idx=who)
    return expected_bands(exact, rows)


def _density(mean: Array, variance: Array, weights: Array, at: Array) -> Array:
    """Density of a mixture of normal distributions, one a node, shape (n,) as `at`."""
    some = weights > 1e-7
    by_node = norm.pdf(at, mean[some], np.sqrt(variance[some]))
    return np.asarray(weights[some] @ by_node)


def _share_limits(panels: list[Axes]) -> None:
    low, high = zip(*(panel.get_ylim() for panel in panels), strict=True)
    for panel in panels:
        panel.set_ylim(min(low), max(high))
