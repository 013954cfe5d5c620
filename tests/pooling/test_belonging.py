"""Fits are combined with their own model, and with fits to the same rows, or not at all."""

from dataclasses import replace

import jax
import numpy as np
import numpyro
import pytest

from pooling import load_sleepstudy, plots, standardise
from pooling.compare import compare_loo, heldout_elpd, heldout_mcse, loo_by_row
from pooling.exact import exact_posterior
from pooling.fits import check_same_rows
from pooling.models import REGIMES, no_pooling, partial_pooling, partial_pooling_noncentred
from pooling.predict import posterior_predictive

KEY = jax.random.PRNGKey(2)


def draw(regime, data, n=40):
    """A posterior that takes no sampler."""
    return exact_posterior(regime, data).draws(KEY, n)


@pytest.fixture(scope="module")
def drawn(data):
    return {regime: draw(regime, data) for regime in REGIMES}


def reordered(data, order):
    return replace(data, **{name: getattr(data, name)[order] for name in ("x", "y", "subject_idx")})


OTHER = {
    "fewer rows": (lambda d: reordered(d, np.arange(109)), "109 rows against 110"),
    "another order": (lambda d: reordered(d, np.arange(110)[::-1]), "in another order"),
    "another scale": (lambda d: replace(d, y=2 * d.y - 0.5), "on another scale, 2 times as wide"),
    "turned round": (lambda d: replace(d, y=-d.y), "on another scale, -1 times as wide"),
    "one other value": (
        lambda d: replace(d, y=np.where(np.arange(110) == 7, d.y + 1, d.y)),
        "row 7, for one, is",
    ),
}


@pytest.mark.parametrize(("change", "message"), OTHER.values(), ids=OTHER.keys())
def test_fits_to_other_rows_are_not_compared(data, drawn, change, message):
    other = draw("no_pooling", change(data))
    with pytest.raises(ValueError, match=f"'mine' and 'yours' were not fitted .*{message}"):
        compare_loo({"yours": drawn["complete_pooling"], "mine": other})
    with pytest.raises(ValueError, match=f"'no_pooling' and 'data' were not .*{message}"):
        plots.shrinkage_forest(other, drawn["partial_pooling"], data)
    with pytest.raises(ValueError, match="'partial_pooling' and 'data' were not"):
        plots.shrinkage_forest(drawn["no_pooling"], draw("partial_pooling", change(data)), data)
    full = load_sleepstudy("full")
    with pytest.raises(ValueError, match=message):
        plots.three_lines(full, full, drawn | {"no_pooling": other}, data.scaler, [308, 309])


def test_fits_to_the_same_rows_are_compared_whatever_their_precision(data, drawn):
    rounded = drawn["no_pooling"].copy()
    rounded["observed_data"] = rounded["observed_data"].to_dataset().astype(np.float32)
    check_same_rows({"one": drawn["complete_pooling"], "other": rounded})
    assert len(compare_loo(drawn)) == 3


def test_a_comparison_needs_fits_with_their_rows_and_enough_draws(data, drawn):
    with pytest.raises(ValueError, match="two fits or more, not 1"):
        compare_loo({"one": drawn["no_pooling"]})
    for group in ("observed_data", "log_likelihood"):
        bare = drawn["no_pooling"].copy()
        del bare[group]
        with pytest.raises(ValueError, match=f"'bare' .*{group.replace('_l', '.l')}"):
            compare_loo({"whole": drawn["complete_pooling"], "bare": bare})
    few = draw("no_pooling", data, 29)
    with pytest.raises(ValueError, match="'few' has 29 draws, too few"):
        compare_loo({"many": drawn["complete_pooling"], "few": few})
    with pytest.raises(ValueError, match="this posterior has 29 draws, too few"):
        loo_by_row(few)
    assert np.isfinite(loo_by_row(draw("no_pooling", data, 30))).all(axis=None)


