"""Fits that several tests look at, made once, and a store that is not the user's."""

import os

import jax
import pytest
from jax.experimental.compilation_cache import compilation_cache
from made_rows import rows

from pooling import load_sleepstudy, standardise
from pooling.inference import fit
from pooling.models import REGIMES
from pooling.store.folder import warn
from pooling.summaries import diagnostics


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


@pytest.fixture(scope="session", autouse=True)
def _shared_programs(tmp_path_factory, worker_id):
    """What JAX compiles for one test serves the others, and the programs that they start.

    With `make test` that is what the chapters and earlier tests have compiled, too.
    """
    if jax.config.jax_compilation_cache_dir is not None:
        yield
        return
    folder = tmp_path_factory.getbasetemp()
    shared = (folder if worker_id == "master" else folder.parent) / "programs"
    wanted = {
        "jax_compilation_cache_dir": str(shared),
        "jax_persistent_cache_min_compile_time_secs": 0.0,
    }
    before = {name: getattr(jax.config, name) for name in wanted}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in wanted.items():
            patch.setenv(name.upper(), str(value))
            jax.config.update(name, value)
        yield
    for name, value in before.items():
        jax.config.update(name, value)


@pytest.fixture
def own_programs(monkeypatch):
    """Let the store keep compiled programs, as it does where the user has no folder for them."""
    monkeypatch.delenv("JAX_COMPILATION_CACHE_DIR")
    shared = jax.config.jax_compilation_cache_dir
    jax.config.update("jax_compilation_cache_dir", None)
    compilation_cache.reset_cache()
    yield
    jax.config.update("jax_compilation_cache_dir", shared)
    compilation_cache.reset_cache()


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
def tiny():
    """Three subjects, seven rows, too few to say that the spreads are not zero."""
    x = [-1.0, 0.0, 1.0, -0.5, 0.5, 0.0, 1.0]
    y = [-0.6, 0.2, 0.5, -0.3, 0.6, 0.1, 0.2]
    return rows(x, y, [0, 0, 0, 1, 1, 2, 2])


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
        regime: first_good_fit(model, data, key)
        for (regime, model), key in zip(REGIMES.items(), keys, strict=True)
    }


def first_good_fit(model, data, key):
    """A fit to go on with: a chain of the centred model gets stuck once in a hundred fits or so."""
    for each in jax.random.split(key, 3):
        posterior = fit(model, data, key=each)
        if diagnostics({"": posterior})["r_hat"].max() <= 1.01:
            break
    return posterior
