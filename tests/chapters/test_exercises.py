"""The exercises of the chapters: their solutions pass, and notebooks run without them."""

import ast
import builtins
from pathlib import Path

import pytest
from code_names import names

from press.book.chapter import Code, parse

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "chapters").glob("*.qmd"))


def solutions(path):
    """Ranges of lines that a chapter's solutions take."""
    first, ranges = None, []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("::: {.callout-tip"):
            first = number
        elif line == ":::" and first:
            ranges.append((first, number))
            first = None
    return ranges


def cells(path):
    blocks = parse(path.read_text(encoding="utf-8"), path.name).blocks
    return [block for block in blocks if isinstance(block, Code)]


def stub(code):
    """An exercise's imports and its function, without what it does."""
    kept = []
    for node in ast.parse(code).body:
        if isinstance(node, ast.FunctionDef):
            node.body = [ast.Expr(ast.Constant(...))]
        kept.append(ast.unparse(node))
    return "\n".join(kept)


def work_cells(path):
    """What a notebook to work in has of a chapter: labels and code."""
    ranges = solutions(path)
    for cell in cells(path):
        inside = any(first < cell.line < last for first, last in ranges)
        if cell.options.get("include") is False:
            continue
        if "exercise" in cell.options:
            yield cell.options["label"], stub(cell.code)
        elif not inside:
            yield cell.options["label"], cell.code


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_notebook_to_work_in_needs_nothing_from_solutions(path):
    known, missing = set(dir(builtins)), {}
    for label, code in work_cells(path):
        read, bound = names(code)
        if unknown := read - bound - known:
            missing[label] = unknown
        known |= bound
    assert missing == {}
