"""How much lines differ, measured by the noise: the covariance of a line's coefficients over σ²."""

from dataclasses import dataclass

import numpy as np

from pooling.exact.statistics import Array


@dataclass(frozen=True)
class Spread:
    """The matrix D = [[a, c], [c, b]] at each node, all of shape (n_nodes, 1).

    Parameters
    ----------
    a, b
        Variance of intercepts and of slopes, τ_α²/σ² and τ_β²/σ².
    c
        Their covariance, ρ τ_α τ_β/σ².
    determinant
        a b − c², as the product a b (1 − ρ²).
    variance
        Of the noise, σ².
    """

    a: Array
    b: Array
    c: Array
    determinant: Array
    variance: Array


def spread_of(scales: Array) -> Spread:
    """Give the spread that lines have, by scales of shape (n_nodes, 3) or (n_nodes, 4).

    The columns are τ_α, τ_β, then ρ if there is one, and σ.
    """
    tau_alpha, tau_beta, sigma = scales[:, :1], scales[:, 1:2], scales[:, -1:]
    a, b = (tau_alpha / sigma) ** 2, (tau_beta / sigma) ** 2
    if scales.shape[1] == 3:
        return uncorrelated(a, b, sigma**2)
    rho = scales[:, 2:3]
    c = rho * (tau_alpha / sigma) * (tau_beta / sigma)
    return Spread(a, b, c, a * b * (1 - rho) * (1 + rho), sigma**2)


def uncorrelated(a: Array, b: Array, variance: Array | float = 1.0) -> Spread:
    """Give the spread of lines whose intercepts and slopes do not correlate, shape (n_nodes, 1)."""
    return Spread(a, b, np.zeros_like(a), a * b, np.broadcast_to(variance, a.shape))
