"""Numbers, keys and counts as callers pass them: taken, or refused with place and remedy."""

import operator
from typing import Any

import jax
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray


def as_numbers(values: ArrayLike, name: str) -> NDArray[Any]:
    """Give an array of finite numbers, whatever sequence they come in.

    Parameters
    ----------
    values
        A list, a Series, an array of NumPy, JAX or xarray: any shape.
    name
        What the values are called in a message.

    Returns
    -------
    ndarray
        Floating-point or whole numbers, as they were; anything else turned into float.

    Raises
    ------
    ValueError
        If a value is not a finite number; the message says in which row.
    """
    if isinstance(values, np.ma.MaskedArray):
        values = np.ma.filled(values.astype(float), np.nan)
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} is not one array of numbers: {error}") from None
    if array.dtype.kind not in "fiu":
        parsed = pd.to_numeric(pd.Series(array.ravel(), dtype=object).map(_number), errors="coerce")
        numbers = parsed.to_numpy(float, na_value=np.nan).reshape(array.shape)
    else:
        numbers = array
    if not np.isfinite(numbers).all():
        refuse(~np.isfinite(numbers), array, name, "a finite number")
    return numbers


def as_whole(values: ArrayLike, name: str) -> NDArray[np.int64]:
    """Give an array of whole numbers, whatever sequence they come in.

    Raises
    ------
    ValueError
        If a value is not a whole number; the message says in which row.
    """
    numbers = as_numbers(values, name)
    if (numbers != np.floor(numbers)).any():
        refuse(numbers != np.floor(numbers), numbers, name, "a whole number")
    return numbers.astype(np.int64)


def column(frame: pd.DataFrame, name: str, *, whole: bool = False) -> NDArray[Any]:
    """Give a column of a frame as finite numbers.

    Parameters
    ----------
    frame
        One row a measurement.
    name
        Which column.
    whole
        Whether the numbers must be whole.

    Raises
    ------
    TypeError
        If `frame` is no DataFrame.
    ValueError
        If there is no such column or no row, or a value is not as it must be; the message says in
        which row.
    """
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"rows come as a DataFrame, not as {_kind(frame)}")
    if list(frame.columns).count(name) != 1:
        found = ", ".join(map(str, frame.columns))
        raise ValueError(f"the frame needs one column {name!r}, but has {found}")
    if frame.empty:
        raise ValueError("the frame has no rows")
    if whole:
        return as_whole(frame[name], f"column {name}")
    numbers = as_numbers(frame[name], f"column {name}")
    return numbers if numbers.dtype.kind == "f" else numbers.astype(float)


def varies(values: NDArray[Any]) -> bool:
    """Whether numbers differ by more than rounding."""
    spread, size = np.ptp(values), np.abs(values).max()
    precision = np.finfo(values.dtype if values.dtype.kind == "f" else float).eps
    return bool(spread > precision**0.75 * size)


def refuse(wrong: NDArray[np.bool_], values: NDArray[Any], name: str, kind: str) -> None:
    """Raise a ValueError that names the first value that is wrong, its row and what to do."""
    place = np.unravel_index(wrong.argmax(), wrong.shape)
    rows = f"row {place[0]}" if len(place) == 1 else f"place {tuple(map(int, place))}"
    also = f" (and in {int(wrong.sum()) - 1} more)" if wrong.sum() > 1 else ""
    raise ValueError(
        f"{name} is not {kind} in {rows}, counted from 0{also}: it is {values[place]}. "
        "Mend the value, or leave the row out."
    )


def as_key(key: jax.Array) -> jax.Array:
    """Give a `jax.random` key, and refuse anything else.

    Raises
    ------
    TypeError
        If it is not one key, for example a number or several keys.
    """
    remedy = "make one by jax.random.PRNGKey(0), several out of one by jax.random.split"
    if isinstance(key, (jax.Array, np.ndarray)):
        if isinstance(key, jax.Array) and jax.numpy.issubdtype(key.dtype, jax.dtypes.prng_key):
            if key.shape == ():
                return key
        elif key.dtype == np.uint32 and key.shape == jax.random.PRNGKey(0).shape:
            return jax.numpy.asarray(key)
        raise TypeError(
            f"key is one key of jax.random, not an array of shape {key.shape} "
            f"and type {key.dtype}: {remedy}"
        )
    raise TypeError(f"key is a key of jax.random, not {_kind(key)}: {remedy}")


def as_count(value: int, name: str, *, least: int = 1) -> int:
    """Give a count, and refuse what is not a whole number or is too small.

    Raises
    ------
    TypeError
        If it is not a whole number.
    ValueError
        If it is less than `least`.
    """
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        count = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is a whole number, not {_kind(value)}") from None
    if count < least:
        raise ValueError(f"{name} is {least} or more, not {count}")
    return count


def _number(value: Any) -> Any:
    """The value if it can be a number by itself; a date, say, is none, though it can be counted."""
    return value if isinstance(value, (int, float, str, np.number, np.bool_)) else None


def _kind(value: object) -> str:
    """What somebody passed, in a few words."""
    text = repr(value)
    short = text if len(text) <= 30 and "\n" not in text else ""
    return f"{type(value).__name__} {short}".strip()
