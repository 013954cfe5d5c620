"""What is known of an exercise: the course's answer, inputs to try it on, and likely slips."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Function = Callable[..., Any]


@dataclass(frozen=True, eq=False)
class Exercise:
    """A function that the reader is asked to write.

    Parameters
    ----------
    section
        Title of the section that sets it.
    answer
        The course's own function.
    cases
        Gives arguments to try it on, of several sizes; the same ones each time.
    returns
        What it returns, in words: "a table with one row for each subject".
    parts
        Names of what it returns, if that is several things.
    slips
        What readers write by mistake: the reason, which completes the sentence "What you return
        is …", and the function that makes the mistake.
    numbers
        From a case's arguments, numbers that a result may be off by, and what they are called.
    tolerance
        How far a part may be off: 1 means by as much as the largest number in it.
    rounding
        How far a part may be off besides, where it is usually rounded.
    read
        Turns what is returned into arrays, where that takes more than NumPy knows.
    """

    section: str
    answer: Function
    cases: Callable[[], list[tuple[Any, ...]]]
    returns: str
    parts: tuple[str, ...] = ()
    slips: Mapping[str, Function] = field(default_factory=dict)
    numbers: Callable[..., Mapping[str, float]] = lambda *_: {}
    tolerance: float = 1e-4
    rounding: Mapping[str, float] = field(default_factory=dict)
    read: Function = lambda value: value
