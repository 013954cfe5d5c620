"""The figure of pooling by hand: all lines and slopes, given the spreads. Readers can play."""

from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from scipy.special import ndtri

from pooling.exact import ExactPosterior
from pooling.exact.gaussian import NormalLine
from pooling.exact.statistics import Array
from pooling.interval import INTERVAL
from pooling.plots.style import (
    FAINT,
    INK,
    MUTED,
    NARROW_WIDTH,
    REGIME_COLOUR,
    WIDTH,
    course_style,
    day_axis,
    finish,
    subject_label,
    with_narrow_version,
    with_numbers,
)

STEPS = 100  # of the slider: from complete pooling of slopes to none
COMPLETE, NONE = 1e-6, 1e4  # times the posterior mean: spreads at the ends, as good as 0 and ∞
Z = -ndtri(INTERVAL[0])
MARKS = (0, 2, 5, 10, 20, 50)  # ms per day, below the slider
PARTIAL = REGIME_COLOUR["partial_pooling"]


class Held(NamedTuple):
    """Scales that are held, standardised: posterior means, rounded."""

    tau_alpha: float
    tau_beta: float
    sigma: float


@with_narrow_version
def pooling_by_hand(exact: ExactPosterior, subject: int, *, narrow: bool = False) -> Figure:
    """Draw every line and every slope given the scales, and the posterior of the slopes' spread.

    Parameters
    ----------
    exact
        The exact posterior of partial pooling.
    subject
        The study's number of the subject whose rows are shown.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Three panels: the lines; the slopes with 89 % intervals, beside those of no and of complete
        pooling, where both spreads are boundless or zero; and the density of τ_β along a slider,
        whose position u stands for τ_β = m u / (1 − u), with the posterior mean m in the middle.
        Its `numbers` are `subject`; `subjects`, the study's
        numbers; `rows`, an object of lists `subject` (from 0), `day` and `reaction` (ms);
        `scaler`, as `pooling.data.Scaler`; `held`, the standardised posterior means of `tau_alpha`,
        `tau_beta` and `sigma`; and of each position of the slider, from 0 to 1, `density` along
        the slider, its peak set to 1, and `below`, the probability of a smaller τ_β; `z`, half
        the width of an interval in standard deviations; `marks`, ms per day, to be written below.

    Raises
    ------
    ValueError
        If the posterior is not that of partial pooling, or has no such subject.
    """
    data = exact.conditional.data
    if not exact.conditional.pools or subject not in data.subjects:
        raise ValueError(f"needed is partial pooling's posterior, and {subject} among its subjects")
    mean = exact.summary()["mean"]
    held = Held(*(round(float(mean[name]), 4) for name in Held._fields))
    chosen = data.index_of(subject)
    place = np.linspace(0, 1, STEPS + 1)
    inner = held.tau_beta * place[1:-1] / (1 - place[1:-1])
    density, below = exact.scale("tau_beta", inner)
    along = np.array([0, *density * held.tau_beta / (1 - place[1:-1]) ** 2, 0])
    along[0] = along[1]  # the density goes on to zero as it is
    along /= along.max()
    with course_style(narrow):
        figure = plt.figure(figsize=(NARROW_WIDTH, 8.6) if narrow else (WIDTH, 6.2))
        rows, columns, ratios = (3, 1, (2.2, 4.4, 0.9)) if narrow else (2, 2, (5, 0.9))
        grid = GridSpec(rows, columns, figure, height_ratios=ratios)
        lines, forest = (figure.add_subplot(grid[k] if narrow else grid[0, k]) for k in (0, 1))
        _draw_lines(lines, exact, held, chosen)
        _draw_slopes(forest, exact, held, chosen)
        slider = figure.add_subplot(grid[-1] if narrow else grid[1, :])
        _draw_density(slider, place, along, held.tau_beta * data.scaler.ms_per_day)
        handles, labels = forest.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=1 if narrow else 3)
    return with_numbers(
        finish(figure),
        {
            "subject": subject,
            "subjects": data.subjects,
            "rows": {
                "subject": data.subject_idx,
                "day": np.rint(data.scaler.to_days(data.x)).astype(int),
                "reaction": np.round(data.scaler.to_ms(data.y), 4),
            },
            "scaler": vars(data.scaler),
            "held": held._asdict(),
            "density": np.round(along, 3),
            "below": np.round([0, *below, 1], 4),
            "z": round(float(Z), 4),
            "marks": MARKS,
        },
    )


