"""Independent draws from the exact posterior: scales by rejection, then the normal rest."""

import numpy as np

from pooling.exact.cells import find_cells, interpolate, place_in
from pooling.exact.conditional import Conditional
from pooling.exact.gaussian import NormalLine
from pooling.exact.lattice import Lattice
from pooling.exact.statistics import Array


def draw_parameters(
    conditional: Conditional, lattice: Lattice, n: int, rng: np.random.Generator
) -> dict[str, Array]:
    """Draw every parameter of a regime.

    Parameters
    ----------
    conditional
        Regime and data.
    lattice
        Nodes and weights of its scales.
    n
        Number of draws.
    rng
        Source of randomness.

    Returns
    -------
    dict
        Parameter to draws, shape (n,) or (n, n_subjects), in the order that ArviZ gives them.
    """
    scales = draw_scales(conditional, lattice, n, rng)
    draws = dict(zip(conditional.scale_names, scales.T, strict=True))
    population = conditional.population(scales)
    if conditional.pools:
        mu = _pairs(population, rng)
        draws |= {"mu_alpha": mu[0][:, 0], "mu_beta": mu[1][:, 0]}
        zero = np.zeros((n, 1))
        population = NormalLine(*mu, zero, zero, zero)  # a line is drawn given its population
    everybody = np.arange(len(conditional.statistics.n))
    alpha, beta = _pairs(conditional.lines(scales, population, everybody), rng)
    if conditional.regime == "complete_pooling":
        alpha, beta = alpha[:, 0], beta[:, 0]
    suffix = conditional.suffix
    return dict(sorted((draws | {f"alpha{suffix}": alpha, f"beta{suffix}": beta}).items()))


def draw_scales(
    conditional: Conditional, lattice: Lattice, n: int, rng: np.random.Generator
) -> Array:
    """Draw scales by rejection, shape (n, n_scales).

    Proposals come from the density that is linear between the nodes, times a bound for each of the
    lattice's cells (`pooling.exact.cells`); what is kept of them follows the posterior's own. The
    lattice's edge, beyond which some 1e-8 of the posterior lies, is never crossed.

    Raises
    ------
    ArithmeticError
        If the density exceeds its bound at a proposal.
    """
    lattice = lattice.single
    of_t = lattice.coordinates.density_of_t(conditional.log_density)
    cells = find_cells(lattice)
    share = cells.heights.mean(axis=1) * cells.bound
    share /= share.sum()
    log_volume = np.log(np.diag(lattice.basis)).sum() - lattice.log_integral[0]
    kept: list[Array] = []
    while sum(map(len, kept)) < n:
        some = rng.choice(len(share), size=2 * n, p=share)
        place = place_in(cells.heights[some], rng)
        t = lattice.origin + (cells.index[some] + place) @ lattice.basis.T
        ratio = np.exp(of_t(t) + log_volume) / interpolate(cells.heights[some], place)
        if (ratio > cells.bound[some]).any():
            raise ArithmeticError(
                "the density of the scales bends more between the nodes than at them, so that no "
                "draws can be made. Are the data standardised?"
            )
        kept.append(t[rng.uniform(size=len(t)) * cells.bound[some] < ratio])
    return lattice.coordinates.parameters(np.concatenate(kept)[:n])


def _pairs(normal: NormalLine, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw (alpha, beta) once from each of the normal distributions given."""
    first, second = rng.standard_normal((2, *normal.mean_alpha.shape))
    slope = normal.covariance / normal.var_alpha
    rest = np.maximum(normal.var_beta - slope * normal.covariance, 0)
    off = np.sqrt(normal.var_alpha) * first
    return normal.mean_alpha + off, normal.mean_beta + slope * off + np.sqrt(rest) * second
