"""Figures of how a posterior is computed without a sampler, one picture an idea."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from scipy.stats import norm

from pooling.data import StandardisedData
from pooling.exact import ExactPosterior
from pooling.plots.contours import draw_ellipses
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

COLOUR = REGIME_COLOUR["partial_pooling"]


@with_narrow_version
def two_rows_in_a_plane(
    data: StandardisedData,
    subjects: Sequence[int],
    population: ArrayLike,
    scales: pd.Series,
    *,
    narrow: bool = False,
) -> Figure:
    """Draw both rows of a subject as one point, and where the model expects that point.

    Parameters
    ----------
    data
        The training rows.
    subjects
        Subjects with two rows each, by the study's numbers.
    population
        Intercept and slope of the population's line, standardised.
    scales
        `tau_alpha`, `tau_beta` and `sigma`, standardised.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A panel for each subject: ellipses that hold half and 89 % of the normal distribution that
        the two rows have, given the scales and the population's line; the rows as one point.
    """
    spread = np.diag(scales[["tau_alpha", "tau_beta"]].to_numpy() ** 2)
    with course_style(narrow):
        rows, columns, *size = (2, 1, NARROW_WIDTH, 6.2) if narrow else (1, 2, WIDTH, 3.7)
        figure, panels = plt.subplots(rows, columns, figsize=size, sharex=True)
        for panel, subject in zip(panels, subjects, strict=True):
            own = data.subjects[data.subject_idx] == subject
            design = np.stack([np.ones(own.sum()), data.x[own]], axis=1)
            noise = scales["sigma"] ** 2 * np.eye(len(design))
            centre = data.scaler.to_ms(design @ np.asarray(population))
            covariance = data.scaler.reaction_sd**2 * (design @ spread @ design.T + noise)
            draw_ellipses(panel, centre, covariance, COLOUR)
            panel.plot(*data.scaler.to_ms(data.y[own]), "o", color=INK, markersize=6)
            days = np.rint(data.scaler.to_days(data.x[own])).astype(int)
            panel.set(title=f"Subject {subject}", aspect="equal")
            panel.tick_params(labelbottom=True)
            panel.set(xlabel=f"Day {days[0]} (ms)", ylabel=f"Day {days[1]} (ms)")
        return finish(figure)


@with_narrow_version
def one_scale(exact: ExactPosterior, *, narrow: bool = False) -> Figure:
    """Draw the marginal likelihood of a model with one scale, and the posterior at nodes.

    Parameters
    ----------
    exact
        The exact posterior of no or of complete pooling.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Two panels, side by side or below each other: p(y | σ) relative to its peak, with the
        prior density; and a stem for each node, as high as its posterior weight.
    """
    scales, weights = exact.lattice.scales[:, 0], exact.lattice.weights[0]
    order = np.argsort(scales)
    scales, weights = scales[order], weights[order]
    seen = weights > 1e-6
    sigma = np.linspace(0.8 * scales[seen][0], 1.1 * scales[seen][-1], 300)
    log_likelihood = exact.conditional.log_density(sigma[:, None]) + sigma
    colour = REGIME_COLOUR[exact.conditional.regime]
    with course_style(narrow):
        rows, columns, *size = (2, 1, NARROW_WIDTH, 4.6) if narrow else (1, 2, WIDTH, 2.9)
        figure, (curve, stems) = plt.subplots(rows, columns, figsize=size, sharex=True)
        curve.plot(sigma, np.exp(log_likelihood - log_likelihood.max()), color=colour)
        curve.plot(sigma, np.exp(-sigma), color=MUTED, linestyle="--")
        curve.text(sigma[-1], np.exp(-sigma[-1]) + 0.04, "prior", ha="right", color=MUTED)
        curve.set(title="Marginal likelihood, peak set to 1", ylim=(0, 1.08))
        stems.vlines(scales[seen], 0, weights[seen], color=colour, linewidth=1.2)
        stems.plot(scales[seen], weights[seen], "s", color=colour, markersize=3.5)
        stems.set(title="Posterior weight of each node")
        stems.set_ylim(0, None)
        for panel in (curve, stems) if not narrow else (stems,):
            panel.set_xlabel("$\\sigma$ (standardised)")
        return finish(figure)


@with_narrow_version
def slope_mixture(
    exact: ExactPosterior, posterior: xr.DataTree, subject: int, *, narrow: bool = False
) -> Figure:
    """Draw a slope's posterior as a sum of normal distributions, over draws of a sampler.

    Parameters
    ----------
    exact
        The exact posterior of no or partial pooling.
    posterior
        The same posterior, as `pooling.inference.fit` gives it.
    subject
        The study's number of a person.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        The normal distributions of the thirty heaviest nodes, each as high as its weight makes
        it; their sum over all nodes; a histogram of the draws. In ms per day.
    """
    data, lattice = exact.conditional.data, exact.lattice
    index = data.index_of(subject)
    scales, weights = lattice.scales, lattice.weights[0]
    population = exact.conditional.population(scales)
    line = exact.conditional.lines(scales, population, np.array([index]))
    unit = data.scaler.ms_per_day
    mean, sd = line.mean_beta[:, 0] * unit, np.sqrt(line.var_beta[:, 0]) * unit
    draws = posterior["posterior"]["beta_s"].sel(subject=index).to_numpy().ravel() * unit
    low, high = np.quantile(draws, [0.0005, 0.9995])
    slope = np.linspace(low, high, 300)
    density = weights[:, None] * norm.pdf(slope, mean[:, None], sd[:, None])
    heaviest = np.argsort(weights)[-30:]
    with course_style(narrow):
        figure, axes = plt.subplots(figsize=(NARROW_WIDTH, 3.2) if narrow else (WIDTH, 3.2))
        axes.hist(draws, bins=60, density=True, color=FAINT)
        # What is thin is drawn larger, as no single node has much weight.
        scale = 0.6 * density.sum(axis=0).max() / density[heaviest].max()
        axes.plot(slope, scale * density[heaviest].T, color=MUTED, linewidth=0.6)
        axes.plot(slope, density.sum(axis=0), color=REGIME_COLOUR[exact.conditional.regime])
        axes.set(xlim=(slope[0], slope[-1]), xlabel=f"Slope of subject {subject} (ms per day)")
        axes.set(ylabel="Density")
        return finish(figure)
