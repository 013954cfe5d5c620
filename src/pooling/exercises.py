"""A reader's answer where it is right, the course's where it is not: so that a notebook runs on.

In a notebook to work in, the cell below each exercise calls `checked`. The course's answers are
part of this package, so that no notebook has them.
"""

import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pandas as pd

from pooling import StandardisedData, load_sleepstudy, standardise
from pooling.answers import EXERCISES
from pooling.answers.checks import replicate
from pooling.answers.inference import fit_regimes
from pooling.answers.later_models import LATER
from pooling.checks import Verdict, check_function, check_model
from pooling.checks.returned import parts_of
from pooling.models import REGIMES, Model
from pooling.same_model import latent_draw, log_density_gaps

MODELS = REGIMES | LATER
SAME = 1e-4  # relative to the log density; rounding leaves about 1e-6
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
        another form, it is made one); the course's answer, if not, or if it is a model that names
        its sites otherwise, for the cells below look for their names.

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
    verdict, used = _verdict(name, answer), "the course's answer"
    if verdict.passed and name in REGIMES and not _has_the_sites(REGIMES[name], answer):
        sites = ", ".join(f"`{site}`" for site in latent_draw(REGIMES[name], _data(), key=_key()))
        used += f", whose sites are {sites}: the same model by the names that the text uses"
    elif verdict.passed:
        used = "your answer"
    show(Verdict(verdict.passed, f"{verdict.message} The cells below use {used}."))
    return _as_table(name, answer) if used == "your answer" else ANSWERS[name]


def _verdict(name: str, answer: object) -> Verdict:
    """What the check says, if there is an answer to be checked."""
    if answer is None:
        missing = f"There is no `{name}` yet: does the cell above run, without an error?"
        return Verdict(passed=False, message=missing)
    if answer is ANSWERS[name]:
        # A check that is run twice, or after an error: what it gave itself is not the reader's.
        own = "This is the course's own answer: run the cell with yours, and then this one."
        return Verdict(passed=False, message=own)
    return check_model(name, answer) if name in MODELS else check_function(name, answer)


def _has_the_sites(course: Model, answer: Any) -> bool:
    """Whether a right model has the course's sites, with what the course means by each.

    The cells below speak of them by name, and look into the draws for them.
    """
    try:
        gaps = log_density_gaps(answer, course, _data(), key=_key(), n_points=2)
    except Exception:  # whatever else a reader's model does
        return False
    return bool(np.abs(gaps).max() < SAME)


def _data() -> StandardisedData:
    return standardise(load_sleepstudy("train"))


def _key() -> jax.Array:
    return jax.random.PRNGKey(0)


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
