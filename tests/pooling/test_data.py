"""The scale of the models."""

from dataclasses import astuple, replace

import jax
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from pooling import Scaler, load_sleepstudy, standardise
from pooling.compare import heldout_elpd, heldout_mcse
from pooling.exact import exact_posterior
from pooling.inference import fit
from pooling.models import complete_pooling
from pooling.predict import posterior_predictive
from pooling.rows import checked_rows
from pooling.same_model import joint_log_density, latent_draw, log_density_gaps

KEY = jax.random.PRNGKey(0)


def test_standardised_training_rows_have_mean_zero_and_sd_one(data):
    for values in (data.x, data.y):
        assert values.mean() == pytest.approx(0, abs=1e-14)
        assert values.std() == pytest.approx(1)
    assert data.n_subjects == 18
    assert data.subjects[0] == 308
    assert data.subjects[17] == 372


def test_a_subject_is_found_by_its_number_or_refused(data, heldout):
    assert data.index_of(372) == 17
    with pytest.raises(ValueError, match="one subject 373, but there are 308, 309"):
        data.index_of(373)
    with pytest.raises(ValueError, match="one subject 0"):  # of whom no row is held out
        heldout.index_of(0)


def test_scaling_back_is_exact_to_float_precision(data):
    train = load_sleepstudy("train")
    np.testing.assert_allclose(data.scaler.to_days(data.x), train["day"], rtol=0, atol=1e-14)
    np.testing.assert_allclose(data.scaler.to_ms(data.y), train["reaction"], rtol=4e-16)


def test_a_slope_of_one_is_worth_ms_per_day(data):
    rise = data.scaler.to_ms(1.0) - data.scaler.to_ms(0.0)
    run = data.scaler.to_days(1.0) - data.scaler.to_days(0.0)
    assert data.scaler.ms_per_day == pytest.approx(rise / run)


def test_heldout_rows_use_the_training_rows_scaler(data, heldout):
    assert astuple(heldout.scaler) == astuple(data.scaler)
    reaction = load_sleepstudy("heldout")["reaction"]
    np.testing.assert_allclose(heldout.y, (reaction - 299.7) / 58.1, atol=0.02)


CONSTANT = {
    "equal": np.full(110, 3.0),
    "large": np.full(110, 1e200),
    "rounded": np.where(np.arange(110) % 2, 0.1 + 0.2, 0.3),
    "summed": np.array([sum([0.1] * 10)] * 55 + [1.0] * 55),
    "32 bits": (np.full(110, 300, np.float32) * np.linspace(1, 1 + 2e-7, 110, dtype=np.float32)),
}


@pytest.mark.parametrize("values", CONSTANT.values(), ids=CONSTANT.keys())
@pytest.mark.parametrize("name", ["day", "reaction"])
def test_a_column_that_does_not_vary_is_refused(name, values):
    frame = load_sleepstudy("train").assign(**{name: values})
    with pytest.raises(ValueError, match=f"column {name} does not vary"):
        standardise(frame)


def test_a_column_that_varies_little_on_a_large_number_is_standardised():
    """Seconds since 1970, over ten days or ten seconds."""
    frame = load_sleepstudy("train")
    expected = standardise(frame).x
    for seconds in (86_400, 1):
        moved = frame.assign(day=1.7e9 + seconds * frame["day"])
        np.testing.assert_allclose(standardise(moved).x, expected, atol=1e-6)


SPOILED = {
    "nan": ("reaction", np.nan, "column reaction is not a finite number in row 7"),
    "infinite": ("day", np.inf, "column day is not a finite number in row 7"),
    "nothing": ("reaction", None, "column reaction is not a finite number in row 7"),
    "missing": ("day", pd.NA, "column day is not a finite number in row 7"),
    "text": ("reaction", "fast", "column reaction is not a finite number in row 7.*fast"),
    "date": ("day", pd.Timestamp("2020-01-01"), "column day is not a finite number in row 7"),
    "complex": ("reaction", 1j, "column reaction is not a finite number in row 7"),
    "name": ("subject", "S7", "column subject is not a finite number in row 7.*S7"),
    "no subject": ("subject", np.nan, "column subject is not a finite number in row 7"),
    "half an index": ("subject_idx", 0.5, "column subject_idx is not a whole number in row 7"),
    "negative index": ("subject_idx", -1, "subject_idx counts from 0, but row 7 has -1"),
}


