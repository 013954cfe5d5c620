"""The figure of how much a subject is pulled: three bell curves. Readers can play with it."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from pooling.data import StandardisedData
from pooling.fits import check_rows_of
from pooling.plots.style import (
    INK,
    NARROW_WIDTH,
    REGIME_COLOUR,
    WIDTH,
    course_style,
    finish,
    with_narrow_version,
    with_numbers,
)

MOST = {"rows": 20, "sigma": 80, "tau": 150}  # as far as the sliders go
MARGIN = 110  # ms beyond the centre and the own rows


@with_narrow_version
def pulled_level(
    partial_pooling: xr.DataTree, data: StandardisedData, subject: int, *, narrow: bool = False
) -> Figure:
    """Draw what the population, the own rows, and both together say of a subject's level.

    The scales and the population's line are taken as known: they are posterior means.

    Parameters
    ----------
    partial_pooling
        A fit to `data`; its means of μ, τ_α and σ are used.
    data
        The rows of the fit.
    subject
        The study's number of the subject.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Three curves of height one over the level in ms. Its `numbers` are `subject`; `centre`, μ_α
        in ms; `own`, the mean of the subject's rows in ms, moved to the mean day along μ_β; `rows`,
        their number; `sigma` and `tau` in ms, whole numbers; and `most`, as far as the three go.

    Raises
    ------
    ValueError
        If the fit is not to the rows of `data`, or has no such subject.
    """
    check_rows_of(partial_pooling, "partial_pooling", data)
    mean = {
        name: float(partial_pooling["posterior"][name].mean())
        for name in ("mu_alpha", "mu_beta", "tau_alpha", "sigma")
    }
    rows = data.subjects[data.subject_idx] == subject
    if not rows.any():
        raise ValueError(f"no row is subject {subject}'s")
    own = float(data.scaler.to_ms((data.y[rows] - mean["mu_beta"] * data.x[rows]).mean()))
    centre = float(data.scaler.to_ms(np.array(mean["mu_alpha"])))
    sigma, tau = (round(mean[name] * data.scaler.reaction_sd) for name in ("sigma", "tau_alpha"))
    n = int(rows.sum())
    weight = (n / sigma**2) / (n / sigma**2 + 1 / tau**2)
    bells = {
        "complete_pooling": (centre, tau, "population"),
        "no_pooling": (own, sigma / np.sqrt(n), "own rows"),
        "partial_pooling": (
            weight * own + (1 - weight) * centre,
            1 / np.sqrt(n / sigma**2 + 1 / tau**2),
            "both together",
        ),
    }
    level = np.linspace(min(own, centre) - MARGIN, max(own, centre) + MARGIN, 400)
    with course_style(narrow):
        size = (NARROW_WIDTH, 5.2) if narrow else (WIDTH, 4.2)
        figure, axes = plt.subplots(figsize=size)
        for regime, (middle, spread, label) in bells.items():
            thick = 2.4 if regime == "partial_pooling" else 1.4
            colour = REGIME_COLOUR[regime]
            height = np.exp(-0.5 * ((level - middle) / spread) ** 2)
            axes.plot(level, height, color=colour, linewidth=thick, label=label)
            axes.plot([middle] * 2, [0, 1.12], ":", color=colour, linewidth=thick)
            axes.plot([middle], [1.12], "o", color=colour, markersize=thick * 3)
        axes.plot([centre, own], [1.12, 1.12], color=INK, linewidth=0.8, zorder=0)
        axes.set(xlabel="Level: reaction time at the mean day (ms)", yticks=[], ylim=(0, 1.2))
        axes.spines["left"].set_visible(False)
        figure.legend(loc="outside upper center", ncols=3)
        now = {"rows": n, "sigma": sigma, "tau": tau}
        means = {"centre": round(centre, 1), "own": round(own, 1)}
        return with_numbers(finish(figure), {"subject": subject, "most": MOST} | now | means)
