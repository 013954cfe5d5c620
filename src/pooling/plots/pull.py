"""The figure of how much a subject is pulled: three bell curves. Readers can play with it."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from pooling.exact import ExactPosterior
from pooling.plots.style import (
    INK,
    NARROW_WIDTH,
    REGIME_COLOUR,
    WIDTH,
    course_style,
    finish,
    with_narrow_version,
    with_numbers,
)

MOST = {"rows": 20, "sigma": 80, "tau": 150}  # as far as the sliders go
MARGIN = 110  # ms beyond the centre and the own rows
LINE = 1.12  # height of the line along which the estimate moves


@with_narrow_version
def pulled_level(exact: ExactPosterior, subject: int, *, narrow: bool = False) -> Figure:
    """Draw what the population, the own rows, and both together say of a subject's level.

    The scales and the population's line are taken as known: they are posterior means.

    Parameters
    ----------
    exact
        The exact posterior of partial pooling.
    subject
        The study's number of the subject.
    narrow
        Whether to draw for a narrow page: a telephone's.

    Returns
    -------
    Figure
        Three curves of height one over the level in ms. Its `numbers` are `subject`; `centre`, μ_α
        in ms; `own`, the mean of the subject's rows in ms, moved to the mean day along μ_β; `rows`,
        their number; `sigma` and `tau` in ms, whole numbers; and `most`, as far as the three go.

    Raises
    ------
    ValueError
        If the posterior is not that of partial pooling, or has no such subject.
    """
    data = exact.conditional.data
    if not exact.conditional.pools or subject not in data.subjects:
        raise ValueError(f"needed is partial pooling's posterior, and {subject} among its subjects")
    mean = exact.summary()["mean"]
    own_rows = data.subjects[data.subject_idx] == subject
    n = int(own_rows.sum())
    levels = [mean["mu_alpha"], (data.y - mean["mu_beta"] * data.x)[own_rows].mean()]
    centre, own = (round(float(each), 1) for each in data.scaler.to_ms(np.array(levels)))
    sigma, tau = (round(mean[name] * data.scaler.reaction_sd) for name in ("sigma", "tau_alpha"))
    precision = n / sigma**2 + 1 / tau**2
    together = (n / sigma**2 * own + centre / tau**2) / precision
    bells = {
        "complete_pooling": (centre, tau, "population"),
        "no_pooling": (own, sigma / np.sqrt(n), "own rows"),
        "partial_pooling": (together, 1 / np.sqrt(precision), "both together"),
    }
    level = np.linspace(min(own, centre) - MARGIN, max(own, centre) + MARGIN, 400)
    with course_style(narrow):
        figure, axes = plt.subplots(figsize=(NARROW_WIDTH, 5.2) if narrow else (WIDTH, 4.2))
        for regime, (middle, spread, label) in bells.items():
            thick = 2.4 if regime == "partial_pooling" else 1.4
            colour = REGIME_COLOUR[regime]
            height = np.exp(-0.5 * ((level - middle) / spread) ** 2)
            axes.plot(level, height, color=colour, linewidth=thick, label=label)
            axes.plot([middle] * 2, [0, LINE], ":", color=colour, linewidth=thick)
            axes.plot([middle], [LINE], "o", color=colour, markersize=thick * 3)
        axes.plot([centre, own], [LINE, LINE], color=INK, linewidth=0.8, zorder=0)
        axes.set(xlabel="Level: reaction time at the mean day (ms)", yticks=[], ylim=(0, 1.2))
        axes.spines["left"].set_visible(False)
        figure.legend(loc="outside upper center", ncols=3)
    numbers = {"subject": subject, "centre": centre, "own": own, "most": MOST}
    return with_numbers(finish(figure), numbers | {"rows": n, "sigma": sigma, "tau": tau})
