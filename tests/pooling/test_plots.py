"""Every figure draws what it is given, once, and leaves matplotlib as it was."""

import json
from dataclasses import replace
from itertools import permutations, product

import jax
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch
from matplotlib.path import Path
from matplotlib.text import Text
from scipy.stats import gamma, norm, t

from pooling import load_sleepstudy, plots, standardise
from pooling.compare import heldout_elpd, loo_by_row
from pooling.exact import exact_posterior
from pooling.least_squares import least_squares_lines
from pooling.models import REGIMES
from pooling.plots.any_day import read_at
from pooling.plots.funnel import GRID, spread_and_level
from pooling.plots.style import INK, MODEL_COLOUR, MUTED, REGIME_COLOUR
from pooling.predict import posterior_predictive
from pooling.reml import reml

KEY = jax.random.PRNGKey(1)
WEIGHTS = np.linspace(0.1, 1.3, 110)
LEVELS = np.linspace(-1, 1, 6).reshape(3, 2)
FAN = {
    "lines": np.array([[250.0, 3.0], [270.0, 12.0], [230.0, 15.0]]),
    "mean": np.array([250.0, 10.0]),
    "covariance": np.array([[600.0, 30.0], [30.0, 36.0]]),
}

PATHS = {
    step: (np.column_stack([np.linspace(1, -1, n), np.linspace(0, 2, n)]), np.linspace(0, 1, n))
    for step, n in ((0.05, 41), (0.2, 11))
}
RUN = plots.Run(np.geomspace(0.001, 1, 1000), np.linspace(-1, 1, 1000), np.arange(1000) % 100 == 0)
STUDIES = {regime: (k * LEVELS, LEVELS[::-1]) for k, regime in enumerate(REGIMES)}
LED = ("complete_pooling", "no_pooling", "correlated_effects", "heavy_tails", "scatter_population")
TEN_DAYS = pd.DataFrame({"day": np.arange(10), "reaction": np.linspace(250, 340, 10)}).assign(
    low=lambda each: each["reaction"] - 70,
    high=lambda each: each["reaction"] + 80,
    line_low=lambda each: each["reaction"] - 30,
    line_high=lambda each: each["reaction"] + 40,
)
NEXT_DAYS = dict.fromkeys((337, 335, 332), TEN_DAYS)
KNOWN_WIDTHS = pd.DataFrame(
    {"line": np.linspace(150, 65, 10), "day": np.linspace(180, 118, 10), "noise": 100.0}
)


@pytest.fixture(scope="module")
def train():
    return load_sleepstudy("train")


