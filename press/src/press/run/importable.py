"""What chapters import, as far as a Python can import it before it becomes a chapter's kernel."""

import ast
import importlib.util
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from press.book.chapter import Code, Document

INSTALLED = {"site-packages", "dist-packages"}


def importable(root: Path, documents: Sequence[Document]) -> list[str]:
    """List what chapters import that is installed, and that no file beside one of them is.

    Parameters
    ----------
    root
        The book's folder.
    documents
        The chapters.

    Returns
    -------
    list of str
        Names of modules.
    """
    code = (each.code for document in documents for each in document.blocks if type(each) is Code)
    names = dict.fromkeys(name for each in code for name in _imports(each))
    folders = {(root / each.source).parent for each in documents}
    beside = {name for folder in folders for name in hidden_by(folder, names)}
    return [name for name in names if name not in beside and _is_installed(_package(name))]


def hidden_by(folder: Path, modules: Iterable[str]) -> set[str]:
    """Name the modules that a chapter in a folder would import from there instead."""
    beside = {path.stem for path in folder.iterdir()}
    return {name for name in modules if _package(name) in beside}


def _package(module: str) -> str:
    return module.partition(".")[0]


def _imports(code: str) -> Iterator[str]:
    try:
        tree = ast.parse(code)
    except SyntaxError:  # IPython's own, perhaps
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _is_installed(package: str) -> bool:
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return False
    return bool(spec and spec.origin and INSTALLED.intersection(Path(spec.origin).parts))
