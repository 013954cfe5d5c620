"""Where the posterior of the scales lies; with many subjects, found from some of them first."""

from dataclasses import replace

import numpy as np

from pooling.exact.conditional import Conditional
from pooling.exact.coordinates import scale_of
from pooling.exact.mode import Mode, find_mode
from pooling.exact.statistics import Array
from pooling.exact.sums import near, sums_over

MANY = 200  # subjects, from which on polynomials take less time than sums
SAMPLE = 1000  # subjects at least, and a tenth of them
RADIUS = 8.0  # standard deviations, beyond which the posterior has no nodes
STRAY = 4.0  # standard deviations that a sample's mode may be off


def located(conditional: Conditional) -> tuple[Conditional, Mode]:
    """Find the mode of the scales, and where there are many subjects what makes the density quick.

    A tenth of the subjects, evenly spaced, say where the mode lies to within some standard
    deviations. About there, the sums over all of them become polynomials. If the sample has led
    astray nothing is wrong, but slow: outside of that part, the sums are computed term by term.
    """
    n_subjects = len(conditional.statistics.n)
    coordinates = conditional.coordinates
    # Sums over a few designs are quick. And the polynomials are of two variables: a correlation
    # would be a third.
    quick = n_subjects < MANY or conditional.designs is not None
    if not conditional.pools or conditional.correlates or quick:
        return conditional, find_mode(conditional.log_density, coordinates)
    n_sample = min(n_subjects, max(SAMPLE, n_subjects // 10))
    sample = np.linspace(0, n_subjects - 1, n_sample).round().astype(np.int64)
    some = conditional.statistics.some(sample)
    sampled = replace(conditional, statistics=some, sums=sums_over(some))
    found = find_mode(sampled.log_density, coordinates)
    narrower = np.sqrt(n_sample / n_subjects)
    radius = RADIUS * narrower + (STRAY if n_sample < n_subjects else 0)
    around = _sphere() * radius @ found.spread.T + found.place
    log_scales = np.log(scale_of(around))
    log_ratios = 2 * (log_scales[:, :2] - log_scales[:, 2:])
    sums = near(conditional.statistics, log_ratios.min(axis=0), log_ratios.max(axis=0))
    conditional = replace(conditional, sums=sums)
    return conditional, find_mode(conditional.log_density, coordinates, found.place)


def _sphere() -> Array:
    """Points on a sphere around the cube with the corners ±1, shape (26, 3)."""
    points = np.stack(np.meshgrid(*[[-1.0, 0.0, 1.0]] * 3), axis=-1).reshape(-1, 3)
    points = points[np.abs(points).any(axis=1)]
    return 1.05 * points / np.linalg.norm(points, axis=1, keepdims=True)