@pytest.fixture(scope="module")
def figures(train, data, heldout, posteriors):
    full = load_sleepstudy("full")
    full_data = standardise(full, scaler=data.scaler)

    def predict(rows):
        return {
            regime: posterior_predictive(REGIMES[regime], posterior, rows, key=KEY)
            for regime, posterior in posteriors.items()
        }

    scores = pd.DataFrame({r: heldout_elpd(REGIMES[r], p, heldout) for r, p in posteriors.items()})
    lead = scores.rsub(scores["partial_pooling"], axis=0).groupby(heldout.subject_idx).sum()
    exact = {regime: exact_posterior(regime, data) for regime in REGIMES}
    summary = exact["partial_pooling"].summary()["mean"]
    fit = reml(train, correlated=False, origin=data.scaler.day_mean)
    spreads = np.linspace(0, 50, 6)

    numbers = np.append(data.subjects, 0)
    nineteen = replace(data, n_subjects=data.n_subjects + 1, subjects=numbers)
    stranger = exact_posterior("partial_pooling", nineteen)
    before = dict(plt.rcParams)
    drawn = {
        "reml forest": plots.reml_forest(exact["partial_pooling"], fit),
        "reml scales": plots.scales_beside(exact["partial_pooling"], fit),
        "boundary": plots.boundary(train, spreads, -spreads / 10, np.exp(-spreads / 20)),
        "trends": plots.subject_trends(train),
        "standardisation": plots.standardisation(train, data),
        "forest": plots.shrinkage_forest(
            posteriors["no_pooling"], posteriors["partial_pooling"], data
        ),
        "grid": plots.predictive_grid(train, predict(data)),
        "heldout": plots.heldout_days(train, full, predict(full_data)),
        "k": plots.pareto_k_by_subject(
            {regime: loo_by_row(p)["pareto_k"].to_numpy() for regime, p in posteriors.items()}, data
        ),
        "elpd": plots.elpd_comparison({"Once": lead, "Twice": 2 * lead}),
        "nodes": plots.scale_nodes(exact["partial_pooling"]),
        "rows plane": plots.two_rows_in_a_plane(
            data, [372, 309], summary[["mu_alpha", "mu_beta"]], summary
        ),
        "scale": plots.one_scale(exact["no_pooling"]),
        "mixture": plots.slope_mixture(
            exact["partial_pooling"], posteriors["partial_pooling"], 372
        ),
        "z": plots.z_scores(
            {regime: np.linspace(-k, k, 7) for k, regime in enumerate(REGIMES, start=1)}
        ),
        "psis": plots.psis_errors(
            {
                regime: loo_by_row(p).assign(error=np.arange(110.0))
                for regime, p in posteriors.items()
            }
        ),
        "lines": plots.three_lines(train, full, posteriors, data.scaler, [335, 372]),
        "pull": plots.pulled_level(exact["partial_pooling"], 309),
        "hand": plots.pooling_by_hand(exact["partial_pooling"], 309),
        "geometries": plots.two_geometries(KEY),
        "leapfrog": plots.leapfrog_paths(PATHS, spread=1.5, push=(-2.0, 0.5)),
        "where": plots.where_divergent(
            {"tau|level": RUN, "sigma|row": RUN}, {"tau|level": RUN, "sigma|row": RUN}
        ),
        "systems": plots.three_systems(
            {"Centred|slope": RUN, "Non-centred|z": RUN}, RUN.tau, np.full(len(RUN.tau), 1e-3)
        ),
        "widths": plots.widths_in_between(
            np.geomspace(0.01, 3, 50), 0.4, {"one": 1.0, "none": 0.0}, {"all": (0.1, 0.5)}
        ),
        "one row": plots.one_row_out(
            exact, {regime: loo_by_row(p) for regime, p in posteriors.items()}, 309, 6
        ),
        "plates": plots.plate_diagrams(),
        "weights": plots.weight_curves(data),
        "priors": plots.prior_lines(STUDIES, train, data.scaler),
        "shuffled": plots.shuffled_slopes(least_squares_lines(full), data.scaler.day_mean),
        "spreads": plots.spread_posteriors(
            {"as they are": posteriors["partial_pooling"], "again": posteriors["partial_pooling"]},
            data.scaler,
        ),
        "runs": plots.two_runs(
            dict.fromkeys(("Centred", "Non-centred"), posteriors["partial_pooling"]),
            data.scaler,
        ),
        "plane": plots.shrinkage_plane(
            posteriors["no_pooling"],
            posteriors["partial_pooling"],
            data,
            [309, 332, 335, 337, 372],
        ),
        "fan": plots.moving_day(**FAN, day=4.5),
        "ellipses": plots.shrinkage_ellipses(
            least_squares_lines(train),
            {
                "partial_pooling": posteriors["partial_pooling"],
                "correlated_effects": with_correlation(posteriors["partial_pooling"], 0.8),
            },
            data,
            [309, 335, 337, 350, 372],
        ),
        "profile": plots.origin_profile(
            {
                title: {
                    model: (np.arange(4.0), k + np.array([0.0, 3.0, 2.0, 1.0]))
                    for k, model in enumerate(("partial_pooling", "correlated_effects"))
                }
                for title in ("Likelihood", "Evidence")
            },
            2.5,
        ),
        "densities": plots.correlation_densities(
            (1, 2, 5), {"One day": np.linspace(0, 0.9, 99), "Another": np.linspace(-0.9, 0.9, 99)}
        ),
        "errors": plots.error_by_day(
            np.arange(4.0),
            {name: k + np.arange(4.0) for k, name in enumerate(("partial_pooling", "REML"))},
            1.5,
        ),
        "stranger": plots.three_bands(stranger, data.n_subjects),
        "strangers": plots.strangers_by_model(exact, data, 337),
        "people": plots.leads_by_person(
            pd.DataFrame(
                {name: np.linspace(-k, k, 18) for k, name in enumerate(LED, start=1)},
                index=data.subjects,
            ),
            train["subject"].value_counts().to_dict(),
        ),
        "next days": plots.next_days(NEXT_DAYS, KNOWN_WIDTHS),
        "statistics": plots.replicated_statistics(
            {
                name: {regime: np.linspace(0, k, 99) for k, regime in enumerate(REGIMES, start=1)}
                for name in ("first", "second", "third")
            },
            {"first": 1.0, "second": 2.0, "third": 5.0},
        ),
    }
    drawn |= of_outliers(posteriors["partial_pooling"], data)
    assert dict(plt.rcParams) == before
    return drawn


def with_correlation(posterior, rho):
    """The same draws, and a correlation that is the same in all of them."""
    draws = posterior["posterior"].to_dataset()
    tree = posterior.copy()
    tree["posterior"] = xr.DataTree(draws.assign(rho=draws["sigma"] * 0 + rho))
    return tree


def of_outliers(posterior, data):
    draws = posterior["posterior"].to_dataset()
    draws = draws.assign(sigma_s=np.exp(draws["beta_s"] - 1))

    def fitted(n_divergent):
        wrong = np.arange(draws.sizes["chain"] * draws.sizes["draw"]) < n_divergent
        wrong = wrong.reshape(draws.sizes["chain"], draws.sizes["draw"])
        statistics = xr.Dataset({"diverging": (("chain", "draw"), wrong)})
        return xr.DataTree.from_dict({"posterior": draws, "sample_stats": statistics})

    two = {"partial_pooling": fitted(0), "heavy_tails": fitted(0)}
    sigma = 50 * draws["sigma"].to_numpy().ravel()
    off = np.linspace(-90, 90, 110)
    return {
        "weighted": plots.weighted_rows(two, WEIGHTS, data, [332, 308, 335]),
        "tails": plots.scale_and_tails(
            {"partial_pooling": sigma, "heavy_tails": sigma / 2}, 1 + 10 * np.abs(off)[:50] / 90
        ),
        "necks": plots.necks(
            {"scatter_population": fitted(5), "own_weights": fitted(0)}, data, 372
        ),
        "distances": plots.leads_by_distance(
            {"left out": (off, off / 90), "held out": (off[:70], off[:70] / 60)},
            {"partial_pooling": 30.0, "heavy_tails": 14.0},
            2.5,
        ),
    }


def test_a_disc_is_as_large_as_its_row_weighs(figures, data):
    for axes, subject in zip(figures["weighted"].axes, (332, 308, 335), strict=True):
        own = data.subjects[data.subject_idx] == subject
        sizes = axes.collections[0].get_sizes()
        np.testing.assert_allclose(sizes / sizes.sum(), WEIGHTS[own] / WEIGHTS[own].sum())
        drawn = axes.collections[0].get_offsets()[:, 1]
        np.testing.assert_allclose(drawn, data.scaler.to_ms(data.y[own]))


