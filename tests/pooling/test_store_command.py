"""`python -m pooling.store` lists what is there, and removes it and nothing else."""

import subprocess
import sys
import threading

import jax
import numpy as np
import pytest
import xarray as xr

from pooling.models import complete_pooling, partial_pooling
from pooling.store import entries, look_up_or_sample
from pooling.store.__main__ import main

SETTINGS = {"chains": {"num_chains": 4, "num_samples": 2000}}


def put(data, model, seed, size=1000):
    def sample(*arguments, **identity):
        group = xr.Dataset({"beta": (("chain", "draw"), np.zeros((4, size)))})
        return xr.DataTree.from_dict({"posterior": group})

    key = jax.random.PRNGKey(seed)
    return look_up_or_sample(sample, model, data, key=key, settings=SETTINGS)


def test_the_list_says_what_is_there(data, store, capsys):
    put(data, complete_pooling, 0)
    put(data, partial_pooling, 0, size=100_000)
    assert main([]) == 0
    head, *rows, blank, total = capsys.readouterr().out.splitlines()
    assert head.split() == ["Model", "Rows", "Subjects", "Chains", "×", "draws", "Sampled", "MB"]
    assert {row.split()[0]: row.split()[1:6] for row in rows} == {
        name: ["110", "18", "4", "×", "2000"] for name in ("complete_pooling", "partial_pooling")
    }
    sizes = {entry.about["model"]: f"{entry.size / 1e6:.1f}" for entry in entries.entries(store)}
    assert {row.split()[0]: row.split()[-1] for row in rows} == sizes
    assert sizes["partial_pooling"] == "3.2"
    assert {row.split()[6] for row in rows} == {
        entry.about["date"][:10] for entry in entries.entries(store)
    }
    size = sum(entry.size for entry in entries.entries(store))
    assert (blank, total) == ("", f"2 posteriors, {size / 1e6:.1f} MB, in {store.parent}")


def test_an_empty_store_is_said_to_be_empty(store, capsys):
    assert main(["list"]) == 0
    assert capsys.readouterr().out == f"0 posteriors, 0.0 MB, in {store.parent}\n"
    assert main(["clear"]) == 0
    assert not store.parent.exists()


def test_clearing_removes_what_the_store_wrote_and_nothing_else(data, store, capsys):
    put(data, complete_pooling, 0)
    compiled = store.with_name("compiled")
    (compiled / f"jit_fun-{'0' * 64}-cache").write_bytes(b"0" * 100_000)
    foreign = [
        store.parent / "thesis.tex",
        store / "notes.json",
        store / f"{'x' * 32}.nc",
        store / f"{'0' * 32}.nc.backup",
        compiled / "my-cache",
        compiled / "results",
    ]
    for path in foreign:
        path.write_text("mine")
    (store / f"{'a' * 32}.nc.part").write_text("left by a killed process")
    assert main(["clear"]) == 0
    assert "Removed 1 posterior, 0.1 MB with compiled programs" in capsys.readouterr().out
    left = {path for path in store.parent.rglob("*") if path.is_file() and path.suffix != ".TAG"}
    assert left == set(foreign)
    for path in foreign:
        path.unlink()
    main(["clear"])
    assert not store.parent.exists()


def test_clearing_leaves_a_fit_that_is_in_progress(data, store, capsys):
    sampling, cleared = threading.Event(), threading.Event()

    def sample(*arguments, **identity):
        sampling.set()
        assert cleared.wait(60)
        return xr.DataTree.from_dict({"posterior": xr.Dataset({"beta": ("draw", np.ones(3))})})

    def fit():
        key = jax.random.PRNGKey(7)
        look_up_or_sample(sample, complete_pooling, data, key=key, settings=SETTINGS)

    put(data, complete_pooling, 0)
    thread = threading.Thread(target=fit)
    thread.start()
    assert sampling.wait(60)
    assert main(["clear"]) == 0
    cleared.set()
    thread.join()
    assert "Removed 1 posterior, " in (said := capsys.readouterr().out)
    assert said.endswith("; 1 in use, and left\n")
    assert [entry.about["key"] for entry in entries.entries(store)] == [[0, 7]]


@pytest.mark.parametrize("action", ["list", "clear"])
def test_a_place_that_cannot_be_is_said_in_a_line(monkeypatch, capsys, action):
    monkeypatch.setenv("POOLING_STORE", "not/absolute")
    assert main([action]) == 1
    assert capsys.readouterr().err == "not/absolute: this path is not absolute\n"


def test_it_is_a_command(store):
    command = [sys.executable, "-W", "error", "-m", "pooling.store"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == f"0 posteriors, 0.0 MB, in {store.parent}\n"