@pytest.mark.parametrize(("name", "value", "message"), SPOILED.values(), ids=SPOILED.keys())
def test_a_value_that_is_no_number_is_refused_with_column_and_row(data, name, value, message):
    frame = load_sleepstudy("train")
    column = frame[name].astype(object)
    column[7] = value
    for scaler in (None, data.scaler):
        with pytest.raises(ValueError, match=message):
            standardise(frame.assign(**{name: column}), scaler=scaler)


def test_columns_that_pandas_allows_to_lack_values_are_numbers_all_the_same(data):
    frame = load_sleepstudy("train").convert_dtypes()
    assert str(frame["day"].dtype) == "Int64"
    np.testing.assert_array_equal(standardise(frame).x, data.x)


def test_a_frame_without_column_or_row_is_refused():
    frame = load_sleepstudy("train")
    with pytest.raises(ValueError, match="one column 'day', but has subject, subject_idx, reac"):
        standardise(frame.drop(columns="day"))
    with pytest.raises(ValueError, match="the frame has no rows"):
        standardise(frame[:0])
    with pytest.raises(TypeError, match="rows come as a DataFrame, not as dict"):
        standardise(dict(frame))


def test_numbers_too_large_or_too_small_to_be_squared_are_refused():
    frame = load_sleepstudy("train")
    for factor in (1e160, 1e-170):
        with pytest.raises(ValueError, match=r"column reaction .* too large or too small"):
            standardise(frame.assign(reaction=frame["reaction"] * factor))


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((0, 0, 0, 1), "day_sd must be positive and finite, but is 0"),
        ((0, 1, 0, -1), "reaction_sd must be positive and finite, but is -1"),
        ((0, 1, np.nan, 1), "reaction_mean must be finite, but is nan"),
        ((0, np.inf, 0, 1), "day_sd must be positive and finite, but is inf"),
    ],
)
def test_a_scaler_that_cannot_scale_is_refused(numbers, message):
    with pytest.raises(ValueError, match=message):
        Scaler(*numbers)


def test_a_scaler_takes_lists_and_series(data):
    scaler, days = data.scaler, [0, 3, 9]
    for there, back in ((scaler.to_x, scaler.to_days), (scaler.to_y, scaler.to_ms)):
        for some in (days, tuple(days), pd.Series(days), np.array(days)):
            np.testing.assert_allclose(back(list(there(some))), days, atol=1e-12)


@pytest.fixture(scope="module")
def exact(data):
    return exact_posterior("complete_pooling", data)


@pytest.fixture(scope="module")
def drawn(exact):
    """A posterior that takes no sampler."""
    return exact.draws(KEY, 20)


def like(data, form):
    """The same rows in another form."""
    return replace(data, x=form(data.x), y=form(data.y), subject_idx=form(data.subject_idx))


@pytest.mark.parametrize(
    "form",
    [list, tuple, pd.Series, xr.DataArray, lambda v: pd.Series(v, dtype=object), np.ma.array],
    ids=["list", "tuple", "Series", "DataArray", "objects", "masked, without a mask"],
)
def test_rows_may_be_any_sequence(data, form):
    rows = checked_rows(like(data, form))
    for name in ("x", "y", "subject_idx"):
        ours = getattr(rows, name)
        assert type(ours) is np.ndarray
        assert ours.dtype == getattr(data, name).dtype
        np.testing.assert_array_equal(ours, getattr(data, name))


def spoilt(values, row, value):
    values = np.array(values, float)
    values[row] = value
    return values


