"""Is a reader's function the one that was asked for? Compared by what it gives for the same inputs.

Where it gives something else, the reason is looked for: what the function would give with a
likely slip, or the right result after a change that readers often make (squared, divided by the
number of rows, …).
"""

import copy
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pooling.answers.exercise import Exercise
from pooling.checks.calling import has_dots, of_reader
from pooling.checks.explanations import applied, changes, counts, factors
from pooling.checks.reference import Reference, read, reference_of
from pooling.checks.returned import Parts
from pooling.checks.verdict import Wrong

Array = NDArray[np.float64]
LOOSE = 1e-3
"""How near an explanation must come, as a multiple of the largest number."""


def compare(name: str, exercise: Exercise, function: Callable[..., Any]) -> None:
    """Refuse a function that does not give what the course's answer gives.

    Raises
    ------
    Wrong
        If it differs, or cannot be called; with the reason.
    """
    reference = reference_of(exercise)
    check_call(name, exercise.answer, function, len(reference.cases[0]))
    found = []
    for case, like in zip(reference.cases, reference.asked, strict=True):
        with of_reader(function, what="function"):
            value = function(*copy.deepcopy(case))
            if inspect.isgenerator(value):
                value = list(value)
        if (value is None or value is Ellipsis) and has_dots(function):
            raise Wrong("This is not written yet: `...` stands in the place of the code.")
        with of_reader(function, what="result of the function"):
            found.append(read(exercise, value, like))
    problem = Comparison(reference, found)
    if wrong := problem.wrong:
        raise Wrong(problem.reason(wrong))


def check_call(name: str, answer: Callable[..., Any], function: object, n: int) -> None:
    """Refuse what cannot be called as the course's answer is called."""
    names = list(inspect.signature(answer).parameters)[:n]
    asked = f"`{name}({', '.join(names)})`"
    if function is None or function is Ellipsis:
        raise Wrong(f"This is not written yet: `{function}` is no function. Asked is {asked}.")
    if inspect.isclass(function) or not callable(function):
        kind = "a class" if inspect.isclass(function) else f"of type `{type(function).__name__}`"
        raise Wrong(f"Asked is a function {asked}; this is {kind}.")
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # functions in C do not say what they take
        return
    try:
        signature.bind(*names)
    except TypeError as error:
        bare = [each.replace(annotation=each.empty) for each in signature.parameters.values()]
        plain = signature.replace(parameters=bare, return_annotation=signature.empty)
        raise Wrong(f"The signature is `{plain}`, but asked is {asked}: {error}.") from None


