"""Why is a result another than the one that was asked? What readers do most is tried in turn."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

CHANGES: dict[str, Callable[[Array], Array]] = {
    "with the sign changed": np.negative,
    "squared (a variance, where a standard deviation is asked?)": np.square,
    "its square root (a standard deviation, where a variance is asked?)": np.sqrt,
    "times −2, a deviance": lambda each: -2 * each,
    "exponentiated (`exp` too many, or a `log` forgotten)": np.exp,
    "the logarithm of it (`log` too many, or an `exp` forgotten)": np.log,
    "one over it": np.reciprocal,
    "its absolute value": np.abs,
    "in reverse order": lambda each: each[::-1] if each.ndim else each,
    "transposed": np.transpose,
    "cut to whole numbers": np.trunc,
    "one minus it": lambda each: 1 - each,
    "a percentage": lambda each: 100 * each,
    "added up": np.cumsum,
}
"""How a right result may have been changed: in words, and as a function of it."""


def changes() -> Iterator[tuple[str, Callable[[Array], Array]]]:
    """The changes above."""
    yield from CHANGES.items()


def factors(numbers: Mapping[str, float]) -> Iterator[tuple[str, float, float]]:
    """Linear changes by numbers of the case: in words, factor and what is added.

    Parameters
    ----------
    numbers
        What they are called, and how large they are.
    """
    for name, value in numbers.items():
        if not value or not np.isfinite(value):
            continue
        yield f"multiplied by {name}", value, 0.0
        yield f"divided by {name}", 1 / value, 0.0
        yield f"multiplied by the square of {name}", value**2, 0.0
        yield f"divided by the square of {name}", 1 / value**2, 0.0
        if value > 0:
            yield f"multiplied by the square root of {name}", value**0.5, 0.0
            yield f"divided by the square root of {name}", value**-0.5, 0.0
        yield f"{name} too much", 1.0, value
        yield f"{name} too little", 1.0, -value
        if name.startswith("the number of") and value > 2:
            less = f"{name} minus 1, where it is {name} (or the reverse; see `ddof`)"
            for ratio in (value / (value - 1), (value - 1) / value):
                yield f"off as if one had divided by {less}", ratio, 0.0
                yield f"off as if one had divided by {less}, in a square root", ratio**0.5, 0.0


def counts(arguments: tuple[Any, ...]) -> dict[str, float]:
    """Lengths of what a function got, by what they are called."""
    found: dict[str, float] = {}
    for each in arguments:
        if isinstance(each, pd.DataFrame) and "subject" in each:
            found["the number of rows"] = len(each)
            found["the number of subjects"] = each["subject"].nunique()
        elif isinstance(each, np.ndarray | list | tuple) and np.ndim(each):
            for axis, size in enumerate(np.shape(each)):
                name = "the number of values" if np.ndim(each) == 1 else f"the size of axis {axis}"
                found.setdefault(name, size)
    return found


def applied(change: Callable[[Array], Array], values: list[Array]) -> list[Array] | None:
    """A change of every case's result; None where it cannot be made."""
    try:
        with np.errstate(all="ignore"):
            return [np.asarray(change(each), float) for each in values]
    except Exception:
        return None