def _given(exact: ExactPosterior, held: Held, times: float) -> NormalLine:
    """Lines of all subjects given the scales, the spreads times a factor, shape (1, n_subjects)."""
    scales = np.array([[times * held.tau_alpha, times * held.tau_beta, held.sigma]])
    conditional = exact.conditional
    everybody = np.arange(conditional.data.n_subjects)
    return conditional.lines(scales, conditional.population(scales), everybody)


def _draw_lines(axes: Axes, exact: ExactPosterior, held: Held, chosen: int) -> None:
    data = exact.conditional.data
    days = np.array([0.0, 9.0])

    def line(given: NormalLine, subject: int) -> Array:
        height = given.mean_alpha[0, subject] + given.mean_beta[0, subject] * data.scaler.to_x(days)
        return data.scaler.to_ms(height)

    given = _given(exact, held, 1)
    for other in range(data.n_subjects):
        axes.plot(days, line(given, other), color=PARTIAL, linewidth=0.7, alpha=0.6)
    for times, regime, width in (
        (COMPLETE, "complete_pooling", 1.4),
        (NONE, "no_pooling", 1.4),
        (1, "partial_pooling", 2.6),
    ):
        dashes = "-" if regime == "partial_pooling" else "--"
        colour = REGIME_COLOUR[regime]
        axes.plot(days, line(_given(exact, held, times), chosen), dashes, color=colour, lw=width)
    own = data.subject_idx == chosen
    axes.plot(data.scaler.to_days(data.x[own]), data.scaler.to_ms(data.y[own]), "o", color=INK)
    axes.set(title=f"Lines, and the rows of {data.subjects[chosen]}")
    axes.set(xlabel="Day", ylabel="Reaction time (ms)")
    day_axis(axes)


def _draw_slopes(axes: Axes, exact: ExactPosterior, held: Held, chosen: int) -> None:
    data = exact.conditional.data
    unit, counts = data.scaler.ms_per_day, np.bincount(data.subject_idx)
    none, given = _given(exact, held, NONE), _given(exact, held, 1)
    order = np.argsort(none.mean_beta[0])
    place = np.arange(data.n_subjects)
    common = _given(exact, held, COMPLETE).mean_beta[0, 0] * unit
    axes.axvline(common, color=REGIME_COLOUR["complete_pooling"], ls="--", label="complete pooling")
    colour = REGIME_COLOUR["no_pooling"]
    axes.plot(none.mean_beta[0, order] * unit, place, "s", color=colour, ms=4, label="no pooling")
    slope, sd = given.mean_beta[0, order] * unit, np.sqrt(given.var_beta[0, order]) * unit
    axes.errorbar(
        slope,
        place,
        xerr=Z * sd,
        fmt="o",
        ms=4.5,
        lw=1.3,
        color=PARTIAL,
        label="given $\\tau_\\beta$",
    )
    axes.set_yticks(place, [subject_label(data.subjects[s], counts[s]) for s in order], color=INK)
    axes.get_yticklabels()[int(np.flatnonzero(order == chosen)[0])].set_fontweight("bold")
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=MUTED, alpha=0.2, linewidth=0.6)
    axes.set(title="Slopes", xlabel="ms per day", ylim=(-0.7, data.n_subjects - 0.3))


def _draw_density(axes: Axes, place: Array, along: Array, middle: float) -> None:
    axes.fill_between(place, along, color=FAINT, linewidth=0)
    axes.plot([0.5, 0.5], [0, 1.1], color=PARTIAL, linewidth=2)
    axes.set_xticks([mark / (middle + mark) for mark in MARKS] + [1], [*map(str, MARKS), "∞"])
    axes.set(yticks=[], xlim=(0, 1), ylim=(0, 1.1))
    axes.set_xlabel("Spread of slopes $\\tau_\\beta$ (ms per day)")
    axes.spines["left"].set_visible(False)
