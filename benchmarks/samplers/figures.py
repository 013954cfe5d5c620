"""The two figures of README.md, in the course's style, on white wherever they are shown."""

from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from agreement import Trials
from comparison import PROGRAMS, draws_per_second
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from scaling import METHODS, SUBJECTS, Curves, Point

from pooling.plots.style import FAINT, INK, MUTED, REGIME_COLOUR, WIDTH, course_style

FOLDER = Path(__file__).parent
EXACT, SAMPLED, ESTIMATED = (
    REGIME_COLOUR[regime] for regime in ("partial_pooling", "no_pooling", "complete_pooling")
)
COLOUR = {"exact": EXACT, "nuts": SAMPLED, "reml": ESTIMATED, "mixedlm": ESTIMATED}
MARKER = {"exact": "o", "nuts": "s", "reml": "^", "mixedlm": "v"}


def draw(trials: Trials, curves: Curves, limit: float) -> None:
    """Draw both figures beside this file."""
    with (
        course_style(),
        mpl.rc_context(
            {
                "figure.constrained_layout.w_pad": 0.12,
                "figure.constrained_layout.h_pad": 0.12,
                "svg.hashsalt": "samplers",
            }
        ),
    ):
        save(comparison(trials), "comparison.svg")
        save(scaling(curves, limit), "scaling.svg")


def save(figure: Figure, name: str) -> None:
    """Write a figure; the same figures give the same bytes."""
    figure.savefig(FOLDER / name, facecolor="white", metadata={"Date": None})
    plt.close(figure)


def comparison(trials: Trials) -> Figure:
    """One line a program, from its first call (hollow) to its second (full)."""
    measures: dict[str, Callable[[dict[str, Any], str], float]] = {
        "seconds to a finished summary\n(less is better)": (
            lambda trial, which: trial[which]["to summary"]
        ),
        "effective draws per second\n(more is better)": draws_per_second,
    }
    figure, panels = plt.subplots(1, 2, figsize=(WIDTH, 2.7), sharey=True)
    for axes, (label, measure) in zip(panels, measures.items(), strict=True):
        for row, name in enumerate(PROGRAMS):
            colour = EXACT if name == "exact" else SAMPLED
            first, second = (
                median(measure(trial, which) for trial in trials[name])
                for which in ("first", "second")
            )
            axes.plot([first, second], [row, row], color=colour, zorder=1)
            axes.scatter([first], [row], s=32, facecolor="white", edgecolor=colour, zorder=2)
            axes.scatter([second], [row], s=32, color=colour, zorder=2)
        axes.set(xscale="log", xlabel=label)
        axes.xaxis.set_major_formatter(plain)
        axes.grid(axis="x", color=FAINT, linewidth=0.7)
        axes.set_axisbelow(True)
        axes.margins(x=0.12)
    labels = [label.replace("`", "") for label in PROGRAMS.values()]
    panels[0].set_yticks(range(len(labels)), labels)
    panels[0].tick_params(axis="y", labelcolor=INK, labelsize=10, length=0)
    panels[1].tick_params(axis="y", length=0)
    panels[0].set_ylim(len(PROGRAMS) - 0.5, -0.5)
    figure.suptitle("○ first call in a process   ● second call", fontsize=10, color=MUTED)
    return figure


def scaling(curves: Curves, limit: float) -> Figure:
    """Seconds and memory against the number of subjects; a killed run is a cross at the limit."""
    figure, (seconds, memory) = plt.subplots(1, 2, figsize=(WIDTH, 3.3))
    for method, points in curves.items():
        done = [point for point in points if point.seconds is not None]
        line(seconds, method, done, [point.seconds or 0.0 for point in done])
        line(memory, method, done, [point.memory for point in done])
        for point in points:
            if point.seconds is None:
                seconds.scatter(
                    [point.subjects], [limit], marker="x", color=COLOUR[method], zorder=3
                )
    seconds.axhline(limit, color=MUTED, linewidth=0.7, linestyle=(0, (4, 4)))
    note = f"killed after {limit:.0f} s"
    seconds.text(SUBJECTS[0], limit * 1.15, note, color=MUTED, fontsize=9, va="bottom")
    seconds.set(yscale="log", ylabel="seconds")
    seconds.set_ylim(top=limit * 3)
    seconds.yaxis.set_major_formatter(plain)
    memory.set(ylabel="memory peak (MB)")
    memory.set_ylim(bottom=0)
    for axes in (seconds, memory):
        axes.set(xscale="log", xlabel="subjects")
        axes.xaxis.set_major_formatter(plain)
        axes.set_xlim(SUBJECTS[0] / 1.5, SUBJECTS[-1] * 1.5)
        axes.grid(color=FAINT, linewidth=0.7)
        axes.set_axisbelow(True)
    handles, _ = seconds.get_legend_handles_labels()
    figure.legend(handles, METHODS.values(), loc="outside upper center", ncols=len(METHODS))
    return figure


@FuncFormatter
def plain(value: float, _: int) -> str:
    """Write a tick's number as one reads it, not as a power of ten."""
    return f"{value:,g}".replace(",", "\N{THIN SPACE}")


def line(axes: Axes, method: str, points: list[Point], values: list[float]) -> None:
    """Draw one curve."""
    axes.plot(
        [point.subjects for point in points],
        values,
        color=COLOUR[method],
        marker=MARKER[method],
        markersize=5,
        label=METHODS[method],
    )
