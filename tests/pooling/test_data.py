"""The scale of the models."""

from dataclasses import astuple

import numpy as np
import pytest

from pooling import load_sleepstudy, standardise


def test_standardised_training_rows_have_mean_zero_and_sd_one(data):
    for values in (data.x, data.y):
        assert values.mean() == pytest.approx(0, abs=1e-14)
        assert values.std() == pytest.approx(1)
    assert data.n_subjects == 18
    assert data.subjects[0] == 308
    assert data.subjects[17] == 372


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


def test_a_column_that_does_not_vary_is_refused():
    frame = load_sleepstudy("train").assign(day=3)
    with pytest.raises(ValueError, match="column day does not vary"):
        standardise(frame)
