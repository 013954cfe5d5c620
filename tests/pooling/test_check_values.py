"""Numbers that tasks ask for: those of any seed pass, and slips have their reason."""

import jax
import numpy as np
import pandas as pd
import pytest

from pooling.answers.values import VALUES, train
from pooling.checks import check_value
from pooling.compare import heldout_elpd
from pooling.exact import exact_posterior
from pooling.models import REGIMES


@pytest.mark.parametrize("name", VALUES)
def test_the_right_value_passes_in_any_wrapping(name):
    value = VALUES[name]
    right = value.expected()
    assert check_value(name, right).passed
    if value.parts:
        wrapped = [list(right.values()), np.array([*right.values()]), pd.Series(right)]
    else:
        wrapped = [float(right), np.float32(right), np.array([right]), jax.numpy.asarray(right)]
    for each in wrapped:
        assert check_value(name, each).passed, type(each)


@pytest.mark.parametrize(
    ("name", "says", "slip"),
    [(name, says, slip) for name, value in VALUES.items() for says, slip in value.slips.items()],
)
def test_a_slip_is_told_by_its_reason(name, says, slip):
    verdict = check_value(name, slip())
    assert not verdict.passed
    assert f"is {says}." in verdict.message, verdict.message
    assert f"Read again: {VALUES[name].section}" in verdict.message


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("common_slope", lambda v: v / train().scaler.ms_per_day, "standardised scale"),
        ("common_slope", lambda v: v * train().scaler.day_sd, "standard deviation of the days"),
        ("population_slope_mean", lambda v: v / 19.36288, "standardised scale"),
        ("spread_of_slopes", lambda v: v**2, "squared variance"),
        ("spread_of_slopes", np.sqrt, "square root"),
        ("sigma", lambda v: list(v.values())[::-1], "complete_pooling"),
        ("sigma", lambda v: {k: each**2 for k, each in v.items()}, "complete_pooling squared"),
        ("sigma", lambda v: dict.fromkeys(("a", "b"), 1.0), "three complete_pooling"),
        ("heldout_elpd", lambda v: {k: -each for k, each in v.items()}, "sign"),
        ("heldout_elpd", lambda v: {k: each / 70 for k, each in v.items()}, "mean rows sum"),
        ("heldout_elpd", lambda v: -51.3, "one number three"),
        ("heldout_lead", lambda v: -v, "wrong way round"),
        ("heldout_lead", lambda v: float("nan"), "NaN"),
        ("heldout_lead", lambda v: None, "not written yet"),
        ("heldout_lead", lambda v: ..., "not written yet"),
        ("heldout_lead", lambda v: "5.6", "text numbers"),
        ("heldout_lead", lambda v: [v, v], "shape one number"),
        ("spread_of_means", lambda v: v * np.sqrt(110 / 109), "ddof=1"),
        ("ratio_of_sds", lambda v: 1 / v, "smallest over the largest"),
        ("log_evidence", np.exp, ""),
        ("log_evidence", lambda v: v - np.log(0.02), "width steps"),
        ("ms_per_day", lambda v: 1 / v, "other way round"),
    ],
)
def test_other_values_are_refused(name, change, words):
    verdict = check_value(name, change(VALUES[name].expected()))
    assert not verdict.passed
    plain = verdict.message.replace("`", "")
    missing = [word for word in words.split() if word not in plain]
    assert [word for word in missing if word != "three"] == [], verdict.message
    assert "Read again: " in verdict.message


@pytest.mark.parametrize("seed", range(12))
def test_draws_of_any_seed_pass(seed):
    """Independent draws, fewer than the course's chains are worth."""
    heldout = {}
    draws = {
        name: exact_posterior(name, train()).draws(jax.random.PRNGKey(seed), 1500)
        for name in REGIMES
    }
    sigma = {name: float(each["posterior"]["sigma"].mean()) for name, each in draws.items()}
    assert check_value("sigma", sigma).passed
    for name, (regime, parameter) in {
        "common_slope": ("complete_pooling", "beta"),
        "population_slope_mean": ("partial_pooling", "mu_beta"),
        "spread_of_slopes": ("partial_pooling", "tau_beta"),
    }.items():
        mean = float(draws[regime]["posterior"][parameter].mean())
        assert check_value(name, mean * train().scaler.ms_per_day).passed
    if seed < 2:
        from pooling import load_sleepstudy, standardise

        rows = standardise(load_sleepstudy("heldout"), scaler=train().scaler)
        for name, model in REGIMES.items():
            heldout[name] = heldout_elpd(model, draws[name], rows).sum()
        assert check_value("heldout_elpd", heldout).passed
        lead = heldout["partial_pooling"] - heldout["no_pooling"]
        assert check_value("heldout_lead", lead).passed


def test_posteriors_of_any_seed_pass_and_others_do_not(posteriors):
    assert check_value("posteriors", posteriors).passed
    swapped = posteriors | {"no_pooling": posteriors["complete_pooling"]}
    assert "no parameter" in check_value("posteriors", swapped).message
    moved = posteriors["partial_pooling"].copy()
    moved["posterior"]["sigma"] = moved["posterior"]["sigma"] + 0.05
    verdict = check_value("posteriors", posteriors | {"partial_pooling": moved})
    assert "another posterior: the mean of `sigma`" in verdict.message
    for nonsense in (None, ..., 3, {}, {"complete_pooling": 1}, dict.fromkeys(REGIMES, 1)):
        verdict = check_value("posteriors", nonsense)
        assert not verdict.passed
        assert "Read again: Task 2" in verdict.message


def test_a_name_that_is_none_is_the_callers_mistake():
    with pytest.raises(ValueError, match="no value 'lead'; there are ms_per_day, "):
        check_value("lead", 5.6)
    with pytest.raises(TypeError, match="name must be a string, but is of type float"):
        check_value(5.6, "lead")
