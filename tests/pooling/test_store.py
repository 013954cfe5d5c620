"""What the store gives back, what it does about files that are wrong, and about no room."""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import arviz as az
import jax
import numpy as np
import numpyro
import numpyro.distributions as dist
import pytest
import xarray as xr

from pooling.checks import check_model
from pooling.inference import fit
from pooling.models import complete_pooling, partial_pooling_noncentred
from pooling.store import compilation, entries, look_up_or_sample, lookup, removal
from pooling.store.folder import StoreWarning, store_folder
from pooling.store.netcdf import same

KEY = jax.random.PRNGKey(1)
SHORT = {"num_warmup": 50, "num_samples": 40}
SETTINGS = {"chains": {"num_chains": 2, "num_samples": 3}}


def tree(seed=0):
    """Something like a posterior, with what is hard to store: odd numbers, no dimension."""
    random = np.random.default_rng(seed)
    odd = np.array([np.nan, -0.0, np.inf, 1e-45], np.float32)
    odd[:1].view(np.uint32)[:] += 5
    draws = {
        "beta": (("chain", "draw"), random.normal(size=(2, 3)).astype(np.float32)),
        "odd": ("subject", odd),
        "flag": ("subject", np.array([True, False, True, True])),
        "steps": ("subject", np.arange(4, dtype=np.int32)),
        "total": ((), np.float64(0.1)),
    }
    attributes = {"created_at": "now", "sample_dims": ["chain", "draw"], "none": []}
    return xr.DataTree.from_dict(
        {"posterior": xr.Dataset(draws, {"subject": np.arange(4)}, attributes)}
    )


class Sampler:
    """Stands in for the sampler, and counts how often it is asked."""

    def __init__(self):
        self.runs = 0

    def __call__(self, model, data, *, key, settings):
        self.runs += 1
        return tree(self.runs)


def ask(sampler, data, key=KEY, model=complete_pooling):
    return look_up_or_sample(sampler, model, data, key=key, settings=SETTINGS)


def files(store, suffix):
    return sorted(store.glob(f"*{suffix}"))


def assert_the_same(one, other):
    xr.testing.assert_identical(one, other)
    for name, group in one.children.items():
        for each in group.data_vars:
            assert group[each].to_numpy().flags.writeable
            assert other[name][each].to_numpy().flags.writeable
        for each, variable in group.variables.items():
            twin = other[name].variables[each]
            assert type(variable.to_numpy()) is type(twin.to_numpy()) is np.ndarray
            assert (variable.dtype, variable.attrs) == (twin.dtype, twin.attrs)
            assert variable.to_numpy().tobytes() == twin.to_numpy().tobytes()
        assert {k: (type(v), v) for k, v in group.attrs.items()} == {
            k: (type(v), v) for k, v in other[name].attrs.items()
        }


@pytest.mark.parametrize("model", [complete_pooling, partial_pooling_noncentred])
def test_a_stored_posterior_is_the_fresh_one_bit_for_bit(data, store, model, monkeypatch):
    fresh = fit(model, data, key=KEY, **SHORT)
    monkeypatch.setattr("numpyro.infer.MCMC.run", None)
    stored = fit(model, data, key=KEY, **SHORT)
    assert_the_same(fresh, stored)
    # and both are what another store would give
    monkeypatch.undo()
    monkeypatch.setenv("POOLING_STORE", str(store.parent.with_name("another")))
    assert_the_same(fit(model, data, key=KEY, **SHORT), stored)


def test_odd_values_come_back_as_they_were(data, store):
    sampler = Sampler()
    fresh, stored = ask(sampler, data), ask(sampler, data)
    assert sampler.runs == 1
    assert_the_same(fresh, stored)
    bits = tree(1)["posterior"]["odd"].to_numpy().view(np.uint32)
    np.testing.assert_array_equal(stored["posterior"]["odd"].to_numpy().view(np.uint32), bits)
    assert "created_at" not in stored["posterior"].attrs


def test_a_posterior_is_in_memory_and_the_callers_own(data, store):
    sampler = Sampler()
    for _ in range(2):
        posterior = ask(sampler, data)["posterior"]
        for name in posterior.data_vars:
            posterior[name].to_numpy()[...] = 0
    shutil.rmtree(store)
    assert (posterior["beta"] == 0).all()
    opened = [each.resolve() for each in Path("/proc/self/fd").iterdir()]
    assert not [path for path in opened if path.is_relative_to(store)]
    assert_the_same(ask(sampler, data), lookup.in_memory(tree(2)))


