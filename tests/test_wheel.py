"""The package `pooling`, installed by itself, works outside of the repository."""

import re
from pathlib import Path

import pytest
from strictly import STRICTLY
from wheels import ROOT, install_alone, run


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    return install_alone(ROOT, tmp_path_factory.mktemp("pooling-alone"))


FIT = """
import jax
import pooling
from pooling import load_sleepstudy, standardise
from pooling.inference import fit
from pooling.models import complete_pooling

data = standardise(load_sleepstudy("train"))
posterior = fit(complete_pooling, data, key=jax.random.key(1), num_warmup=20, num_samples=20)
print(pooling.__file__)
print(len(load_sleepstudy("full")), dict(posterior["posterior"].sizes))
"""


def test_it_loads_its_data_and_fits(python, tmp_path):
    done = run([python, *STRICTLY, "-c", FIT], tmp_path, POOLING_STORE=str(tmp_path / "store"))
    assert done.returncode == 0, done.stderr
    place, found = done.stdout.splitlines()
    assert Path(place).is_relative_to(python.parents[1])
    assert found == "180 {'chain': 4, 'draw': 20}"


def test_the_tables_come_with_it_and_nothing_else_of_their_folder(python):
    (package,) = python.parents[1].glob("lib/*/site-packages/pooling")
    packed = {path.name: path.read_bytes() for path in (package / "datasets").iterdir()}
    assert packed == {path.name: path.read_bytes() for path in (ROOT / "data").glob("*.csv")}


VERSIONS = """
from importlib.metadata import distributions
print(*(f"{each.name}=={each.version}" for each in distributions()))
"""


def test_what_it_needs_has_the_versions_of_the_lock(python, tmp_path):
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([\w.-]+==[\w.+-]+)", lock, re.MULTILINE))
    installed = run([python, "-c", VERSIONS], tmp_path).stdout.split()
    names = {re.sub("[-_.]+(?=.*==)", "-", each).lower() for each in installed}
    assert {name for name in names if not name.startswith("partial-pooling==")} <= locked
    assert len(names) > 10
