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
