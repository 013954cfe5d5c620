"""The course in one figure: three lines for the same person."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pooling.data import Scaler
from pooling.fits import check_same_rows
from pooling.plots.style import (
    INK,
    NARROW_WIDTH,
    REGIME_COLOUR,
    WIDTH,
    course_style,
    day_axis,
    finish,
    share_labels,
    subject_label,
    with_narrow_version,
)
from pooling.regimes import REGIME_NAMES

DASHES = {"complete_pooling": ":", "no_pooling": "--", "partial_pooling": "-"}


def _mean_line(
    posterior: xr.DataTree, subject_idx: int, scaler: Scaler, days: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Posterior mean of a subject's line on `days`, in ms."""
    means = posterior["posterior"].to_dataset().mean(("chain", "draw"))
    if "beta_s" in means:
        alpha, beta = (means[name].to_numpy()[subject_idx] for name in ("alpha_s", "beta_s"))
    else:
        alpha, beta = means["alpha"].item(), means["beta"].item()
    return scaler.to_ms(alpha + beta * scaler.to_x(days))


@with_narrow_version
def three_lines(
    train: pd.DataFrame,
    full: pd.DataFrame,
    posteriors: Mapping[str, xr.DataTree],
    scaler: Scaler,
    subjects: Sequence[int],
    *,
    narrow: bool = False,
) -> Figure:
    """Draw the lines of some subjects under each regime.

    Parameters
    ----------
    train
        Training rows, drawn as filled points.
    full
        All rows; those not in `train` are drawn as hollow points.
    posteriors
        For each regime, its fit to the training rows.
    scaler
        The training rows' scaler.
    subjects
        Which subjects to draw, a panel each, by the study's numbers.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Panels in a row, or below each other where it is narrow, with common
        axes: points and posterior mean lines, in days and ms.

    Raises
    ------
    ValueError
        If the fits are not to the same rows.
    """
    check_same_rows(posteriors)
    days = np.array([0.0, 9.0])
    number = len(subjects)
    rows, columns = (number, 1) if narrow else (1, number)
    size = (NARROW_WIDTH, 1.8 * number + 0.7) if narrow else (WIDTH, 3.0)
    with course_style(narrow):
        figure, panels = plt.subplots(rows, columns, figsize=size, sharex=True, sharey=True)
        for panel, subject in zip(panels, subjects, strict=True):
            own = full[full["subject"] == subject]
            kept = own["day"].isin(train.loc[train["subject"] == subject, "day"])
            for regime, posterior in posteriors.items():
                line = _mean_line(posterior, int(own["subject_idx"].iloc[0]), scaler, days)
                style = {"color": REGIME_COLOUR[regime], "linestyle": DASHES[regime]}
                panel.plot(days, line, linewidth=2, label=REGIME_NAMES[regime], **style)
            panel.plot(own["day"], own["reaction"], "o", color=INK, mfc="white", markersize=3.6)
            panel.plot(own["day"][kept], own["reaction"][kept], "o", color=INK, markersize=3.6)
            panel.set_title(subject_label(subject, int(kept.sum())))
            day_axis(panel)
        share_labels(figure, "Day of the study", "Reaction time (ms)")
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=len(labels))
        return finish(figure)
