"""The package can be found one's way in: rooms on floors, no circles, one name for one thing."""

import ast
from collections import Counter
from pathlib import Path

import pytest

import press

PACKAGE = Path(press.__file__).parent
FLOORS = (
    {"cli"},
    {"preview"},
    {"build"},
    {"publish"},
    {"weave"},
    {"check", "run"},
    {"book"},
    {"disk"},
    {"errors"},
)
ENTRIES = 12
LONGEST = 120
COMMENT = {".lua": "-- ", ".js": "// ", ".typ": "// "}


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(["press", *(part for part in parts if part != "__init__")])


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def imports(name: str) -> set[str]:
    """The package's modules that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relative to itself"
            members = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {each if each in MODULES else str(node.module) for each in members}
    return {each for each in found if each.split(".")[0] == "press"} - {name}


IMPORTS = {name: imports(name) for name in MODULES}


def floor(module: str) -> int:
    room = module.split(".")[1]
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def test_the_top_is_seen_at_a_glance() -> None:
    entries = {path.name for path in PACKAGE.iterdir()} - {"__pycache__"}
    assert len(entries) <= ENTRIES, entries
    rooms = {name.split(".")[1] for name in MODULES if name != "press"}
    assert rooms == set().union(*FLOORS)


def test_imports_go_down_and_never_across() -> None:
    wrong = [
        f"{name} imports {other}"
        for name, others in IMPORTS.items()
        for other in others
        if "press" not in (name, other)
        and name.split(".")[1] != other.split(".")[1]
        and floor(name) >= floor(other)
    ]
    assert wrong == []


def test_there_is_no_circle() -> None:
    left = {name: set(others) for name, others in IMPORTS.items()}
    while free := {name for name, others in left.items() if not others & set(left)}:
        left = {name: others for name, others in left.items() if name not in free}
    assert left == {}


def test_no_two_modules_differ_by_a_plural() -> None:
    names = {part for name in MODULES for part in name.split(".")[1:]}
    assert {name for name in names if f"{name}s" in names} == set()


def test_a_type_has_a_name_of_its_own() -> None:
    names: Counter[str] = Counter()
    for tree in TREES.values():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                names[node.name] += 1
            elif isinstance(node, ast.TypeAlias):
                names[node.name.id] += 1
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id  # `Rows = list[str]`; constants are in capital letters
                names[name] += not name.isupper() and name[0].isupper()
    assert {name: count for name, count in names.items() if count > 1} == {}


@pytest.mark.parametrize("suffix", COMMENT)
def test_sources_in_other_languages_can_be_read(suffix: str) -> None:
    paths = sorted(PACKAGE.rglob(f"*{suffix}"))
    assert paths
    for path in paths:
        lines = path.read_text(encoding="utf-8").split("\n")
        assert lines[0].startswith(COMMENT[suffix]), f"{path}: say what it does"
        long = [number for number, line in enumerate(lines, start=1) if len(line) > LONGEST]
        assert long == [], path
