"""Chapters that share a page are found together, and are those that would be found one by one."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
import typst

from press.publish.openings import NEARLY_EMPTY, SHARING, set_book

CHAPTERS = 18


class Compiler:
    """Sets chapters whose last pages are filled by chance."""

    seed = 0
    queries = 0

    def __init__(self, document: str, *, root: str, **_: object) -> None:
        self.root = Path(root)

    def sharing(self) -> list[int]:
        return list(json.loads((self.root / SHARING).read_text()))

    def query(self, *_: object, **__: object) -> str:
        type(self).queries += 1
        return json.dumps(filled(self.seed, self.sharing()))

    def compile_with_warnings(self, **_: object) -> tuple[list[int], list[str]]:
        return self.sharing(), []


def filled(seed: int, sharing: list[int]) -> list[float]:
    """How far down chapters end; where one shares its page, its end is no sign of anything."""
    found, row = [], 0
    for chapter in range(1, CHAPTERS + 1):
        own = random.Random(f"{seed} {chapter} {row}").random()
        found.append(1 - own if chapter in sharing else own)
        row = row + 1 if chapter in sharing else 0
    return found


def one_by_one(seed: int) -> list[int]:
    sharing: list[int] = []
    for chapter in range(1, CHAPTERS + 1):
        if filled(seed, sharing)[chapter - 1] < NEARLY_EMPTY:
            sharing.append(chapter)
    return sharing


@pytest.mark.parametrize("seed", range(20))
def test_chapters_share_as_if_found_one_by_one(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typst, "Compiler", Compiler)
    monkeypatch.setattr(Compiler, "seed", seed)
    monkeypatch.setattr(Compiler, "queries", 0)
    result: Any = set_book("", tmp_path)
    assert result == (one_by_one(seed), [])
    rows = "".join("x" if n in result[0] else " " for n in range(1, CHAPTERS + 1)).split()
    assert Compiler.queries <= max(map(len, rows), default=0) + 2


def test_a_fault_that_sharing_brings_ends_the_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Faulty(Compiler):
        def query(self, *_: object, **__: object) -> str:
            if self.sharing():
                raise RuntimeError
            return json.dumps([0.1] + [0.9] * (CHAPTERS - 1))

    monkeypatch.setattr(typst, "Compiler", Faulty)
    assert set_book("", tmp_path) == ([1], [])  # the compiler is asked to say what is wrong
