"""A model and its data, once the scales are given: what differs between the four models.

Partial pooling whose effects correlate is the general case. Plain partial pooling knows that the
correlation is zero. No pooling is the same with a population that is known, a standard normal one,
and complete pooling is no pooling with everybody counted as one subject.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pooling.data import StandardisedData
from pooling.exact.coordinates import Coordinates
from pooling.exact.designs import Designs, designs_of
from pooling.exact.gaussian import (
    NormalLine,
    information_on_population,
    known_line,
    log_population_factor,
    marginal,
    population_line,
)
from pooling.exact.lines import subject_lines
from pooling.exact.spread import Spread, spread_of
from pooling.exact.statistics import (
    Array,
    LineStatistics,
    SubjectStatistics,
    subject_statistics,
)
from pooling.exact.sums import Sums, sums_over
from pooling.regimes import REGIME_NAMES
from pooling.rows import checked_rows

MODELS = (*REGIME_NAMES, "correlated_effects")  # those that are normal, given the scales


@dataclass(frozen=True)
class Conditional:
    """A model, conditioned on its rows, given the scales.

    Parameters
    ----------
    regime
        One of `MODELS`.
    data
        The rows, standardised.
    statistics
        Of each subject; of one only, under complete pooling.
    sums
        Over subjects, as functions of the spreads' ratios to the noise.
    designs
        Which subjects share their days; None where few do.
    """

    regime: str
    data: StandardisedData
    statistics: SubjectStatistics
    sums: Sums
    designs: Designs | None

    @property
    def pools(self) -> bool:
        """Whether there is a population to be learned about."""
        return self.regime in ("partial_pooling", "correlated_effects")

    @property
    def correlates(self) -> bool:
        """Whether intercepts and slopes may correlate."""
        return self.regime == "correlated_effects"

    @property
    def scale_names(self) -> tuple[str, ...]:
        """The scales that the model leaves open, and the correlation, if it does."""
        if self.correlates:
            return ("tau_alpha", "tau_beta", "rho", "sigma")
        return ("tau_alpha", "tau_beta", "sigma") if self.pools else ("sigma",)

    @property
    def coordinates(self) -> Coordinates:
        """Of the scales."""
        return Coordinates(len(self.scale_names), 2 if self.correlates else None)

    @property
    def suffix(self) -> str:
        """What the names of a line's coefficients end in."""
        return "" if self.regime == "complete_pooling" else "_s"

    def log_density(self, scales: Array) -> Array:
        """Give log p(y, scales), shape (n_nodes,), in nats; `scales` is (n_nodes, n_scales)."""
        log_likelihood, information = self._marginal(self._spread(scales))
        if self.pools:
            log_likelihood = log_likelihood + log_population_factor(information)
        log_prior = -scales @ np.ones(scales.shape[1])  # each scale is Exponential(1)
        if self.correlates:
            rho = scales[:, 2]  # which is no scale: its prior is LKJ(2)
            log_prior += rho + np.log(0.75 * (1 - rho) * (1 + rho))
        return log_likelihood + log_prior

    def population(self, scales: Array) -> NormalLine:
        """The population's line at each node, shape (n_nodes, 1)."""
        if not self.pools:
            return known_line(len(scales))
        return population_line(self._marginal(self._spread(scales))[1])

    def lines(
        self, scales: Array, population: NormalLine, subject_idx: NDArray[np.int64]
    ) -> NormalLine:
        """The lines of these subjects at each node, shape (n_nodes, len(subject_idx))."""
        return self.lines_of(scales, population, self.statistics.of(self._group(subject_idx)))

    def lines_of(
        self, scales: Array, population: NormalLine, statistics: LineStatistics
    ) -> NormalLine:
        """The lines of subjects whose rows say this, shape (n_nodes, n_subjects)."""
        return subject_lines(statistics, self._spread(scales), population)

    def heights(
        self, scales: Array, population: NormalLine, x: Array, subject_idx: NDArray[np.int64]
    ) -> tuple[Array, Array]:
        """Mean and variance of these subjects' lines at x, each of shape (n_nodes, len(x))."""
        subjects, place = np.unique(self._group(subject_idx), return_inverse=True)
        return self.lines(scales, population, subjects).of(place).at(x)

    def lines_without(self, scales: Array, rows: NDArray[np.int64]) -> NormalLine:
        """The line of each row's subject, given all rows but that one.

        Parameters
        ----------
        scales
            Nodes, shape (n_nodes, n_scales).
        rows
            Indices of rows, shape (n,).

        Returns
        -------
        NormalLine
            Of shape (n_nodes, n).
        """
        spread = self._spread(scales)
        whole = self.statistics.of(self._group(self.data.subject_idx[rows]))
        rest = whole.without(self.data.x[rows], self.data.y[rows])
        population = known_line(len(scales))
        if self.pools:
            others = self._marginal(spread)[1] - information_on_population(whole, spread)
            population = population_line(others + information_on_population(rest, spread))
        return subject_lines(rest, spread, population)

    def checked(self, rows: StandardisedData) -> StandardisedData:
        """Other rows of the same subjects.

        Raises
        ------
        ValueError
            If their shapes do not match, a number is not finite, or a subject was not in the data.
        """
        return checked_rows(rows, n_subjects=self.data.n_subjects)

    def _marginal(self, spread: Spread) -> tuple[Array, Array]:
        return marginal(self.sums, self.statistics.n.sum(), spread)

    def _spread(self, scales: Array) -> Spread:
        """The spread that lines have at each node."""
        if self.pools:
            return spread_of(scales)
        return spread_of(np.concatenate([np.ones((len(scales), 2)), scales], axis=1))

    def _group(self, subject_idx: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.zeros_like(subject_idx) if self.regime == "complete_pooling" else subject_idx


def condition(regime: str, data: StandardisedData) -> Conditional:
    """Sum up the rows for a model.

    Raises
    ------
    ValueError
        If it is none of `MODELS`, the shapes in `data` do not match, or a number is not finite.
    """
    if regime not in MODELS:
        raise ValueError(f"regime is {', '.join(map(repr, MODELS))}, not {regime!r}")
    data = checked_rows(data)
    subject_idx, n_subjects = data.subject_idx, data.n_subjects
    if regime == "complete_pooling":
        subject_idx, n_subjects = np.zeros_like(subject_idx), 1
    statistics = subject_statistics(data.x, data.y, subject_idx, n_subjects)
    designs = designs_of(statistics)
    return Conditional(regime, data, statistics, sums_over(statistics, designs), designs)
