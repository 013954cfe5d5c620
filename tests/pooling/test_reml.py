"""REML against lme4, against closed forms, and against dense algebra."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal

from pooling import load_sleepstudy
from pooling.least_squares import least_squares_lines
from pooling.lme4 import load_lme4
from pooling.reml import profile_of_tau_alpha, reml
from pooling.restricted import Rows

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "lme4.json").read_text())
NAMES = [name for name in REFERENCE if name.startswith(("sleepstudy", "thinned"))]


def rows_of(name):
    frame = load_sleepstudy("full" if name.startswith("sleepstudy") else "train")
    return frame[frame["day"] >= 2] if "from_day2" in name else frame


def origin_of(name, frame):
    return frame["day"].mean() if "meanday" in name else 0.0


def scales_of(fit):
    sds = [sd for group in fit["sd"].values() for sd in group.values()]
    rho = next((each for each in fit["corr"].values() if isinstance(each, float)), None)
    return sds, rho


@pytest.mark.parametrize("name", NAMES)
def test_the_fits_are_those_of_lme4(name):
    """Relative 1e-4: lme4 stops when it gains no more; two of its own fits differ by 2e-5."""
    theirs, frame = REFERENCE[name], rows_of(name)
    ours = reml(frame, correlated="correlated" in name, origin=origin_of(name, frame))
    sds, rho = scales_of(theirs)
    np.testing.assert_allclose(ours.fixed, list(theirs["fixef"].values()), rtol=1e-4)
    np.testing.assert_allclose(ours.standard_errors, list(theirs["se"].values()), rtol=1e-4)
    np.testing.assert_allclose(ours.tau, sds, rtol=1e-4)
    assert ours.sigma == pytest.approx(theirs["sigma"], rel=1e-4)
    assert ours.singular == theirs["singular"]
    if rho is not None:
        assert ours.rho == pytest.approx(rho, abs=1e-4)
    # A likelihood is flat at its top: it agrees to more digits, and ours may not be lower.
    assert -1e-8 < ours.log_likelihood - theirs["loglik"] < 1e-6


def test_the_table_that_is_packed_has_the_reference_fits():
    table = load_lme4()
    assert len(table) == len(NAMES)
    words = {"full": "all", "train": "training"}
    for name in NAMES:
        fit = REFERENCE[name]
        sds, rho = scales_of(fit)
        rows = words["full" if name.startswith("sleepstudy") else "train"]
        here = table[
            (table["rows"] == ("from day 2" if "from_day2" in name else rows))
            & (table["origin"] == ("mean day" if "meanday" in name else "day 0"))
            & (table["correlated"] == ("correlated" in name))
        ]
        assert len(here) == 1
        row = here.iloc[0]
        assert [row["intercept"], row["slope"]] == list(fit["fixef"].values())
        assert [row["se_intercept"], row["se_slope"]] == list(fit["se"].values())
        assert [row["tau_alpha"], row["tau_beta"]] == sds
        assert pd.isna(row["rho"]) if rho is None else row["rho"] == rho
        assert row["sigma"] == fit["sigma"]
        assert row["log_likelihood"] == fit["loglik"]
        assert row["singular"] == fit["singular"]


def test_with_balanced_rows_reml_has_a_closed_form():
    """Everybody has the same days: the covariance of least-squares lines is that of two sums."""
    frame = load_sleepstudy("full")
    fit = reml(frame)
    lines = least_squares_lines(frame)
    coefficients = lines[["intercept", "slope"]].to_numpy()
    variance = (lines["residual_sd"] ** 2 * 10).sum() / (180 - 36)
    X = np.column_stack([np.ones(10), np.arange(10)])
    between = np.cov(coefficients.T) - variance * np.linalg.inv(X.T @ X)
    assert fit.sigma**2 == pytest.approx(variance, rel=1e-4)
    np.testing.assert_allclose(fit.tau, np.sqrt(np.diag(between)), rtol=1e-4)
    np.testing.assert_allclose(fit.fixed, coefficients.mean(axis=0))
    errors = coefficients.std(axis=0, ddof=1) / np.sqrt(18)
    np.testing.assert_allclose(fit.standard_errors, errors, rtol=1e-4)


@pytest.fixture(scope="module")
def dense():
    """Rows of few people, scales, and the covariances that follow, as large matrices."""
    frame = load_sleepstudy("train").query("subject <= 331")
    tau, sigma, rho = np.array([21.0, 5.0]), 27.0, 0.3
    X = np.column_stack([np.ones(len(frame)), frame["day"] - 3.0])
    who = pd.factorize(frame["subject"])[0]
    T = np.array([[tau[0] ** 2, rho * tau.prod()], [rho * tau.prod(), tau[1] ** 2]])
    Z = np.zeros((len(frame), 2 * (who.max() + 1)))
    for column in (0, 1):
        Z[np.arange(len(frame)), 2 * who + column] = X[:, column]
    V = Z @ np.kron(np.eye(who.max() + 1), T) @ Z.T + sigma**2 * np.eye(len(frame))
    y = frame["reaction"].to_numpy()
    return frame, tau, sigma, rho, X, V, y


def test_the_likelihood_is_the_integral_over_the_populations_line(dense):
    """Bayes' theorem at any line: p(y) = p(y | line) p(line) / p(line | y), under a flat prior."""
    frame, tau, sigma, rho, X, V, y = dense
    covariance = np.linalg.inv(X.T @ np.linalg.solve(V, X))
    line = covariance @ X.T @ np.linalg.solve(V, y)
    for at in (line, line + np.array([4.0, -2.0])):
        expected = multivariate_normal(X @ at, V).logpdf(y)
        expected -= multivariate_normal(line, covariance).logpdf(at)
        found = Rows(frame, origin=3.0).log_likelihood(tau, sigma, rho)
        assert found == pytest.approx(expected, abs=1e-8)


