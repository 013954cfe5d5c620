"""The figure of shrinkage towards an ellipse: round for one model, slanted for the other."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

from pooling.data import StandardisedData
from pooling.fits import check_rows_of
from pooling.plots.contours import Array, draw_ellipses
from pooling.plots.plane import mean_lines
from pooling.plots.style import (
    INK,
    MODEL_COLOUR,
    MUTED,
    NARROW_WIDTH,
    WIDTH,
    course_style,
    finish,
    with_narrow_version,
)
from pooling.regimes import MODEL_NAMES


@with_narrow_version
def shrinkage_ellipses(
    lines: pd.DataFrame,
    posteriors: Mapping[str, xr.DataTree],
    data: StandardisedData,
    named: Sequence[int],
    *,
    narrow: bool = False,
) -> Figure:
    """Draw how far each person's line moves from least squares, and towards which population.

    Parameters
    ----------
    lines
        Least-squares lines of the same rows, as `least_squares_lines` gives them.
    posteriors
        Fits to `data` by the names of their models, a panel each, with `alpha_s` and `beta_s`.
        Where a fit has no `rho`, the correlation is zero.
    data
        The rows of the fits.
    named
        Numbers of the subjects that are labelled.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        In each panel, level at the mean day (ms) and slope (ms per day): squares by least squares,
        discs at the posterior means, joined by strokes; a cross and two ellipses, which hold half
        and 89 % of the population whose mean, spreads and correlation are the posterior means.

    Raises
    ------
    ValueError
        If a fit is not to the rows of `data`.
    """
    for name, posterior in posteriors.items():
        check_rows_of(posterior, name, data)
    slope = lines["slope"].to_numpy()
    start = np.stack([lines["intercept"] + data.scaler.day_mean * slope, slope])
    with course_style(narrow):
        rows, columns, *size = (2, 1, NARROW_WIDTH, 7.4) if narrow else (1, 2, WIDTH, 4.3)
        figure, panels = plt.subplots(rows, columns, figsize=size, sharex=True, sharey=True)
        for panel, (name, posterior) in zip(panels, posteriors.items(), strict=True):
            colour, end = MODEL_COLOUR[name], mean_lines(posterior, data, "alpha_s", "beta_s")
            centre = mean_lines(posterior, data, "mu_alpha", "mu_beta")
            draw_ellipses(panel, centre, _covariance(posterior, data), colour)
            for way in np.stack([start.T, end.T], axis=1):
                panel.plot(*way.T, color=MUTED, linewidth=0.9)
            panel.plot(*start, "s", color=INK, markersize=3.5, fillstyle="none")
            panel.plot(*end, "o", color=colour, markersize=4.5)
            panel.plot(*centre, "+", color=INK, markersize=12)
            for subject in named:
                x, y = start[:, data.index_of(subject)]
                if 0 < y < centre[1]:  # amid the crowd: the label goes below it
                    look: dict[str, Any] = {
                        "xytext": (x, 0.02),
                        "textcoords": panel.get_xaxis_transform(),
                        "ha": "center",
                        "arrowprops": {"arrowstyle": "-", "linestyle": ":", "color": INK},
                    }
                else:
                    left = y <= 0  # a line that falls: its stroke runs to the right
                    look = {
                        "xytext": (-6 if left else 6, 0),
                        "textcoords": "offset points",
                        "ha": "right" if left else "left",
                        "va": "center",
                    }
                panel.annotate(str(subject), (x, y), color=INK, **look)
            panel.set(title=MODEL_NAMES[name].capitalize(), xlabel="Level at the mean day (ms)")
            panel.tick_params(labelbottom=True)
            if narrow or panel is panels[0]:
                panel.set_ylabel("Slope (ms per day)")
            panel.margins(x=0.16, y=0.08)
        return finish(figure)


def _covariance(posterior: xr.DataTree, data: StandardisedData) -> Array:
    """Of level (ms) and slope (ms per day) in the population, by posterior means, shape (2, 2)."""
    draws = posterior["posterior"].to_dataset()
    tau = [float(draws[name].mean()) for name in ("tau_alpha", "tau_beta")]
    rho = float(draws["rho"].mean()) if "rho" in draws else 0.0
    scale = np.array(tau) * [data.scaler.reaction_sd, data.scaler.ms_per_day]
    return np.asarray(np.outer(scale, scale) * [[1, rho], [rho, 1]])
