"""The published figures: complete, and right within Monte Carlo error."""

import json
import math
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[1] / "reference"

REGIMES = {"complete pooling": 3, "no pooling": 37, "partial pooling": 41}
COLUMNS = {"mean", "sd", "eti89_lb", "eti89_ub", "mcse_mean", "ess_bulk", "ess_tail", "r_hat"}


def test_every_parameter_of_every_model_is_published(results):
    summary = results["results"]["posterior_summary"]
    assert {regime: len(parameters) for regime, parameters in summary.items()} == REGIMES
    for parameters in summary.values():
        for values in parameters.values():
            assert set(values) >= COLUMNS
            assert all(math.isfinite(value) for value in values.values())


def test_divergences_and_both_criteria_are_published(results):
    published = results["results"]
    for regime in REGIMES:
        assert published["diagnostics"][regime]["divergences"] >= 0
        assert math.isfinite(published["psis_loo"][regime]["elpd"])
        assert math.isfinite(published["heldout_elpd"][regime]["ELPD"])


@pytest.mark.parametrize(
    ("regime", "elpd", "tolerance"),
    [
        ("complete pooling", -83.06, 0.1),
        ("no pooling", -56.87, 0.5),
        ("partial pooling", -51.26, 0.25),
    ],
)
def test_the_published_heldout_elpd_is_the_known_one(results, regime, elpd, tolerance):
    assert results["results"]["heldout_elpd"][regime]["ELPD"] == pytest.approx(elpd, abs=tolerance)


def test_every_claim_is_listed_and_holds(results, project):
    claims = results["claims"]
    assert all(claim["holds"] is True for claim in claims)
    with_claims = {claim["chapter"] for claim in claims}
    assert with_claims == {
        chapter.source
        for chapter in project.chapters
        if chapter.source.startswith("chapters/") or chapter.source == "index.qmd"
    }
    assert len(claims) > 50


def test_every_published_mean_has_an_exact_one_within_its_error(results):
    published = results["results"]
    for regime, n in REGIMES.items():
        exact, sampled = (
            published["exact_posterior"][regime],
            published["posterior_summary"][regime],
        )
        assert set(exact) == set(sampled)
        assert len(exact) == n
        for name, row in exact.items():
            z = (sampled[name]["mean"] - row["mean"]) / sampled[name]["mcse_mean"]
            assert abs(z) < 6, f"{regime}: {name}"


def test_what_outliers_are_worth_is_published_and_the_known_one(results):
    published = results["results"]
    assert published["heavy_tails"]["nu"] == pytest.approx(2.59, abs=0.15)
    # σ of Student's t is a scale; under normal scatter it is about 0.54.
    assert published["heavy_tails"]["sigma"] == pytest.approx(0.255, abs=0.01)
    leads = published["outliers_leads"]
    assert leads["heavy tails"]["LOO"] == pytest.approx(-83.6, abs=0.6)
    assert leads["heavy tails"]["Held-out"] == pytest.approx(-43.0, abs=0.8)
    # Not what PSIS-LOO gives, which is about 5 nats better.
    assert leads["own weights"]["LOO"] == pytest.approx(-95.4, abs=0.8)
    assert leads["own weights"]["Held-out"] == pytest.approx(-43.0, abs=0.8)
    exact = published["exact_loo"]["partial pooling"]
    assert leads["partial pooling"]["LOO"] == pytest.approx(exact, abs=1e-3)
    for model, shares in published["outliers_checks"].items():
        assert (max(shares.values()) < 0.01) == (model == "partial pooling")


def test_the_exact_scores_are_published(results):
    published = results["results"]
    for regime in REGIMES:
        heldout = published["heldout_elpd"][regime]
        off = heldout["ELPD"] - published["exact_heldout_elpd"][regime]
        assert abs(off) < 6 * heldout["MC error"]
        assert published["log_evidence"][regime] < published["exact_loo"][regime]


