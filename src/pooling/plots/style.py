"""One look for all figures, and a narrow version of each."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.transforms import Bbox

WIDTH = 7.4  # inches: the width of the text column
# Inches: what a telephone shows. In a box on one of 390 pixels, a point is more than a pixel there.
NARROW_WIDTH = 3.7

# One colour for each regime: told apart with any kind of colour vision, legible as words on white
# and, with their lightness turned round, on a dark page.
REGIME_COLOUR = {
    "complete_pooling": "#b25200",
    "no_pooling": "#1f45b5",
    "partial_pooling": "#007d5e",
}
# Models that are compared with partial pooling, and not with the other regimes.
MODEL_COLOUR = REGIME_COLOUR | {
    "heavy_tails": "#cc0052",
    "scatter_population": "#7d5a00",
    "own_weights": "#2a62c9",
    "correlated_effects": "#8b2fa8",
}
INK = "#20262c"
MUTED = "#5f6973"
FAINT = "#d0d7de"  # bands behind the data, never a line or a letter
# Inches between a label and what belongs to the next panel, or else they read as one.
BELOW_LABEL, LEFT_OF_LABEL = 0.24, 0.2

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
NARROW_RC: dict[str, Any] = {
    "axes.labelsize": 9,
    "axes.titlesize": 9,
    "font.size": 9,
    "legend.columnspacing": 1.0,
    "legend.fontsize": 8.5,
    "legend.handlelength": 1.5,
    "legend.handletextpad": 0.4,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
}


def with_narrow_version[**P](draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let each figure bring a narrow version, for pages that can show one beside it.

    Parameters
    ----------
    draw
        A function that draws a figure, with an argument `narrow`.

    Returns
    -------
    callable
        The function. What it draws has an attribute `narrow`, which draws the same for a narrow
        page; whoever does not ask for that pays nothing.
    """

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        figure = draw(*args, **kwargs)
        vars(figure)["narrow"] = partial(partial(draw, *args, **kwargs), narrow=True)
        return figure

    return drawn


@contextmanager
def course_style(narrow: bool = False) -> Iterator[None]:
    """Draw in the course's style inside the block, and leave matplotlib's settings as they were."""
    with plt.rc_context(RC | NARROW_RC if narrow else RC):  # type: ignore[arg-type]  # literal keys
        yield


def finish(figure: Figure) -> Figure:
    """Take a figure from pyplot's list, so that a notebook shows it once: as the cell's value.

    Panels whose labels would meet the words of the next ones are set farther apart.
    """
    _part_panels(figure)
    plt.close(figure)
    return figure


def _part_panels(figure: Figure) -> None:
    layout = figure.get_layout_engine()
    placed = [(axes, place) for axes in figure.axes if (place := axes.get_subplotspec())]
    if not isinstance(layout, ConstrainedLayoutEngine) or not placed:
        return
    rows, columns = placed[0][1].get_gridspec().get_geometry()
    labelled = [place.rowspan.stop for axes, place in placed if axes.get_xlabel()]
    titled = [place.rowspan.start for axes, place in placed if axes.get_title()]
    # The layout wants shares of the figure, as many as there are rows or columns.
    if labelled and titled and min(labelled) <= max(titled):
        layout.set(hspace=BELOW_LABEL * rows / figure.get_figheight())
    if any(axes.get_ylabel() and place.colspan.start for axes, place in placed):
        layout.set(wspace=LEFT_OF_LABEL * columns / figure.get_figwidth())


def subject_label(subject: int, n_rows: int) -> str:
    """Title of a subject's panel, the two-row subjects' with a reminder."""
    return f"{subject} (n = {n_rows})"


def share_labels(figure: Figure, x: str, y: str) -> None:
    """Label the axes of a grid of panels once; what labels a panel has, it has by then."""
    size = plt.rcParams["axes.labelsize"]
    figure.supxlabel(x, fontsize=size)
    figure.supylabel(y, fontsize=size)
    # Each panel would look for a place for the labels that it has not, time and again.
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        if not axis.get_label_text():
            axis.set_label_coords(0, 0)


def common_heights(panels: Sequence[Axes]) -> None:
    """Let panels reach as high and as low as what all of them show, and label the outer ones.

    So would matplotlib's `sharey`. But there each panel asks all the others at every step, which
    takes as long as all else together where there are eighteen of them.

    Parameters
    ----------
    panels
        Axes of a grid, with all that they show.
    """
    low, high = Bbox.union([axes.dataLim for axes in panels]).intervaly
    margin = plt.rcParams["axes.ymargin"] * (high - low)
    for axes in panels:
        axes.set_ylim(low - margin, high + margin)
        axes.label_outer()


def day_axis(axes: Axes) -> None:
    """Show days 0 to 9 with few ticks, enough for a small panel."""
    axes.set_xlim(-0.6, 9.6)
    axes.set_xticks([0, 3, 6, 9])


def with_numbers(figure: Figure, numbers: dict[str, Any]) -> Figure:
    """Let a figure bring the numbers that it was drawn from, for pages on which one can play.

    Parameters
    ----------
    figure
        The figure.
    numbers
        Numbers, words, lists and dictionaries of such: what JSON holds. NumPy's own numbers and
        arrays become plain ones.

    Returns
    -------
    Figure
        The same figure, with an attribute `numbers`.
    """
    vars(figure)["numbers"] = _plain(numbers)
    return figure


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value.tolist() if isinstance(value, (np.generic, np.ndarray)) else value
