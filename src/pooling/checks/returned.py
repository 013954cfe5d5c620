"""Read what a reader's function returned as arrays, whatever it is wrapped in."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pooling.checks.verdict import Wrong

Array = NDArray[np.float64]
Parts = dict[str, Array]


def parts_of(value: Any, names: tuple[str, ...], like: Any = None) -> Parts:
    """Named arrays of what was returned; one with an empty name, where no names are asked.

    Parameters
    ----------
    value
        What the function returned.
    names
        What its parts should be called.
    like
        What the course's own function returned; its labels (of subjects, say) give the order.
    """
    if value is None or value is Ellipsis:
        raise Wrong(f"The function returns `{value}`: is the `return` missing?")
    if callable(value):
        raise Wrong("The function returns a function: are the parentheses of a call missing?")
    if hasattr(value, "__next__"):
        value = list(value)
    labels = _labels(like if not names else _part(like, names[0], names))
    if not names:
        return {"": _numbers(value, labels, "")}
    return {name: _numbers(_part(value, name, names), labels, name) for name in names}


def _part(value: Any, name: str, names: tuple[str, ...]) -> Any:
    """One of several things that were returned together."""
    if value is None:
        return None
    value = _as_table(value)
    if isinstance(value, pd.DataFrame) and name not in value and name in value.index:
        value = value.T
    if isinstance(value, pd.Series) and name in value.index:
        return value[name]
    if hasattr(value, "keys") and not isinstance(value, pd.Series):
        keys = list(value.keys())
        if name in keys:
            return value[name]
        if len(keys) == len(names) and not set(keys) & set(names):
            return value[keys[names.index(name)]]  # other names, in the order that was asked
        raise Wrong(
            f"What the function returns has no `{name}`; it has {_listed(keys)}. "
            f"Asked are {_listed(names)}."
        )
    if isinstance(value, tuple | list):
        if len(value) == len(names):
            return value[names.index(name)]
    elif (shape := np.shape(value)) and len(names) in shape:
        axis = shape.index(len(names))
        return np.take(np.asarray(value), names.index(name), axis=axis)
    found = f"{len(value)} things" if isinstance(value, tuple | list) else _described(value)
    raise Wrong(f"The function returns {found}; asked are {len(names)}: {_listed(names)}.")


def _as_table(value: Any) -> Any:
    """Dictionaries of dictionaries, or a list of them, as a table."""
    if isinstance(value, Mapping) and value:
        first = next(iter(value.values()))
        if isinstance(first, Mapping):
            return pd.DataFrame.from_dict(dict(value), orient="index")
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return pd.DataFrame(value)
    return value


def _labels(like: Any) -> list[Any] | None:
    return list(like.index) if isinstance(like, pd.Series | pd.DataFrame) else None


def _numbers(value: Any, labels: list[Any] | None, name: str) -> Array:
    what = f"`{name}`" if name else "What the function returns"
    if isinstance(value, Mapping | pd.Series):
        keys = list(value.keys())
        if labels is not None and len(keys) == len(labels) and set(keys) == set(labels):
            value = [value[label] for label in labels]
        else:
            value = list(value.values()) if isinstance(value, Mapping) else value.to_numpy()
    if isinstance(value, str | bytes):
        raise Wrong(f"{what} is the text `{value!r:.40}`; numbers are asked.")
    try:
        numbers = np.asarray(value)
        if numbers.dtype.kind == "c" or numbers.dtype.kind in "US":
            raise TypeError
        numbers = numbers.astype(float)
    except (TypeError, ValueError):
        raise Wrong(f"{what} is {_described(value)}; numbers are asked.") from None
    return numbers


def _described(value: Any) -> str:
    shape = np.shape(value) if hasattr(value, "shape") else None
    kind = f"of type `{type(value).__name__}`"
    if isinstance(value, int | float):
        return f"one number, {value:.4g}"
    return kind if shape is None else f"{kind} with the shape {shape}"


def _listed(names: Any) -> str:
    return ", ".join(f"`{each}`" for each in names) or "nothing"