def test_necks_show_each_divergent_transition(figures, posteriors, data):
    left, _ = figures["necks"].axes
    assert len(points(left, "x")) == 5
    shown = points(left, ".")[:, 0]
    draws = posteriors["partial_pooling"]["posterior"].sel(subject=17)
    row = np.flatnonzero(data.subject_idx == 17)[0]
    off = draws["alpha_s"] + draws["beta_s"] * data.x[row] - data.y[row]
    np.testing.assert_allclose(shown, data.scaler.reaction_sd * np.ravel(off)[::4], rtol=1e-4)
    assert "5 divergent" in left.get_title()


def test_scales_and_tails_are_densities(figures):
    sigma, nu = figures["tails"].axes
    for patch in sigma.patches:
        heights, edges, _ = patch.get_data()
        assert heights @ np.diff(edges) == pytest.approx(1)
    heights, edges, _ = nu.patches[0].get_data()
    assert heights @ np.diff(np.log(edges)) == pytest.approx(1)
    at, prior = nu.lines[0].get_data()  # a density of log ν
    seen = gamma.cdf(at[-1], 2, scale=10) - gamma.cdf(at[0], 2, scale=10)
    assert np.trapezoid(prior, np.log(at)) == pytest.approx(seen, abs=2e-3)
    assert at[prior.argmax()] == pytest.approx(20, rel=0.05)


def test_leads_stand_above_their_distance_beside_the_difference_of_two_densities(figures):
    (axes,) = figures["distances"].axes
    assert len(points(axes, "o")) == 110
    assert len(points(axes, "^")) == 70
    (curve,) = (line for line in axes.lines if line.get_label() == "densities alone")
    at, value = curve.get_xydata()[0]
    assert at == 0
    assert value == pytest.approx(np.log(30 / 14) + t.logpdf(0, 2.5) - norm.logpdf(0))


def points(axes, marker="o"):
    """Coordinates of the points drawn with a marker."""
    drawn = [line.get_xydata() for line in axes.lines if line.get_marker() == marker]
    return np.concatenate(drawn)


@pytest.mark.usefixtures("figures")
def test_no_figure_stays_with_pyplot():
    assert plt.get_fignums() == []


def test_every_subject_has_a_panel_with_all_of_its_rows(figures, train):
    panels = figures["trends"].axes
    assert len(panels) == 18
    for panel, (subject, own) in zip(panels, train.groupby("subject"), strict=True):
        assert panel.get_title() == f"{subject} (n = {len(own)})"
        np.testing.assert_array_equal(points(panel), own[["day", "reaction"]])


def test_the_forest_sorts_by_the_slope_and_shows_both_means(figures, posteriors, data):
    (axes,) = figures["forest"].axes
    for regime, marker in (("no_pooling", "s"), ("partial_pooling", "o")):
        drawn = points(axes, marker)[:, 0]
        means = posteriors[regime]["posterior"]["beta_s"].mean(("chain", "draw")).to_numpy()
        np.testing.assert_allclose(
            sorted(drawn), np.sort(means * data.scaler.ms_per_day), rtol=1e-4
        )
        if regime == "no_pooling":
            assert (np.diff(drawn) > 0).all()
    labels = [text.get_text() for text in axes.get_yticklabels()]
    assert labels[0] == "335 (n = 10)"


def test_the_predictive_grid_has_three_blocks_of_all_subjects(figures, train):
    panels = figures["grid"].axes
    assert len(panels) == 3 * 18
    assert sum(len(points(panel)) for panel in panels) == 3 * len(train)
    assert len({panel.get_ylim() for panel in panels}) == 1


@pytest.mark.parametrize("name", ["trends", "grid", "heldout"])
def test_panels_of_a_grid_reach_as_far_as_what_all_of_them_show(figures, name):
    panels = [panel for panel in figures[name].axes if panel.get_visible()]
    (limits,) = {panel.get_ylim() for panel in panels}
    shown = [panel.dataLim.intervaly for panel in panels]
    assert limits[0] < min(low for low, _ in shown)
    assert limits[1] > max(high for _, high in shown)
    columns = {panel.get_subplotspec().colspan.start for panel in panels}
    for panel in panels:
        first = panel.get_subplotspec().colspan.start == min(columns)
        labels = [label for label in panel.get_yticklabels() if label.get_visible()]
        assert bool(labels) == first


def test_heldout_days_are_drawn_beside_the_kept_ones(figures):
    panels = figures["heldout"].axes
    assert len(panels) == 3 * 5
    for panel in panels:
        everything, kept = (line for line in panel.lines if line.get_marker() == "o")
        assert len(everything.get_xdata()) == 10
        assert len(kept.get_xdata()) == 2


def test_every_row_has_a_k_under_every_regime(figures):
    (axes,) = figures["k"].axes
    for marker in "^so":
        assert len(points(axes, marker)) == 110


def test_a_lead_has_its_error_over_people_once_and_three_times(figures):
    for axes, marker in zip(figures["elpd"].axes, "s^", strict=True):
        once, twice = points(axes, marker)[:, 0]
        assert twice == pytest.approx(2 * once)
        spans = [np.ptp(line.get_xdata()) for line in axes.lines[1:] if len(line.get_xdata()) == 2]
        thin, thick, *doubled = spans
        assert thin == pytest.approx(3 * thick)
        assert doubled == pytest.approx([2 * thin, 2 * thick])


def test_the_error_of_a_lead_counts_people():
    lead = pd.DataFrame({"no_pooling": [1.0, 3.0, 5.0], "complete_pooling": [0.0, 0.0, 3.0]})
    axes = plots.elpd_comparison({"Three people": lead}).axes[0]
    assert points(axes, "s")[0, 0] == 9
    thick = axes.lines[2].get_xdata()
    np.testing.assert_allclose(thick, 9 + 2 * np.sqrt(3) * np.array([-1, 1]))


