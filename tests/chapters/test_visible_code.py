"""A reader who types in all the code that a chapter shows can run it."""

import builtins
from pathlib import Path

import pytest
from code_names import names

from press.book.chapter import Code, parse

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "chapters").glob("*.qmd"))


def undefined(cells):
    """Label of each visible cell that reads a name which no visible cell binds, and the names."""
    known, missing = set(dir(builtins)), {}
    for cell in cells:
        if cell.options.get("include") is False:
            continue
        read, bound = names(cell.code)
        if unknown := read - bound - known:
            missing[cell.options.get("label")] = unknown
        known |= bound
    return missing


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_visible_code_needs_no_hidden_code(path):
    blocks = parse(path.read_text(encoding="utf-8"), path.name).blocks
    cells = [block for block in blocks if isinstance(block, Code)]
    assert cells
    assert undefined(cells) == {}


def test_a_name_from_a_hidden_cell_is_noticed():
    shown = Code("print(answer)", {"label": "shown"}, 1, 1)
    hidden = Code("answer = 42", {"include": False}, 1, 1)
    assert undefined([hidden, shown]) == {"shown": {"answer"}}
