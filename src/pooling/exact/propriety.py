"""Whether there is a posterior to compute: on what scale the rows are, and whether it is proper."""

from itertools import combinations

import numpy as np

from pooling.data import StandardisedData
from pooling.exact.conditional import Conditional

LARGEST_RMS = 5.0  # of x and y; standardised rows have 1
NEAR_ZERO = (1e-4, 1e-5)  # below, the digits of y'y / σ² run out


def refuse_unstandardised(data: StandardisedData) -> None:
    """Refuse rows far from the priors' scale, where quadrature takes minutes or fails.

    Raises
    ------
    ValueError
        If the root mean square of `x` or of `y` is larger than `LARGEST_RMS`.
    """
    for name in ("x", "y"):
        values = np.abs(getattr(data, name))
        largest = values.max()
        rms = largest * np.sqrt(np.mean((values / (largest or 1)) ** 2))
        if rms > LARGEST_RMS:
            raise ValueError(
                f"{name} has a root mean square of {rms:.3g}, where standardised rows have 1: the "
                "priors are made for those. Standardise the rows by pooling.standardise."
            )


def refuse_improper(conditional: Conditional) -> None:
    """Refuse rows that lie exactly on lines, and so say nothing of the noise.

    If a line for each subject, or one with an intercept or a slope for all, meets every row and
    would meet fewer by chance, the density grows without bound as the noise goes to zero, and with
    it those spreads that this line does without: like a power of 1/r, where all of these k scales
    are r. Its integral is infinite if the power is k or more. If it is less, which takes three or
    four rows, there is an integral, but no digits to compute it with.

    Raises
    ------
    ArithmeticError
        If the density grows like a power of 1/r.
    """
    correlation = conditional.coordinates.correlation
    *spreads, noise = (k for k in range(conditional.coordinates.n) if k != correlation)
    towards_zero = [
        [*some, noise]
        for n_spreads in range(len(spreads) + 1)
        for some in combinations(spreads, n_spreads)
    ]
    scales = np.ones((2, len(towards_zero), conditional.coordinates.n))
    if correlation is not None:
        scales[..., correlation] = 0
    for place, some in enumerate(towards_zero):
        scales[:, place, some] = np.reshape(NEAR_ZERO, (2, 1))
    near, nearer = conditional.log_density(scales.reshape(-1, scales.shape[2])).reshape(2, -1)
    power = (nearer - near) / np.log(NEAR_ZERO[0] / NEAR_ZERO[1])
    if power.max() > 0.5:
        raise ArithmeticError(
            "the posterior is improper, or cannot be told from one that is: the rows lie "
            f"exactly on lines, or within {NEAR_ZERO[1]:.0e} standard deviations, so that "
            "they say nothing of the noise, and the density of sigma grows without bound "
            "towards zero. Are the reaction times measured, and none of them copied?"
        )