def test_an_ellipse_holds_its_share_of_the_rows_that_the_model_makes_up(figures, data):
    summary = exact_posterior("partial_pooling", data).summary()["mean"]
    rng, n = np.random.default_rng(3), 40_000
    for axes, subject in zip(figures["rows plane"].axes, (372, 309), strict=True):
        own = data.subjects[data.subject_idx] == subject
        alpha = rng.normal(summary["mu_alpha"], summary["tau_alpha"], (n, 1))
        beta = rng.normal(summary["mu_beta"], summary["tau_beta"], (n, 1))
        noise = rng.normal(0, summary["sigma"], (n, 2))
        rows = data.scaler.to_ms(alpha + beta * data.x[own] + noise)
        for line, share in zip(axes.lines, (0.5, 0.89), strict=False):
            inside = Path(line.get_xydata()).contains_points(rows)
            assert inside.mean() == pytest.approx(share, abs=0.012)  # five standard errors
        np.testing.assert_allclose(points(axes)[0], data.scaler.to_ms(data.y[own]))


def test_a_population_is_read_on_any_day():
    mean, covariance = FAN["mean"], FAN["covariance"]
    rng = np.random.default_rng(4)
    level, slope = rng.multivariate_normal(mean, covariance, 200_000).T
    for day in (-6.0, 0.0, 5.5):
        read = read_at(day, mean, covariance)
        there = level + day * slope
        assert read.mean == pytest.approx(there.mean(), abs=0.5)
        assert read.sd == pytest.approx(there.std(), rel=0.01)
        assert read.correlation == pytest.approx(np.corrcoef(there, slope)[0, 1], abs=0.01)
    waist = -covariance[0, 1] / covariance[1, 1]
    assert read_at(waist, mean, covariance).correlation == pytest.approx(0)
    beside = read_at(np.array([waist - 1, waist, waist + 1]), mean, covariance).sd
    assert beside[1] == beside.min()


def test_the_fan_has_a_plane_for_each_day(figures):
    _, first, _, second = figures["fan"].axes
    for panel, day in ((first, 0), (second, 4.5)):
        level, slope = FAN["lines"].T
        np.testing.assert_allclose(points(panel), np.stack([level + day * slope, slope], axis=1))
    curve = figures["fan"].axes[2]
    expected = [read_at(day, FAN["mean"], FAN["covariance"]).correlation for day in (0, 4.5)]
    np.testing.assert_allclose(points(curve), [[0, expected[0]], [4.5, expected[1]]])


def test_lines_go_from_least_squares_towards_an_ellipse(figures, posteriors, data, train):
    lines = least_squares_lines(train)
    start = lines["intercept"] + lines["slope"] * data.scaler.day_mean
    draws = posteriors["partial_pooling"]["posterior"].to_dataset()
    end = draws["beta_s"].mean(("chain", "draw")).to_numpy() * data.scaler.ms_per_day
    mu = draws[["mu_alpha", "mu_beta"]].mean().to_array().to_numpy()
    tau = draws[["tau_alpha", "tau_beta"]].mean().to_array().to_numpy()
    rng = np.random.default_rng(5)
    for panel, rho in zip(figures["ellipses"].axes, (0, 0.8), strict=True):
        np.testing.assert_allclose(points(panel, "s"), np.stack([start, lines["slope"]], axis=1))
        np.testing.assert_allclose(points(panel)[:, 1], end, rtol=1e-4)
        people = rng.multivariate_normal(mu, np.outer(tau, tau) * [[1, rho], [rho, 1]], 40_000)
        people = people * [data.scaler.reaction_sd, data.scaler.ms_per_day]
        people += [data.scaler.reaction_mean, 0]
        for line, share in zip(panel.lines, (0.5, 0.89), strict=False):
            inside = Path(line.get_xydata()).contains_points(people)
            assert inside.mean() == pytest.approx(share, abs=0.012)


def test_criteria_are_drawn_below_the_best_of_their_panel(figures):
    for panel in figures["profile"].axes:
        curves = {line.get_label(): line.get_ydata() for line in panel.lines}
        np.testing.assert_allclose(curves["partial pooling"], [-4, -1, -2, -3])
        np.testing.assert_allclose(curves["correlated effects"], [-3, 0, -1, -2])


def test_priors_of_a_correlation_are_densities(figures):
    first, *others = figures["densities"].axes
    for line, peak in zip(first.lines, (0.5, 0.75, 1.23), strict=True):
        rho, density = line.get_xydata().T
        assert np.trapezoid(density, rho) == pytest.approx(1, abs=1e-3)
        assert density.max() == pytest.approx(peak, abs=0.01)
    for panel in others:
        assert sum(bar.get_height() * bar.get_width() for bar in panel.patches) == pytest.approx(1)
        np.testing.assert_allclose(panel.lines[0].get_ydata(), first.lines[1].get_ydata())


def test_errors_are_drawn_by_day(figures):
    (axes,) = figures["errors"].axes
    mean_day, partial, by_reml = axes.lines
    assert set(mean_day.get_xdata()) == {1.5}
    assert (partial.get_label(), by_reml.get_label()) == ("partial pooling", "REML")
    np.testing.assert_allclose(partial.get_xydata(), [[k, k] for k in range(4)])
    np.testing.assert_allclose(by_reml.get_xydata(), [[k, k + 1] for k in range(4)])