def test_other_fits_are_sampled(data, store):
    sampler = Sampler()
    ask(sampler, data)
    ask(sampler, data, key=jax.random.PRNGKey(2))
    ask(sampler, replace(data, y=data.y + 1))
    ask(sampler, data, model=partial_pooling_noncentred)
    assert sampler.runs == 4 == len(entries.entries(store))


def test_any_tool_can_open_the_files(data, store):
    ask(Sampler(), data)
    (path,) = files(store, ".nc")
    opened = az.from_netcdf(path, engine="netcdf4")
    expected = tree(1)["posterior"]["beta"].to_numpy()
    np.testing.assert_array_equal(opened["posterior"]["beta"], expected)
    opened.close()
    about = json.loads(path.with_suffix(".json").read_text())
    assert about["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (about["model"], about["rows"], about["subjects"]) == ("complete_pooling", 110, 18)
    assert about["settings"] == SETTINGS


def truncate(path):
    path.write_bytes(path.read_bytes()[:-100])


def flip_a_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


DAMAGES = {
    "truncated": truncate,
    "a bit flipped": flip_a_bit,
    "empty": lambda path: path.write_bytes(b""),
    "foreign": lambda path: path.write_text("[1, 2]"),
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_data_are_reported_and_replaced(data, store, damage):
    sampler = Sampler()
    ask(sampler, data)
    (path,) = files(store, ".nc")
    damage(path)
    with pytest.warns(StoreWarning, match=f"^{path} is not as the store wrote it") as warned:
        ask(sampler, data)
    assert (sampler.runs, len(warned)) == (2, 1)
    assert_the_same(ask(sampler, data), lookup.in_memory(tree(2)))
    assert sampler.runs == 2


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"digest": "other", "sha256": ""}']
)
def test_a_damaged_sidecar_is_reported_and_replaced(data, store, content):
    sampler = Sampler()
    ask(sampler, data)
    (path,) = files(store, ".json")
    path.write_bytes(content)
    with pytest.warns(StoreWarning, match=f"^{path} is not as the store wrote it"):
        ask(sampler, data)
    ask(sampler, data)
    assert sampler.runs == 2


def test_data_are_not_looked_at_before_their_checksum_is(data, store, monkeypatch):
    ask(Sampler(), data)
    flip_a_bit(files(store, ".nc")[0])
    monkeypatch.setattr(entries, "read_tree", lambda path: pytest.fail("it was parsed"))
    with pytest.warns(StoreWarning, match="not as the store wrote it"):
        look_up_or_sample(Sampler(), complete_pooling, data, key=KEY, settings=SETTINGS)


def test_an_entry_under_another_name_is_foreign(data, store):
    sampler = Sampler()
    ask(sampler, data)
    (other,) = files(store, ".json")
    ask(sampler, data, key=jax.random.PRNGKey(2))
    (mine,) = set(files(store, ".json")) - {other}
    for suffix in (".json", ".nc"):
        shutil.copy(other.with_suffix(suffix), mine.with_suffix(suffix))
    with pytest.warns(StoreWarning, match=mine.name):
        ask(sampler, data, key=jax.random.PRNGKey(2))
    assert sampler.runs == 3


@pytest.mark.parametrize("place", ["a file", "/proc/nowhere", "not/absolute"])
def test_a_folder_that_cannot_be_used_costs_a_warning(data, tmp_path, monkeypatch, place):
    if place == "a file":
        place = str(tmp_path / "file")
        Path(place).write_text("mine")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POOLING_STORE", place)
    before = set(tmp_path.rglob("*"))
    sampler = Sampler()
    with pytest.warns(StoreWarning, match=rf"{place}.*set POOLING_STORE to") as warned:
        posterior = ask(sampler, data)
    assert_the_same(posterior, lookup.in_memory(tree(1)))
    assert (len(warned), sampler.runs, set(tmp_path.rglob("*"))) == (1, 1, before)
    assert warned[0].filename == __file__  # it points at who asked, not into the package


def test_of_one_trouble_a_process_is_told_once(data, tmp_path, monkeypatch):
    sampler = Sampler()
    for place in ("file", "other"):
        (tmp_path / place).write_text("mine")
        monkeypatch.setenv("POOLING_STORE", str(tmp_path / place))
        with pytest.warns(StoreWarning) as warned:
            [ask(sampler, data) for _ in range(2)]
        assert [place in str(each.message) for each in warned] == [True]
        assert warned[0].category.harmless
    assert sampler.runs == 4


