"""Figures that set restricted maximum likelihood beside the posterior."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import norm

from pooling.exact import ExactPosterior
from pooling.interval import INTERVAL
from pooling.least_squares import least_squares_lines
from pooling.plots.style import (
    FAINT,
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
from pooling.reml import RemlFit
from pooling.restricted import Array

GREEN = REGIME_COLOUR["partial_pooling"]


@with_narrow_version
def reml_forest(exact: ExactPosterior, fit: RemlFit, *, narrow: bool = False) -> Figure:
    """Draw each subject's line by REML and by its posterior.

    Parameters
    ----------
    exact
        Posterior of partial pooling.
    fit
        REML fit to the same rows, intercept and slope independent, origin at the mean day.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Conditional modes with 89 % intervals from the standard errors that lme4 gives, beside
        posterior means with 89 % intervals; the population on top. Level at the mean day in ms,
        slope in ms per day.
    """
    data = exact.conditional.data
    order = np.argsort(fit.lines[:, 1])
    n_rows = np.bincount(data.subject_idx)
    names = [subject_label(int(data.subjects[s]), int(n_rows[s])) for s in order]
    with course_style(narrow):
        shape = (2, 1) if narrow else (1, 2)
        size = (NARROW_WIDTH, 10.6) if narrow else (WIDTH, 6.6)
        figure, panels = plt.subplots(*shape, figsize=size, squeeze=False, sharey=not narrow)
        for k, axes in enumerate(panels.ravel()):
            mean, error, low, middle, high = _both(exact, fit, k, order)
            place = np.arange(len(mean))
            half = norm.ppf(INTERVAL[1]) * error
            bars = {"linewidth": 1.2, "markersize": 3.8}
            axes.errorbar(
                mean, place + 0.17, xerr=half, fmt="s", color=INK, label="REML, as lme4", **bars
            )
            sides = middle - low, high - middle
            axes.errorbar(
                middle, place - 0.17, xerr=sides, fmt="o", color=GREEN, label="posterior", **bars
            )
            axes.axhline(len(mean) - 1.5, color=MUTED, linewidth=0.7)
            axes.set_yticks(place, [*names, "population"], color=INK)
            axes.tick_params(axis="y", length=0)
            axes.grid(axis="x", color=MUTED, alpha=0.2, linewidth=0.6)
            axes.set_ylim(-0.7, len(mean) - 0.3)
            axes.set_xlabel(("Level at the mean day (ms)", "Slope (ms per day)")[k])
        handles, labels = panels[0, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=2)
        return finish(figure)


def _both(
    exact: ExactPosterior, fit: RemlFit, k: int, order: NDArray[np.int64]
) -> tuple[Array, ...]:
    """Modes and errors by REML, then lower end, mean and upper end by the posterior.

    Of levels (ms) if `k` is 0, of slopes (ms per day) if 1; the population is last.
    """
    scaler = exact.conditional.data.scaler
    unit, start = ((scaler.reaction_sd, scaler.reaction_mean), (scaler.ms_per_day, 0.0))[k]
    name = ("alpha", "beta")[k]
    rows = [f"{name}_s[{s}]" for s in order] + [f"mu_{name}"]
    columns = exact.summary().loc[rows, ["eti89_lb", "mean", "eti89_ub"]].to_numpy().T
    modes = np.append(fit.lines[order, k], fit.fixed[k])
    own = np.sqrt(fit.deviation_covariances[order, k, k])
    return (modes, np.append(own, fit.standard_errors[k]), *(columns * unit + start))


@with_narrow_version
def scales_beside(exact: ExactPosterior, fit: RemlFit, *, narrow: bool = False) -> Figure:
    """Draw the posterior densities of the three scales, and REML's estimates.

    Parameters
    ----------
    exact, fit
        As for `reml_forest`.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A panel for each scale: its density, a dashed line at its posterior mean and a solid one at
        REML's estimate. In ms, and ms per day for the spread of slopes.
    """
    scaler = exact.conditional.data.scaler
    summary = exact.summary()
    names = ["tau_alpha", "tau_beta", "sigma"]
    found = [*fit.tau, fit.sigma]
    units = [scaler.reaction_sd, scaler.ms_per_day, scaler.reaction_sd]
    labels = ["$\\tau_\\alpha$ (ms)", "$\\tau_\\beta$ (ms per day)", "$\\sigma$ (ms)"]
    with course_style(narrow):
        shape = (3, 1) if narrow else (1, 3)
        size = (NARROW_WIDTH, 6.2) if narrow else (WIDTH, 2.7)
        figure, panels = plt.subplots(*shape, figsize=size)
        for axes, name, value, unit, label in zip(panels, names, found, units, labels, strict=True):
            mean, sd = summary.loc[name, ["mean", "sd"]].to_numpy()
            scale = np.linspace(max(mean - 4 * sd, 1e-3), mean + 4.5 * sd, 100)
            density, _ = exact.scale(name, scale)
            axes.fill_between(scale * unit, density / unit, color=FAINT, linewidth=0)
            axes.plot(scale * unit, density / unit, color=GREEN)
            axes.axvline(mean * unit, color=GREEN, linestyle="--", linewidth=1.2)
            axes.axvline(value, color=INK, linewidth=1.2)
            axes.set(xlabel=label, yticks=[], ylim=(0, None))
            axes.spines["left"].set_visible(False)
        lines = panels[0].get_lines()
        words = ["posterior density", "its mean", "REML"]
        figure.legend(lines, words, loc="outside upper center", ncols=3)
        return finish(figure)


@with_narrow_version
def boundary(
    frame: pd.DataFrame,
    tau_alpha: Array,
    log_likelihood: Array,
    density: Array,
    *,
    narrow: bool = False,
) -> Figure:
    """Draw a fit on the boundary: people's lines, and what is known of the spread of intercepts.

    Parameters
    ----------
    frame
        Rows, in days and ms.
    tau_alpha
        Spreads of intercepts at day 0, in ms, shape (n_values,), from zero or nearly.
    log_likelihood
        The profile of the restricted log likelihood there, in nats, shape (n_values,).
    density
        Posterior density there, per ms, shape (n_values,).
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Each person's least-squares line over the rows; beside it likelihood, as a share of its
        highest value, and density, as a share of its own.

    Raises
    ------
    ValueError
        If somebody was measured on one day only.
    """
    with course_style(narrow):
        shape = (2, 1) if narrow else (1, 2)
        size = (NARROW_WIDTH, 5.6) if narrow else (WIDTH, 3.3)
        figure, (left, right) = plt.subplots(*shape, figsize=size)
        _fan(left, frame)
        likelihood = np.exp(log_likelihood - log_likelihood.max())
        right.fill_between(tau_alpha, density / density.max(), color=FAINT, linewidth=0)
        right.plot(tau_alpha, density / density.max(), color=GREEN, label="posterior density")
        right.plot(tau_alpha, likelihood, color=INK, label="restricted likelihood")
        top = int(likelihood.argmax())
        right.plot(tau_alpha[top], 1, "s", color=INK, markersize=6, clip_on=False, zorder=5)
        right.set(xlim=(0, None), ylim=(0, 1.08), yticks=[0, 0.5, 1])
        right.set_xlabel("$\\tau_\\alpha$: spread of lines at day 0 (ms)")
        right.set_ylabel("Share of the highest value")
        right.legend(loc="upper right")
        return finish(figure)


def _fan(axes: Axes, frame: pd.DataFrame) -> None:
    days, lines = np.array([0.0, 9.0]), least_squares_lines(frame)
    for intercept, slope in zip(lines["intercept"], lines["slope"], strict=True):
        axes.plot(days, intercept + slope * days, color=GREEN, linewidth=1.2)
    axes.plot(frame["day"], frame["reaction"], ".", color=MUTED, ms=5.6, mew=0, alpha=0.8)
    axes.plot(np.zeros(len(lines)), lines["intercept"], "o", color=GREEN, markersize=3.6)
    axes.set(xlabel="Day of the study", ylabel="Reaction time (ms)", xticks=[0, 3, 6, 9])