FAULTS = {
    "x": ({"x": lambda d: spoilt(d.x, 5, np.nan)}, "x is not a finite number in row 5"),
    "y": ({"y": lambda d: spoilt(d.y, 6, -np.inf)}, "y is not a finite number in row 6.*-inf"),
    "several": ({"y": lambda d: spoilt(d.y, [3, 8], np.nan)}, r"row 3, counted from 0 \(and in 1"),
    "masked": ({"y": lambda d: np.ma.array(d.y, mask=np.arange(110) == 4)}, "y is not .* in row 4"),
    "missing": ({"y": lambda d: [*d.y[:-1], None]}, "y is not a finite number in row 109"),
    "dates": ({"x": lambda d: pd.date_range("2020", periods=110)}, "x is not a finite number"),
    "half": (
        {"subject_idx": lambda d: spoilt(d.subject_idx, 2, 0.5)},
        "subject_idx is not a whole number in row 2.*0.5",
    ),
    "nobody": (
        {"subject_idx": lambda d: spoilt(d.subject_idx, 2, np.nan)},
        "subject_idx is not a finite number in row 2",
    ),
    "no subjects": ({"n_subjects": lambda d: 0}, "n_subjects is 1 or more, not 0"),
}


@pytest.mark.parametrize(("change", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_every_function_refuses_rows_that_are_no_numbers(data, exact, drawn, change, message):
    bad, key = replace(data, **{name: make(data) for name, make in change.items()}), KEY
    calls = [
        lambda: fit(complete_pooling, bad, key=key),
        lambda: exact_posterior("complete_pooling", bad),
        lambda: latent_draw(complete_pooling, bad, key=key),
        lambda: joint_log_density(complete_pooling, bad, {}),
        lambda: log_density_gaps(complete_pooling, complete_pooling, bad, key=key),
    ]
    # With these, the number of subjects is that of the fit.
    if "n_subjects" not in change:
        calls += [
            lambda: posterior_predictive(complete_pooling, drawn, bad, key=key),
            lambda: heldout_elpd(complete_pooling, drawn, bad),
            lambda: heldout_mcse(complete_pooling, drawn, bad),
            lambda: exact.log_predictive(bad),
        ]
    for call in calls:
        with pytest.raises(ValueError, match=message):
            call()


def test_rows_that_were_not_standardised_are_refused(data):
    with pytest.raises(TypeError, match=r"as pooling.standardise gives them, not of type DataFra"):
        fit(complete_pooling, load_sleepstudy("train"), key=KEY)


KEYS = {
    "number": (0, "not int 0: make one by jax.random.PRNGKey"),
    "nothing": (None, "not NoneType None"),
    "several keys": (jax.random.split(jax.random.PRNGKey(0), 3), r"of shape \(3, 2\)"),
    "several new keys": (jax.random.split(jax.random.key(0), 3), r"of shape \(3,\)"),
    "array": (np.zeros(2), "type float64"),
    "generator": (np.random.default_rng(0), "not Generator"),
}


@pytest.mark.parametrize(("key", "message"), KEYS.values(), ids=KEYS.keys())
def test_every_function_refuses_what_is_no_key(data, exact, drawn, key, message):
    for call in (
        lambda: fit(complete_pooling, data, key=key),
        lambda: posterior_predictive(complete_pooling, drawn, data, key=key),
        lambda: latent_draw(complete_pooling, data, key=key),
        lambda: log_density_gaps(complete_pooling, complete_pooling, data, key=key),
        lambda: exact.draws(key, 3),
    ):
        with pytest.raises(TypeError, match=message):
            call()


@pytest.mark.parametrize("key", [jax.random.key(7), np.asarray(jax.random.PRNGKey(7))])
def test_a_key_may_be_of_the_new_kind_or_numpys(data, exact, drawn, key):
    old = jax.random.PRNGKey(7)
    expected, found = (
        posterior_predictive(complete_pooling, drawn, data, key=each) for each in (old, key)
    )
    assert found.identical(expected)
    assert exact.draws(key, 5)["posterior"].identical(exact.draws(old, 5)["posterior"])
