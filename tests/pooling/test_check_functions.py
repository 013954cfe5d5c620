"""Functions that are right pass, however they are written; nothing a reader writes raises."""

import functools
import statistics

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from numpyro.infer import Predictive
from scipy import stats

from pooling import standardise
from pooling.answers import EXERCISES
from pooling.checks import SIMULATIONS, check_function
from pooling.checks.reference import read, reference_of
from pooling.models import REGIMES


def lines_by_algebra(frame):
    found = {}
    for subject in frame["subject"].unique():
        own = frame[frame["subject"] == subject]
        X = np.c_[np.ones(len(own)), own["day"].to_numpy(float)]
        b = np.linalg.lstsq(X, own["reaction"].to_numpy(), rcond=None)[0]
        residual = own["reaction"].to_numpy() - X @ b
        found[subject] = {
            "n": len(own),
            "intercept": b[0],
            "slope": b[1],
            "largest_residual": max(abs(residual)),
        }
    return found


def lines_by_loop(frame):
    rows = []
    for subject, own in frame.groupby("subject"):
        fitted = statistics.linear_regression(own["day"], own["reaction"])
        off = [
            abs(y - fitted.intercept - fitted.slope * x)
            for x, y in zip(own["day"], own["reaction"], strict=True)
        ]
        rows.append(
            {
                "subject": subject,
                "slope": fitted.slope,
                "intercept": fitted.intercept,
                "n": len(own),
                "largest_residual": max(off),
            }
        )
    return rows


def lines_backwards(frame):
    return pd.DataFrame(lines_by_algebra(frame)).iloc[:, ::-1]  # transposed, subjects in no order


def scale_by_package(train, heldout):
    rows = standardise(heldout, scaler=standardise(train).scaler)
    return {"x": rows.x, "y": list(rows.y)}


def scale_by_jax(train, heldout):
    columns = ["day", "reaction"]
    known, new = (jnp.asarray(each[columns].to_numpy(float)) for each in (train, heldout))
    return (new - known.mean(axis=0)) / known.std(axis=0)


def slopes_by_percentile(posterior, scaler):
    slopes = posterior["posterior"]["beta_s"].values * scaler.reaction_sd / scaler.day_sd
    slopes = slopes.reshape(-1, slopes.shape[-1])
    low, high = np.percentile(slopes, [5.5, 94.5], axis=0)
    return slopes.mean(axis=0), low, high, high - low


def slopes_by_xarray(posterior, scaler):
    slopes = posterior["posterior"]["beta_s"] * scaler.ms_per_day
    low, high = (slopes.quantile(p, ("chain", "draw"), method="hazen") for p in (0.055, 0.945))
    return {
        "low": low.values,
        "high": high.values,
        "width": (high - low).values,
        "mean": slopes.mean(("chain", "draw")),
    }


def slopes_by_loop(posterior, scaler):
    rows = []
    for s in range(posterior["posterior"].sizes["subject"]):
        own = jnp.ravel(posterior["posterior"]["beta_s"].values[..., s]) * scaler.ms_per_day
        low, high = jnp.quantile(own, jnp.array([0.055, 0.945]))
        rows.append([own.mean(), low, high, high - low])
    return np.array(rows)


def density_by_loop(log_density):
    return [float(np.logaddexp.reduce(row)) - np.log(len(row)) for row in log_density.T]


def lead_by_loop(ours, theirs, subject):
    people = {}
    for one, other, person in zip(ours, theirs, subject, strict=True):
        people[person] = people.get(person, 0) + one - other
    leads = list(people.values())
    return sum(leads), statistics.stdev(leads) * len(leads) ** 0.5


def marginal_by_conditioning(sigma, x, y):
    """One row after the other."""
    mean, covariance, total = np.zeros(2), np.eye(2), 0.0
    for each, value in zip(x, y, strict=True):
        row = np.array([1.0, each])
        spread = row @ covariance @ row + sigma**2
        total += stats.norm.logpdf(value, row @ mean, spread**0.5)
        gain = covariance @ row / spread
        mean = mean + gain * (value - row @ mean)
        covariance = covariance - np.outer(gain, row @ covariance)
    return total


def replicated_by_formula(model, posterior, data, key):
    draws = posterior["posterior"]
    lines = draws["alpha_s"].values[..., data.subject_idx]
    lines = lines + draws["beta_s"].values[..., data.subject_idx] * data.x
    noise = jax.random.normal(key, lines.shape) * draws["sigma"].values[..., None]
    return data.scaler.to_ms(np.asarray(lines + noise, float))


