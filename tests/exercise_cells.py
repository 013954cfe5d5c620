"""The cells of the chapters, for tests of what is asked of readers."""

import ast
from pathlib import Path

from press.book.chapter import Code, parse

ROOT = Path(__file__).parents[1]
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


def exercises(path):
    """The exercises of a chapter: name, and code."""
    return [
        (cell.options["exercise"], cell.code) for cell in cells(path) if "exercise" in cell.options
    ]


def with_imports(path):
    """What a notebook has imported before an exercise: here, all of the chapter's imports."""
    namespace = {}
    for cell in cells(path):
        for node in ast.parse(cell.code).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                exec(compile(ast.Module([node], []), "chapter", "exec"), namespace)
    return namespace