@dataclass
class Comparison:
    """Results of a reader's function beside those of the course's, for all cases."""

    reference: Reference
    found: list[Parts]

    @property
    def exercise(self) -> Exercise:
        """What the reader was asked."""
        return self.reference.exercise

    @property
    def expected(self) -> list[Parts]:
        """What the course's function gives."""
        return self.reference.expected

    @property
    def wrong(self) -> list[str]:
        """Names of the parts that differ."""
        return [
            part
            for part in self.expected[0]
            if not self.alike(self.column(self.found, part), self.column(self.expected, part), part)
        ]

    def column(self, results: list[Parts], part: str) -> list[Array]:
        """One part of the results of all cases."""
        return [each[part] for each in results]

    def alike(self, found: list[Array], expected: list[Array], part: str, loose: float = 0) -> bool:
        """Whether results are equal in all cases, up to rounding."""
        return all(
            self.near(one, other, part, loose) for one, other in zip(found, expected, strict=True)
        )

    def near(self, found: Array, expected: Array, part: str, loose: float = 0) -> bool:
        """Whether two arrays are equal, up to rounding and axes of length one."""
        found, expected = np.squeeze(found), np.squeeze(expected)
        if found.shape != expected.shape:
            return False
        finite = expected[np.isfinite(expected)]
        size = np.abs(finite).max(initial=0)
        limit = (loose or self.exercise.tolerance) * size + self.exercise.rounding.get(part, 1e-12)
        return bool(np.allclose(found, expected, rtol=0, atol=limit, equal_nan=False))

    def reason(self, wrong: list[str]) -> str:
        """Why the parts differ, in a sentence or two."""
        part = wrong[0]
        what = f"`{part}`" if part else "What the function returns"
        for each in (
            self._swapped(wrong),
            self._slip(wrong, what),
            self._not_of_arguments(part, what),
            self._changed(part, what),
            self._shape(part, what),
            self._not_finite(part, what),
        ):
            if each:
                return each
        return self._where(part, what)

    def _swapped(self, wrong: list[str]) -> str:
        for one in wrong:
            for other in wrong:
                if one < other and all(
                    self.alike(self.column(self.found, a), self.column(self.expected, b), b)
                    for a, b in ((one, other), (other, one))
                ):
                    return f"`{one}` and `{other}` are swapped."
        return ""

    def _slip(self, wrong: list[str], what: str) -> str:
        """A slip that explains all parts that differ, or else the first of them."""
        finite = [all(np.isfinite(part).all() for part in each.values()) for each in self.found]
        for cases in ([True] * len(finite), finite):
            for parts in (wrong, wrong[:1]):
                for says, results in self.reference.slips:
                    if any(cases) and all(self._is(part, results, cases) for part in parts):
                        return f"{what} is {says}."
        return ""

    def _is(self, part: str, results: dict[str, list[Array]], cases: list[bool]) -> bool:
        """Whether a slip's results were found in some cases, and are not those asked for."""
        found, slipped, expected = (
            list(compress(each, cases))
            for each in (
                self.column(self.found, part),
                results[part],
                self.column(self.expected, part),
            )
        )
        if [each.size for each in found] == [each.size for each in slipped]:
            found = [one.reshape(other.shape) for one, other in zip(found, slipped, strict=True)]
        return self.alike(found, slipped, part) and not self.alike(slipped, expected, part)

    def _not_of_arguments(self, part: str, what: str) -> str:
        found, expected = self.column(self.found, part), self.column(self.expected, part)
        same = all(np.array_equal(each, found[0], equal_nan=True) for each in found)
        alike = all(np.array_equal(each, expected[0]) for each in expected)
        if len(found) > 1 and same and not alike:
            return (
                f"{what} is the same whatever the function gets. Does it compute with a variable "
                "of the notebook instead of its arguments?"
            )
        return ""

    def _changed(self, part: str, what: str) -> str:
        """A change of the right result, or of that with a slip, that gives what was found."""
        found = self.column(self.found, part)
        bases = [("what it should be", self.column(self.expected, part))]
        bases += [
            (f"not only {says}, but", results[part]) for says, results in self.reference.slips
        ]
        for base, values in bases:
            relative = f"{what} is {base}"
            for says, change in changes():
                changed = applied(change, values)
                if (
                    changed is not None
                    and self.alike(found, changed, part, LOOSE)
                    and not self.alike(changed, values, part, LOOSE)
                ):
                    return f"{relative} {says}."
            if says := self._by_number(found, values, part):
                return f"{relative} {says}."
        return ""

    def _by_number(self, found: list[Array], values: list[Array], part: str) -> str:
        numbers = [
            dict(self.exercise.numbers(*case)) | counts(case) for case in self.reference.cases
        ]
        options = [{says: (a, b) for says, a, b in factors(each)} for each in numbers]
        for says in options[0]:
            if all(says in each for each in options) and self.alike(
                found,
                [
                    each[says][0] * value + each[says][1]
                    for each, value in zip(options, values, strict=True)
                ],
                part,
            ):
                return says
        if len(values) > 1 and sum(each.size for each in values) > 2:
            return self._by_constant(found, values, part)
        return ""

    def _by_constant(self, found: list[Array], values: list[Array], part: str) -> str:
        if [each.shape for each in found] != [each.shape for each in values]:
            return ""
        one, other = (np.concatenate([each.ravel() for each in side]) for side in (found, values))
        if len(one) != len(other) or not np.isfinite(one).all() or not np.isfinite(other).all():
            return ""
        k = int(np.abs(other).argmax())
        if other[k] and self.alike([one], [other * (one[k] / other[k])], part):
            return f"multiplied by {one[k] / other[k]:.4g}"
        if self.alike([one], [other + (one[k] - other[k])], part):
            return f"with {one[k] - other[k]:.4g} added"
        return ""

    def _shape(self, part: str, what: str) -> str:
        for one, other in zip(
            self.column(self.found, part), self.column(self.expected, part), strict=True
        ):
            if np.squeeze(one).shape != np.squeeze(other).shape:
                found = f"the shape {one.shape}" if one.ndim else f"one number, {one:.4g}"
                asked = f"the shape {other.shape}" if other.ndim else "one number"
                return (
                    f"{what} has {found}, but asked is {asked}: {self.exercise.returns}."
                    if one.ndim
                    else f"{what} is {found}, but asked is {asked}: {self.exercise.returns}."
                )
        return ""

    def _not_finite(self, part: str, what: str) -> str:
        for each in self.column(self.found, part):
            if not np.isfinite(each).all():
                kind = "NaN" if np.isnan(each).any() else "infinite"
                return (
                    f"{what} is {kind} in {np.count_nonzero(~np.isfinite(each))} of {each.size} "
                    "places: something is divided by zero, or a logarithm is taken of zero."
                )
        return ""

    def _where(self, part: str, what: str) -> str:
        """The worst place, of the first case that shows one."""
        for one, other in zip(
            self.column(self.found, part), self.column(self.expected, part), strict=True
        ):
            if self.near(one, other, part):
                continue
            one, other = np.squeeze(one), np.squeeze(other)
            gaps = np.abs(one - other)
            if not one.ndim:
                return f"{what} is {one:.4g} for one of the inputs; {other:.4g} is expected."
            place = np.unravel_index(int(gaps.argmax()), gaps.shape)
            wrong = np.count_nonzero(gaps > self.exercise.tolerance * np.abs(other).max())
            at = ", ".join(str(int(each)) for each in place)
            return (
                f"{what} differs in {wrong} of {gaps.size} places from what is expected: at [{at}] "
                f"it is {one[place]:.4g}, expected is {other[place]:.4g}."
            )
        return f"{what} differs from what is expected."
