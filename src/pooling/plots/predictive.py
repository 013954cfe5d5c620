"""Figures of posterior predictions beside the data."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pooling.plots.style import (
    INK,
    REGIME_COLOUR,
    WIDTH,
    course_style,
    day_axis,
    finish,
    share_labels,
    subject_label,
)
from pooling.predict import predictive_band
from pooling.regimes import REGIME_NAMES


def _draw_band(axes: Axes, days: pd.Series, band: pd.DataFrame, colour: str) -> None:
    """Draw predictive mean and 89 % band of some rows, sorted by day."""
    axes.fill_between(days, band["low"], band["high"], color=colour, alpha=0.22, linewidth=0)
    axes.plot(days, band["mean"], color=colour)


def _check_rows(predictions: Mapping[str, xr.Dataset], frame: pd.DataFrame, name: str) -> None:
    """Refuse predictions at other rows than those of a frame."""
    for regime, prediction in predictions.items():
        if (n_rows := prediction.sizes["row"]) != len(frame):
            raise ValueError(
                f"the predictions of {regime!r} are at {n_rows} rows, but {name} has {len(frame)}: "
                "predict at the rows that are drawn"
            )


def predictive_grid(frame: pd.DataFrame, predictions: Mapping[str, xr.Dataset]) -> Figure:
    """Draw observations against predictions, one block a regime and one panel a subject.

    Parameters
    ----------
    frame
        Observed rows: `subject`, `day` (days), `reaction` (ms), sorted by subject and day.
    predictions
        For each regime, replicated data at the same rows: `obs`, shape (chain, draw, row), ms.

    Returns
    -------
    Figure
        Three blocks of panels with common axes: points, predictive mean, central 89 % band.

    Raises
    ------
    ValueError
        If predictions are not at as many rows as `frame` has.
    """
    _check_rows(predictions, frame, "frame")
    groups = frame.reset_index(drop=True).groupby("subject")
    with course_style():
        figure = plt.figure(figsize=(WIDTH, 9.3))
        blocks = figure.subfigures(len(predictions), 1, hspace=0.02, squeeze=False)[:, 0]
        for block, (regime, prediction) in zip(blocks, predictions.items(), strict=True):
            colour, band = REGIME_COLOUR[regime], predictive_band(prediction)
            block.suptitle(
                REGIME_NAMES[regime].capitalize(), color=colour, fontsize=11, fontweight="bold"
            )
            panels = block.subplots(3, 6, sharex=True, sharey=True)
            for panel, (subject, own) in zip(panels.flat, groups, strict=True):
                _draw_band(panel, own["day"], band.loc[own.index], colour)
                panel.plot(own["day"], own["reaction"], "o", color=INK, markersize=2.4)
                panel.set_title(subject_label(int(str(subject)), len(own)), fontsize=8, pad=3)
                day_axis(panel)
        limits = [panel.get_ylim() for panel in figure.axes]
        for panel in figure.axes:
            panel.set_ylim(min(low for low, _ in limits), max(high for _, high in limits))
        share_labels(figure, "Day of the study", "Average reaction time (ms)")
        return finish(figure)


def heldout_days(
    train: pd.DataFrame, full: pd.DataFrame, predictions: Mapping[str, xr.Dataset]
) -> Figure:
    """Draw predictions on all days for the subjects with two training rows.

    Parameters
    ----------
    train
        Training rows; the subjects with two of them are drawn.
    full
        All rows, those of `train` among them, sorted by subject and day.
    predictions
        For each regime, predictions at the rows of `full`: `obs`, shape (chain, draw, row), ms.

    Returns
    -------
    Figure
        One row of panels a regime: training rows filled, held-out rows hollow.

    Raises
    ------
    ValueError
        If predictions are not at as many rows as `full` has.
    """
    _check_rows(predictions, full, "full")
    full = full.reset_index(drop=True)
    counts = train.groupby("subject").size()
    sparse = counts.index[counts == 2]
    with course_style():
        figure, panels = plt.subplots(
            len(predictions), len(sparse), figsize=(WIDTH, 5.4), sharex=True, sharey=True
        )
        for row, (regime, prediction) in zip(panels, predictions.items(), strict=True):
            band = predictive_band(prediction)
            for panel, subject in zip(row, sparse, strict=True):
                own = full[full["subject"] == subject]
                kept = own["day"].isin(train.loc[train["subject"] == subject, "day"])
                _draw_band(panel, own["day"], band.loc[own.index], REGIME_COLOUR[regime])
                panel.plot(own["day"], own["reaction"], "o", color=INK, mfc="white", markersize=4)
                panel.plot(own["day"][kept], own["reaction"][kept], "o", color=INK, markersize=4)
                day_axis(panel)
            row[-1].annotate(
                REGIME_NAMES[regime],
                (1.06, 0.5),
                xycoords="axes fraction",
                rotation=270,
                va="center",
                color=REGIME_COLOUR[regime],
                fontweight="bold",
            )
        for panel, subject in zip(panels[0], sparse, strict=True):
            panel.set_title(f"{subject}")
        share_labels(figure, "Day of the study", "Average reaction time (ms)")
        return finish(figure)
