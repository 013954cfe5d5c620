"""Nodes and weights for scales, and for a correlation if there is one."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

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

    @cached_property
    def t(self) -> Array:
        """Coordinates of each node, shape (n_nodes, n_scales)."""
        return self.origin + self.index @ self.basis.T

    @cached_property
    def scales(self) -> Array:
        """The scales at each node, shape (n_nodes, n_scales); with them, the correlation."""
        return self.coordinates.parameters(self.t)

    @property
    def centred(self) -> bool:
        """Whether it is two lattices, the second in the centres of the first one's cells.

        In four dimensions this resolves as much as a single one of twice as many nodes. Steps are
        half the first lattice's, whose coordinates are even; the second's are odd.
        """
        return self.index.shape[1] > 3

    @property
    def single(self) -> "Lattice":
        """The lattice itself, or the first of two."""
        if not self.centred:
            return self
        first, basis = self._even, 2 * self.basis
        log_weights = np.log(2) + self.log_weights[first]
        return Lattice(self.coordinates, self.origin, basis, self.index[first] // 2, log_weights)

    @property
    def bandwidths(self) -> tuple[Array, Array]:
        """Highest angular frequency resolved along each t by all nodes and by half of them.

        Each of shape (n_scales,). Of a single lattice, every other node resolves half as much on a
        line, and √3/2 of it in three dimensions.
        """
        steps = np.sort(np.abs(self.basis), axis=1)
        if self.centred:
            return np.pi / steps[:, -2:].sum(axis=1), np.pi / (2 * steps[:, -1])
        whole = np.pi / steps[:, -1]
        return whole, np.sqrt(len(whole)) / 2 * whole

    @property
    def log_integral(self) -> Array:
        """Logarithm of the integral by three rules: all nodes, the even, the odd; shape (3,).

        Even are the nodes whose lattice coordinates have an even sum; of two lattices, the first's.
        Either half is a rule of its own, whose nodes have twice the volume.
        """
        with np.errstate(divide="ignore"):  # half of a few nodes may have no weight
            return self.log_weights.max() + np.log([1, 2, 2] * self._by_rule.sum(axis=1))

    @cached_property
    def weights(self) -> Array:
        """Posterior weights of the nodes by the three rules, shape (3, n_nodes)."""
        total = self._by_rule.sum(axis=1, keepdims=True)
        return self._by_rule / np.where(total > 0, total, 1)

    @cached_property
    def _by_rule(self) -> Array:
        """Weights as parts of the largest, where a rule has its nodes, shape (3, n_nodes)."""
        rules = np.stack([np.ones_like(self._even), self._even, ~self._even])
        return rules * np.exp(self.log_weights - self.log_weights.max())

    @cached_property
    def _even(self) -> NDArray[np.bool_]:
        # To sum over so few columns takes longer.
        place = self.index[:, 0] if self.centred else np.einsum("ij->i", self.index)
        return place % 2 == 0