def test_weights_of_nodes_and_a_mixture_add_up_to_one(figures, posteriors, data):
    curve, stems = figures["scale"].axes
    assert points(stems, "s")[:, 1].sum() == pytest.approx(1, abs=1e-4)
    assert curve.lines[0].get_ydata().max() == 1
    (axes,) = figures["mixture"].axes
    slope, density = axes.lines[-1].get_xydata().T
    assert np.trapezoid(density, slope) == pytest.approx(1, abs=5e-3)
    unit, summary = data.scaler.ms_per_day, exact_posterior("partial_pooling", data).summary()
    mean = np.trapezoid(density * slope, slope)
    assert mean == pytest.approx(summary.loc["beta_s[17]", "mean"] * unit, abs=0.1)


def test_discs_are_as_large_as_the_weight_behind_them(figures, data):
    (axes,) = figures["nodes"].axes
    lattice = exact_posterior("partial_pooling", data).lattice
    (discs,) = axes.collections
    sizes = discs.get_sizes()
    columns = np.unique(lattice.index[:, :2], axis=0, return_inverse=True)[1]
    weights = np.bincount(columns, lattice.weights[0])
    drawn = weights > 1e-3 * weights.max()
    assert 0.99 < weights[drawn].sum() < 1
    np.testing.assert_allclose(sizes / sizes.max(), weights[drawn] / weights.max(), rtol=1e-9)
    heaviest = discs.get_offsets()[sizes.argmax()]
    summary = exact_posterior("partial_pooling", data).summary()
    assert abs(heaviest - summary.loc[["tau_alpha", "tau_beta"], "mean"]).max() < 0.1


def test_z_scores_are_ranked_together(figures):
    (axes,) = figures["z"].axes
    drawn = np.concatenate([points(axes, marker) for marker in "^so"])
    drawn = drawn[np.argsort(drawn[:, 0])]
    everything = np.concatenate([np.linspace(-k, k, 7) for k in (1, 2, 3)])
    np.testing.assert_allclose(drawn[:, 1], np.sort(everything))
    assert drawn[10, 0] == pytest.approx(0, abs=1e-12)  # the middle one of 21
    assert len(points(axes, "s")) == 7


def test_errors_of_psis_stand_above_their_k(figures, posteriors):
    (axes,) = figures["psis"].axes
    k = loo_by_row(posteriors["no_pooling"])["pareto_k"]
    np.testing.assert_allclose(points(axes, "s"), np.column_stack([k, np.arange(110.0)]))


def test_a_diagram_has_a_circle_for_each_quantity_and_one_is_observed(figures):
    for panel, unknown in zip(figures["plates"].axes, (3, 3, 7), strict=True):
        circles = [patch for patch in panel.patches if isinstance(patch, Circle)]
        assert sum(circle.get_fill() and circle.get_facecolor()[3] > 0 for circle in circles) == 1
        assert len(circles) == unknown + 1
        arrows = [patch for patch in panel.patches if isinstance(patch, FancyArrowPatch)]
        assert len(arrows) == unknown + 1, "each unknown has one child, and x too"


def test_weights_are_those_of_the_formula(figures, data, train):
    level, slope = figures["weights"].axes
    same_spread = points(level)[3:6]  # of three curves, the one with τ = σ
    np.testing.assert_allclose(same_spread, [(2, 2 / 3), (5, 5 / 6), (10, 10 / 11)])
    own = train[train["subject"] == 372]
    spread = ((own["day"] - own["day"].mean()) ** 2).sum() / data.scaler.day_sd**2
    np.testing.assert_allclose(points(slope)[4], (1, spread / (spread + 1)))
    assert {text.get_text() for text in slope.texts} == {"309, 350", "334", "369", "372"}


def test_lines_of_a_prior_run_from_day_to_day_in_milliseconds(figures, data):
    panels = np.reshape(figures["priors"].axes, (3, 3))
    for row, (alpha, beta) in zip(panels, STUDIES.values(), strict=True):
        for panel, level, slope in zip(row, alpha, beta, strict=True):
            ends = level + np.outer(data.scaler.to_x(np.array([0.0, 9.0])), slope)
            drawn = np.transpose([line.get_ydata() for line in panel.lines])
            np.testing.assert_allclose(drawn, data.scaler.to_ms(ends))


def test_shuffled_lines_keep_their_heights_and_change_their_slopes(figures, data):
    heights, slopes = [], []
    for panel, day in zip(figures["shuffled"].axes, (0, 0, data.scaler.day_mean), strict=True):
        ends = np.array([line.get_ydata() for line in panel.lines if len(line.get_xdata()) == 2])
        ends = ends[:18]  # what follows marks the day
        slopes.append((ends[:, 1] - ends[:, 0]) / 9)
        heights.append(ends[:, 0] + slopes[-1] * day)
    middle = heights[0] + slopes[0] * data.scaler.day_mean
    np.testing.assert_allclose(heights[1], heights[0])
    np.testing.assert_allclose(heights[2], middle)
    for shuffled in slopes[1:]:
        np.testing.assert_allclose(np.sort(shuffled), np.sort(slopes[0]))
        assert np.mean(np.isclose(shuffled, slopes[0])) < 0.3


def test_a_funnel_shows_every_tenth_draw(figures, posteriors, data):
    draws = posteriors["partial_pooling"]["posterior"]
    spread = draws["tau_beta"].to_numpy().ravel() * data.scaler.ms_per_day
    for panel in figures["runs"].axes[2:]:
        np.testing.assert_allclose(points(panel, ".")[:, 1], spread[::10])


def test_each_subject_moves_from_no_pooling_to_partial_pooling(figures, posteriors, data):
    (axes,) = figures["plane"].axes
    for marker, regime in zip("so", ("no_pooling", "partial_pooling"), strict=True):
        means = posteriors[regime]["posterior"].to_dataset().mean(("chain", "draw"))
        levels = data.scaler.to_ms(means["alpha_s"].to_numpy())
        slopes = means["beta_s"].to_numpy() * data.scaler.ms_per_day
        np.testing.assert_allclose(points(axes, marker), np.stack([levels, slopes], 1), rtol=1e-5)
    ways = [line.get_xydata() for line in axes.lines if line.get_marker() == "None"]
    np.testing.assert_array_equal([way[0] for way in ways], points(axes, "s"))
    np.testing.assert_array_equal([way[1] for way in ways], points(axes, "o"))


