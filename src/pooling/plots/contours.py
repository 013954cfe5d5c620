"""Ellipses that hold a share of a bivariate normal distribution."""

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from pooling.interval import PROBABILITY

Array = NDArray[np.float64]
SHARES = (0.5, PROBABILITY)  # of the distribution, inside the ellipses
WIDTHS = (1.6, 0.9)  # of their outlines, in points


def ellipse(mean: Array, covariance: Array, share: float) -> Array:
    """Outline of the ellipse that holds this share of a bivariate normal, shape (2, 200).

    Parameters
    ----------
    mean, covariance
        Of the distribution, shapes (2,) and (2, 2).
    share
        Between 0 and 1.
    """
    angle = np.linspace(0, 2 * np.pi, 200)
    circle = np.sqrt(-2 * np.log(1 - share)) * np.stack([np.cos(angle), np.sin(angle)])
    return np.asarray(mean[:, None] + np.linalg.cholesky(covariance) @ circle)


def draw_ellipses(axes: Axes, mean: Array, covariance: Array, colour: str) -> None:
    """Draw the ellipses that hold half and 89 % of a bivariate normal, the inner one bolder."""
    for share, width in zip(SHARES, WIDTHS, strict=True):
        axes.plot(*ellipse(mean, covariance, share), color=colour, linewidth=width)
