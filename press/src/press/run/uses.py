"""What a chapter uses, as seen from inside its kernel: files, folders, and other programs.

A file counts that Python opens or looks at, wherever it is; what a library in C, or another
program, reads is not seen. What is installed, what a program keeps in a cache of its own, and what
the chapter itself wrote do not count.
"""

import os
import sys
import sysconfig
from collections import deque
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

EXCLUDED = {
    *("_build", "_site", "_site-without-solutions", ".venv", ".git", "__pycache__"),
    *("site-packages", "dist-packages"),
}
CACHE_TAG = "CACHEDIR.TAG"  # in a folder that a program calls its cache (bford.info/cachedir)
RUN_FILE = "_build/run.json"
# Outside of the project: the system's own folders, and what kernels keep in the temporary one.
SYSTEM = ("/bin", "/boot", "/dev", "/etc", "/lib", "/proc", "/run", "/sbin", "/sys", "/usr", "/var")
TEMPORARY = ("ipykernel_", "press-kernel-")
STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty")
# Modules through which a cell starts a program, or a process of its own.
BETWEEN = {
    *("IPython", "asyncio", "concurrent", "contextlib", "ipykernel", "multiprocessing", "os"),
    *("pexpect", "pty", "ptyprocess", "subprocess", "threading", "tornado", "traitlets", "zmq"),
}

_opened: dict[str, bool] = {}  # whether it was written
_looked_at: set[str] = set()
_listed: set[str] = set()
_started: list[tuple[str, str]] = []
_cell: deque[str] = deque([""], maxlen=1)  # the code that runs
_importable: set[str] = set()  # the folders of modules, before the chapter adds its own


def watch_uses(shell: Any) -> None:
    """Begin to note what is used in an IPython shell."""
    shell.events.register("pre_run_cell", lambda cell: _cell.append(cell.raw_cell))
    sys.addaudithook(_note_use)
    _importable.update(os.path.abspath(each) for each in sys.path)  # noqa: PTH100
    for name in ("stat", "access"):
        setattr(os, name, _noting(getattr(os, name)))


def uses(root: str) -> dict[str, list[Any]]:
    """List what has been used so far.

    Parameters
    ----------
    root
        The project's folder.

    Returns
    -------
    dict
        ``read``: files that were opened, and the modules; ``seen``: files and folders that were
        looked at, and with a slash at the end folders that were listed; both relative to the
        project's folder where they are inside of it. ``started``: programs that cells have
        started, each with the code of the cell.
    """
    looked_at = set(_looked_at)
    written = {path for path, wrote in _opened.items() if wrote}
    modules = {getattr(module, "__file__", None) or "" for module in list(sys.modules.values())}
    read = (input_name(path, root) for path in (modules | {*_opened}) - written - {""})
    paths = {path for path in looked_at if "\n" not in path}  # the others are text, not names
    seen = (input_name(path, root) for path in paths - written)
    listed = (input_name(path, root) for path in _listed)
    found: dict[str, list[Any]] = {
        "read": sorted({*filter(None, read)}),
        "seen": sorted({*filter(None, seen), *(f"{name}/" for name in listed if name)}),
        "started": _started,
    }
    _looked_at.clear()  # of what this function has looked at itself
    _looked_at.update(looked_at)
    return found


def input_name(path: str, root: str) -> str | None:
    """Name a file or folder as something that a chapter depends on.

    Parameters
    ----------
    path
        The whole path.
    root
        The project's folder.

    Returns
    -------
    str or None
        The path, relative to the project's folder where it is inside; None if it does not count.
    """
    inside = os.path.relpath(path, root)
    outside = inside.startswith("..")
    # Of strings, since there may be thousands, and an edited cell's page waits for the answer.
    if outside and f"{os.path.realpath(path)}/".startswith(f"{root}/"):
        inside, outside = os.path.relpath(os.path.realpath(path), root), False
    name, top = (path, "/") if outside else (inside, root)
    if name == RUN_FILE:
        return name
    if EXCLUDED.intersection(name.split("/")) or (outside and _is_private(path)):
        return None
    below = (each for each in Path(path).parents if each != Path(top) and each.is_relative_to(top))
    return None if any((each / CACHE_TAG).is_file() for each in below) else name


def _note_use(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        path = _absolute(arguments[0])
        written = bool(arguments[2] & (os.O_WRONLY | os.O_RDWR))
        _opened[path] = written or _opened.get(path, False)
    elif event == "sqlite3.connect" and isinstance(arguments[0], (str, bytes)):
        _looked_at.add(_absolute(arguments[0]))
    elif event in ("os.listdir", "os.scandir") and not isinstance(arguments[0], int):
        caller = sys._getframe(1).f_globals.get("__name__", "")
        if "importlib" not in caller:  # it lists the folders that modules may be in
            _listed.add(_absolute(arguments[0] or "."))
    elif event in STARTS and _by_a_cell(sys._getframe(1)):
        named = arguments[1] if event == "subprocess.Popen" else next(iter(arguments), "Python")
        first = next(iter(named), event) if isinstance(named, (list, tuple)) else named
        _started.append((_cell[-1], first.decode() if isinstance(first, bytes) else str(first)))


def _noting[**P, T](look: Callable[P, T]) -> Callable[P, T]:
    """Wrap a function of `os` that looks at a file, to note at which."""

    def noting(*arguments: P.args, **keywords: P.kwargs) -> T:
        path = keywords.get("path", arguments[0] if arguments else None)
        if isinstance(path, (str, bytes, os.PathLike)):
            _looked_at.add(_absolute(path))
        return look(*arguments, **keywords)

    for capabilities in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        if look in capabilities:
            capabilities.add(noting)
    return noting


def _by_a_cell(frame: FrameType | None) -> bool:
    """Whether a chapter's own code has started something, not a library for itself."""
    while frame:
        if frame.f_globals.get("__name__", "").partition(".")[0] not in BETWEEN:
            return not _is_installed(frame.f_code.co_filename)
        frame = frame.f_back
    return True


def _is_installed(path: str) -> bool:
    folders = _folders_of_python() | _importable
    return path.startswith(("<frozen", *(f"{folder}/" for folder in folders)))


@cache
def _folders_of_python() -> frozenset[str]:
    return frozenset({sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()})


def _is_private(path: str) -> bool:
    """Whether a file outside of the project is the system's, or a program's own."""
    home = os.path.relpath(path, Path.home())
    return (
        _is_installed(path)
        or Path(path).is_dir()
        or path.startswith(tuple(f"{each}/" for each in SYSTEM))
        or (home.startswith(".") and not home.startswith(".."))
        or any(part.startswith(TEMPORARY) for part in Path(path).parts)
    )


def _absolute(path: Any) -> str:
    return os.path.abspath(os.fsdecode(path))  # noqa: PTH100 (runs on every open)