def test_lines_and_their_errors_solve_the_equations_of_mixed_models():
    """Henderson's equations: population's line and deviations at once, no covariance of rows."""
    frame = load_sleepstudy("train")
    fit = reml(frame, origin=3.0)
    X = np.column_stack([np.ones(len(frame)), frame["day"] - 3.0])
    who = frame["subject_idx"].to_numpy()
    Z = np.zeros((len(frame), 36))
    for column in (0, 1):
        Z[np.arange(len(frame)), 2 * who + column] = X[:, column]
    design = np.column_stack([X, Z])
    precision = design.T @ design / fit.sigma**2
    T = fit.sigma**2 * fit.factor @ fit.factor.T
    precision[2:, 2:] += np.kron(np.eye(18), np.linalg.inv(T))
    covariance = np.linalg.inv(precision)
    solved = covariance @ design.T @ frame["reaction"].to_numpy() / fit.sigma**2
    np.testing.assert_allclose(fit.fixed, solved[:2])
    np.testing.assert_allclose(fit.fixed_covariance, covariance[:2, :2])
    np.testing.assert_allclose(fit.lines, solved[:2] + solved[2:].reshape(18, 2))
    known = np.linalg.inv(precision[2:, 2:])
    for s in range(18):
        own = slice(2 + 2 * s, 4 + 2 * s)
        person = np.zeros((2, 38))
        person[:, :2] = person[:, own] = np.eye(2)
        np.testing.assert_allclose(fit.line_covariances[s], person @ covariance @ person.T)
        deviation = known[2 * s : 2 * s + 2, 2 * s : 2 * s + 2]
        np.testing.assert_allclose(fit.deviation_covariances[s], deviation)


def test_correlated_effects_are_the_same_model_at_every_origin():
    frame = load_sleepstudy("train")
    fits = [reml(frame, origin=origin) for origin in (0.0, 4.0, 20.0)]
    for other in fits[1:]:
        assert other.log_likelihood == pytest.approx(fits[0].log_likelihood, abs=1e-7)
        np.testing.assert_allclose(other.lines[:, 1], fits[0].lines[:, 1], atol=1e-5)


def test_a_spread_of_zero_is_found_and_called_singular():
    frame = load_sleepstudy("train")
    seven = frame[frame.groupby("subject")["day"].transform("size") == 10]
    fit = reml(seven, correlated=False)
    assert fit.singular
    assert fit.tau[0] < 0.01
    assert np.ptp(fit.lines[:, 0]) < 1e-3
    assert not reml(seven, correlated=False, origin=4.5).singular
    linked = reml(seven)
    assert linked.singular
    assert linked.rho == pytest.approx(1, abs=1e-6)


def test_without_any_spread_everybody_has_the_least_squares_line():
    frame = load_sleepstudy("train")
    given = Rows(frame).given(np.zeros((2, 2)))
    assert (given.deviations == 0).all()
    everybody = np.polyfit(frame["day"], frame["reaction"], 1)[::-1]
    np.testing.assert_allclose(given.fixed, everybody)


def test_what_does_not_vary_does_not_correlate():
    fit = reml(load_sleepstudy("train"))
    assert np.isnan(replace(fit, factor=np.diag([1.0, 0.0])).rho)
    assert replace(fit, factor=np.eye(2)).rho == 0


def test_the_profile_meets_the_fit_at_its_top():
    frame = load_sleepstudy("train")
    fit = reml(frame, correlated=False)
    profile = profile_of_tau_alpha(frame, fit.tau[0] * np.array([0.7, 1.0, 1.4]))
    assert profile[1] == pytest.approx(fit.log_likelihood, abs=1e-5)
    assert profile[1] > max(profile[0], profile[2]) + 0.05


def test_units_move_with_the_rows():
    """Days in half days: slopes and their spread halve, and nothing else moves."""
    frame = load_sleepstudy("train")
    once, twice = reml(frame), reml(frame.assign(day=2 * frame["day"]))
    np.testing.assert_allclose(twice.tau, once.tau / [1, 2], rtol=1e-4)
    np.testing.assert_allclose(twice.lines, once.lines / [1, 2], rtol=1e-4)
    assert twice.log_likelihood - once.log_likelihood == pytest.approx(-np.log(2), abs=1e-6)


def test_one_day_determines_no_slope():
    frame = load_sleepstudy("train").query("day == 0")
    with pytest.raises(ValueError, match="all rows are of one day"):
        reml(frame)


def test_two_rows_leave_nothing_for_the_noise():
    with pytest.raises(ValueError, match="only two rows"):
        reml(load_sleepstudy("train").iloc[:2])


@pytest.mark.parametrize("slope", [0.0, 2.0])
def test_rows_exactly_on_lines_are_refused_unless_no_line_could_miss_them(slope):
    who, day = np.repeat(np.arange(6), 4), np.tile(np.arange(4.0), 6)
    on_lines = pd.DataFrame({"subject": who, "day": day, "reaction": 250 + slope * who * day})
    with pytest.raises(ArithmeticError, match="exactly on lines"):
        reml(on_lines)
    two_each = on_lines[on_lines["day"] < 2]
    assert reml(two_each.assign(reaction=load_sleepstudy()["reaction"])).sigma > 1


def test_what_is_missing_is_named():
    with pytest.raises(ValueError, match="subject"):
        reml(load_sleepstudy("train").drop(columns="subject"))
    with pytest.raises(TypeError, match="DataFrame"):
        reml([1, 2, 3])
