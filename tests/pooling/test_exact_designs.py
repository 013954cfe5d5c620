"""The exact posterior where subjects have few rows: it converges, or says why there is none."""

from dataclasses import replace

import jax
import numpy as np
import pytest
from made_rows import rows
from scipy.special import logsumexp

from pooling.exact import exact_posterior, posterior, quadrature
from pooling.exact.conditional import condition
from pooling.models import REGIMES


def design(seed, most_rows=5):
    """Standardised rows of 12 to 60 subjects, 1 to 5 each, with spreads and noise of all sizes.

    Days are the first few, some of ten, or any.
    """
    rng = np.random.default_rng(seed)
    n = int(rng.integers(12, 61))
    fewest, most = np.sort(rng.integers(1, most_rows + 1, 2))
    n_rows = rng.integers(fewest, most + 1, n)
    who, kind = np.repeat(np.arange(n), n_rows), rng.integers(3)
    days = [rng.permutation(10)[:k] if kind == 1 else np.arange(k) for k in n_rows]
    x = rng.normal(size=len(who)) if kind == 2 else np.concatenate(days)
    x = (x - x.mean()) / (x.std() or 1)
    spread = rng.choice([0.0, 0.05, 0.3, 1.0, 3.0], 2)
    alpha, beta = rng.normal(size=(2, 1)) + spread[:, None] * rng.normal(size=(2, n))
    noise = rng.choice([0.01, 0.1, 0.5, 1.0, 3.0])
    y = alpha[who] + beta[who] * x + noise * rng.normal(size=len(who))
    return rows(x, (y - y.mean()) / y.std(), who)


def brute_force(data, coarse=0.3, parts=3):
    """Evidence, and mean of each scale: equal steps in the logarithms, wherever there is mass.

    No mode is searched and no curvature used: a coarse grid over everything finds the boxes that
    matter, and each is cut up finely. (Cut up into five each way instead of three, it gives the
    same to 1e-8, and takes four times as long.)
    """
    model, axis = condition("partial_pooling", data), np.arange(-14.0, 4.0, coarse)
    place = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1)
    heights = (
        model.log_density(np.exp(place.reshape(-1, 3))) + place.reshape(-1, 3).sum(1)
    ).reshape(place.shape[:3])
    matters = heights > heights.max() - 25
    for side in range(3):  # and the neighbours of what matters
        matters |= np.roll(matters, 1, side) | np.roll(matters, -1, side)
    within = (np.arange(parts) - (parts - 1) / 2) * coarse / parts
    offsets = np.stack(np.meshgrid(within, within, within, indexing="ij"), -1).reshape(-1, 3)
    log_weights, sums = [], []
    for boxes in np.array_split(place[matters], 1 + matters.sum() // 2000):
        t = (boxes[:, None] + offsets).reshape(-1, 3)
        some = model.log_density(np.exp(t)) + t.sum(1) + 3 * np.log(coarse / parts)
        log_weights.append(logsumexp(some))
        sums.append(np.exp(some - some.max()) @ np.exp(t) * np.exp(some.max() - log_weights[-1]))
    total = logsumexp(log_weights)
    return total, np.exp(np.array(log_weights) - total) @ np.array(sums)


def check_against_brute_force(data):
    log_evidence, means = brute_force(data)
    exact = exact_posterior("partial_pooling", data)
    # What lies below exp(-14) is missing on the grid.
    assert exact.log_evidence == pytest.approx(log_evidence, abs=1e-4)
    names = ["tau_alpha", "tau_beta", "sigma"]
    np.testing.assert_allclose(exact.summary().loc[names, "mean"], means, rtol=1e-4, atol=1e-6)


def check_that_it_converges(regime, data):
    exact = exact_posterior(regime, data)
    assert np.isfinite(exact.summary()).all(axis=None)
    assert exact.error[["mean", "sd", "log_evidence"]].max() < 1e-3
    draws = exact.draws(jax.random.PRNGKey(0), 300)["posterior"]
    mean, sd = exact.summary().loc["sigma", ["mean", "sd"]]
    assert abs(draws["sigma"].mean() - mean) < 6 * sd / np.sqrt(300)


@pytest.mark.parametrize(("seed", "most_rows"), [(0, 1), (1, 1), (2, 2)])
def test_brute_force_gives_the_same(seed, most_rows):
    check_against_brute_force(design(seed, most_rows))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 109))
