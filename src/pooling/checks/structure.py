"""Prove from its sites that a model's prior is the one asked, or say what differs."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pooling.checks.columns import Column, Offsets, columns, offsets
from pooling.checks.likelihood import same
from pooling.checks.normals import as_normal, described, unwrapped
from pooling.checks.priors import EXPONENTIAL, NORMAL, check_number
from pooling.checks.scalars import Constant, Made, Scalar, origin, scalars
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
            parts[f"the {what}"] = check_number(f"the {what}", _one(values), NORMAL, numbers)
        return Findings(_distinct(parts), noncentred=False)
    every = columns(reading)
    found = {what: offsets(values, every) for what, values in quantities.items()}
    for what, line in found.items():
        if line is not None:
            _check_column(what, line, every)
    _check_regime(name, found, numbers)
    if name == "partial_pooling":
        for what, line in found.items():
            parts |= _population(what, line, numbers)
    used = {
        f"each subject's {what}": None if line is None else line.column.name
        for what, line in found.items()
    }
    _check_two(used)
    return Findings(
        _distinct(parts) and None not in used.values() and _even(found),
        all(line is not None and not line.centred for line in found.values()),
    )


def _check_column(what: str, line: Offsets, every: list[Column]) -> None:
    column = line.column
    if column.correlated:
        raise Wrong(
            f"The site `{column.name.partition('[')[0]}` correlates intercepts and slopes of a "
            "subject; asked are independent ones, given the population."
        )
    if as_normal(column.fn) is None and hasattr(unwrapped(column.fn), "loc"):
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


def _check_regime(name: str, found: dict[str, Offsets | None], numbers: list[Scalar]) -> None:
    """Refuse a fixed prior where a population is asked, and the reverse."""
    parts = {
        what: tuple(origin(_one(values), numbers) for values in (line.centre, line.spread))
        for what, line in found.items()
        if line is not None and _even({what: line})
    }
    fixed = {what: all(isinstance(part, Constant) for part in pair) for what, pair in parts.items()}
    if name == "partial_pooling" and len(fixed) == 2 and all(fixed.values()):
        raise Wrong(
            "The lines are drawn from a fixed prior: this is no pooling. In partial pooling the "
            "population's centres and spreads, μ and τ, are sampled too, before the plate."
        )
    if name == "partial_pooling":
        return
    for what, pair in parts.items():
        line = found[what]
        assert line is not None
        made = [part.scalar.name for part in pair if isinstance(part, Made)]
        if made:
            raise Wrong(
                f"The {what}s are drawn from a population with the sampled "
                f"{' and '.join(f'`{each}`' for each in made)}: this is partial pooling. In no "
                "pooling their prior is fixed, Normal(0, 1)."
            )
        values = [part.value for part in pair if isinstance(part, Constant)]
        if len(values) == 2 and not np.allclose(values, [0, 1], atol=1e-3):
            raise Wrong(
                f"The prior of the {what}s, `{line.column.name}`, is "
                f"Normal({values[0]:.4g}, {values[1]:.4g}); Normal(0, 1) is asked. {NORMAL.note}"
            )


def _population(what: str, line: Offsets | None, numbers: list[Scalar]) -> dict[str, Made | None]:
    priors = {f"the centre of the {what}s": NORMAL, f"the spread of the {what}s": EXPONENTIAL}
    if line is None or not _even({what: line}):
        return dict.fromkeys(priors)
    if isinstance(origin(_one(line.centre), numbers), Constant) and not line.centred:
        raise Wrong(
            f"`{line.column.name}` is an offset, but the {what}s lack the centre that it is an "
            f"offset from: their mean is fixed at {line.centre[0, 0]:.3f}. Add μ to τ times the "
            "offset."
        )
    values = (_one(line.centre), _one(line.spread))
    return {
        part: check_number(part, each, asked, numbers)
        for (part, asked), each in zip(priors.items(), values, strict=True)
    }


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


def _even(found: dict[str, Offsets | None]) -> bool:
    return all(
        line is not None and same(values, values[:, :1])
        for line in found.values()
        for values in ((line.centre, line.spread) if line is not None else ())
    )


def _one(values: Array) -> Array:
    return values[:, 0]
