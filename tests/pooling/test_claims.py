"""A claim stops the build if it is false, and is recorded if it is true."""

import numpy as np
import pytest

from pooling import claims
from pooling.claims import RECORD, FalseClaimError, claim, record


@pytest.fixture
def shown(monkeypatch):
    """What would be displayed in a notebook."""
    outputs = []
    monkeypatch.setattr(claims, "display", lambda bundle, raw: outputs.append(bundle))
    return outputs


@pytest.mark.parametrize("condition", [True, np.bool_(True), 3 > 2])
def test_a_true_claim_is_recorded(shown, condition):
    claim("slopes are positive", condition)
    assert shown[0][RECORD] == {"claim": "slopes are positive", "holds": True}


@pytest.mark.parametrize("condition", [False, np.bool_(False), None])
def test_a_false_claim_stops_and_says_what_was_claimed(shown, condition):
    with pytest.raises(FalseClaimError, match="slopes are positive"):
        claim("slopes are positive", condition)
    assert shown == []


@pytest.mark.parametrize("condition", [np.array([True, False]), np.array([True]), "yes", [True]])
def test_a_claim_needs_one_truth_value(shown, condition):
    with pytest.raises(TypeError, match="one truth value"):
        claim("slopes are positive", condition)
    assert shown == []


def test_a_result_is_recorded_under_its_name(shown):
    record("slopes", {"mean": 10.5})
    assert shown[0][RECORD] == {"result": "slopes", "value": {"mean": 10.5}}
