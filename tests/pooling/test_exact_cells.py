"""Draws by rejection: the bound is a bound, and what is drawn follows the density."""

import jax
import numpy as np
import pytest
from made_rows import rows
from scipy.stats import kstest

from pooling.exact import draws, exact_posterior
from pooling.exact.cells import Cells, find_cells, interpolate, place_in
from pooling.exact.coordinates import log_stretch, scale_of
from pooling.models import REGIMES


def simulated(seed):
    """Rows of all kinds: few or many subjects and rows, large and small spreads, much noise."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 12))
    who = np.sort(rng.integers(0, n, int(rng.integers(2, 40))))
    x, spread = rng.normal(size=len(who)), rng.choice([0.0, 0.1, 1.0], 2)
    line = spread[:, None] * rng.normal(size=(2, n))
    y = line[0, who] + line[1, who] * x + rng.choice([0.1, 0.5, 1.5]) * rng.normal(size=len(who))
    return rows(x, y, who, n)


def ratios(posterior, cells, place):
    """How often the density is as high as what is linear between the nodes, in every cell."""
    lattice = posterior.lattice
    t = lattice.origin + (cells.index + place) @ lattice.basis.T
    log_density = posterior.conditional.log_density(scale_of(t)) + log_stretch(t)
    log_volume = np.log(np.diag(lattice.basis)).sum() - lattice.log_integral[0]
    place = np.broadcast_to(place, cells.index.shape)
    return np.exp(log_density + log_volume) / interpolate(cells.heights, place)


def lattice_of_places(ends, dimension):
    return np.stack(np.meshgrid(*[ends] * dimension, indexing="ij"), -1).reshape(-1, dimension)


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("rows", ["sleepstudy", *range(8)])
def test_the_bound_holds_in_every_cell(regime, rows, data):
    """First in the middles of each cell, its sides and edges, where the bound is tightest; then all
    over the thousand cells that came nearest to it.
    """
    posterior = exact_posterior(regime, data if rows == "sleepstudy" else simulated(rows))
    cells = find_cells(posterior.lattice)
    dimension = cells.index.shape[1]
    middles = lattice_of_places([0.0, 0.5], dimension)[1:]  # at a corner, nothing is interpolated
    highest = np.max([ratios(posterior, cells, place) for place in middles], axis=0)
    assert (highest <= cells.bound).all()
    nearest = np.argsort(highest / cells.bound)[-1000:]
    some = Cells(*(each[nearest] for each in vars(cells).values()))
    places = lattice_of_places(np.linspace(0.0, 1.0, 5 if dimension == 3 else 41), dimension)
    highest = np.max([ratios(posterior, some, place) for place in places], axis=0)
    assert (highest <= some.bound).all()
    # It is not so by being far too high: a good part of the proposals is kept.
    assert np.average(cells.bound, weights=cells.heights.sum(axis=1)) < 2.5


@pytest.mark.parametrize("regime", REGIMES)
def test_hardly_anything_lies_outside_the_cells(regime, data):
    cells = find_cells(exact_posterior(regime, data).lattice)
    assert cells.heights.mean(axis=1).sum() == pytest.approx(1, abs=3e-6)


def test_a_place_follows_the_density_that_is_linear_between_the_corners():
    rng, n = np.random.default_rng(1), 100_000
    heights = np.tile(rng.uniform(size=8), (n, 1))
    place = place_in(heights, rng)
    assert place.shape == (n, 3)
    # Along one side, the density is linear: from the mean height of one face to the other's.
    cube = heights[0].reshape(2, 2, 2)
    for side in range(3):
        first, last = np.moveaxis(cube, side, 0).reshape(2, -1).mean(axis=1)
        total = (first + last) / 2

        def cumulative(u, first=first, last=last, total=total):
            return (first * u + (last - first) * u**2 / 2) / total

        assert kstest(place[:, side], cumulative).pvalue > 1e-6
    # And jointly, as the sides are not independent of each other.
    both = (place[:, 0] * place[:, 1]).mean()
    moment = np.array([1 / 6, 1 / 3])
    expected = np.einsum("ijk,i,j,k->", cube, moment, moment, [0.5, 0.5]) / cube.mean()
    assert both == pytest.approx(expected, abs=5 * 0.3 / np.sqrt(n))


def test_a_bound_that_does_not_hold_stops_the_draws(data, monkeypatch):
    def too_low(lattice):
        cells = find_cells(lattice)
        return type(cells)(cells.index, cells.heights, np.ones_like(cells.bound))

    monkeypatch.setattr(draws, "find_cells", too_low)
    with pytest.raises(ArithmeticError, match="bends more between the nodes than at them"):
        exact_posterior("partial_pooling", data).draws(jax.random.PRNGKey(0), 100)
