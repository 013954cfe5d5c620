"""A reader's answer where it is right, the course's where it is not: so that a notebook runs on.

In a notebook to work in, the cell below each exercise calls `checked`. The course's answers are
part of this package, so that no notebook has them.
"""

import functools
from collections.abc import Callable
from typing import Any

import pandas as pd

from pooling.answers import EXERCISES
from pooling.answers.checks import replicate
from pooling.answers.inference import fit_regimes
from pooling.answers.later_models import LATER
from pooling.checks import Verdict, check_function, check_model
from pooling.checks.returned import parts_of
from pooling.models import REGIMES

MODELS = REGIMES | LATER
__all__ = ["ANSWERS", "checked"]

ANSWERS: dict[str, Callable[..., Any]] = {
    **REGIMES,
    **LATER,
    "fit_regimes": fit_regimes,
    "replicate": replicate,
    **{name: exercise.answer for name, exercise in EXERCISES.items()},
}
"""The course's answer to every exercise, by its name."""


def checked(name: str, answer: object) -> object:
    """Say whether an answer is right, and give it back; or else the course's own.

    Parameters
    ----------
    name
        Which exercise: a key of `ANSWERS`.
    answer
        What the reader wrote. Whatever it is, nothing is raised for it.

    Returns
    -------
    object
        `answer`, if its check passed (where the cells below need a table of what it returns in
        another form, it is made one); the course's answer, if not.

    Raises
    ------
    TypeError
        If `name` is no text.
    ValueError
        If there is no exercise of that name.
    """
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, but is of type {type(name).__name__}")
    if name not in ANSWERS:
        raise ValueError(f"there is no exercise {name!r}; there are {', '.join(ANSWERS)}")
    verdict = check_model(name, answer) if name in MODELS else check_function(name, answer)
    used = "your answer" if verdict.passed else "the course's answer"
    show(Verdict(verdict.passed, f"{verdict.message} The cells below use {used}."))
    return _as_table(name, answer) if verdict.passed else ANSWERS[name]


def _as_table(name: str, answer: Any) -> Any:
    """An answer whose result may stand in the place of the course's, where that is a table.

    An equally right tuple of columns, say, has no columns by name, which the cells below use.
    """
    exercise = EXERCISES.get(name)
    if exercise is None or not isinstance(exercise.answer(*exercise.cases()[0]), pd.DataFrame):
        return answer
    if isinstance(answer(*exercise.cases()[0]), pd.DataFrame):
        return answer

    @functools.wraps(answer)
    def as_table(*arguments: Any) -> pd.DataFrame:
        return pd.DataFrame(parts_of(answer(*arguments), exercise.parts))

    return as_table


def show(verdict: Verdict) -> None:
    """Show a verdict: as Markdown in a notebook, as text elsewhere."""
    from IPython import get_ipython
    from IPython.display import display

    if hasattr(get_ipython(), "kernel"):
        display(verdict)
    else:
        print(verdict)