def replicated_flat(model, posterior, data, key):
    """Of all draws together, and then apart again."""
    draws = {
        name: values.reshape(-1, *values.shape[2:])
        for name, values in ((n, v.to_numpy()) for n, v in posterior["posterior"].items())
    }
    made = Predictive(model, draws)(key, data.x, data.subject_idx, None, data.n_subjects)["obs"]
    sizes = posterior["posterior"].sizes
    made = made.reshape(sizes["chain"], sizes["draw"], -1)
    return xr.DataArray(data.scaler.to_ms(np.asarray(made, float)))


def fits_one_by_one(fit, data, key):
    found = {}
    for name in ("partial_pooling", "complete_pooling", "no_pooling"):
        key, own = jax.random.split(key)
        found[name] = fit(REGIMES[name], data, key=own, num_samples=500)
    return found


def fits_folded(fit, data, key):
    own = {name: jax.random.fold_in(key, k) for k, name in enumerate(REGIMES)}
    return {
        name: fit(functools.partial(model), data, key=own[name]) for name, model in REGIMES.items()
    }


def stein_by_loop(y):
    estimates = []
    for row in y:
        total = sum((each - row.mean()) ** 2 for each in row)
        w = max(0.0, 1 - (len(row) - 3) / total)
        estimates.append([row.mean() + w * (each - row.mean()) for each in row])
    return estimates


RIGHT = [
    ("fitted_lines", lines_by_algebra),
    ("fitted_lines", lines_by_loop),
    ("fitted_lines", lines_backwards),
    ("on_training_scale", scale_by_package),
    ("on_training_scale", scale_by_jax),
    ("other_factor", lambda n: (1 - 1 / n) ** 0.5),
    (
        "expected_errors",
        lambda n, tau, sigma: jnp.array(
            [sigma**2 / n, tau**2, sigma**2 * tau**2 / (n * tau**2 + sigma**2)]
        ),
    ),
    ("slope_summary", slopes_by_percentile),
    ("slope_summary", slopes_by_xarray),
    ("slope_summary", slopes_by_loop),
    (
        "own_weight",
        lambda x, tau, sigma: (
            np.var(x) * len(x) * tau**2 / (np.var(x) * len(x) * tau**2 + sigma**2)
        ),
    ),
    ("james_stein", stein_by_loop),
    ("draws_needed", lambda error, n_draws, wanted: int(np.ceil(n_draws * error**2 / wanted**2))),
    (
        "chain_means",
        lambda chains: [
            [c.mean() for c in chains],
            [c.std(ddof=1) / len(c) ** 0.5 for c in chains],
        ],
    ),
    (
        "band_by_row",
        lambda made: (
            made.mean((0, 1)),
            *np.quantile(made, [0.055, 0.945], axis=(0, 1), method="weibull"),
        ),
    ),
    ("mean_density", density_by_loop),
    (
        "mean_density",
        lambda each: jax.scipy.special.logsumexp(jnp.asarray(each), axis=0, b=1 / len(each)),
    ),
    ("lead_and_error", lead_by_loop),
    (
        "split_row",
        lambda data, i: {
            "row": EXERCISES["split_row"].answer(data, i)[1],
            "rest": EXERCISES["split_row"].answer(data, i)[0],
        },
    ),
    ("log_marginal", marginal_by_conditioning),
    ("replicate", replicated_by_formula),
    ("replicate", replicated_flat),
    ("fit_regimes", fits_one_by_one),
    ("fit_regimes", fits_folded),
]


@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_a_right_function_passes_however_it_is_written(name, function):
    verdict = check_function(name, function)
    assert verdict.passed, verdict.message


def left_open(*arguments): ...


def returns_dots(*arguments):
    return ...


def returns_text(*arguments):
    return "12.3"


def returns_texts(*arguments):
    return ["a", "b", "c"]


def returns_nothing(*arguments):
    print("I ran")


def returns_nan(*arguments):
    return np.full(3, np.nan)


def yields(*arguments):
    yield 1.0


def leaves(*arguments):
    raise SystemExit(3)


def never_ends(*arguments):
    return never_ends(*arguments)