def test_a_store_that_can_only_be_read_still_serves(data, store, monkeypatch):
    sampler = Sampler()
    expected = ask(sampler, data)

    def refuse(*arguments, **keywords):
        raise PermissionError(13, "Permission denied", "the store")

    for function in ("os.utime", "pathlib.Path.mkdir", "pooling.store.entries.FileLock"):
        monkeypatch.setattr(function, refuse)
    assert_the_same(ask(sampler, data), expected)
    with pytest.warns(StoreWarning, match=r"\(the store: Permission denied\)"):
        ask(sampler, data, key=jax.random.PRNGKey(2))
    assert sampler.runs == 2


FULL = """
import resource, signal, sys, warnings
import jax
from pooling import load_sleepstudy, standardise
from pooling.inference import fit
from pooling.models import complete_pooling
data = standardise(load_sleepstudy("train"))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    posterior = fit(complete_pooling, data, key=jax.random.key(0), num_warmup=20, num_samples=20)
sys.stdout.write(f"{posterior['posterior'].sizes['draw']} draws\\n")
for each in warned:
    sys.stdout.write(f"{each.category.__name__}: {each.message}\\n")
"""


def test_a_full_disk_costs_a_warning(store, own_programs):
    """A disk that has no room for files of more than 2000 bytes, which the sidecar would fit in."""
    run = subprocess.run([sys.executable, "-c", FULL], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    draws, *warned = run.stdout.splitlines()
    assert draws == "20 draws"
    assert len(warned) == 1, warned
    assert warned[0].startswith("StoreWarning: this posterior could not be stored (")
    assert entries.entries(store) == []
    assert files(store, ".nc") + files(store, ".part") == []
    assert run.stderr == ""


def test_what_does_not_read_back_the_same_is_not_stored(data, store):
    def sample(model, data, **identity):
        group = xr.Dataset({"z": ("draw", np.array([1, None], dtype=object))})
        return xr.DataTree.from_dict({"posterior": group})

    with pytest.warns(StoreWarning, match="could not be stored"):
        ask(sample, data)
    assert entries.entries(store) == []
    assert files(store, ".part") == []


def test_a_model_that_cannot_be_traced_is_sampled_and_not_stored(data, store):
    def model(x, subject_idx, y=None, n_subjects=18):
        shape = jax.ShapeDtypeStruct((), np.float32)
        beta = numpyro.sample("beta", dist.Normal(0.0, 1.0))
        numpyro.deterministic("one", jax.pure_callback(lambda: np.float32(1), shape))
        numpyro.sample("obs", dist.Normal(beta * x, 1.0), obs=y)

    sampler = Sampler()
    with pytest.warns(
        StoreWarning, match="posteriors cannot be stored, .*into which JAX cannot look"
    ):
        assert_the_same(ask(sampler, data, model=model), lookup.in_memory(tree(1)))
    assert not store.exists()


def test_a_model_that_fails_fails_with_its_own_error_and_no_warning(data, store):
    def model(x, subject_idx, y=None, n_subjects=18):
        raise ZeroDivisionError("a mistake in the model")

    with pytest.raises(ZeroDivisionError, match="a mistake in the model") as raised:
        fit(model, data, key=KEY, **SHORT)
    assert raised.value.__context__ is None


def test_a_fit_that_fails_leaves_nothing_and_blocks_nobody(data, store):
    def fail(model, data, **identity):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(fail, data)
    assert entries.entries(store) == []
    sampler = Sampler()
    ask(sampler, data)
    assert sampler.runs == 1


def test_what_was_used_last_stays_when_there_is_no_room(data, store, monkeypatch):
    sampler = Sampler()
    keys = [jax.random.PRNGKey(seed) for seed in range(4)]
    for age, key in zip((300, 200, 100), keys[:3], strict=True):
        ask(sampler, data, key=key)
        newest = entries.entries(store)[0]
        past = newest.used - age
        os.utime(store / f"{newest.digest}.json", (past, past))
    ask(sampler, data, key=keys[0])  # the oldest is used again
    size = entries.entries(store)[0].size
    for module in (entries, removal):
        monkeypatch.setattr(module, "LIMIT", 3 * size)
    ask(sampler, data, key=keys[3])
    assert (len(entries.entries(store)), sampler.runs) == (3, 4)
    for key in (keys[0], keys[2], keys[3]):
        ask(sampler, data, key=key)
    assert sampler.runs == 4
    ask(sampler, data, key=keys[1])
    assert sampler.runs == 5


def test_the_one_just_written_stays_and_one_that_is_too_large_is_not_stored(
    data, store, monkeypatch
):
    sampler = Sampler()
    ask(sampler, data)
    size = entries.entries(store)[0].size
    monkeypatch.setattr(removal, "LIMIT", size // 2)
    ask(sampler, data, key=jax.random.PRNGKey(2))
    ask(sampler, data, key=jax.random.PRNGKey(2))
    assert (len(entries.entries(store)), sampler.runs) == (1, 2)
    monkeypatch.setattr(entries, "LIMIT", size // 2)
    with pytest.warns(StoreWarning, match="more than the store may hold"):
        ask(sampler, data, key=jax.random.PRNGKey(3))


def test_the_folder_is_the_users_choice_or_the_platforms(monkeypatch, tmp_path):
    monkeypatch.setenv("POOLING_STORE", "~/somewhere")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert store_folder() == tmp_path / "somewhere"
    monkeypatch.delenv("POOLING_STORE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert store_folder() == tmp_path / "cache" / "partial-pooling"
    assert not store_folder().is_relative_to(Path(__file__).parents[2])


def test_only_this_user_can_write_to_the_store(data, store):
    ask(Sampler(), data)
    assert {each.name: each.stat().st_mode & 0o077 for each in store.parent.iterdir()} == {
        "posteriors": 0,
        "compiled": 0,
    }


def test_compiled_programs_are_kept_and_change_no_draw(data, store, own_programs, monkeypatch):
    first = fit(complete_pooling, data, key=KEY, **SHORT)
    programs = set(compiled(store))
    assert programs
    fit(complete_pooling, data, key=jax.random.PRNGKey(2), **SHORT)
    assert set(compiled(store)) == programs
    assert jax.config.jax_compilation_cache_dir is None
    monkeypatch.setattr(lookup, "programs_in_store", contextlib.nullcontext)
    shutil.rmtree(store)
    assert_the_same(fit(complete_pooling, data, key=KEY, **SHORT), first)


def test_what_a_check_compiles_is_kept_too(store, own_programs, monkeypatch):
    jax.clear_caches()
    assert check_model("complete_pooling", complete_pooling).passed
    assert len(compiled(store)) > 10
    assert jax.config.jax_compilation_cache_dir is None
    monkeypatch.setenv("POOLING_STORE", "not absolute")
    assert check_model("complete_pooling", complete_pooling).passed


def compiled(store):
    folder = store.with_name("compiled")
    return sorted(path.name for path in folder.iterdir() if path.name.endswith("-cache"))


def test_the_users_own_setting_for_compiled_programs_stays(store, own_programs, tmp_path):
    store.mkdir(parents=True)
    own = str(tmp_path / "own")
    jax.config.update("jax_compilation_cache_dir", own)
    try:
        with compilation.kept_programs(store):
            assert jax.config.jax_compilation_cache_dir == own
        assert jax.config.jax_compilation_cache_dir == own
    finally:
        jax.config.update("jax_compilation_cache_dir", None)


def test_damaged_compiled_programs_are_compiled_again(data, store, own_programs):
    expected = fit(complete_pooling, data, key=KEY, **SHORT)
    for name in compiled(store):
        (store.with_name("compiled") / name).write_bytes(b"foreign")
    shutil.rmtree(store)
    assert same(fit(complete_pooling, data, key=KEY, **SHORT), expected)


def test_compiled_programs_that_were_not_used_for_long_make_room(store, own_programs, monkeypatch):
    folder = store.with_name("compiled")
    folder.mkdir(parents=True)
    other = folder / "not-a-program"
    other.write_bytes(bytes(1000))
    for age in range(5):
        path = folder / f"jit_{age}-{'0' * 64}-cache"
        path.write_bytes(bytes(1000))
        times = time.time() - 1000 * age
        os.utime(path, (times, times))
    os.utime(path)  # the oldest is used again
    monkeypatch.setattr(compilation, "LIMIT", 3000)
    with compilation.programs_in_store():
        pass
    assert [name[:5] for name in compiled(store)] == ["jit_0", "jit_1", "jit_4"]
    assert other.exists()
