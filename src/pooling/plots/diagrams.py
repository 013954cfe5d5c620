"""Plate diagrams of the three models."""

from dataclasses import dataclass

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

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
from pooling.regimes import REGIME_NAMES

Point = tuple[float, float]
RADIUS = 0.85
OBSERVED, DAY, SIGMA = (4.6, 3.3), (2.2, 3.3), (9.1, 3.3)
ROWS = (1.1, 1.3, 5.2, 3.2)  # left, bottom, width and height of the plate of rows
SUBJECTS = (0.4, 0.2, 7.4, 7.6)


@dataclass(frozen=True)
class Diagram:
    """What is estimated, where it stands, and what depends on it."""

    nodes: dict[str, Point]
    arrows: list[tuple[str, str]]
    by_subject: bool


DIAGRAMS = {
    "complete_pooling": Diagram(
        nodes={r"\alpha": (2.7, 6.4), r"\beta": (5.5, 6.4)},
        arrows=[],
        by_subject=False,
    ),
    "no_pooling": Diagram(
        nodes={r"\alpha_s": (2.7, 6.4), r"\beta_s": (5.5, 6.4)},
        arrows=[],
        by_subject=True,
    ),
    "partial_pooling": Diagram(
        nodes={
            r"\alpha_s": (2.7, 6.4),
            r"\beta_s": (5.5, 6.4),
            r"\mu_\alpha": (1.2, 9.4),
            r"\tau_\alpha": (3.1, 9.4),
            r"\mu_\beta": (5.1, 9.4),
            r"\tau_\beta": (7.0, 9.4),
        },
        arrows=[
            (r"\mu_\alpha", r"\alpha_s"),
            (r"\tau_\alpha", r"\alpha_s"),
            (r"\mu_\beta", r"\beta_s"),
            (r"\tau_\beta", r"\beta_s"),
        ],
        by_subject=True,
    ),
}


@with_narrow_version
def plate_diagrams(*, narrow: bool = False) -> Figure:
    """Draw which quantity of each model depends on which.

    Parameters
    ----------
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A diagram for each regime, below each other where it is narrow: a circle for each unknown,
        a filled one for what is observed, a frame for what is repeated.
    """
    with course_style(narrow):
        tops = [
            max(SUBJECTS[1] + SUBJECTS[3] + 0.1, *(y + 1.0 for _, y in each.nodes.values()))
            for each in DIAGRAMS.values()
        ]
        if narrow:
            ratios = {"height_ratios": tops}
            figure, panels = plt.subplots(3, 1, figsize=(NARROW_WIDTH, 7.8), gridspec_kw=ratios)
        else:
            tops = [max(tops)] * 3
            figure, panels = plt.subplots(1, 3, figsize=(WIDTH, 3.0))
        for panel, (regime, diagram), top in zip(panels, DIAGRAMS.items(), tops, strict=True):
            panel.set(xlim=(0, 10.2), ylim=(0, top), aspect="equal", xticks=[], yticks=[])
            panel.set_axis_off()
            _draw(panel, diagram, REGIME_COLOUR[regime])
            panel.set_title(REGIME_NAMES[regime])
        return finish(figure)


def _draw(axes: Axes, diagram: Diagram, colour: str) -> None:
    nodes = diagram.nodes | {r"\sigma": SIGMA}
    lines = list(diagram.nodes)[:2]
    _plate(axes, ROWS, "rows $i$ of $s$" if diagram.by_subject else "rows $i$")
    if diagram.by_subject:
        _plate(axes, SUBJECTS, "subjects $s$")
    for start, end in diagram.arrows:
        _arrow(axes, nodes[start], nodes[end])
    for place in [*(nodes[name] for name in lines), DAY, SIGMA]:
        _arrow(axes, place, OBSERVED)
    for name, place in nodes.items():
        _node(axes, name, place, edge=colour)
    _node(axes, "y_i", OBSERVED, edge=INK, fill=FAINT)
    axes.text(*DAY, "$x_i$", ha="center", va="center")


def _node(axes: Axes, name: str, place: Point, *, edge: str, fill: str = "none") -> None:
    axes.add_patch(Circle(place, RADIUS, edgecolor=edge, facecolor=fill, linewidth=1.4))
    axes.text(*place, f"${name}$", ha="center", va="center")


def _arrow(axes: Axes, start: Point, end: Point) -> None:
    """Join two places, from the rim of one circle to the rim of the other."""
    length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
    step = [(b - a) * RADIUS / length for a, b in zip(start, end, strict=True)]
    tail = (start[0] + step[0], start[1] + step[1])
    head = (end[0] - step[0], end[1] - step[1])
    axes.add_patch(
        FancyArrowPatch(
            tail, head, arrowstyle="-|>", mutation_scale=8, color=MUTED, shrinkA=0, shrinkB=0
        )
    )


def _plate(axes: Axes, box: tuple[float, float, float, float], words: str) -> None:
    left, bottom, width, height = box
    frame = FancyBboxPatch(
        (left, bottom),
        width,
        height,
        boxstyle="round,pad=0,rounding_size=0.4",
        edgecolor=MUTED,
        facecolor="none",
        linewidth=0.9,
    )
    axes.add_patch(frame)
    place = (left + width - 0.25, bottom + 0.2)
    axes.text(*place, words, ha="right", va="bottom", fontsize=8.5, color=MUTED)
