"""The figure of shrinkage: each subject's slope, twice."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from pooling.data import StandardisedData
from pooling.fits import check_rows_of
from pooling.interval import INTERVAL
from pooling.plots.style import (
    INK,
    MUTED,
    NARROW_WIDTH,
    REGIME_COLOUR,
    WIDTH,
    course_style,
    finish,
    subject_label,
    with_narrow_version,
)
from pooling.regimes import REGIME_NAMES


@with_narrow_version
def shrinkage_forest(
    no_pooling: xr.DataTree,
    partial_pooling: xr.DataTree,
    data: StandardisedData,
    *,
    narrow: bool = False,
) -> Figure:
    """Draw each subject's slope under no pooling and under partial pooling.

    Parameters
    ----------
    no_pooling, partial_pooling
        Fits to `data`, with the variable `beta_s`, shape (chain, draw, subject).
    data
        The rows of the fits; they say how many rows each subject has.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Posterior mean and central 89 % interval in ms per day; subjects sorted by the no-pooling
        mean; a line at the posterior mean of `mu_beta`.

    Raises
    ------
    ValueError
        If a fit is not to the rows of `data`.
    """
    check_rows_of(no_pooling, "no_pooling", data)
    check_rows_of(partial_pooling, "partial_pooling", data)
    slopes = {
        "no_pooling": no_pooling["posterior"]["beta_s"] * data.scaler.ms_per_day,
        "partial_pooling": partial_pooling["posterior"]["beta_s"] * data.scaler.ms_per_day,
    }
    centre = float(partial_pooling["posterior"]["mu_beta"].mean()) * data.scaler.ms_per_day
    n_rows = np.bincount(data.subject_idx, minlength=data.n_subjects)
    order = np.argsort(slopes["no_pooling"].mean(("chain", "draw")).to_numpy())
    place = np.arange(data.n_subjects)
    with course_style(narrow):
        width = NARROW_WIDTH if narrow else WIDTH
        figure, axes = plt.subplots(figsize=(width, 0.32 * data.n_subjects + 1.0))
        axes.axvline(centre, color=REGIME_COLOUR["partial_pooling"], linewidth=1, linestyle=":")
        for offset, marker, (regime, draws) in zip(
            (0.17, -0.17), ("s", "o"), slopes.items(), strict=True
        ):
            mean = draws.mean(("chain", "draw")).to_numpy()[order]
            lower, upper = draws.quantile(INTERVAL, dim=("chain", "draw")).to_numpy()[:, order]
            axes.errorbar(
                mean,
                place + offset,
                xerr=(mean - lower, upper - mean),
                fmt=marker,
                markersize=4.5,
                linewidth=1.3,
                color=REGIME_COLOUR[regime],
                label=REGIME_NAMES[regime],
            )
        axes.annotate(
            "mean of $\\mu_\\beta$",
            (centre, 1),
            xycoords=("data", "axes fraction"),
            xytext=(4, -2),
            textcoords="offset points",
            va="top",
            color=REGIME_COLOUR["partial_pooling"],
        )
        names = [subject_label(int(data.subjects[s]), int(n_rows[s])) for s in order]
        axes.set_yticks(place, names, color=INK)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color=MUTED, alpha=0.2, linewidth=0.6)
        slope = "Slope: change in reaction time"
        between = "\n" if narrow else " "
        axes.set_xlabel(f"{slope}{between}per day of the study (ms per day)")
        axes.set_ylim(-0.7, data.n_subjects + 0.1)
        figure.legend(loc="outside upper center", ncols=2)
        return finish(figure)
