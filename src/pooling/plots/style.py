"""One look for all figures."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

WIDTH = 7.4  # inches: the width of the text column

# One colour for each regime: told apart with any kind of colour vision, legible as words on white
# and, with their lightness turned round, on a dark page.
REGIME_COLOUR = {
    "complete_pooling": "#b25200",
    "no_pooling": "#1f45b5",
    "partial_pooling": "#007d5e",
}
INK = "#20262c"
MUTED = "#5f6973"
FAINT = "#d0d7de"  # bands behind the data, never a line or a letter

RC: dict[str, Any] = {
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": 10.5,
    "axes.linewidth": 0.7,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 9.5,
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "font.size": 10,
    "legend.fontsize": 10,
    "legend.frameon": False,
    "lines.linewidth": 1.4,
    "text.color": INK,
    "xtick.color": MUTED,
    "xtick.labelsize": 9,
    "ytick.color": MUTED,
    "ytick.labelsize": 9,
}


@contextmanager
def course_style() -> Iterator[None]:
    """Draw in the course's style inside the block, and leave matplotlib's settings as they were."""
    with plt.rc_context(RC):  # type: ignore[arg-type]  # its keys are literals
        yield


def finish(figure: Figure) -> Figure:
    """Take a figure from pyplot's list, so that a notebook shows it once: as the cell's value."""
    figure.canvas.draw()
    plt.close(figure)
    return figure


def subject_label(subject: int, n_rows: int) -> str:
    """Title of a subject's panel, the two-row subjects' with a reminder."""
    return f"{subject} (n = {n_rows})"


def share_labels(figure: Figure, x: str, y: str) -> None:
    """Label the axes of a grid of panels once."""
    figure.supxlabel(x, fontsize=RC["axes.labelsize"])
    figure.supylabel(y, fontsize=RC["axes.labelsize"])


def day_axis(axes: Axes) -> None:
    """Show days 0 to 9 with few ticks, enough for a small panel."""
    axes.set_xlim(-0.6, 9.6)
    axes.set_xticks([0, 3, 6, 9])
