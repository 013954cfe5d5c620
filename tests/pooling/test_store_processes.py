"""Several processes and threads at one store, and processes that are killed."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import jax
import numpy as np
import pytest
import xarray as xr
from strictly import STRICTLY

from pooling.models import REGIMES, complete_pooling, partial_pooling
from pooling.store import entries, look_up_or_sample
from pooling.store.digest import fit_digest
from pooling.store.netcdf import same

KEY = jax.random.PRNGKey(1)

# A process that samples slowly and notes that it did; it may kill itself in the middle.
PROCESS = """
import json, os, pathlib, signal, sys, time
import jax
import numpy as np
import xarray as xr
from pooling import load_sleepstudy, standardise
from pooling.models import complete_pooling
from pooling.store import look_up_or_sample

log, moment, seconds, seed = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])


def die(*arguments, **keywords):
    os.kill(os.getpid(), signal.SIGKILL)


def sample(model, data, **identity):
    with open(log, "a") as file:
        file.write("sampled\\n")
    time.sleep(seconds)
    if moment == "sampling":
        die()
    group = xr.Dataset({"beta": (("chain", "draw"), np.arange(6.0).reshape(2, 3))})
    return xr.DataTree.from_dict({"posterior": group})


replace = pathlib.Path.replace
if moment == "data are written aside":
    json.dumps = die
if moment == "before the first rename":
    pathlib.Path.replace = die
if moment == "between the renames":
    pathlib.Path.replace = lambda s, t: (replace(s, t), die())
data = standardise(load_sleepstudy("train"))
key = jax.random.PRNGKey(seed)
posterior = look_up_or_sample(sample, complete_pooling, data, key=key, settings={})
print(posterior["posterior"]["beta"].to_numpy().tolist())
"""
DRAWS = "[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]"


@pytest.fixture
def start():
    """Start such a process; none outlives the test."""
    runs = []

    def start_one(log, moment="never", seconds=0.0, seed=1):
        arguments = [str(log), moment, str(seconds), str(seed)]
        command = [sys.executable, *STRICTLY, "-c", PROCESS, *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        runs.append(subprocess.Popen(command, text=True, **pipes))
        return runs[-1]

    yield start_one
    for run in runs:
        run.kill()
        run.communicate()


def wait_until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def sample(*arguments, **identity):
    group = xr.Dataset({"beta": (("chain", "draw"), np.arange(6.0).reshape(2, 3))})
    return xr.DataTree.from_dict({"posterior": group})


def ask(data, sampler=sample, model=complete_pooling):
    return look_up_or_sample(sampler, model, data, key=KEY, settings={})


def test_of_two_processes_one_samples(start, store, tmp_path):
    log = tmp_path / "log"
    runs = [start(log, seconds=3.0) for _ in range(2)]
    outputs = [run.communicate(timeout=120) for run in runs]
    assert outputs == [(f"{DRAWS}\n", "")] * 2
    assert log.read_text() == "sampled\n"


def test_of_many_threads_one_samples(data, store):
    sampled = []

    def slowly(*arguments, **identity):
        sampled.append(threading.get_ident())
        time.sleep(0.5)
        return sample()

    with ThreadPoolExecutor(5) as pool:
        posteriors = list(pool.map(lambda _: ask(data, slowly), range(5)))
    assert len(sampled) == 1
    assert all(same(posteriors[0], other) for other in posteriors)


def test_threads_that_fit_other_models_do_not_get_into_each_others_way(data, store):
    models = list(REGIMES.values()) * 2
    alone = [fit_digest(model, data, key=KEY, settings={}) for model in models[:3]]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda model: ask(data, model=model), models))
    assert {entry.digest for entry in entries.entries(store)} == set(alone)


def test_fits_that_differ_do_not_wait_for_each_other(start, store, tmp_path):
    logs = [tmp_path / "one", tmp_path / "two"]
    for seed, log in enumerate(logs):
        start(log, seconds=600.0, seed=seed)
    wait_until(lambda: all(log.exists() for log in logs))


def test_a_killed_process_blocks_nobody(start, data, store, tmp_path):
    log = tmp_path / "log"
    run = start(log, seconds=600)
    wait_until(log.exists)
    waiting = threading.Thread(target=ask, args=[data])
    waiting.start()
    waiting.join(1.0)
    assert waiting.is_alive(), "somebody samples, so others wait"
    run.kill()
    waiting.join(60.0)
    assert not waiting.is_alive()
    assert len(entries.entries(store)) == 1


@pytest.mark.parametrize("clears", ["the same fit", "another fit"])
@pytest.mark.parametrize(
    "moment",
    ["sampling", "data are written aside", "before the first rename", "between the renames"],
)
def test_a_process_killed_at_any_moment_leaves_no_half_entry(
    start, data, store, tmp_path, moment, clears
):
    run = start(tmp_path / "log", moment)
    _, errors = run.communicate(timeout=120)
    assert run.returncode == -9, errors
    assert entries.entries(store) == []
    left = {path.suffix for path in store.iterdir()}
    if clears == "the same fit":
        assert same(ask(data), ask(data, sampler=lambda *_, **__: pytest.fail("it was stored")))
    else:
        ask(data, model=partial_pooling)
    assert left >= {".lock", ".TAG"}
    assert sorted(path.suffix for path in store.iterdir()) == [".TAG", ".json", ".lock", ".nc"]


def test_an_entry_that_is_removed_while_it_is_read_fails_nobody(data, store, monkeypatch):
    ask(data)
    (entry,) = entries.entries(store)
    read_tree = entries.read_tree

    def too_late(path):
        monkeypatch.setattr(entries, "read_tree", read_tree)
        for suffix in (".json", ".nc"):
            path.with_suffix(suffix).unlink()
        return read_tree(path)

    monkeypatch.setattr(entries, "read_tree", too_late)
    assert same(ask(data), ask(data))
    assert entries.entries(store)[0].digest == entry.digest
