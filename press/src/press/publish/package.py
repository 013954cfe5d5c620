"""The package that a book's readers need, as a wheel: the same bytes from the same files."""

import io
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path

from press.book.contradictions import NAME, PYPROJECT
from press.book.project import Project
from press.disk.digest import digest, engine_digest
from press.disk.kept import keep, read_kept
from press.errors import PressError

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # zip knows no earlier one; a true one would differ each time
SETUPTOOLS = "setuptools.build_meta:__legacy__"  # the backend where a package names none
BUILT = ("build", "dist")  # beside `pyproject.toml`; setuptools packs what it finds there
MADE = ("__pycache__", ".pyc", ".egg-info")
ENVIRONMENT = "pyvenv.cfg"
OLDEST = re.compile(r">=\s*(\d+)\.(\d+)")
BUILD = "import importlib, sys; importlib.import_module({!r}){}.build_wheel(sys.argv[1])"


@dataclass(frozen=True)
class Wheel:
    """A wheel: its file's name and bytes, its distribution, and a module that it brings.

    `python` is the oldest version that it runs on, as (3, 12), or None if it does not say.
    """

    name: str
    content: bytes
    distribution: str
    module: str
    python: tuple[int, int] | None


def wheel_of(project: Project) -> Wheel | None:
    """Build the wheel of the package that the book names, or find it if nothing has changed.

    It is built by the package's own backend, in this Python, from a copy of its folder: without the
    book's chapters, what was built before, environments, and what begins with a dot or, beside
    `pyproject.toml`, with a `_`.

    Parameters
    ----------
    project
        The book.

    Returns
    -------
    Wheel or None
        None if the book names no package.

    Raises
    ------
    PressError
        If it cannot be built, with what the backend printed.
    """
    if not project.package:
        return None
    sources = dict(_sources(project))
    contents = [[name, digest(path.read_bytes())] for name, path in sorted(sources.items())]
    entry, key = project.build / "package.kept", digest(contents, sys.version, engine_digest())
    kept = read_kept(entry, key)
    if kept is None:
        name, content = _built(project, sources)
        kept = f"{name}\n".encode() + repeatable(content)
        keep(entry, key, kept)
    first, _, content = kept.partition(b"\n")
    return _described(project, first.decode(), content)


def repeatable(wheel: bytes) -> bytes:
    """Pack a wheel again: its files in the order of their names, of one date and one mode.

    A backend takes the dates of files, their modes and sometimes their order from the disk. What
    the wheel lists of its files is their contents, and these stay.

    Parameters
    ----------
    wheel
        The wheel's bytes.

    Returns
    -------
    bytes
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(wheel)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in sorted(old.namelist()):
            if not name.endswith("/"):
                entry = zipfile.ZipInfo(name, FIRST_DAY)
                entry.external_attr = 0o100644 << 16
                new.writestr(entry, old.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _sources(project: Project) -> Iterator[tuple[str, Path]]:
    """Name what the wheel is built from, relative to the package's folder, and where it is."""
    root = project.root / project.package
    chapters = {(project.root / chapter.source).resolve() for chapter in project.chapters}
    pending = [each for each in root.iterdir() if each.name[0] != "_" and each.name not in BUILT]
    while pending:
        path = pending.pop()
        if path.name[0] == "." or path.name.endswith(MADE) or (path / ENVIRONMENT).exists():
            continue
        if path.is_dir():
            pending += path.iterdir()
        elif path.is_file() and path.resolve() not in chapters:
            yield path.relative_to(root).as_posix(), path


def _built(project: Project, sources: dict[str, Path]) -> tuple[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        copy, output = Path(folder, "source"), Path(folder, "wheel")
        for name, path in sources.items():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy / name)
        output.mkdir()
        command = [sys.executable, "-c", _hook(project), str(output)]
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
        wheels = list(output.glob("*.whl"))
        if done.returncode or not wheels:
            printed = (done.stderr or done.stdout).strip().rpartition("\n")[2]
            raise _error(project, f"the package in {project.package} cannot be built: {printed}")
        return wheels[0].name, wheels[0].read_bytes()


def _hook(project: Project) -> str:
    """Write the call of the package's backend, as PEP 517 has it."""
    path = project.root / project.package / PYPROJECT
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise PressError(f"not TOML: {error}", path=path.relative_to(project.root)) from error
    backend = settings.get("build-system", {}).get("build-backend", SETUPTOOLS)
    module, _, attribute = backend.partition(":")
    return BUILD.format(module, f".{attribute}" if attribute else "")


def _described(project: Project, name: str, content: bytes) -> Wheel:
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        names = wheel.namelist()
        metadata = next(each for each in names if each.endswith(".dist-info/METADATA"))
        about = BytesHeaderParser().parsebytes(wheel.read(metadata))
    oldest = OLDEST.search(about.get("Requires-Python", ""))
    modules = [each.partition("/")[0] for each in names if each.endswith("/__init__.py")]
    modules += [each.removesuffix(".py") for each in names if "/" not in each]
    if not modules:
        raise _error(project, f"the package in {project.package} has no module to import")
    python = (int(oldest[1]), int(oldest[2])) if oldest else None
    return Wheel(name, content, about["Name"], modules[0], python)


def _error(project: Project, reason: str) -> PressError:
    return PressError(reason, path=NAME, line=project.settings.line("press", "package"))
