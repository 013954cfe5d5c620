"""Check whether lines come from a population, and from the one that is asked."""

import numpy as np
from numpy.typing import NDArray

from pooling.checks.columns import Offsets
from pooling.checks.likelihood import same
from pooling.checks.priors import EXPONENTIAL, NORMAL, check_number
from pooling.checks.scalars import Constant, Made, Scalar, origin
from pooling.checks.verdict import Wrong

Array = NDArray[np.float64]


def check_regime(name: str, found: dict[str, Offsets | None], numbers: list[Scalar]) -> bool:
    """Refuse a fixed prior where a population is asked, and the reverse.

    Parameters
    ----------
    name
        Which model is asked.
    found
        What intercepts and slopes are made of.
    numbers
        What centres and spreads may come from.

    Returns
    -------
    bool
        Whether it is known where the centre and spread of both come from.
    """
    parts = {
        what: tuple(origin(first(values), numbers) for values in (line.centre, line.spread))
        for what, line in found.items()
        if line is not None and is_even({what: line})
    }
    fixed = {what: all(isinstance(part, Constant) for part in pair) for what, pair in parts.items()}
    if name == "partial_pooling" and len(fixed) == 2 and all(fixed.values()):
        raise Wrong(
            "The lines are drawn from a fixed prior: this is no pooling. In partial pooling the "
            "population's centres and spreads, μ and τ, are sampled too, before the plate."
        )
    known = len(parts) == 2 and all(None not in pair for pair in parts.values())
    if name == "partial_pooling":
        return known
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
    return known


def population(what: str, line: Offsets | None, numbers: list[Scalar]) -> dict[str, Made | None]:
    """Compare the priors of a population's centre and spread with those asked, by their names."""
    priors = {f"the centre of the {what}s": NORMAL, f"the spread of the {what}s": EXPONENTIAL}
    if line is None or not is_even({what: line}):
        return dict.fromkeys(priors)
    if isinstance(origin(first(line.centre), numbers), Constant) and not line.centred:
        raise Wrong(
            f"`{line.column.name}` is an offset, but the {what}s lack the centre that it is an "
            f"offset from: their mean is fixed at {line.centre[0, 0]:.3f}. Add μ to τ times the "
            "offset."
        )
    values = (first(line.centre), first(line.spread))
    return {
        part: check_number(part, each, asked, numbers)
        for (part, asked), each in zip(priors.items(), values, strict=True)
    }


def is_even(found: dict[str, Offsets | None]) -> bool:
    """Whether centre and spread are the same for all subjects."""
    return all(
        line is not None and same(values, values[:, :1])
        for line in found.values()
        for values in ((line.centre, line.spread) if line is not None else ())
    )


def first(values: Array) -> Array:
    """What all subjects have in common, by draw."""
    return values[:, 0]