def test_a_chain_that_stood_still_is_no_sample_to_reweight(data):
    """Where all of the largest weights are one, k̂ comes out as small, or as no number."""
    posterior = draw("no_pooling", data, 1000)
    density = posterior["log_likelihood"]["obs"]
    worst = int(density.sum("row").argmin("draw").squeeze())
    stuck = np.arange(density.sizes["draw"])
    stuck[100:110] = worst
    assert np.isfinite(loo_by_row(posterior.isel(draw=stuck))).all(axis=None)
    stuck[100:120] = stuck[121:150] = worst
    stood = posterior.isel(draw=stuck)
    with pytest.raises(
        ValueError, match=r"this posterior a chain stood still for (49|50) draws.*Fit again"
    ):
        loo_by_row(stood)
    with pytest.raises(ValueError, match="in 'stuck' a chain stood still"):
        compare_loo({"good": posterior, "stuck": stood})


ANOTHERS = {
    "missing and unknown": (
        no_pooling,
        "complete_pooling",
        "model no_pooling: it has no alpha_s; it has no beta_s; it has alpha, which the model has "
        "not; it has beta, which the model has not",
    ),
    "missing": (
        partial_pooling,
        "no_pooling",
        "it has no mu_alpha; it has no mu_beta; it has no t",
    ),
    "unknown": (no_pooling, "partial_pooling", "it has mu_alpha, which the model has not"),
    "computed": (partial_pooling_noncentred, "partial_pooling", "it has no z_alpha; it has no z_b"),
}


@pytest.mark.parametrize(("model", "regime", "message"), ANOTHERS.values(), ids=ANOTHERS.keys())
def test_a_posterior_of_another_model_predicts_nothing(data, drawn, model, regime, message):
    for predict in (
        lambda: posterior_predictive(model, drawn[regime], data, key=KEY),
        lambda: heldout_elpd(model, drawn[regime], data),
        lambda: heldout_mcse(model, drawn[regime], data),
    ):
        with pytest.raises(ValueError, match=message):
            predict()


def test_a_site_in_another_shape_is_named(data, drawn):
    narrow = drawn["no_pooling"].copy()
    draws = narrow["posterior"].to_dataset()
    draws["beta_s"] = ("chain", "draw", "half"), draws["beta_s"].to_numpy()[..., :9]
    narrow["posterior"] = draws
    with pytest.raises(ValueError, match=r"its beta_s has shape \(9,\), the model's \(18,\)"):
        posterior_predictive(no_pooling, narrow, data, key=KEY)


def test_what_a_model_computes_from_its_rows_is_computed_anew(data, drawn):
    """A line stored for each row of the fit must not stand in for that of another row."""

    def with_lines(x, subject_idx, y=None, n_subjects=18):
        def line(alpha, beta):
            return numpyro.deterministic("line", alpha[subject_idx] + beta[subject_idx] * x)

        with numpyro.plate("subjects", n_subjects):
            alpha = numpyro.sample("alpha_s", numpyro.distributions.Normal(0.0, 1.0))
            beta = numpyro.sample("beta_s", numpyro.distributions.Normal(0.0, 1.0))
        sigma = numpyro.sample("sigma", numpyro.distributions.Exponential(1.0))
        numpyro.sample("obs", numpyro.distributions.Normal(line(alpha, beta), sigma), obs=y)

    stored = drawn["no_pooling"].copy()
    draws = stored["posterior"].to_dataset()
    draws["line"] = ("chain", "draw", "row"), np.zeros((1, 40, 110))
    stored["posterior"] = draws
    np.testing.assert_allclose(
        heldout_elpd(with_lines, stored, data),
        heldout_elpd(no_pooling, drawn["no_pooling"], data),
        rtol=1e-4,
    )


def test_predictions_at_other_rows_are_not_drawn(data, drawn):
    train, full = load_sleepstudy("train"), load_sleepstudy("full")
    rows = standardise(full, scaler=data.scaler)
    predictions = {
        "no_pooling": posterior_predictive(no_pooling, drawn["no_pooling"], rows, key=KEY)
    }
    with pytest.raises(ValueError, match=r"'no_pooling' are at 180 rows, but frame has 110"):
        plots.predictive_grid(train, predictions)
    with pytest.raises(ValueError, match=r"'no_pooling' are at 180 rows, but full has 110"):
        plots.heldout_days(train, train, predictions)
    with pytest.raises(ValueError, match="'no_pooling' has 3 values of k̂ for 110 rows"):
        plots.pareto_k_by_subject({"no_pooling": np.zeros(3)}, data)
