"""The course's answers to its exercises: by name, with inputs to try others' on, and likely slips.

The models are in `pooling.models`.
"""

from pooling.answers import (
    checks,
    comparison,
    correlated,
    data,
    exact,
    funnel,
    inference,
    lme4,
    models,
    new_people,
    outliers,
    shrinkage,
)
from pooling.answers.exercise import Exercise

__all__ = ["EXERCISES", "Exercise"]

EXERCISES: dict[str, Exercise] = {
    name: exercise
    for chapter in (
        data,
        models,
        inference,
        shrinkage,
        checks,
        comparison,
        exact,
        outliers,
        correlated,
        funnel,
        new_people,
        lme4,
    )
    for name, exercise in chapter.EXERCISES.items()
}
"""Every exercise that asks for a function, by its name, in the order of the chapters."""
