"""The wheel of `pooling` works by itself, outside of the repository."""

import shutil
import subprocess
import sys
from importlib.metadata import PathDistribution, distribution
from pathlib import Path
from zipfile import Path as ZipPath
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]

PROGRAM = """
import jax
import pooling
from pooling import load_sleepstudy, standardise
from pooling.exact import exact_posterior
from pooling.inference import fit
from pooling.models import partial_pooling

data = standardise(load_sleepstudy("train"))
posterior = fit(partial_pooling, data, key=jax.random.key(1), num_warmup=20, num_samples=20)
print(pooling.__file__)
print(len(load_sleepstudy("full")), dict(posterior["posterior"].sizes))
print(len(exact_posterior("no_pooling", data).summary()))
"""


def run(*command, **how):
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, **how
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy: building leaves files beside the sources."""
    source, built = (tmp_path_factory.mktemp(name) for name in ("source", "built"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("src", "data"):
        shutil.copytree(ROOT / name, source / name, symlinks=True)
    uv = [sys.executable, "-m", "uv", "build", "--offline", "--no-build-isolation"]
    run(*uv, "--python", sys.executable, "--wheel", "--out-dir", built, source)
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def bare(wheel, tmp_path_factory):
    """An environment with the wheel and with what it says that it needs, and nothing else.

    What it needs is what this environment has, at the versions of the lock. It is linked, so that
    nothing has to be fetched; this environment itself, in which the repository is installed, is
    out of sight.
    """
    folder = tmp_path_factory.mktemp("bare")
    uv = [sys.executable, "-m", "uv"]
    run(*uv, "venv", "--offline", "--python", sys.executable, folder / "venv")
    python = folder / "venv" / "bin" / "python"
    packages = Path(run(python, "-c", "import site; print(site.getsitepackages()[0])").strip())
    for name in needed(requirements(PathDistribution(metadata_of(wheel)))):
        tops = {file.parts[0] for file in distribution(name).files or ()}
        for top in tops - {"..", "__pycache__"}:
            target = packages / top
            if not target.exists():
                target.symlink_to(distribution(name).locate_file(top))
    run(*uv, "pip", "install", "--offline", "--no-deps", "--python", python, wheel)
    return python


def metadata_of(wheel):
    (folder,) = [path for path in ZipPath(wheel).iterdir() if path.name.endswith(".dist-info")]
    return folder


def requirements(installed, extras=frozenset()):
    """What an installed distribution needs here: names, and the extras asked for."""
    for line in installed.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or any(
            requirement.marker.evaluate({"extra": extra}) for extra in {"", *extras}
        ):
            yield canonicalize_name(requirement.name), frozenset(requirement.extras)


def needed(direct):
    """All that is needed, with what that needs in turn."""
    found, open_ = set(), list(direct)
    while open_:
        name, extras = open_.pop()
        if (name, extras) not in found:
            found.add((name, extras))
            open_ += requirements(distribution(name), extras)
    return {name for name, _ in found}


def test_the_wheel_holds_the_tables_once_and_nothing_that_makes_them(wheel):
    packed = [name for name in ZipFile(wheel).namelist() if "sleepstudy" in name and ".csv" in name]
    assert sorted(packed) == [
        f"pooling/datasets/{path.name}" for path in sorted((ROOT / "data").glob("*.csv"))
    ]
    assert not [name for name in ZipFile(wheel).namelist() if "prepare" in name]


def test_the_wheel_fits_in_a_bare_environment(bare, tmp_path):
    environment = {"POOLING_STORE": str(tmp_path / "store"), "PATH": ""}
    shown = run(bare, "-W", "error", "-c", PROGRAM, cwd=tmp_path, env=environment)
    place, sizes, exact = shown.splitlines()
    assert Path(place).is_relative_to(bare.parents[1])
    assert sizes == "180 {'chain': 4, 'draw': 20, 'subject': 18}"
    assert exact == "37"
    installed = run(bare, "-c", "import sys; print(*sys.path)", cwd=tmp_path, env=environment)
    assert str(ROOT) not in installed