def test_histograms_of_replicated_data_reach_the_observed_value(figures):
    panels = figures["statistics"].axes
    assert [line.get_xdata()[0] for panel in panels for line in panel.lines] == [1, 2, 5]
    for panel in panels:
        low, high = panel.get_xlim()
        assert low < panel.lines[0].get_xdata()[0] < high
        for steps, k in zip(panel.patches, (1, 2, 3), strict=True):
            heights, edges, _ = steps.get_data()
            assert edges[np.flatnonzero(heights)[-1]] <= k
            assert sum(heights * np.diff(edges)) == pytest.approx(1)


def test_bands_of_a_stranger_lie_within_each_other(figures):
    bands, slopes = figures["stranger"].axes
    outlines = [band.get_paths()[0].vertices for band in bands.collections]
    for day in (0, 9):
        row, line, average = (np.ptp(each[each[:, 0] == day, 1]) for each in outlines)
        assert row > line > 2 * average > 0
    stranger, average = (line.get_ydata() for line in slopes.lines[:2])
    assert average.max() > 2 * stranger.max()
    step = np.diff(slopes.lines[0].get_xdata())[0]
    assert stranger.sum() * step == pytest.approx(average.sum() * step, rel=0.01)


def test_bands_have_an_edge_that_any_page_shows(figures):
    looks = [
        (band.get_facecolor()[0], band.get_edgecolor()[0], band.get_linewidth()[0])
        for axes in (figures["stranger"].axes[0], *figures["strangers"].axes)
        for band in axes.collections
    ]
    looks += [
        (bar.get_facecolor(), bar.get_edgecolor(), bar.get_linewidth())
        for axes in figures["next days"].axes
        for bar in axes.patches
    ]
    assert len(looks) == 3 + 2 * 3 + 20 * 3
    for inside, edge, width in looks:
        assert tuple(edge[:3]) == tuple(inside[:3])
        assert inside[3] < 0.7 < 1 == edge[3]
        assert width > 0.7


def test_a_person_left_out_is_shown_with_all_rows(figures, train):
    for panel in figures["strangers"].axes:
        own = train.loc[train["subject"] == 337, ["day", "reaction"]]
        np.testing.assert_allclose(points(panel), own, rtol=1e-12)


def test_each_person_left_out_has_a_stem_under_each_model(figures, data):
    panels = figures["people"].axes
    assert [panel.get_title() for panel in panels][2:4] == ["correlated effects", "heavy tails"]
    for k, panel in enumerate(panels, start=1):
        np.testing.assert_allclose(points(panel)[:, 0], np.linspace(-k, k, data.n_subjects))


def test_each_day_has_two_bars_and_a_point(figures):
    *people, widths = figures["next days"].axes
    for panel, frame in zip(people, NEXT_DAYS.values(), strict=True):
        np.testing.assert_allclose(points(panel), frame[["day", "reaction"]])
        heights = [bar.get_height() for bar in panel.patches]
        assert heights == pytest.approx([150] * 10 + [70] * 10)
    assert len({panel.get_ylim() for panel in people}) == 1
    np.testing.assert_allclose(points(widths)[:, 1], KNOWN_WIDTHS["line"])


def test_a_statistic_without_observed_value_is_refused():
    with pytest.raises(ValueError, match="same names"):
        plots.replicated_statistics({"a": {"no_pooling": np.arange(9.0)}}, {"b": 1.0})


def test_histograms_of_the_spreads_are_in_the_units_of_the_world(figures, posteriors, data):
    draws = posteriors["partial_pooling"]["posterior"]
    units = {"tau_alpha": data.scaler.reaction_sd, "tau_beta": data.scaler.ms_per_day}
    for panel, (name, unit) in zip(figures["spreads"].axes, units.items(), strict=True):
        for steps in panel.patches:
            heights, edges, _ = steps.get_data()
            middles = (edges[1:] + edges[:-1]) / 2
            mean = sum(heights * np.diff(edges) * middles)
            assert mean == pytest.approx(float(draws[name].mean()) * unit, rel=0.02)


def test_figures_to_play_with_bring_numbers_that_json_holds(figures, narrow_figures):
    for name in ("pull", "hand", "geometries", "one row", "leapfrog", "fan"):
        numbers = figures[name].numbers
        assert json.loads(json.dumps(numbers, allow_nan=False)) == numbers
        assert narrow_figures[name].numbers == numbers
    assert not hasattr(figures["weights"], "numbers")


def test_the_estimate_stands_between_the_own_rows_and_the_population(figures):
    (axes,) = figures["pull"].axes
    centre, own, estimate = points(axes)[:, 0]
    numbers = figures["pull"].numbers
    assert (centre, own) == (numbers["centre"], numbers["own"])
    weight = 2 / (2 + (numbers["sigma"] / numbers["tau"]) ** 2)
    assert estimate == pytest.approx(weight * own + (1 - weight) * centre)


def test_the_squares_of_pooling_by_hand_are_least_squares_slopes(figures, train):
    _, forest, slider = figures["hand"].axes
    expected = least_squares_lines(train)["slope"].sort_values()
    np.testing.assert_allclose(points(forest, "s")[:, 0], expected, atol=1e-4)
    marked = slider.lines[0].get_xdata()
    assert list(marked) == [0.5, 0.5]
    numbers = figures["hand"].numbers
    assert len(numbers["density"]) == len(numbers["below"]) == 101
    assert numbers["below"] == sorted(numbers["below"])


