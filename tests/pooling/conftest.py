"""Fits that several tests look at, made once, and a store that is not the user's."""

import os

import jax
import pytest

from pooling import load_sleepstudy, standardise
from pooling.inference import fit
from pooling.models import REGIMES
from pooling.store.folder import warn


@pytest.fixture(scope="session", autouse=True)
def _session_store(tmp_path_factory, worker_id):
    """A store for all tests together, also of two workers; programs that they start find it too."""
    folder = tmp_path_factory.getbasetemp()
    before = os.environ.get("POOLING_STORE")
    os.environ["POOLING_STORE"] = str(
        (folder if worker_id == "master" else folder.parent) / "store"
    )
    yield
    os.environ.pop("POOLING_STORE")
    if before is not None:
        os.environ["POOLING_STORE"] = before


@pytest.fixture(autouse=True)
def _warn_anew():
    """What one test was warned of, the next may be warned of too."""
    warn.cache_clear()


@pytest.fixture
def store(tmp_path, monkeypatch):
    """An empty store for one test; the folder of its entries."""
    monkeypatch.setenv("POOLING_STORE", str(tmp_path / "store"))
    return tmp_path / "store" / "posteriors"


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
