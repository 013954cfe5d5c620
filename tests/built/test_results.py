"""The published figures: complete, and right within Monte Carlo error."""

import math

import pytest

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


def test_the_exact_scores_are_published(results):
    published = results["results"]
    for regime in REGIMES:
        heldout = published["heldout_elpd"][regime]
        off = heldout["ELPD"] - published["exact_heldout_elpd"][regime]
        assert abs(off) < 6 * heldout["MC error"]
        assert published["log_evidence"][regime] < published["exact_loo"][regime]


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
