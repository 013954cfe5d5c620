"""Run a reader's model; what it raises is told in their words, with their line."""

import contextlib
import functools
import inspect
import io
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import jax
import numpyro  # noqa: F401 (before any submodule of it: see pooling.models)
from numpyro import handlers

from pooling.checks.hints import hint, hint_for_function
from pooling.checks.probe_rows import ProbeRows
from pooling.checks.verdict import SHARED, Wrong

SIGNATURE = "`(x, subject_idx, y=None, n_subjects=18)`"
Trace = dict[str, dict[str, Any]]


def checked_signature(model: object) -> None:
    """Refuse what cannot be called as a model is called."""
    if model is None or model is Ellipsis:
        raise Wrong(f"There is no model yet: this is `{model}`, not a function.")
    if inspect.isclass(model) or not callable(model):
        kind = "a class" if inspect.isclass(model) else f"of type `{type(model).__name__}`"
        raise Wrong(f"A model is a function {SIGNATURE}; this is {kind}.", SHARED)
    try:
        signature = inspect.signature(model)
    except (TypeError, ValueError):  # functions in C do not say what they take
        return
    bare = [each.replace(annotation=each.empty) for each in signature.parameters.values()]
    plain = signature.replace(parameters=bare, return_annotation=signature.empty)
    found = f"The signature is `{plain}`, but {SIGNATURE} is asked"
    try:
        signature.bind("x", "subject_idx", y=None, n_subjects=18)
    except TypeError as error:
        raise Wrong(f"{found}: {error}.", SHARED) from None
    for name, default in {"y": None, "n_subjects": 18}.items():
        parameter = signature.parameters.get(name)
        if parameter is not None and (
            type(parameter.default) is not type(default) or parameter.default != default
        ):
            raise Wrong(f"{found}: give `{name}` the default `{default}`.", SHARED)


def run(
    model: Callable[..., Any], rows: ProbeRows, key: jax.Array, *, simulate: bool = False
) -> Trace:
    """Trace the sites of one run of a model, conditioned on its rows' y or without."""
    tracer = handlers.trace(handlers.seed(model, key))
    y = None if simulate else rows.y
    with of_reader(model, tracer, simulate):
        returned = tracer(rows.x, rows.subject_idx, y=y, n_subjects=rows.n_subjects)
    trace: Trace = dict(tracer.trace)
    if not any(site["type"] == "sample" for site in trace.values()):
        if returned is Ellipsis or has_dots(model):
            raise Wrong(
                "This is not written yet: the `...` is left in, and the function samples nothing."
            )
        left = ""
        if inspect.isgenerator(returned) or inspect.iscoroutine(returned):
            returned.close()
            left = "; a model has no `yield` and no `async`"
        raise Wrong(f"The function samples nothing yet{left}. Each line needs `numpyro.sample`.")
    return trace


@contextlib.contextmanager
def of_reader(
    model: Callable[..., Any],
    tracer: handlers.trace | None = None,
    simulate: bool = False,
    what: str = "model",
) -> Iterator[None]:
    """Run a reader's code inside: nothing is printed, and what it raises is the reason."""
    quiet = io.StringIO()
    try:
        with (
            contextlib.redirect_stdout(quiet),
            contextlib.redirect_stderr(quiet),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            yield
    except Wrong:
        raise
    except (Exception, SystemExit) as error:
        sites = tracer.trace.items() if tracer is not None else ()
        values = {name: site["value"] for name, site in sites if site["type"] == "sample"}
        told = f"{_where(error, model, what)} {type(error).__name__}: {_first_line(error)}"
        without = " This happens with `y=None`, where the model simulates." if simulate else ""
        more = hint(error, values) if what == "model" else hint_for_function(error)
        raise Wrong(told + without + more, None) from None


def written(model: object) -> Callable[..., Any] | None:
    """The function that the reader wrote, inside of handlers and partial calls."""
    for _ in range(20):
        if inspect.isfunction(model):
            return inspect.unwrap(model)
        if inspect.ismethod(model):
            return model.__func__
        model = model.func if isinstance(model, functools.partial) else getattr(model, "fn", None)
    return None


def has_dots(model: object) -> bool:
    """Whether a `...` stands in the source; Python itself drops it where it does nothing."""
    try:
        return "..." in inspect.getsource(written(model))  # type: ignore[arg-type]
    except (TypeError, OSError):
        return False


def _where(error: BaseException, model: object, what: str) -> str:
    function = written(model)
    file = None if function is None else function.__code__.co_filename
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f"The line `{own[-1].line}` raises" if own and own[-1].line else f"The {what} raises"


def _first_line(error: BaseException) -> str:
    line = next((each for each in str(error).splitlines() if each.strip()), "without a word")
    line = line.strip().rstrip(".")
    return (line if len(line) <= 200 else line[:200] + " …") + "."
