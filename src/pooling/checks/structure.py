"""Prove from its sites that a model's prior is the one asked, or say what differs."""

import itertools
from dataclasses import dataclass

import numpy as np
import numpyro  # noqa: F401 (before any submodule of it: see pooling.models)
import numpyro.distributions as dist
from numpy.typing import NDArray

from pooling.checks.columns import Column, Offsets, columns, offsets
from pooling.checks.likelihood import same
from pooling.checks.normals import as_normal, described, unwrapped
from pooling.checks.population import check_regime, first, population
from pooling.checks.priors import EXPONENTIAL, NORMAL, check_number
from pooling.checks.scalars import Made, scalars
from pooling.checks.sites import Reading
from pooling.checks.verdict import Wrong

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Findings:
    """What the sites show of a model whose prior is not seen to be wrong."""

    proved: bool
    noncentred: bool


def check_structure(name: str, reading: Reading) -> Findings:
    """Follow σ, intercepts and slopes back to the sites that they come from.

    Raises
    ------
    Wrong
        If one of them has another prior than the model of that name.
    """
    numbers = scalars(reading)
    parts = {"σ": check_number("σ", reading.scale[:, 0], EXPONENTIAL, numbers)}
    quantities = {"intercept": reading.intercepts, "slope": reading.slopes}
    if name == "complete_pooling":
        for what, values in quantities.items():
            parts[f"the {what}"] = check_number(f"the {what}", first(values), NORMAL, numbers)
        return Findings(_distinct(parts), noncentred=False)
    every = columns(reading)
    found = {what: offsets(values, every) for what, values in quantities.items()}
    for what, line in found.items():
        if line is not None and _transformed(line.column):
            found[what] = None
        elif line is not None:
            _check_column(what, line, every)
    known = check_regime(name, found, numbers)
    if name == "partial_pooling":
        for what, line in found.items():
            parts |= population(what, line, numbers)
    used = {
        f"each subject's {what}": None if line is None else line.column.name
        for what, line in found.items()
    }
    _check_two(used)
    _check_apart(parts, found)
    return Findings(
        _distinct(parts) and known,
        # An offset that has the spread in its own prior is as hard to sample as the line itself.
        all(line is not None and line.column.fixed for line in found.values()),
    )


def _check_apart(parts: dict[str, Made | None], found: dict[str, Offsets | None]) -> None:
    """Refuse a parameter of the population that is one of the subjects' own values."""
    for what, part in parts.items():
        for line in found.values():
            if (
                part is not None
                and line is not None
                and ((line.column.values == part.scalar.values[:, None]).all(axis=0).any())
            ):
                raise Wrong(
                    f"{what[0].upper()}{what[1:]} is `{part.scalar.name}`, which belongs to one "
                    "subject; it needs a site of its own, before the plate."
                )


def _transformed(column: Column) -> bool:
    """Whether its distribution is one that cannot be read, normal or not."""
    fn = unwrapped(column.fn)  # those with a name of their own, as LogNormal, can be named
    return type(fn) is dist.TransformedDistribution and as_normal(fn) is None


def _check_column(what: str, line: Offsets, every: list[Column]) -> None:
    column = line.column
    if column.correlated:
        raise Wrong(
            f"The site `{column.name.partition('[')[0]}` correlates its values; asked are "
            "intercepts and slopes that are independent, given the population."
        )
    # Subjects that are alike given the rest cannot be normal through a variable that is not.
    if column.loc is None or as_normal(column.fn) is None:
        raise Wrong(
            f"`{column.name}` is drawn from {described(column.fn, fixed=False)}; the "
            f"{what}s are drawn from Normal."
        )
    for part, values in (("centre", line.centre), ("spread", line.spread)):
        for other in every:
            if (
                other is not column
                and not same(values, values[:, :1])
                and same(values, other.values)
            ):
                raise Wrong(
                    f"`{other.name}` has a value for each subject, but as the {part} of the "
                    f"{what}s it describes the population: sample this hyperparameter before the "
                    "plate, not inside."
                )


def _distinct(parts: dict[str, Made | None]) -> bool:
    """Whether all numbers are known, none of them used for two purposes."""
    names = {what: None if part is None else part.scalar.name for what, part in parts.items()}
    _check_two(names)
    return None not in names.values()


def _check_two(names: dict[str, str | None]) -> None:
    """Refuse a site that serves for two purposes."""
    for (one, name), (other, again) in itertools.combinations(names.items(), 2):
        if name is not None and name == again:
            raise Wrong(
                f"`{name}` is both {one} and {other}; these are independent, so that each needs a "
                "site of its own."
            )