class Awkward:
    """Says that it has whatever one asks for, and fails."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __call__(self, *arguments):
        return self


NONSENSE = [
    (None, "not written yet"),
    (..., "not written yet"),
    (3, "function"),
    ("text", "function"),
    (list, "a class"),
    (lambda: 1, "signature"),
    (left_open, "... not written yet"),
    (returns_dots, "... not written yet"),
    (returns_text, ""),
    (returns_texts, ""),
    (returns_nothing, "None return"),
    (returns_nan, ""),
    (yields, ""),
    (leaves, "SystemExit"),
    (never_ends, "RecursionError"),
    (Awkward(), ""),
    (lambda *arguments: print, ""),
    (lambda *arguments: 1j, ""),
    (lambda *arguments: {}, ""),
    (lambda *arguments: [[1, 2], [3]], ""),
    (lambda *arguments: 1 / 0, "ZeroDivisionError line"),
    (lambda *arguments: nowhere, "NameError nowhere"),  # noqa: F821
]


@pytest.mark.parametrize(
    "name", ["fitted_lines", "mean_density", "split_row", "fit_regimes", "replicate"]
)
@pytest.mark.parametrize(("function", "words"), NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_refused_and_nothing_is_raised(name, function, words, capsys):
    verdict = check_function(name, function)
    assert not verdict.passed
    plain = verdict.message.replace("`", "")
    assert [word for word in words.split() if word not in plain] == [], verdict.message
    assert "Read again: " in plain
    assert plain.endswith((".", "?"))
    assert capsys.readouterr() == ("", "")


def test_every_slip_that_the_course_knows_is_told_by_its_reason():
    for name, exercise in EXERCISES.items():
        for says, slip in exercise.slips.items():
            verdict = check_function(name, slip)
            assert not verdict.passed, (name, says)
            assert f"is {says}." in verdict.message, (name, says, verdict.message)


def test_neither_answers_nor_slips_change_what_they_are_tried_on():
    """It is kept for the next check."""
    for name, exercise in EXERCISES.items():
        reference = reference_of(exercise)
        assert reference_of(exercise).slips is reference.slips
        for case, like, expected in zip(
            reference.cases, reference.asked, reference.expected, strict=True
        ):
            again = read(exercise, exercise.answer(*case), like)
            for part, value in expected.items():
                np.testing.assert_array_equal(again[part], value, err_msg=name)


def test_inputs_that_are_changed_do_not_change_the_comparison():
    def sorts(log_density):
        log_density -= log_density.max(axis=0)
        return np.log(np.exp(log_density).mean(axis=0))

    verdict = check_function("mean_density", sorts)
    assert not verdict.passed
    assert check_function("mean_density", density_by_loop).passed


def test_what_is_computed_from_the_notebooks_variables_is_found_out():
    verdict = check_function("mean_density", lambda log_density: np.array([1.0, 2.0]))
    assert "variable of the notebook" in verdict.message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda each, n: each + 3, "3 added"),
        (lambda each, n: 0.5 * each, "multiplied by 0.5"),
        (lambda each, n: each / n, "divided by the size of axis 0"),
        (lambda each, n: each**2, "squared"),
        (lambda each, n: -2 * each, "−2"),
        (lambda each, n: np.exp(each), "mean density"),
        (lambda each, n: each[::-1], "reverse"),
        (lambda each, n: np.where(np.arange(len(each)) == 1, each + 2, each), "1 of 7 places [1]"),
    ],
)
def test_a_change_of_the_right_result_is_recognised(change, words):
    verdict = check_function(
        "mean_density", lambda d: change(EXERCISES["mean_density"].answer(d), len(d))
    )
    assert [word for word in words.split() if word not in verdict.message] == [], verdict.message


def test_a_verdict_is_the_same_in_every_run():
    first = check_function("replicate", lambda model, posterior, data, key: 0)
    assert check_function("replicate", lambda model, posterior, data, key: 0) == first


@pytest.mark.parametrize("seed", range(20))
def test_whichever_random_numbers_are_drawn_a_right_simulation_passes(seed):
    def simulated(model, posterior, data, key):
        return replicated_by_formula(model, posterior, data, jax.random.fold_in(key, seed))

    assert check_function("replicate", simulated).passed

    def interval(mu, tau, ms_per_day):
        new = np.random.default_rng(seed).normal(mu, tau)
        return np.quantile(ms_per_day * new, [0.055, 0.945])

    assert check_function("new_slope_interval", interval).passed


def test_a_name_that_is_none_is_the_callers_mistake():
    with pytest.raises(ValueError, match="no exercise 'lines'; there are fitted_lines, "):
        check_function("lines", lines_by_loop)
    with pytest.raises(TypeError, match="name must be a string, but is of type function"):
        check_function(lines_by_loop, "fitted_lines")
    assert set(SIMULATIONS) & set(EXERCISES) == set()