def test_draws_lie_where_the_figure_says_that_they_do(figures):
    level, offset = (panel for panel in figures["geometries"].axes)
    (alpha, log_tau), (z, same) = points(level, ".").T, points(offset, ".").T
    np.testing.assert_array_equal(log_tau, same)
    # An offset is divided by τ between points of a grid.
    np.testing.assert_allclose(z * np.exp(log_tau), alpha, rtol=1e-3)
    spread = spread_and_level(2, 0.3)
    assert log_tau.mean() == pytest.approx(spread.weight @ GRID, abs=0.05)


def test_the_row_left_out_and_its_scores_are_shown(figures, posteriors):
    left, right = figures["one row"].axes
    numbers = figures["one row"].numbers
    assert left.get_title() == "Day 6 of 309 left out"
    assert numbers["rows"]["subject"][numbers["chosen"]] == 309
    for curve, regime in zip(right.lines, REGIMES, strict=False):
        density, at = curve.get_xdata(), curve.get_ydata()
        assert 0.8 < np.trapezoid(density, at) < 1  # what is beyond the panel is cut off
        assert np.argmax(density) not in (0, len(density) - 1), regime


def test_a_row_or_a_subject_that_is_not_there_is_refused(figures, data, posteriors):
    exact = {"partial_pooling": exact_posterior("partial_pooling", data)}
    psis = {"partial_pooling": loo_by_row(posteriors["partial_pooling"])}
    with pytest.raises(ValueError, match="no row of subject 309 on day 5"):
        plots.one_row_out(exact, psis, 309, 5)
    with pytest.raises(ValueError, match="not of the same rows"):
        plots.one_row_out(exact, {"partial_pooling": psis["partial_pooling"][:-1]}, 309, 6)
    for draw in (plots.pulled_level, plots.pooling_by_hand):
        with pytest.raises(ValueError, match="needed is partial pooling's posterior, and 1 among"):
            draw(exact["partial_pooling"], 1)


def test_a_regime_has_one_colour_everywhere(figures):
    assert len(set(REGIME_COLOUR.values())) == 3
    expected = {to_rgb(colour) for colour in REGIME_COLOUR.values()}
    for name in ("grid", "heldout", "lines"):
        lines = [line for axes in figures[name].axes for line in axes.lines]
        assert {
            to_rgb(line.get_color()) for line in lines if line.get_marker() == "None"
        } == expected
    for marker, regime in zip("^so", REGIME_COLOUR, strict=True):
        (line,) = (x for x in figures["k"].axes[0].lines if x.get_marker() == marker)
        assert to_rgb(line.get_color()) == to_rgb(REGIME_COLOUR[regime])


def test_lines_and_words_have_the_styles_colours(figures):
    palette = {to_rgb(colour) for colour in (INK, MUTED, *MODEL_COLOUR.values())}
    for figure in figures.values():
        drawn = [*figure.findobj(Line2D), *figure.findobj(Text)]
        assert {to_rgb(artist.get_color()) for artist in drawn if artist.get_visible()} <= palette


@pytest.fixture(scope="module")
def narrow_figures(figures):
    return {name: figure.narrow() for name, figure in figures.items()}


@pytest.fixture(scope="module")
def laid_out(figures, narrow_figures):
    """All of them with their texts in place, which takes long."""
    laid_out = [*figures.items(), *narrow_figures.items()]
    for _, figure in laid_out:
        figure.draw_without_rendering()
    return laid_out


def texts_of(figure):
    beyond = set()  # Matplotlib has labels in hand for places outside of the axes
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                if not low <= tick.get_loc() <= high:
                    beyond |= {tick.label1, tick.label2}
    texts = set(figure.findobj(Text)) - beyond
    return [text for text in texts if text.get_visible() and text.get_text()]


# In a box, a page of 390 pixels leaves 319 to a figure, and what surrounds the drawing takes some.
PIXELS = 319


@pytest.mark.usefixtures("laid_out")
def test_the_text_of_a_narrow_figure_can_be_read_on_a_telephone(narrow_figures):
    for name, figure in narrow_figures.items():
        sizes = [text.get_fontsize() for text in texts_of(figure)]
        width = figure.get_tightbbox().width + 0.2  # inches; savefig pads a tight box
        assert min(sizes) / 72 / width * PIXELS >= 9, name


def test_no_texts_of_a_figure_overlap_nor_leave_it(laid_out):
    for name, figure in laid_out:
        boxes = [text.get_window_extent().padded(-1) for text in texts_of(figure)]
        for index, box in enumerate(boxes):
            assert figure.bbox.padded(2).contains(box.x0, box.y0), name
            assert figure.bbox.padded(2).contains(box.x1, box.y1), name
            assert box.count_overlaps(boxes[index + 1 :]) == 0, name


def apart(low, high):
    """Whether two intervals have nothing in common."""
    return low[1] <= high[0] or high[1] <= low[0]


def test_titles_and_labels_are_nearer_to_their_own_panel_than_to_another(laid_out):
    for name, figure in laid_out:
        panels = [axes for axes in figure.axes if axes.get_visible()]
        whole = {axes: axes.get_tightbbox() for axes in panels}
        for axes, other in permutations(panels, 2):
            if axes.get_xlabel() and other.get_title():
                below = axes.xaxis.label.get_window_extent()
                title = other.title.get_window_extent()
                own = title.y0 - other.bbox.y1
                assert title.y1 >= below.y0 + 1 or below.y0 - title.y1 > 3 * own, name
            if other.get_ylabel() and axes.bbox.x0 < other.bbox.x0:
                beside, panel = other.yaxis.label.get_window_extent(), whole[axes]
                level = not apart(beside.intervaly, panel.intervaly)
                assert not level or beside.x0 - panel.x1 > 10, name


