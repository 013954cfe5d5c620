"""What the course's function gives, and would give with each likely slip: computed once."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pooling.answers.exercise import Exercise
from pooling.checks.returned import Parts, parts_of


@dataclass
class Reference:
    """Results of the course's function, for all cases."""

    exercise: Exercise
    cases: list[tuple[Any, ...]]
    asked: list[Any]
    """What the function gave, as it is."""
    expected: list[Parts]

    @cached_property
    def slips(self) -> list[tuple[str, dict[str, list[NDArray[np.float64]]]]]:
        """What each likely slip gives: in words, and part by part for all cases."""
        found = []
        for says, function in self.exercise.slips.items():
            try:
                with np.errstate(all="ignore"):
                    results = [
                        read(self.exercise, function(*case), like)
                        for case, like in zip(self.cases, self.asked, strict=True)
                    ]
            except Exception:  # a slip that this input does not allow
                continue
            parts = {part: [each[part] for each in results] for part in results[0]}
            found.append((says, parts))
        return found


# Readers run a check again and again, until their answer is right.
@cache
def reference_of(exercise: Exercise) -> Reference:
    """What an exercise's answer gives for its cases."""
    cases = exercise.cases()
    asked = [exercise.answer(*case) for case in cases]
    return Reference(exercise, cases, asked, [read(exercise, each, each) for each in asked])


def read(exercise: Exercise, value: Any, like: Any) -> Parts:
    """What was returned, as arrays by name."""
    if value is not None and value is not Ellipsis:
        value, like = exercise.read(value), exercise.read(like)
    return parts_of(value, exercise.parts, like)
