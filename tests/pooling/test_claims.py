"""A claim stops the build if it is false, and is recorded if it is true."""

import re

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from pooling import claims
from pooling.claims import RECORD, FalseClaimError, claim, record


@pytest.fixture
def shown(monkeypatch):
    """What would be displayed in a notebook."""
    outputs = []
    monkeypatch.setattr(claims, "display", lambda bundle, raw: outputs.append(bundle))
    return outputs


def forms(value):
    """One truth value, as NumPy, JAX and xarray give it."""
    return [
        value,
        np.bool_(value),
        np.array(value),
        jnp.asarray(value),
        xr.DataArray(value),
        np.all([value, value]),
    ]


@pytest.mark.parametrize("condition", forms(True))
def test_a_true_claim_is_recorded(shown, condition):
    claim("slopes are positive", condition)
    assert shown[0][RECORD] == {"claim": "slopes are positive", "holds": True}


@pytest.mark.parametrize("condition", forms(False))
def test_a_false_claim_stops_and_says_what_was_claimed(shown, condition):
    with pytest.raises(FalseClaimError, match="slopes are positive"):
        claim("slopes are positive", condition)
    assert shown == []


@pytest.mark.parametrize(
    "condition",
    [
        3.7,
        float("nan"),
        1,
        0,
        None,
        "yes",
        "",
        [True],
        np.float64(3.7),
        np.int64(1),
        np.array(1.0),
        np.array(True, dtype=object),
        np.array([True, False]),
        np.array([True]),
        jnp.asarray(0.5),
        xr.DataArray([True]),
        pd.NA,
        pd.Series([True]),
        lambda: False,
    ],
    ids=lambda condition: re.split("\n| at 0x", f"{type(condition).__name__} {condition!r}")[0],
)
def test_a_claim_needs_one_truth_value(shown, condition):
    with pytest.raises(TypeError, match=r"'slopes are positive' needs one truth value.*compare"):
        claim("slopes are positive", condition)
    assert shown == []


def test_a_result_is_recorded_under_its_name(shown):
    record("slopes", {"mean": 10.5})
    assert shown[0][RECORD] == {"result": "slopes", "value": {"mean": 10.5}}
