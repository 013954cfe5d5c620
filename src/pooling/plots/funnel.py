"""The figure of the funnel: one posterior in two coordinate systems. Readers can play."""

from typing import NamedTuple

import jax
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from scipy.special import ndtri

from pooling.arguments import as_key
from pooling.exact.statistics import Array
from pooling.plots.style import (
    FAINT,
    INK,
    NARROW_WIDTH,
    REGIME_COLOUR,
    WIDTH,
    course_style,
    finish,
    with_narrow_version,
    with_numbers,
)

PEOPLE = 18
CHOSEN = 15  # of them, by height: one standard deviation above the average
DRAWS = 300
GRID = np.linspace(np.log(0.01), np.log(10), 400)  # of log τ, in units of σ
MOST = {"rows": 40, "tau": 3.0}
CENTRAL = (0.055, 0.945)


class Spread(NamedTuple):
    """The posterior of log τ on the grid, and of one person's level given τ; all in units of σ."""

    weight: Array
    mean: Array
    sd: Array


def spread_and_level(rows: int, tau: float) -> Spread:
    """Compute the posterior of a spread and of a level, for made-up people.

    The means of the rows of 18 people are as far from zero as normal quantiles are, times what
    people who differ by `tau` and have `rows` rows each would show. Known are the population's
    mean, zero, and the scatter of the rows, one. The prior of τ is Exponential(1).

    Parameters
    ----------
    rows
        Rows a person.
    tau
        By how much the people differ.

    Returns
    -------
    Spread
        Each of shape (400,): the weight of each point of the grid of log τ, and mean and standard
        deviation of the level of the person who is sixteenth of 18, given τ.
    """
    variance = np.exp(2 * GRID) + 1 / rows
    means = ndtri((np.arange(PEOPLE) + 0.5) / PEOPLE) * np.sqrt(tau**2 + 1 / rows)
    squares = (means**2).sum()
    # The last term is the stretch from τ to log τ.
    log_density = -0.5 * (PEOPLE * np.log(variance) + squares / variance) - np.exp(GRID) + GRID
    weight = np.exp(log_density - log_density.max())
    own = np.exp(2 * GRID) / variance
    return Spread(weight / weight.sum(), own * means[CHOSEN], np.sqrt(own / rows))


def unevenness(spread: Spread, offset: bool) -> float:
    """Say how often the width at the narrowest place goes into the whole.

    Parameters
    ----------
    spread
        From `spread_and_level`.
    offset
        Whether widths are those of z = α/τ; else those of the level α.

    Returns
    -------
    float
        Standard deviation of the whole over the smallest one given τ, of values of τ within the
        central 89 %.
    """
    scale = np.exp(GRID) if offset else np.ones_like(GRID)
    mean, sd = spread.mean / scale, spread.sd / scale
    middle = spread.weight @ mean
    whole = np.sqrt(spread.weight @ (sd**2 + (mean - middle) ** 2))
    below = np.cumsum(spread.weight) - spread.weight / 2
    return float(whole / sd[(below > CENTRAL[0]) & (below < CENTRAL[1])].min())


@with_narrow_version
def two_geometries(
    key: jax.Array, rows: int = 2, tau: float = 0.3, *, narrow: bool = False
) -> Figure:
    """Draw a posterior with its spread, once over a level and once over its offset.

    Parameters
    ----------
    key
        A `jax.random` key, for the draws.
    rows, tau
        As `spread_and_level` takes them.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Two panels with log τ upwards: the level α and the offset z = α/τ, with 300 independent
        draws, and where the central 95 % of each lie given τ. Its `numbers` are `rows`, `tau` and
        `most`, as far as each goes; `quantiles`, those of the 18 people; `chosen`, one of them;
        `uniform` and `normal`, what the draws are made from; `grid`, first and last log τ, and
        their number; `central`, the probabilities within which widths are compared.
    """
    rng = np.random.default_rng(np.asarray(jax.random.key_data(as_key(key))).ravel())
    uniform = np.round((rng.permutation(DRAWS) + rng.uniform(size=DRAWS)) / DRAWS, 4)
    normal = np.round(rng.normal(size=DRAWS), 3)
    spread = spread_and_level(rows, tau)
    below = np.cumsum(spread.weight) - spread.weight / 2
    log_tau = np.interp(uniform, below, GRID)
    level = np.interp(log_tau, GRID, spread.mean) + normal * np.interp(log_tau, GRID, spread.sd)
    seen = (below > 0.002) & (below < 0.998)
    colour = REGIME_COLOUR["partial_pooling"]
    with course_style(narrow):
        rows_of, columns, size = (2, 1, (NARROW_WIDTH, 7.0)) if narrow else (1, 2, (WIDTH, 4.6))
        figure, panels = plt.subplots(rows_of, columns, figsize=size, sharey=True)
        for axes, title, scale in (
            (panels[0], "Centred: level $\\alpha$", np.ones_like(GRID)),
            (panels[1], "Non-centred: offset $z = \\alpha / \\tau$", np.exp(GRID)),
        ):
            middle, half = spread.mean / scale, 1.96 * spread.sd / scale
            axes.fill_betweenx(
                GRID[seen], (middle - half)[seen], (middle + half)[seen], color=FAINT, linewidth=0
            )
            axes.plot(level / np.interp(log_tau, GRID, scale), log_tau, ".", color=colour, ms=3)
            axes.axhline(np.log(tau), color=INK, linestyle=":", linewidth=0.9)
            marks = (0.01, 0.1, 1, 10)
            axes.set_yticks(np.log(marks), [f"{mark:g}" for mark in marks])
            axes.set(title=title, ylim=GRID[[0, -1]], xlim=(-3, 4))
            if axes is panels[0] or narrow:
                axes.set_ylabel("Spread $\\tau$")
        numbers = {"rows": rows, "tau": tau, "most": MOST, "chosen": CHOSEN, "central": CENTRAL}
        numbers |= {
            "quantiles": np.round(ndtri((np.arange(PEOPLE) + 0.5) / PEOPLE), 6),
            "uniform": uniform,
            "normal": normal,
            "grid": [GRID[0], GRID[-1], len(GRID)],
        }
        return with_numbers(finish(figure), numbers)
