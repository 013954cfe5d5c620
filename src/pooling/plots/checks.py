"""The figure of posterior predictive checks: a test statistic, replicated and observed."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pooling.plots.style import (
    INK,
    NARROW_WIDTH,
    REGIME_COLOUR,
    WIDTH,
    course_style,
    finish,
    with_narrow_version,
)
from pooling.regimes import REGIME_NAMES

STROKES = {"complete_pooling": ":", "no_pooling": "--", "partial_pooling": "-"}


@with_narrow_version
def replicated_statistics(
    statistics: Mapping[str, Mapping[str, NDArray[np.float64]]],
    observed: Mapping[str, float],
    *,
    narrow: bool = False,
) -> Figure:
    """Draw test statistics of replicated data, and mark what they are for the observed data.

    Parameters
    ----------
    statistics
        By what a statistic is called, and by regime: its values in replicated data sets.
    observed
        Its value in the observed data, by the same names.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        A panel a statistic, below each other where it is narrow: a histogram for each regime, and
        a line at the observed value. The uppermost thousandth of the values is cut off, unless
        the observed value is among them.

    Raises
    ------
    ValueError
        If a statistic has no observed value, or the other way round.
    """
    if set(statistics) != set(observed):
        raise ValueError("statistics and observed values need the same names")
    number = len(statistics)
    rows, columns = (number, 1) if narrow else (1, number)
    size = (NARROW_WIDTH, 1.9 * number + 0.6) if narrow else (WIDTH, 2.9)
    with course_style(narrow):
        figure, panels = plt.subplots(rows, columns, figsize=size, squeeze=False)
        for panel, (title, by_regime) in zip(panels.flat, statistics.items(), strict=True):
            everything = np.concatenate([np.ravel(values) for values in by_regime.values()])
            low, high = np.quantile(everything, [0, 0.999])
            low, high = min(low, observed[title]), max(high, observed[title])
            margin = 0.04 * (high - low)
            edges = np.linspace(low - margin, high + margin, 61)
            for regime, values in by_regime.items():
                panel.stairs(
                    np.histogram(values, edges, density=True)[0],
                    edges,
                    color=REGIME_COLOUR[regime],
                    linestyle=STROKES[regime],
                    linewidth=1.3,
                    label=REGIME_NAMES[regime],
                )
            panel.axvline(observed[title], color=INK, linewidth=1.6, label="observed")
            panel.set(xlabel=title, yticks=[], xlim=(edges[0], edges[-1]))
            panel.spines["left"].set_visible(False)
        handles, labels = panels.flat[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=2 if narrow else 4)
        return finish(figure)
