"""The repository's distributions as wheels, each installed where nothing else is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

ROOT = Path(__file__).parents[1]
NOT_SOURCE = shutil.ignore_patterns(".*", "_site", "_build", "__pycache__", "*.egg-info")


def install_alone(part: Path, folder: Path) -> Path:
    """Build a distribution's wheel and install it into a bare environment.

    With it comes what it declares, at the versions of `requirements.lock`, and nothing else.

    Parameters
    ----------
    part
        The distribution's folder, which has its `pyproject.toml`.
    folder
        An empty folder to work in.

    Returns
    -------
    pathlib.Path
        The environment's Python.
    """
    # In a copy: setuptools leaves a folder `build` behind, and packs what is left in it.
    source, python = folder / "source", folder / "environment" / "bin" / "python"
    shutil.copytree(part, source, ignore=NOT_SOURCE)
    _uv("build", "--wheel", "--no-build-isolation", "--python", sys.executable, str(source))
    wheel = next((source / "dist").glob("*.whl"))
    _uv("venv", "--python", sys.executable, str(folder / "environment"))
    locked = f"--constraint={ROOT / 'requirements.lock'}"
    install = ("pip", "install", "--python", str(python), locked, str(wheel))
    # The set-up has left everything in uv's cache, unless somebody emptied it.
    if _uv("--offline", *install, check=False):
        _uv(*install)
    return python


def run(command: list[Path | str], folder: Path, **environment: str) -> CompletedProcess[str]:
    """Run a program of a bare environment, which knows nothing of the one that the tests run in."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        command, cwd=folder, env=kept | environment, capture_output=True, text=True, check=False
    )


def _uv(*arguments: str, check: bool = True) -> int:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        pytest.skip("no uv in this environment: pip had to set it up")
    done = subprocess.run([uv, *arguments], capture_output=True, text=True, check=False)
    assert not (check and done.returncode), done.stderr
    return done.returncode
