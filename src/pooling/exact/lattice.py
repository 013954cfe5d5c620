"""Nodes and weights for scales, and for a correlation if there is one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from pooling.exact.coordinates import Coordinates
from pooling.exact.statistics import Array


@dataclass(frozen=True)
class Lattice:
    """Nodes and weights.

    Parameters
    ----------
    coordinates
        Of which parameters the coordinates t are.
    origin
        Coordinates t of the node in the middle, shape (n_scales,).
    basis
        Steps of the lattice, a column each, shape (n_scales, n_scales).
    index
        Lattice coordinates of the nodes, shape (n_nodes, n_scales).
    log_weights
        Logarithm of density times volume of each node, shape (n_nodes,).
    """

    coordinates: Coordinates
    origin: Array
    basis: Array
    index: NDArray[np.int64]
    log_weights: Array

    @property
    def t(self) -> Array:
        """Coordinates of each node, shape (n_nodes, n_scales)."""
        return self.origin + self.index @ self.basis.T

    @property
    def scales(self) -> Array:
        """The scales at each node, shape (n_nodes, n_scales); with them, the correlation."""
        return self.coordinates.parameters(self.t)

    @property
    def bandwidth(self) -> Array:
        """Highest angular frequency that the lattice resolves along each t, shape (n_scales,)."""
        return np.pi / np.abs(self.basis).max(axis=1)

    @property
    def log_integral(self) -> Array:
        """Logarithm of the integral by three rules: all nodes, the even, the odd; shape (3,).

        Even are the nodes whose lattice coordinates have an even sum. Either half is a rule of its
        own, whose nodes have twice the volume.
        """
        return np.stack(
            [
                logsumexp(self.log_weights),
                *(
                    np.log(2) + logsumexp(self.log_weights[half])
                    for half in (self._even, ~self._even)
                ),
            ]
        )

    @property
    def weights(self) -> Array:
        """Posterior weights of the nodes by the three rules, shape (3, n_nodes)."""
        rules = np.stack([np.ones_like(self._even), self._even, ~self._even])
        weights = rules * np.exp(self.log_weights - self.log_weights.max())
        total = weights.sum(axis=1, keepdims=True)
        return weights / np.where(total > 0, total, 1)  # half of a few nodes may have no weight

    @property
    def _even(self) -> NDArray[np.bool_]:
        return self.index.sum(axis=1) % 2 == 0
