"""What rows must be before anything is computed from them."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pooling.arguments import as_count, as_numbers, as_whole, refuse
from pooling.data import StandardisedData

LARGEST = 1e15  # squares of larger numbers, and their sum, do not go into 32 bits


def checked_rows(data: StandardisedData, *, n_subjects: int | None = None) -> StandardisedData:
    """Give rows as NumPy arrays, and refuse those that nothing can be computed from.

    Parameters
    ----------
    data
        Standardised rows; lists and Series may stand in place of their arrays.
    n_subjects
        The number of subjects, where it is not that of `data` itself.

    Returns
    -------
    StandardisedData
        The same rows.

    Raises
    ------
    TypeError
        If `data` are no `StandardisedData`, or `n_subjects` is no whole number.
    ValueError
        If `x`, `y` and `subject_idx` are not vectors of one length, hold what is not a finite
        number or is too large to be squared, or an index is not that of a subject. The message
        says which, and in which row.
    """
    if not isinstance(data, StandardisedData):
        raise TypeError(
            f"data are rows as pooling.standardise gives them, not of type {type(data).__name__}"
        )
    shapes = {name: np.shape(getattr(data, name)) for name in ("x", "y", "subject_idx")}
    if any(len(shape) != 1 for shape in shapes.values()) or len(set(shapes.values())) != 1:
        listed = ", ".join(f"{name} has shape {shape}" for name, shape in shapes.items())
        raise ValueError(
            f"x, y and subject_idx need one and the same shape (n_rows,), but {listed}"
        )
    if shapes["x"] == (0,):
        raise ValueError("x, y and subject_idx have no rows")
    n_subjects = as_count(data.n_subjects if n_subjects is None else n_subjects, "n_subjects")
    subject_idx = as_whole(data.subject_idx, "subject_idx")
    lowest, highest = int(subject_idx.min()), int(subject_idx.max())
    if lowest < 0 or highest >= n_subjects:
        raise ValueError(
            f"subject_idx goes from {lowest} to {highest}, "
            f"but with n_subjects={n_subjects} it must lie in 0 … {n_subjects - 1}"
        )
    return replace(
        data,
        x=_floating(data.x, "x"),
        y=_floating(data.y, "y"),
        subject_idx=subject_idx,
        n_subjects=n_subjects,
    )


def _floating(values: ArrayLike, name: str) -> NDArray[Any]:
    numbers = as_numbers(values, name)
    if np.abs(numbers).max() > LARGEST:
        refuse(
            np.abs(numbers) > LARGEST, numbers, name, f"below {LARGEST:.0e}, so that 32 bits do,"
        )
    return numbers if numbers.dtype.kind == "f" else numbers.astype(float)
