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
