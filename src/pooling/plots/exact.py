"""Figures of the exact posterior, and of samplers beside it."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import norm

from pooling.exact import ExactPosterior
from pooling.plots.comparison import MARKER, THRESHOLD
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
def scale_nodes(exact: ExactPosterior, *, narrow: bool = False) -> Figure:
    """Draw the nodes of partial pooling's quadrature, seen along the axis of σ.

    Parameters
    ----------
    exact
        The exact posterior of partial pooling.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A disc for each pair of τ_α and τ_β, its area in proportion to the posterior weight of all
        nodes there; dots where it is too small to be seen.
    """
    lattice = exact.lattice
    scales, weights = lattice.scales, lattice.weights[0]
    _, place = np.unique(lattice.index[:, :2], axis=0, return_inverse=True)
    total = np.bincount(place, weights)
    tau_alpha, tau_beta = (np.bincount(place, weights * scales[:, k]) / total for k in (0, 1))
    share = total / total.max()
    weighty = total > 1e-5
    right, top = (1.1 * tau[weighty].max() for tau in (tau_alpha, tau_beta))
    inside = (tau_alpha < right) & (tau_beta < top)
    seen = share > 1e-3  # a smaller disc is less than a fifth of a dot across
    with course_style(narrow):
        figure, axes = plt.subplots(figsize=(NARROW_WIDTH, 3.4) if narrow else (WIDTH, 4.0))
        dots = tau_alpha[inside], tau_beta[inside]
        axes.plot(*dots, ".", markersize=2.2, color=MUTED, markeredgewidth=0)
        axes.scatter(
            tau_alpha[seen],
            tau_beta[seen],
            s=180 * share[seen],
            color=REGIME_COLOUR["partial_pooling"],
            alpha=0.75,
            linewidths=0,
        )
        axes.set(xlim=(0, right), ylim=(0, top))
        axes.set(xlabel="$\\tau_\\alpha$ (standardised)", ylabel="$\\tau_\\beta$ (standardised)")
        return finish(figure)


@with_narrow_version
def z_scores(z: Mapping[str, NDArray[np.float64]], *, narrow: bool = False) -> Figure:
    """Draw z scores against the quantiles that standard normal numbers would have.

    Parameters
    ----------
    z
        For each regime, z scores of its parameters, shape (n,), dimensionless.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        One point a score, all regimes ranked together, and the line that they should follow.
    """
    regime = np.repeat(list(z), [len(each) for each in z.values()])
    values = np.concatenate(list(z.values()))
    order = np.argsort(values)
    expected = norm.ppf((np.arange(len(values)) + 0.5) / len(values))
    with course_style(narrow):
        figure, axes = plt.subplots(figsize=(NARROW_WIDTH, 3.4) if narrow else (WIDTH, 4.0))
        ends = np.array([expected[0], expected[-1]]) * 1.08
        axes.plot(ends, ends, color=MUTED, linewidth=0.9)
        for name in z:
            own = regime[order] == name
            axes.plot(
                expected[own],
                values[order][own],
                MARKER[name],
                markersize=4.5,
                alpha=0.85,
                color=REGIME_COLOUR[name],
                markeredgewidth=0,
                label=REGIME_NAMES[name],
            )
        axes.set(xlabel="Quantile of the standard normal distribution", ylabel="z score")
        figure.legend(loc="outside upper center", ncols=len(z))
        return finish(figure)


@with_narrow_version
def psis_errors(by_row: Mapping[str, pd.DataFrame], *, narrow: bool = False) -> Figure:
    """Draw how far PSIS-LOO is off in each row, by what it said about itself.

    Parameters
    ----------
    by_row
        For each regime one row a training row, with the columns `pareto_k` (dimensionless) and
        `error` (PSIS-LOO minus exact LOO, nats).
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Error against Pareto k̂; lines at no error and at the threshold 0.7.
    """
    with course_style(narrow):
        figure, axes = plt.subplots(figsize=(NARROW_WIDTH, 3.4) if narrow else (WIDTH, 3.6))
        axes.axhline(0, color=MUTED, linewidth=0.8)
        axes.axvline(THRESHOLD, color=INK, linewidth=0.9, linestyle="--")
        for regime, rows in by_row.items():
            axes.plot(
                rows["pareto_k"],
                rows["error"],
                MARKER[regime],
                markersize=4.2,
                alpha=0.8,
                color=REGIME_COLOUR[regime],
                markeredgewidth=0,
                label=REGIME_NAMES[regime],
            )
        axes.set(xlabel="Pareto $\\hat{k}$", ylabel="PSIS-LOO minus exact LOO (nats)")
        figure.legend(loc="outside upper center", ncols=len(by_row))
        return finish(figure)
