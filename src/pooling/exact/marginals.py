"""Mean, standard deviation and quantiles of each parameter, by three rules.

Coefficients are mixtures of normal distributions, one a node. Scales have no distribution at a
node; their density is known at the nodes only, and what lies between follows from its being smooth.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, sici

from pooling.exact.lattice import Lattice
from pooling.exact.statistics import Array

NEGLIGIBLE = 1e-9  # weight of one node in ten thousand; all below it have about 1e-6 together
CLOSE = 2e-5  # last terms of the expansion, below which those left out are less than 1e-6
AGREE = 1e-6  # standard deviations between half and all: the expansion knows nearly how many
LAST_TERM = 1e-6  # standard deviations, of an expansion whose terms fall off tenfold or faster
SETTLED = 1e-3  # a step of Newton's, in distances between nodes
ROOT_OF_TWO_PI = np.sqrt(2 * np.pi)


def heavy(lattice: Lattice) -> NDArray[np.bool_]:
    """Which nodes count, shape (n_nodes,): of more nodes, each has less weight."""
    return lattice.weights[0] > NEGLIGIBLE * min(1, 1e4 / len(lattice.index))


def normal_mixtures(
    weights: Array, means: Array, variances: Array, probabilities: Sequence[float]
) -> Array:
    """Sum up parameters that are mixtures of normal distributions.

    Quantiles start from the Cornish-Fisher expansion (Cornish and Fisher, 1938), and `_solve` makes
    them exact. Where the expansion's last terms are negligible, it is exact already. By how much
    the halves differ is left at the expansion: it serves to judge the error, and where it is very
    little, `_solve` looks at one half of the nodes only.

    Parameters
    ----------
    weights
        Of the nodes, by three rules, shape (3, n_nodes).
    means, variances
        Of each parameter at each node, shape (n_nodes, n_parameters). Variances may be the same
        for all parameters, shape (n_nodes, 1).
    probabilities
        Of the quantiles.

    Returns
    -------
    ndarray
        Mean, standard deviation and quantiles by three rules, shape
        (3, 2 + n_probabilities, n_parameters).
    """
    mean, sd, skewness, excess = _moments(weights, means, variances)
    start, last = _cornish_fisher(skewness, excess, probabilities)
    quantiles = mean + sd * start
    halves = quantiles[:, 1:] - quantiles[:, :1]
    rough = np.abs(last[:, 0]).max(axis=0) > CLOSE
    if rough.any():
        rule = int(len(weights) > 1 and (np.abs(halves[:, 0]) < AGREE * sd[0]).all())
        some = weights[rule] > 0
        variances = variances[some] if variances.shape[1] == 1 else variances[some][:, rough]
        mixtures = weights[rule, some], means[some][:, rough], np.sqrt(variances)
        moments = mean[rule, rough], sd[rule, rough]
        for row, probability in enumerate(probabilities):
            start = quantiles[row, rule, rough]
            off = start - quantiles[row, 0, rough]
            quantiles[row, 0, rough] = _solve(probability, start, *mixtures, *moments) - off
    quantiles[:, 1:] = quantiles[:, :1] + halves
    return np.stack([mean, sd, *quantiles], axis=1)


def _moments(weights: Array, means: Array, variances: Array | float) -> list[Array]:
    """Mean, standard deviation, skewness and excess of mixtures, each of shape (3, n)."""
    centre = weights[0] @ means
    off = means - centre
    squared = off**2
    first = weights @ off
    # In place, here and below: for large arrays, room takes as long as arithmetic.
    terms = squared + variances
    # The floor is for a lattice so coarse that one node has all the weight.
    second = np.maximum(weights @ terms - first**2, 1e-30)
    terms += 2 * variances
    terms *= off
    third = weights @ terms
    np.add(squared, 6 * variances, out=terms)
    terms *= squared
    terms += 3 * variances**2
    fourth = weights @ terms
    fourth += -4 * first * third + 6 * first**2 * (second + first**2) - 3 * first**4
    third += -3 * first * (second + first**2) + 2 * first**3
    return [centre + first, np.sqrt(second), third / second**1.5, fourth / second**2 - 3]


def _cornish_fisher(
    skewness: Array, excess: Array, probabilities: Sequence[float]
) -> tuple[Array, Array]:
    """Standardised quantiles by the expansion, shape (n_probabilities, …), and its last terms."""
    z = ndtri(np.asarray(probabilities)).reshape(-1, *[1] * skewness.ndim)
    last = (z**3 - 3 * z) * excess / 24 - (2 * z**3 - 5 * z) * skewness**2 / 36
    return z + (z**2 - 1) * skewness / 6 + last, last


def _solve(
    probability: float,
    start: Array,
    weights: Array,
    means: Array,
    sds: Array,
    mean: Array,
    sd: Array,
) -> Array:
    """Solve for a quantile of each mixture, from its distribution's expansion about a guess.

    The expansion is turned round (Abramowitz and Stegun, 1972, 3.6.25). While its last term says
    that the guess was not near enough, Halley's method takes it nearer. Cantelli's inequality says
    where the quantile can lie, and what is learned on the way narrows that down.
    """
    low = mean - sd * np.sqrt((1 - probability) / probability)
    high = mean + sd * np.sqrt(probability / (1 - probability))
    value = np.clip(start, low, high)
    found, left = value.copy(), np.arange(len(value))  # those that have not settled
    precise = 1 / sds
    while True:
        z = value - means
        z *= precise
        excess = weights @ ndtr(z) - probability
        bell = np.exp(-0.5 * z * z)
        bell *= precise / ROOT_OF_TWO_PI
        density = weights @ bell
        z *= precise
        first = bell * z
        second = first * z
        squared = precise * precise
        with np.errstate(all="ignore"):  # far from everything, they lead nowhere, and are not taken
            # Coefficients of the second to the fourth power, where the first one has one.
            a = -0.5 * (weights @ first) / density
            bell *= squared
            b = (weights @ second - weights @ bell) / (6 * density)
            second *= z
            first *= 3 * squared
            c = -(weights @ second - weights @ first) / (24 * density)
            newton = -excess / density
            last = (5 * a * (b - a * a) - c) * newton**4
            near = np.abs(last) < LAST_TERM * sd
            expanded = newton - a * newton**2 + (2 * a * a - b) * newton**3 + last
            new = value + np.where(near, expanded, newton / (1 + a * newton))
        low, high = np.where(excess < 0, value, low), np.where(excess < 0, high, value)
        new = np.where((new >= low) & (new <= high), new, (low + high) / 2)
        found[left] = new
        far = ~near
        if not far.any():
            return found
        left, value = left[far], new[far]
        low, high, sd = low[far], high[far], sd[far]
        means, precise = means[:, far], precise if precise.shape[1] == 1 else precise[:, far]


def scales(lattice: Lattice, probabilities: Sequence[float]) -> Array:
    """Sum up each scale.

    Between the nodes, the density is the one function through their values that has no frequency
    above the lattice's. Its integral up to a point has a closed form: the sum over nodes of weights
    times a sine integral (Stenger, 1993, sinc indefinite integration).

    Parameters
    ----------
    lattice
        Nodes and weights.
    probabilities
        Of the quantiles.

    Returns
    -------
    ndarray
        As `normal_mixtures` gives it, with n_scales parameters.
    """
    weights, nodes = lattice.weights, lattice.scales
    mean, sd, *_ = _moments(weights, nodes, 0.0)
    first, spread, skewness, excess = _moments(weights[:1], lattice.t, 0.0)
    start, _ = _cornish_fisher(skewness, excess, probabilities)
    start = (first + spread * start)[:, 0]
    quantiles = np.empty((len(probabilities), 3, nodes.shape[1]))
    for k, (t, by_place) in enumerate(places(lattice)):
        bandwidth, half = (each[k] for each in lattice.bandwidths)
        near = _among_nodes(t, by_place[0], probabilities)
        # Newton's steps are as short as the lattice is fine: from far off, they do not arrive.
        far = np.abs(start[:, [k]] - near) * bandwidth > 10
        found = np.where(far, near, start[:, [k]])
        for _ in range(20):  # on a lattice that is too coarse it may not settle, and need not
            step = _step(found, by_place[:1], t, bandwidth, probabilities)
            found = found - step
            if np.abs(step).max() * bandwidth < SETTLED:
                break
        halves = found - _step(found, by_place[1:], t, half, probabilities)
        quantiles[:, :, k] = np.concatenate([found, halves], axis=1)
    return np.stack([mean, sd, *lattice.coordinates.parameters(quantiles)], axis=1)


def places(lattice: Lattice) -> list[tuple[Array, Array]]:
    """Where the nodes that count lie along each axis, and their weights there.

    The steps are a triangle, so that many nodes share their place along the first axes.

    Returns
    -------
    list of (t, weights)
        For each axis, of shape (n_places,), and by three rules (3, n_places).
    """
    some = heavy(lattice)
    index, weights = lattice.index[some], lattice.weights[:, some]
    found = [(lattice.t[some, -1], weights)]
    lowest, shape = index.min(axis=0), np.ptp(index, axis=0) + 1
    for n_axes in range(index.shape[1] - 1, 0, -1):  # what differs along the last axis alone
        which = np.ravel_multi_index(tuple((index[:, :n_axes] - lowest[:n_axes]).T), shape[:n_axes])
        together = np.stack([np.bincount(which, rule) for rule in weights])
        taken = np.flatnonzero(together[0])
        index = np.stack(np.unravel_index(taken, shape[:n_axes]), axis=1) + lowest[:n_axes]
        weights = together[:, taken]
        t = lattice.origin[n_axes - 1] + index @ lattice.basis[n_axes - 1, :n_axes]
        found.append((t, weights))
    return found[::-1]


def _among_nodes(nodes: Array, weights: Array, probabilities: Sequence[float]) -> Array:
    """Quantiles to within a node or two, shape (n_probabilities, 1)."""
    order = np.argsort(nodes)
    below = np.cumsum(weights[order]) - weights[order] / 2
    return np.interp(probabilities, below, nodes[order])[:, None]


def _step(
    t: Array, weights: Array, nodes: Array, bandwidth: float, probabilities: Sequence[float]
) -> Array:
    """Newton's step for quantiles of the band-limited density, by each rule in `weights`.

    `t` has the shape (n_probabilities, 1), the result (n_probabilities, n_rules).
    """
    off = bandwidth * (t - nodes)
    excess = 0.5 + sici(off)[0] @ weights.T / np.pi - np.asarray(probabilities)[:, None]
    density = np.sinc(off / np.pi) @ weights.T * bandwidth / np.pi
    with np.errstate(divide="ignore", invalid="ignore"):  # no density: as far as a step goes
        return np.clip(excess / density, -2 / bandwidth, 2 / bandwidth)