def test_the_published_reml_fit_is_that_of_lme4(results):
    """Five digits: where lme4's optimiser stopped, the likelihood has none more to tell."""
    theirs = json.loads((REFERENCE / "lme4.json").read_text())
    fit, published = theirs["thinned_independent_meanday"], results["results"]["reml_training_rows"]
    assert published == pytest.approx(
        {
            "intercept": fit["fixef"]["(Intercept)"],
            "slope": fit["fixef"]["c"],
            "se_intercept": fit["se"]["(Intercept)"],
            "se_slope": fit["se"]["c"],
            "tau_alpha": fit["sd"]["subject"]["(Intercept)"],
            "tau_beta": fit["sd"]["subject.1"]["c"],
            "sigma": fit["sigma"],
            "log_likelihood": fit["loglik"],
        },
        rel=1e-4,
    )
    likelihoods = results["results"]["reml_log_likelihoods"]
    for name, key in {
        "all, day 0, one": "sleepstudy_correlated_day0",
        "all, mean day, one": "sleepstudy_correlated_meanday",
        "all, day 0, two": "sleepstudy_independent_day0",
        "all, mean day, two": "sleepstudy_independent_meanday",
        "training, day 0, one": "thinned_correlated_day0",
        "training, mean day, one": "thinned_correlated_day0",  # the same on any day
        "training, day 0, two": "thinned_independent_day0",
        "training, mean day, two": "thinned_independent_meanday",
    }.items():
        assert likelihoods[name] == pytest.approx(theirs[key]["loglik"], abs=1e-5)


def test_what_a_correlation_adds_is_published(results):
    published = results["results"]["correlated_effects"]
    rho, waist = published["rho"], published["waist_days"]
    assert 0 < rho["eti89_lb"] < rho["mean"] < rho["eti89_ub"] < 1
    assert waist["low"] < waist["median"] < waist["high"] < 4.1  # the mean day
    likelihood = published["restricted_log_likelihood"]
    theirs = json.loads((REFERENCE / "lme4.json").read_text())
    for rows, name, key in (
        ("110 training rows", "Independent, mean day", "thinned_independent_meanday"),
        ("110 training rows", "Correlated, day 0", "thinned_correlated_day0"),
        ("all 180 rows", "Independent, day 0", "sleepstudy_independent_day0"),
        ("all 180 rows", "Correlated, mean day", "sleepstudy_correlated_meanday"),
    ):
        assert likelihood[rows][name] == pytest.approx(theirs[key]["loglik"], abs=1e-5)
    evidence = published["log_evidence"]
    assert evidence["Independent, mean day"] == pytest.approx(
        results["results"]["log_evidence"]["partial pooling"], abs=1e-4
    )
    gap = evidence["Correlated, mean day"] - evidence["Independent, mean day"]
    assert 2.5 < gap < 3.0
    error = published["error_at_baseline_ms"]
    assert error["REML"] < error["correlated effects"] < error["partial pooling"]


@pytest.mark.parametrize(
    ("model", "score", "tolerance"),
    [
        ("complete pooling", -145.623, 0.01),
        ("no pooling", -132.468, 0.01),
        ("partial pooling", -121.156, 0.01),
        ("correlated effects", -116.685, 0.01),
        ("heavy tails", -104.6, 1.0),
        ("own scatter", -109.0, 1.5),
    ],
)
def test_the_scores_of_people_left_out_are_the_known_ones(results, model, score, tolerance):
    published = results["results"]["leave_one_person_out"]
    assert published[model]["score"] == pytest.approx(score, abs=tolerance)
    ahead = published[model]["score"] - published["partial pooling"]["score"]
    assert published[model]["lead"] == pytest.approx(ahead, abs=1e-6)


def test_a_stranger_has_the_average_slope_and_a_wider_interval(results):
    published = results["results"]["slope_of_a_stranger_ms_per_day"]
    average, stranger = published["average"], published["stranger"]
    assert stranger["mean"] == pytest.approx(average["mean"], abs=1e-6)
    assert stranger["eti89_lb"] < 0 < 5 < average["eti89_lb"]


def test_the_non_centred_form_sees_the_neck_and_the_centred_one_does_not(results):
    two_rows = results["results"]["two_row_people"]
    exact, share = two_rows["exact"]["noise from others"], two_rows["share"]
    assert exact == pytest.approx(0.0737, abs=0.002)
    assert two_rows["exact"]["alone"] == pytest.approx(0.0391, abs=0.0005)
    assert share["Non-centred"] == pytest.approx(exact, rel=0.2)
    assert share["Centred"] < exact / 2
    assert two_rows["divergences"]["Centred"] > 100 > 24 > two_rows["divergences"]["Non-centred"]


def test_by_weight_the_worst_parameter_is_best_off(results):
    rates = results["results"]["ess_per_1000_gradients"]
    worst = {form: min(rate.values()) for form, rate in rates.items()}
    assert max(worst, key=worst.get) == "By weight"
    assert all(
        set(rate) == {"mu_alpha", "mu_beta", "tau_alpha", "tau_beta", "sigma"}
        for rate in rates.values()
    )
