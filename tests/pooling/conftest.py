"""Fits that several tests look at, made once."""

import jax
import pytest

from pooling import load_sleepstudy, standardise
from pooling.inference import fit
from pooling.models import REGIMES


@pytest.fixture(scope="session")
def data():
    return standardise(load_sleepstudy("train"))


@pytest.fixture(scope="session")
def heldout(data):
    return standardise(load_sleepstudy("heldout"), scaler=data.scaler)


@pytest.fixture(scope="session")
def posteriors(data):
    # Not the key of the course: what is tested must hold for any.
    keys = jax.random.split(jax.random.PRNGKey(20261122), len(REGIMES))
    return {
        regime: fit(model, data, key=key)
        for (regime, model), key in zip(REGIMES.items(), keys, strict=True)
    }
