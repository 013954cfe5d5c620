"""Figures of posterior predictions beside the data."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pooling.plots.style import (
    INK,
    NARROW_WIDTH,
    REGIME_COLOUR,
    WIDTH,
    common_heights,
    course_style,
    day_axis,
    finish,
    share_labels,
    subject_label,
    with_narrow_version,
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


@with_narrow_version
def predictive_grid(
    frame: pd.DataFrame, predictions: Mapping[str, xr.Dataset], *, narrow: bool = False
) -> Figure:
    """Draw observations against predictions, one block a regime and one panel a subject.

    Parameters
    ----------
    frame
        Observed rows: `subject`, `day` (days), `reaction` (ms), sorted by subject and day.
    predictions
        For each regime, replicated data at the same rows: `obs`, shape (chain, draw, row), ms.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A block of panels for each regime, with common axes: points, predictive mean, central
        89 % band.

    Raises
    ------
    ValueError
        If predictions are not at as many rows as `frame` has.
    """
    _check_rows(predictions, frame, "frame")
    groups = frame.reset_index(drop=True).groupby("subject")
    size = (NARROW_WIDTH, 6.4 * len(predictions)) if narrow else (WIDTH, 3.1 * len(predictions))
    rows, columns = (6, 3) if narrow else (3, 6)
    with course_style(narrow):
        figure = plt.figure(figsize=size)
        blocks = figure.subfigures(len(predictions), 1, hspace=0.02, squeeze=False)[:, 0]
        for block, (regime, prediction) in zip(blocks, predictions.items(), strict=True):
            colour, band = REGIME_COLOUR[regime], predictive_band(prediction)
            block.suptitle(
                REGIME_NAMES[regime].capitalize(), color=colour, fontsize=11, fontweight="bold"
            )
            panels = block.subplots(rows, columns)
            for panel, (subject, own) in zip(panels.flat, groups, strict=True):
                _draw_band(panel, own["day"], band.loc[own.index], colour)
                panel.plot(own["day"], own["reaction"], "o", color=INK, markersize=2.4)
                panel.set_title(subject_label(int(str(subject)), len(own)), fontsize=8, pad=3)
                day_axis(panel)
        common_heights(figure.axes)
        share_labels(figure, "Day of the study", "Average reaction time (ms)")
        return finish(figure)


@with_narrow_version
def heldout_days(
    train: pd.DataFrame,
    full: pd.DataFrame,
    predictions: Mapping[str, xr.Dataset],
    *,
    narrow: bool = False,
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
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        One row of panels a regime, or a column where it is narrow: training rows filled,
        held-out rows hollow.

    Raises
    ------
    ValueError
        If predictions are not at as many rows as `full` has.
    """
    _check_rows(predictions, full, "full")
    full = full.reset_index(drop=True)
    counts = train.groupby("subject").size()
    sparse = counts.index[counts == 2]
    regimes = [(REGIME_NAMES[regime], REGIME_COLOUR[regime], "bold") for regime in predictions]
    subjects = [(str(subject), INK, "normal") for subject in sparse]
    if narrow:  # side by side, the names would touch
        regimes = [(name.replace(" ", "\n"), colour, bold) for name, colour, bold in regimes]
    across, down = (regimes, subjects) if narrow else (subjects, regimes)
    size = (NARROW_WIDTH, 1.35 * len(sparse) + 0.6) if narrow else (WIDTH, 5.4)
    with course_style(narrow):
        figure, panels = plt.subplots(len(down), len(across), figsize=size, squeeze=False)
        by_regime = panels.T if narrow else panels
        for row, (regime, prediction) in zip(by_regime, predictions.items(), strict=True):
            band = predictive_band(prediction)
            for panel, subject in zip(row, sparse, strict=True):
                own = full[full["subject"] == subject]
                kept = own["day"].isin(train.loc[train["subject"] == subject, "day"])
                _draw_band(panel, own["day"], band.loc[own.index], REGIME_COLOUR[regime])
                panel.plot(own["day"], own["reaction"], "o", color=INK, mfc="white", markersize=4)
                panel.plot(own["day"][kept], own["reaction"][kept], "o", color=INK, markersize=4)
                day_axis(panel)
        common_heights(panels.ravel().tolist())
        for panel, (name, colour, weight) in zip(panels[0], across, strict=True):
            panel.set_title(name, color=colour, fontweight=weight)
        for panel, (name, colour, weight) in zip(panels[:, -1], down, strict=True):
            panel.annotate(
                name,
                (1.06, 0.5),
                xycoords="axes fraction",
                rotation=270,
                va="center",
                color=colour,
                fontweight=weight,
            )
        share_labels(figure, "Day of the study", "Average reaction time (ms)")
        return finish(figure)
