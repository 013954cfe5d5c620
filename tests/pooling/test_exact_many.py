"""Many subjects: what makes the exact posterior quick must not change it."""

from dataclasses import replace

import numpy as np
import pytest
from made_rows import rows

from pooling.exact import designs, exact_posterior, parameters, predictive, region
from pooling.exact.conditional import condition
from pooling.exact.spread import uncorrelated
from pooling.exact.sums import near, sums_over
from pooling.exact.thinning import thinned

DAYS = np.linspace(-1.6, 1.6, 10)
KINDS = ("same days", "shared days", "all days different", "unbalanced")
NEVER = 10**9  # subjects


def simulate(kind, n_subjects, tau_beta=0.3, seed=0):
    rng = np.random.default_rng([seed, n_subjects])
    counts = np.full(n_subjects, 10)
    if kind == "unbalanced":
        counts = rng.integers(1, 12, n_subjects)
    if kind == "shared days":
        counts = rng.integers(1, 11, n_subjects)
    subject_idx = np.repeat(np.arange(n_subjects), counts)
    x = rng.uniform(-1.7, 1.7, len(subject_idx))
    if "days different" not in kind and kind != "unbalanced":  # the first ones, if not all
        x = np.concatenate([DAYS[:count] for count in counts])
    alpha = rng.normal(0.0, 0.6, n_subjects)[subject_idx]
    beta = rng.normal(0.5, tau_beta, n_subjects)[subject_idx]
    y = rng.normal(alpha + beta * x, 0.5)
    return rows(x, y, subject_idx, n_subjects)


def test_subjects_of_one_design_share_their_days():
    data = simulate("shared days", 300)
    statistics = condition("partial_pooling", data).statistics
    found = designs.designs_of(statistics)
    days = [tuple(data.x[data.subject_idx == subject]) for subject in range(300)]
    assert len(found.first) == len(set(days)) == 10
    of_days = dict(zip((days[first] for first in found.first), range(10), strict=True))
    np.testing.assert_array_equal(found.of_subject, [of_days[each] for each in days])
    np.testing.assert_allclose(
        found.total(statistics.sum_y),
        [statistics.sum_y[found.of_subject == design].sum() for design in range(10)],
    )


@pytest.mark.parametrize("kind", ["all days different", "unbalanced"])
def test_where_days_are_not_shared_there_are_no_designs(kind):
    for n_subjects in (1, 12, 3000):
        statistics = condition("partial_pooling", simulate(kind, n_subjects)).statistics
        assert designs.designs_of(statistics) is None


def test_days_with_the_same_sums_are_not_taken_for_the_same():
    # One of three days is the mean day: it adds nothing to either sum.
    x = np.tile([-1.0, 1.0, -1.0, 0.0, 1.0], 20)
    subject_idx = np.repeat(np.arange(40), [2, 3] * 20)
    data = rows(x, np.arange(100) / 60 - 0.8, subject_idx)
    found = condition("partial_pooling", data).designs
    np.testing.assert_array_equal(found.of_subject, [0, 1] * 20)


@pytest.mark.parametrize("kind", ["same days", "shared days"])
def test_sums_over_designs_are_those_over_subjects(kind):
    model = condition("partial_pooling", simulate(kind, 500))
    a, b = np.exp(np.random.default_rng(4).normal(0, 4, (2, 50, 1)))
    found, by_subject = (
        sums(uncorrelated(a, b)) for sums in (model.sums, sums_over(model.statistics))
    )
    np.testing.assert_allclose(found[0], by_subject[0], rtol=1e-13)
    for name, values in vars(by_subject[1]).items():
        size = np.abs(getattr(model.statistics, name)).sum()
        np.testing.assert_allclose(getattr(found[1], name), values, rtol=1e-12, atol=1e-13 * size)


def test_made_up_subjects_tell_of_the_real_ones():
    statistics = condition("partial_pooling", simulate("shared days", 400)).statistics
    for subjects in (np.flatnonzero(statistics.n == count) for count in (1, 2, 10)):
        made_up, interpolate = designs.around(statistics, subjects, 4)
        own = statistics.of(subjects)
        for name in ("sum_y", "sum_xy", "cross_1", "cross_x"):
            size = np.abs(getattr(made_up, name)).max() or 1.0
            numbers, expected = (getattr(each, name) / size for each in (made_up, own))
            found, last = interpolate(np.stack([numbers, numbers**3, numbers**5]))
            assert (last[:2] < 1e-14).all()
            assert last[2] > 1e-3 or not numbers.any()
            np.testing.assert_allclose(found[:2], [expected, expected**3], atol=1e-14)


def term_by_term(data, monkeypatch):
    """The posterior with all nodes of the lattice, and every sum over all subjects."""
    for module in (region, parameters, predictive):
        monkeypatch.setattr(module, "MANY", NEVER)
    monkeypatch.setattr(designs, "SHARED", NEVER)
    return exact_posterior("partial_pooling", data)


def assert_the_same(summary, expected):
    off = (summary - expected).abs().div(expected["sd"], axis=0).max()
    assert (off < [1e-6, 1e-6, 1e-4, 1e-4]).all(), off


@pytest.mark.parametrize("kind", KINDS)
def test_polynomials_give_the_sums(kind):
    statistics = condition("partial_pooling", simulate(kind, 500)).statistics
    low, high = np.array([-0.5, -1.4]), np.array([1.1, -0.2])
    exact, quick = sums_over(statistics), near(statistics, low, high)
    assert quick.__class__ is not exact.__class__  # there are polynomials
    inside = np.random.default_rng(3).uniform(low, high, (200, 2))
    outside = np.array([[-0.6, -1.0], [0.0, 0.1], [30.0, -30.0]])
    a, b = np.exp(np.concatenate([inside, outside])).T[..., None]
    (log_determinant, sums), (expected_log, expected) = (
        sums(uncorrelated(a, b)) for sums in (quick, exact)
    )
    np.testing.assert_allclose(log_determinant, expected_log, rtol=1e-13)
    for name, values in vars(expected).items():
        size = np.abs(getattr(statistics, name)).sum()  # a sum may be zero but for rounding
        np.testing.assert_allclose(getattr(sums, name), values, rtol=1e-12, atol=1e-13 * size)