def test_brute_force_gives_the_same_on_more_designs(seed):
    check_against_brute_force(design(seed, 1 + seed % 3))


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("most_rows", [1, 2, 3, 5])
def test_it_converges(regime, most_rows):
    check_that_it_converges(regime, design(40 + most_rows, most_rows))


@pytest.mark.long
@pytest.mark.parametrize("first", range(1000, 1500, 25))
def test_it_converges_on_five_hundred_designs(first):
    check_that_it_converges("partial_pooling", design(first, 1 + first // 25 % 5))
    for seed in range(first + 1, first + 25):
        exact = exact_posterior("partial_pooling", design(seed, 1 + seed % 5))
        evidence = exact.lattice.log_integral
        assert np.abs(evidence[1:] - evidence[0]).max() < 1e-3


def on_lines(n_subjects, n_rows, alpha=0.3, beta=0.5):
    """Rows that lie exactly on their subject's line, at days of its own."""
    who = np.repeat(np.arange(n_subjects), n_rows)
    x = np.random.default_rng(1).normal(size=len(who))
    return rows(x, np.resize(alpha, n_subjects)[who] + np.resize(beta, n_subjects)[who] * x, who)


OWN = np.linspace(-1, 1, 12)
IMPROPER = {
    "one line, three rows": ("complete_pooling", on_lines(3, 1)),
    "one line, no noise in sight": ("no_pooling", on_lines(3, 3)),
    "lines of one's own": ("no_pooling", on_lines(12, 3, OWN, OWN)),
    "lines of one's own, pooled": ("partial_pooling", on_lines(12, 3, OWN, OWN)),
    "one intercept": ("partial_pooling", on_lines(12, 2, 0.3, OWN)),
    "one slope": ("partial_pooling", on_lines(12, 2, OWN, 0.5)),
    "one line, one row each": ("partial_pooling", on_lines(5, 1)),
    "one line, four rows": ("partial_pooling", on_lines(4, 1)),
    "nothing but zeros": ("partial_pooling", on_lines(12, 2, 0, 0)),
    "each row twice": (
        "partial_pooling",
        rows(np.zeros(24), np.repeat(OWN, 2), np.arange(24) // 2),
    ),
}


@pytest.mark.parametrize(("regime", "data"), IMPROPER.values(), ids=IMPROPER.keys())
def test_an_improper_posterior_is_refused_and_said_to_be_one(regime, data):
    with pytest.raises(ArithmeticError, match=r"improper.*exactly on lines"):
        exact_posterior(regime, data)


PROPER = {  # by one row, or by one subject's own line
    "one line, two rows": ("complete_pooling", on_lines(2, 1)),
    "lines of one's own": ("no_pooling", on_lines(12, 2, OWN, OWN)),
    "lines of one's own, pooled": ("partial_pooling", on_lines(12, 2, OWN**2, OWN)),
    "one intercept": ("partial_pooling", on_lines(12, 1, 0.3, OWN)),
    "not all days equal": ("complete_pooling", on_lines(12, 3, OWN, OWN)),
}


@pytest.mark.parametrize(("regime", "data"), PROPER.values(), ids=PROPER.keys())
def test_a_posterior_that_is_just_proper_is_computed(regime, data):
    check_that_it_converges(regime, data)


@pytest.mark.parametrize("regime", REGIMES)
def test_a_little_noise_is_enough(regime):
    data = on_lines(12, 3)
    y = data.y + 1e-3 * np.random.default_rng(0).normal(size=len(data.y))
    sigma = exact_posterior(regime, rows(data.x, y, data.subject_idx)).summary().loc["sigma"]
    assert 5e-4 < sigma["mean"] < 3e-3


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize(
    ("name", "factor", "shift"),
    [("y", 57.7, 300), ("y", 1e9, 0), ("x", 1, 1.7e9), ("x", 1e6, 0), ("y", 1, 10)],
)
def test_rows_that_are_not_standardised_are_refused_before_anything_is_computed(
    regime, name, factor, shift, monkeypatch
):
    data = design(7)
    monkeypatch.setattr(posterior, "condition", None)
    changed = replace(data, **{name: factor * getattr(data, name) + shift})
    with pytest.raises(ValueError, match=f"{name} has a root mean square of .* pooling.standard"):
        exact_posterior(regime, changed)


def test_what_does_not_converge_says_so_and_what_to_do(monkeypatch):
    monkeypatch.setattr(quadrature, "TOLERANCE", 1e-14)
    with pytest.raises(ArithmeticError, match=r"halves of the lattice still differ.*inference.fit"):
        exact_posterior("complete_pooling", design(7))
