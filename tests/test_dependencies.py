"""Each distribution declares what it imports."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = {"pooling": ROOT, "press": ROOT / "press"}


def normalised(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(folder: Path) -> dict[str, str]:
    """Packages that a folder's modules import, lazily or not, and where each is imported first."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [str(node.module)]
            else:
                continue
            for name in names:
                found.setdefault(name.split(".")[0], f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


@pytest.mark.parametrize("package", PARTS)
def test_a_distribution_declares_what_it_imports(package):
    root = PARTS[package]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {normalised(re.match(r"[\w.-]+", line).group()) for line in project["dependencies"]}
    distributions = packages_distributions()
    missing = [
        f"{place}: {name}"
        for name, place in imported(root / "src" / package).items()
        if name not in {*sys.stdlib_module_names, package}
        and declared.isdisjoint(map(normalised, distributions.get(name, ())))
    ]
    assert not missing