def test_words_beside_marks_lie_on_no_line(figures, narrow_figures):
    for figure, ellipses in [
        *((drawn["ellipses"], 2) for drawn in (figures, narrow_figures)),
        *((drawn["next days"], 0) for drawn in (figures, narrow_figures)),
    ]:
        figure.draw_without_rendering()
        for axes in figure.axes:
            for text, line in product(axes.texts, axes.lines[ellipses:]):
                box = Text.get_window_extent(text).padded(1)
                drawn = line.get_path().transformed(line.get_transform())
                assert not drawn.intersects_bbox(box, filled=False), text.get_text()
                assert not any(box.contains(*point) for point in drawn.vertices), text.get_text()


def test_a_narrow_figure_shows_the_same_marks(figures, narrow_figures):
    def marks(figure):
        return sorted(
            tuple(sorted(zip(*sorted(map(tuple, line.get_xydata().T)), strict=True)))
            for axes in figure.axes
            for line in axes.lines
            if line.get_marker() not in ("None", "")
        )

    for name, figure in figures.items():
        assert marks(figure) == marks(narrow_figures[name]), name


def test_the_reml_forest_shows_modes_and_means_in_ms(figures, train, data):
    fit = reml(train, correlated=False, origin=data.scaler.day_mean)
    summary = exact_posterior("partial_pooling", data).summary()["mean"]
    order = np.argsort(fit.lines[:, 1])
    left, right = figures["reml forest"].axes
    for axes, k, unit, start in (
        (left, 0, data.scaler.reaction_sd, data.scaler.reaction_mean),
        (right, 1, data.scaler.ms_per_day, 0.0),
    ):
        name = ("alpha", "beta")[k]
        modes, means = points(axes, "s")[:, 0], points(axes)[:, 0]
        np.testing.assert_allclose(modes, [*fit.lines[order, k], fit.fixed[k]])
        rows = [*(f"{name}_s[{s}]" for s in order), f"mu_{name}"]
        np.testing.assert_allclose(means, summary[rows] * unit + start)
    labels = [text.get_text() for text in left.get_yticklabels()]
    assert labels[0].startswith(str(data.subjects[order[0]]))
    assert labels[-1] == "population"


def test_the_scales_stand_beside_their_densities(figures, train, data):
    fit = reml(train, correlated=False, origin=data.scaler.day_mean)
    summary, ms = exact_posterior("partial_pooling", data).summary()["mean"], data.scaler
    units = {"tau_alpha": ms.reaction_sd, "tau_beta": ms.ms_per_day, "sigma": ms.reaction_sd}
    for axes, value, (name, unit) in zip(
        figures["reml scales"].axes, [*fit.tau, fit.sigma], units.items(), strict=True
    ):
        density, mean, found = axes.lines
        assert np.trapezoid(density.get_ydata(), density.get_xdata()) == pytest.approx(1, abs=5e-3)
        assert mean.get_xdata()[0] == pytest.approx(unit * summary[name])
        assert found.get_xdata()[0] == pytest.approx(value)


def test_the_boundary_marks_the_top_of_the_likelihood(figures):
    left, right = figures["boundary"].axes
    assert len([line for line in left.lines if len(line.get_xdata()) == 2]) == 18
    (marked,) = points(right, "s")
    assert list(marked) == [0, 1]
    for line in right.lines[:2]:
        assert max(line.get_ydata()) == pytest.approx(1)


def test_a_path_is_drawn_step_by_step_with_its_energy(figures):
    funnel, energy = figures["leapfrog"].axes[:2]
    for line, (places, _) in zip(funnel.lines, PATHS.values(), strict=False):
        np.testing.assert_allclose(line.get_xydata(), places[:, ::-1])
    for line, (step, (_, off)) in zip(energy.lines, PATHS.items(), strict=False):
        np.testing.assert_allclose(line.get_xdata(), step * np.arange(1, len(off)))
        np.testing.assert_allclose(line.get_ydata(), off[1:])
    assert figures["leapfrog"].numbers["start"] == [1, 0]
    assert figures["leapfrog"].numbers["time"] == pytest.approx(2)


def test_draws_discs_and_the_exact_posterior_are_told_apart(figures):
    for axes in figures["where"].axes:
        exact, discs, run = axes.lines  # the discs below the dots of the run
        assert (exact.get_marker(), discs.get_marker(), run.get_marker()) == (".", "o", ".")
        assert len({to_rgb(line.get_color()) for line in axes.lines}) == 3
        assert INK not in {line.get_color() for line in axes.lines}  # grey and ink are near
        # A dot is half as large as its size says.
        assert discs.get_markersize() > run.get_markersize() / 2
        assert exact.get_markersize() / 2 > 2


def test_every_divergent_transition_has_a_disc(figures):
    for axes in figures["where"].axes:
        np.testing.assert_allclose(
            points(axes), np.column_stack([RUN.place, np.log(RUN.tau)])[RUN.diverging]
        )


def test_a_run_stands_beside_the_exact_spread(figures):
    _, beside, _, _ = figures["systems"].axes
    run, exact = (patch.get_data().values for patch in beside.patches)
    np.testing.assert_allclose(run, exact)
    assert run.sum() == pytest.approx(1)


def test_the_non_centred_coordinate_is_even_in_the_neck_the_centred_one_in_the_mouth(figures):
    (axes,) = figures["widths"].axes
    centred, other = (line.get_ydata() for line in axes.lines[:2])
    assert centred[1] / centred[0] > 1.1
    assert centred[-1] / centred[-2] < 1.01
    assert other[0] / other[1] < 1.01
    assert other[-2] / other[-1] > 1.1
