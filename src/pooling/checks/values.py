"""Is a number the one that a task asks for? By the exact one, and Monte Carlo error."""

from typing import Any

import arviz as az
import numpy as np
import xarray as xr

from pooling.answers.exercise import Exercise
from pooling.answers.values import ERRORS, VALUES, Value, train
from pooling.checks.functions import Comparison
from pooling.checks.reference import Reference
from pooling.checks.returned import parts_of
from pooling.checks.verdict import Wrong
from pooling.exact import exact_posterior
from pooling.regimes import REGIME_NAMES

DETERMINISTIC = 2e-3
"""How far a number may be off that no draws are needed for: it may have been read off a table."""
CLOSE = 8.0
"""Monte Carlo errors that the worst of a hundred means may be off by, whatever the seed."""


def compare_value(value: Value, found: object) -> None:
    """Refuse a number that is not the one asked for.

    Raises
    ------
    Wrong
        If it is another; with the reason.
    """
    if found is None or found is Ellipsis:
        raise Wrong(f"This is not written yet: `{found}` is no number.")
    expected = value.expected()
    parts = parts_of(expected, value.parts)
    errors = value.errors()
    rounding = {
        part: ERRORS * errors[part] if part in errors else DETERMINISTIC * float(abs(each)) + 1e-9
        for part, each in parts.items()
    }
    exercise = Exercise(
        section=value.section,
        answer=lambda: expected,
        cases=lambda: [()],
        returns=value.returns,
        parts=value.parts,
        slips=value.slips,
        numbers=value.numbers,
        tolerance=0.0,
        rounding=rounding,
    )
    reference = Reference(exercise, [()], [expected], [parts])
    comparison = Comparison(reference, [parts_of(found, value.parts, expected)])
    if wrong := comparison.wrong:
        raise Wrong(comparison.reason(wrong).replace("What the function returns", "The value"))


def compare_posteriors(posteriors: Any) -> None:
    """Refuse draws that are not from the posteriors of the three models.

    Raises
    ------
    Wrong
        If one of them is another posterior; with what differs most.
    """
    if posteriors is None or posteriors is Ellipsis:
        raise Wrong(f"This is not written yet: `{posteriors}` are no posteriors.")
    if not hasattr(posteriors, "keys"):
        kind = type(posteriors).__name__
        raise Wrong(f"Asked is a dictionary of three fits by their names; this is a `{kind}`.")
    missing = [name for name in REGIME_NAMES if name not in posteriors]
    if missing:
        raise Wrong(f"There is no fit named `{missing[0]}`.")
    for name in REGIME_NAMES:
        _compare_posterior(name, posteriors[name])


def _compare_posterior(name: str, posterior: Any) -> None:
    if not isinstance(posterior, xr.DataTree) or "posterior" not in posterior.children:
        kind = type(posterior).__name__
        raise Wrong(f"`{name}` is of type `{kind}`; asked is what `fit` returns.")
    table = az.summary(posterior, round_to="none")
    exact = exact_posterior(name, train()).summary()
    absent = [each for each in exact.index if each not in table.index]
    if absent:
        raise Wrong(f"`{name}` has no parameter `{absent[0]}`: is it the fit of another model?")
    own = table.loc[exact.index]
    error = np.maximum(own["mcse_mean"], exact["sd"] / np.sqrt(40_000))
    off = ((own["mean"] - exact["mean"]) / error).abs()
    if (own["r_hat"] > 1.05).any():
        raise Wrong(
            f"The chains of `{name}` disagree: R̂ of `{own['r_hat'].idxmax()}` is "
            f"{own['r_hat'].max():.2f}. Look at the sampler before the estimates."
        )
    if off.max() > CLOSE:
        worst = off.idxmax()
        raise Wrong(
            f"The draws of `{name}` are from another posterior: the mean of `{worst}` is "
            f"{own['mean'][worst]:.3f}, and {exact['mean'][worst]:.3f} is expected, "
            f"{off.max():.0f} Monte Carlo errors away. Is it fitted to the standardised training "
            "rows?"
        )


__all__ = ["VALUES", "compare_posteriors", "compare_value"]
