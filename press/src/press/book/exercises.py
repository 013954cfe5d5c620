"""Exercises: functions in solutions that are the reader's to write, and what is given of them.

A cell with the option `exercise: NAME` holds imports, if it needs any, and one function of this
name, with a docstring. A notebook to work in has its imports, its signature and its docstring.
"""

import ast
import symtable
from collections.abc import Iterator

from press.book.chapter import Code

CHECK = "check-"  # begins the names of the cells, in notebooks, that check what readers wrote
CHECKED = "checked"  # the function with which they do
SHAPE = "an exercise holds imports, if it needs any, and one function"


def exercise_faults(cell: Code) -> Iterator[tuple[int, str]]:
    """Find what is wrong with a cell that says it is an exercise.

    Parameters
    ----------
    cell
        The cell, which has the option `exercise`.

    Yields
    ------
    tuple of int and str
        A line of the chapter, and what is wrong there.
    """
    name, line = str(cell.options["exercise"]), cell.option_lines.get("exercise", cell.line)
    if not name.isidentifier():
        yield line, f"{name} is no name of a function in Python; use letters, digits and _"
        return
    if name == CHECKED:
        yield line, f"exercise {name} is called as the function that checks it; rename it"
        return
    try:
        statements = ast.parse(cell.code).body
    except (SyntaxError, ValueError) as error:
        at = cell.code_line + (getattr(error, "lineno", None) or 1) - 1
        yield at, f"exercise {name} is not Python: {error}"
        return
    functions = [each for each in statements if isinstance(each, ast.FunctionDef)]
    for each in statements:
        if not isinstance(each, ast.Import | ast.ImportFrom | ast.FunctionDef):
            yield cell.code_line + each.lineno - 1, f"{SHAPE}; move this to a cell of its own"
    if not functions:
        yield line, f"{SHAPE}; this has none: write `def {name}(…):`"
    for each in functions[1:]:
        at = cell.code_line + each.lineno - 1
        yield at, f"{SHAPE}; move {each.name} into the first, or to a cell of its own"
    for each in functions[:1]:
        yield from _function_faults(cell, name, each)


def hides_the_check(cell: Code) -> bool:
    """Whether a cell gives its own meaning to the name by which notebooks check what readers wrote.

    Parameters
    ----------
    cell
        A cell of code.

    Returns
    -------
    bool
    """
    try:
        names = symtable.symtable(cell.code, "cell", "exec")
        found = names.lookup(CHECKED)
    except (SyntaxError, ValueError, KeyError):  # of Jupyter's own commands, too
        return False
    return found.is_assigned() or found.is_imported()


def stub(cell: Code) -> str:
    """Take out of an exercise what its reader is given.

    Parameters
    ----------
    cell
        An exercise without faults.

    Returns
    -------
    str
        Its imports, and its function with the signature, the docstring and three dots.
    """
    statements = ast.parse(cell.code).body
    imports = [
        ast.get_source_segment(cell.code, each) or ""
        for each in statements
        if not isinstance(each, ast.FunctionDef)
    ]
    function = next(each for each in statements if isinstance(each, ast.FunctionDef))
    docstring = function.body[0]
    first = min([function.lineno, *(each.lineno for each in function.decorator_list)])
    lines = cell.code.split("\n")[first - 1 : docstring.end_lineno]
    lines[-1] = lines[-1].encode()[: docstring.end_col_offset].decode()
    given = [*lines, " " * docstring.col_offset + "..."]
    return "\n".join([*imports, *([""] * 2 if imports else []), *given])


def _function_faults(cell: Code, name: str, function: ast.FunctionDef) -> Iterator[tuple[int, str]]:
    at = cell.code_line + function.lineno - 1
    if function.name != name:
        yield at, f"exercise {name} holds the function {function.name}; give both the same name"
    if not (ast.get_docstring(function) or "").strip():
        remedy = "say there what it gets and returns, with shapes"
        yield at, f"{function.name} has no docstring, by which readers know their task; {remedy}"
        return
    lines, docstring = cell.code.encode().split(b"\n"), function.body[0]
    if lines[docstring.lineno - 1][: docstring.col_offset].strip():
        remedy = "begin it in a line of its own"
        yield at, f"the docstring of {function.name} stands behind its signature; {remedy}"
