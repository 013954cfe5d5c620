"""The exercises of the chapters: what their notebooks need, and what their stubs say."""

import ast
import builtins
import inspect
import linecache

import pytest
from code_names import names
from exercise_cells import CHAPTERS, cells, exercises, solutions, with_imports

from pooling.answers import EXERCISES
from pooling.answers.later_models import SECTIONS
from pooling.answers.values import VALUES
from pooling.checks import SIMULATIONS, check_function, check_model
from pooling.exercises import ANSWERS, MODELS


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


ALL = [(path, name) for path in CHAPTERS for name, _ in exercises(path)]


def defined(code, file, namespace):
    """Run code, so that its lines can be shown as a reader's can."""
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    exec(compile(code, file, "exec"), namespace)


def check(name, function):
    return check_model(name, function) if name in MODELS else check_function(name, function)


def test_every_exercise_has_an_answer_and_every_answer_an_exercise():
    assert sorted(name for _, name in ALL) == sorted(ANSWERS)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_what_is_not_written_yet_is_told_so(path):
    namespace = with_imports(path)
    for name, code in exercises(path):
        tree = ast.parse(code)
        function = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
        function.body = [function.body[0], ast.Expr(ast.Constant(...))]
        defined(ast.unparse(tree), f"{path.stem}-{name}-stub.py", namespace)
        verdict = check(name, namespace[name])
        assert not verdict.passed
        assert "..." in verdict.message, verdict.message
        assert "Read again: " in verdict.message


@pytest.mark.parametrize(("path", "name"), ALL, ids=[name for _, name in ALL])
def test_the_reader_is_told_what_a_function_gets(path, name):
    """In the stub's docstring; and the arguments are called as in the course's own answer."""
    function = ast.parse(dict(exercises(path))[name]).body[-1]
    assert function.name == name
    assert len(ast.get_docstring(function).split()) > 5
    arguments = [each.arg for each in function.args.args]
    course = inspect.signature(ANSWERS[name]).parameters.values()
    assert arguments == [each.name for each in course if each.kind is not each.KEYWORD_ONLY]


def test_a_section_to_read_again_is_one_of_the_course():
    titles = {
        line.lstrip("# ").partition(" {#")[0].split(" (")[0]
        for path in CHAPTERS
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("## ") or line.startswith("### ")
    }
    sections = {each.section for each in (*EXERCISES.values(), *VALUES.values())}
    assert sections | {*SIMULATIONS.values(), *SECTIONS.values()} <= titles
