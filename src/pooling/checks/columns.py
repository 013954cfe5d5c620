"""Find the sites that have a value for each subject, and the one that a line is made of."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pooling.checks.likelihood import same
from pooling.checks.sites import Latent, Reading
from pooling.checks.verdict import Wrong

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """A value for each subject, by draw and subject: a site, a part of one, or several sites."""

    name: str
    values: Array
    fn: Any = None
    loc: Array | None = None
    scale: Array | None = None
    correlated: bool = False
    fixed: bool = False


@dataclass(frozen=True)
class Offsets:
    """What a quantity is made of: centre + spread × a standard variable, through some column."""

    column: Column
    centre: Array
    spread: Array
    centred: bool
    """Whether the column is the quantity itself."""


def columns(reading: Reading) -> list[Column]:
    """All latent columns; a vector site of several quantities has several."""
    n = reading.rows.n_subjects
    found = []
    for site in reading.latents:
        parts = [_split(each, n) for each in (site.values, site.loc, site.scale)]
        for i, values in enumerate(parts[0]):
            name = site.name if len(parts[0]) == 1 else f"{site.name}[{i}]"
            loc, scale = (part[i] if part else None for part in parts[1:])
            found.append(Column(name, values, site.fn, loc, scale, site.correlated, site.fixed))
    return found + _of_loops(reading.latents, n)


def _split(values: Array | None, n: int) -> list[Array]:
    """Slices along the axis of subjects, each of shape (draws, subjects)."""
    if values is None or n not in values.shape[1:]:
        return []
    axis = 1 + values.shape[1:].index(n)
    moved = np.moveaxis(values, axis, 1).reshape(len(values), n, -1)
    return [moved[:, :, i] for i in range(moved.shape[2])]


def _of_loops(latents: list[Latent], n: int) -> list[Column]:
    """Sites `alpha_0`, `alpha_1`, … of a Python loop over subjects, as columns."""
    groups: dict[str, list[Latent]] = {}
    for site in latents:
        if site.values.ndim == 1 and re.search(r"\d", site.name):
            groups.setdefault(re.sub(r"\d+", "…", site.name), []).append(site)
    found = []
    for name, sites in groups.items():
        if len(sites) == n and len({type(site.fn) for site in sites}) == 1:
            loc, scale = (
                None
                if any(getattr(site, part) is None for site in sites)
                else np.stack([getattr(site, part) for site in sites], axis=1)
                for part in ("loc", "scale")
            )
            values = np.stack([site.values for site in sites], axis=1)
            fixed = all(site.fixed for site in sites)
            found.append(Column(name, values, sites[0].fn, loc, scale, fixed=fixed))
    return found


def offsets(quantity: Array, candidates: list[Column]) -> Offsets | None:
    """The column that a quantity is a linear function of, in each draw; None if there is none."""
    for column in candidates:
        if same(quantity, column.values):
            return _through(quantity, column, np.zeros(len(quantity)), np.ones(len(quantity)))
    for column in candidates:
        draws = np.arange(len(quantity))
        low, high = column.values.argmin(axis=1), column.values.argmax(axis=1)
        width = column.values[draws, high] - column.values[draws, low]
        if (width == 0).any():
            continue
        slope = (quantity[draws, high] - quantity[draws, low]) / width
        start = quantity[draws, low] - slope * column.values[draws, low]
        if same(quantity, start[:, None] + slope[:, None] * column.values):
            return _through(quantity, column, start, slope)
    return None


def _through(quantity: Array, column: Column, start: Array, slope: Array) -> Offsets:
    loc = np.zeros_like(quantity) if column.loc is None else column.loc
    scale = np.ones_like(quantity) if column.scale is None else column.scale
    if (slope < 0).all():  # mean − spread × offset is the same model
        slope, loc = -slope, -loc
    return Offsets(
        column,
        start[:, None] + slope[:, None] * loc,
        slope[:, None] * scale,
        centred=same(quantity, column.values),
    )


def check_order(quantity: Array, reading: Reading) -> None:
    """Refuse a shifted index: subject s with the value that stands at another place in a site."""
    named = {name: _split(v, reading.rows.n_subjects) for name, v in reading.computed.items()}
    every = [Column(name, part) for name, parts in named.items() for part in parts]
    for column in every + columns(reading):
        found, value = quantity[:, 1:-1], column.values
        for shift in (-1, 1):
            moved = np.roll(value, -shift, axis=1)[:, 1:-1]
            if _ordered_as(found, moved) and not _ordered_as(found, value[:, 1:-1]):
                raise Wrong(
                    f"`subject_idx` is shifted by {abs(shift)}: the rows of subject s get what "
                    f"stands in `{column.name}` for subject s {'−' if shift < 0 else '+'} 1. "
                    "`subject_idx` counts from 0, as arrays do; use it as it is."
                )


def _ordered_as(found: Array, value: Array) -> bool:
    return bool((found.argsort(axis=1) == value.argsort(axis=1)).all())
