"""The figure of shrinkage in two dimensions: each subject's line is a point, and moves."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pooling.data import StandardisedData
from pooling.fits import check_rows_of
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
from pooling.regimes import REGIME_NAMES


@with_narrow_version
def shrinkage_plane(
    no_pooling: xr.DataTree,
    partial_pooling: xr.DataTree,
    data: StandardisedData,
    named: Sequence[int],
    *,
    narrow: bool = False,
) -> Figure:
    """Draw each subject's line as a point under no pooling, and where partial pooling moves it.

    Parameters
    ----------
    no_pooling, partial_pooling
        Fits to `data`, with `alpha_s` and `beta_s`, shape (chain, draw, subject).
    data
        The rows of the fits.
    named
        Numbers of the subjects whose points are labelled.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Posterior means: the reaction time at the mean day (ms) and the slope (ms per day); a cross
        at the means of `mu_alpha` and `mu_beta`.

    Raises
    ------
    ValueError
        If a fit is not to the rows of `data`.
    """
    check_rows_of(no_pooling, "no_pooling", data)
    check_rows_of(partial_pooling, "partial_pooling", data)
    ends = {
        "no_pooling": mean_lines(no_pooling, data, "alpha_s", "beta_s"),
        "partial_pooling": mean_lines(partial_pooling, data, "alpha_s", "beta_s"),
    }
    centre = mean_lines(partial_pooling, data, "mu_alpha", "mu_beta")
    with course_style(narrow):
        size = (NARROW_WIDTH, 4.4) if narrow else (WIDTH, 4.6)
        figure, axes = plt.subplots(figsize=size)
        start, end = ends["no_pooling"], ends["partial_pooling"]
        for way in np.stack([start.T, end.T], axis=1):
            axes.plot(*way.T, color=MUTED, linewidth=0.9)
        for marker, (regime, place) in zip("so", ends.items(), strict=True):
            colour, name = REGIME_COLOUR[regime], REGIME_NAMES[regime]
            axes.plot(*place, marker, color=colour, markersize=4.5, linestyle="", label=name)
        axes.plot(*centre, "+", color=INK, markersize=13, linestyle="", label="population")
        for subject in named:
            own = data.index_of(subject)
            place = start[:, own]
            below = place[1] < centre[1]
            axes.annotate(
                str(subject),
                (place[0], place[1]),
                xytext=(0, -6 if below else 6),
                va="top" if below else "bottom",
                textcoords="offset points",
                ha="center",
                color=INK,
            )
        axes.set_xlabel("Reaction time at the mean day (ms)")
        axes.set_ylabel("Slope (ms per day)")
        axes.margins(y=0.1)
        figure.legend(loc="outside upper center", ncols=3)
        return finish(figure)


def mean_lines(
    posterior: xr.DataTree, data: StandardisedData, level: str, slope: str
) -> NDArray[np.float64]:
    """Posterior means of levels at the mean day (ms) and of slopes (ms per day), shape (2, …)."""
    means = posterior["posterior"].to_dataset()[[level, slope]].mean(("chain", "draw"))
    levels = data.scaler.to_ms(means[level].to_numpy())
    return np.stack([levels, means[slope].to_numpy() * data.scaler.ms_per_day])