def test_a_part_too_wide_for_polynomials_is_summed_term_by_term():
    statistics = condition("partial_pooling", simulate("unbalanced", 300)).statistics
    wide = near(statistics, np.array([-20.0, -2.0]), np.array([4.0, 0.0]))
    a, b = np.exp(np.array([[-15.0, -1.0], [3.0, -0.5]])).T[..., None]
    (found_log, found), (expected_log, expected) = (
        sums(uncorrelated(a, b)) for sums in (wide, sums_over(statistics))
    )
    np.testing.assert_equal(found_log, expected_log)
    np.testing.assert_equal(vars(found), vars(expected))


def test_determinants_too_large_to_be_multiplied_are_not():
    statistics = condition("partial_pooling", simulate("same days", 300)).statistics
    a = b = np.array([[1e25]])
    log_determinant, _ = sums_over(statistics)(uncorrelated(a, b))
    each = np.log(1 + a * statistics.n + b * statistics.sum_xx + a * b * statistics.gram_1x)
    np.testing.assert_allclose(log_determinant, each.sum(axis=1, keepdims=True), rtol=1e-14)


def test_few_nodes_have_the_moments_of_all():
    lattice = exact_posterior("partial_pooling", simulate("unbalanced", 300)).lattice
    for degree, few in zip((3, 4, 5), thinned(lattice), strict=True):
        assert len(few.weights) < len(lattice.index) / 20
        mean = lattice.weights[0] @ lattice.t
        sd = np.sqrt(lattice.weights[0] @ (lattice.t - mean) ** 2)
        t = {tuple(scales): t for scales, t in zip(lattice.scales, lattice.t, strict=True)}
        own = np.array([t[tuple(scales)] for scales in few.scales])
        for powers in ([1, 1, 1], [degree, 0, 0], [0, degree - 1, 1]):
            moment = (((own - mean) / sd) ** powers).prod(axis=1) @ few.weights
            expected = (((lattice.t - mean) / sd) ** powers).prod(axis=1) @ lattice.weights[0]
            assert moment == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_quick_and_term_by_term_are_the_same(kind, monkeypatch):
    data = simulate(kind, 300)
    quick = exact_posterior("partial_pooling", data)
    summary, loo = quick.summary(), quick.loo()
    slow = term_by_term(data, monkeypatch)
    assert_the_same(summary, slow.summary())
    assert quick.log_evidence == pytest.approx(slow.log_evidence, abs=1e-6)
    np.testing.assert_allclose(loo, slow.loo(), atol=1e-6)


def test_new_rows_are_predicted_the_same(monkeypatch):
    data = simulate("same days", 1000)
    rows = data.subject_idx % 50 == 0
    some = replace(data, x=data.x[rows], y=data.y[rows][::-1], subject_idx=data.subject_idx[rows])
    found = exact_posterior("partial_pooling", data).log_predictive(some)
    expected = term_by_term(data, monkeypatch).log_predictive(some)
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("kind", ["same days", "unbalanced"])
def test_where_the_quickest_way_does_not_do_another_is_taken(monkeypatch, kind):
    data = simulate(kind, 200, tau_beta=0.0)  # a spread that may be zero
    summary = exact_posterior("partial_pooling", data).summary()
    assert_the_same(summary, term_by_term(data, monkeypatch).summary())


def test_a_sample_that_leads_astray_does_no_harm(monkeypatch):
    monkeypatch.setattr(region, "SAMPLE", 100)
    data = simulate("all days different", 199 * 2 + 1)
    flat = data.subject_idx % 4 == 0  # those that the sample takes
    y = np.where(flat, 0.05 * data.y, data.y)
    data = replace(data, y=y)
    summary = exact_posterior("partial_pooling", data).summary()
    assert_the_same(summary, term_by_term(data, monkeypatch).summary())


@pytest.mark.parametrize("regime", ["correlated_effects", "no_pooling"])
def test_other_models_of_shared_days_are_the_same(monkeypatch, regime):
    data = simulate("shared days", 41)
    quick = exact_posterior(regime, data)
    monkeypatch.setattr(designs, "SHARED", NEVER)
    slow = exact_posterior(regime, data)
    assert quick.conditional.designs
    assert not slow.conditional.designs
    assert_the_same(quick.summary(), slow.summary())
    assert quick.log_evidence == pytest.approx(slow.log_evidence, abs=1e-8)


@pytest.mark.slow
def test_ten_thousand_subjects_are_as_a_finer_lattice_has_them(monkeypatch):
    data = simulate("unbalanced", 10_000)
    quick = exact_posterior("partial_pooling", data)
    monkeypatch.setattr("pooling.exact.quadrature.TOLERANCE", 1e-6)  # a finer lattice
    monkeypatch.setattr("pooling.exact.quadrature.DROP", 30.0)  # and a wider one
    finer = exact_posterior("partial_pooling", data)
    assert len(finer.lattice.index) > 2 * len(quick.lattice.index)
    assert quick.log_evidence == pytest.approx(finer.log_evidence, abs=1e-6)
    off = (quick.summary() - finer.summary()).abs().max()
    assert (off < [1e-6, 1e-6, 1e-4, 1e-4]).all(), off
    assert (off <= quick.error[off.index] + 1e-6).all()
