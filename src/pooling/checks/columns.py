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
    """Refuse a changed index: a subject with the value that stands at another place in a site."""
    n = reading.rows.n_subjects
    named = {name: _split(values, n) for name, values in reading.computed.items()}
    every = [Column(name, part) for name, parts in named.items() for part in parts]
    found = _ranks(quantity)
    for column in every + columns(reading):
        for ranks in (_ranks(column.values), n - 1 - _ranks(column.values)):
            places = [np.flatnonzero((ranks == found[:, [s]]).all(axis=0)) for s in range(n)]
            if any(len(each) != 1 for each in places):
                continue
            place = np.concatenate(places)
            if (place == np.arange(n)).all():
                break
            moved = (place[1] - 1 + n // 2) % n - n // 2
            shifted = (place == (np.arange(n) + moved) % n).all()
            raise Wrong(
                f"`subject_idx` is {f'shifted by {abs(moved)}' if shifted else 'not used as it is'}"
                f": the rows of subject 1 get what `{column.name}` has for subject {place[1]}. "
                "`subject_idx` counts from 0, as arrays do; it needs no change."
            )


def _ranks(values: Array) -> NDArray[np.int64]:
    return values.argsort(axis=1).argsort(axis=1)
