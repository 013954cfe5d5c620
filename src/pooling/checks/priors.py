"""Compare the prior of one number with the one that was asked, by their densities."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pooling.checks.normals import described
from pooling.checks.scalars import Constant, Made, Scalar, origin
from pooling.checks.verdict import Wrong

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """A prior that the course asks for, and where to look at its density."""

    name: str
    log_density: Callable[[Array], Array]
    at: Array
    note: str


NORMAL = Asked(
    "Normal(0, 1)",
    lambda v: -0.5 * v**2 - 0.5 * np.log(2 * np.pi),
    np.linspace(-3.1, 3.2, 24),
    "On the standardised scale, intercepts and slopes are of the size of 1.",
)
EXPONENTIAL = Asked(
    "Exponential(1)",
    lambda v: -v,
    np.linspace(0.05, 6.0, 24),
    "For every standard deviation we take one family, with mean 1.",
)


def check_number(what: str, values: Array, asked: Asked, candidates: list[Scalar]) -> Made | None:
    """Refuse a number whose prior is another.

    Returns
    -------
    Made or None
        Where the number comes from, if its prior is proved to be the one asked; None if that
        cannot be seen from the sites.
    """
    made = origin(values, candidates)
    if isinstance(made, Constant):
        raise Wrong(
            f"{_capital(what)} is fixed at {made.value:.4g}; it must be sampled, with the prior "
            f"{asked.name}."
        )
    density = None if made is None else made.log_density(asked.at)
    if made is None or density is None:
        return None
    if np.allclose(density, asked.log_density(asked.at), rtol=0, atol=1e-3):
        return made
    raise Wrong(_other_prior(what, made, asked))


def _other_prior(what: str, made: Made, asked: Asked) -> str:
    name, prior = made.scalar.name, described(made.scalar.fn)
    if asked is EXPONENTIAL and made.map == "squared":
        return (
            f"{_capital(what)} is `{name}` squared, a variance. The second argument of NumPyro's "
            f"Normal is a standard deviation: use `{name}` itself, with the prior {asked.name}."
        )
    if asked is EXPONENTIAL and made.map == "square root":
        return (
            f"{_capital(what)} is the square root of `{name}`, so that {prior} is the prior of a "
            f"variance. Asked is {asked.name} for the standard deviation itself."
        )
    if made.map != "itself":
        return (
            f"{_capital(what)} is made of the {made.map} of `{name}`, which has the prior "
            f"{prior}. Asked is {asked.name} for {what} itself."
        )
    if (made.start, made.factor) != (0, 1):
        start = f"{made.start:.4g} + " if made.start else ""
        return (
            f"{_capital(what)} is {start}{made.factor:.4g} × `{name}`, and `{name}` has the prior "
            f"{prior}. Together they are not {asked.name}, which is asked."
        )
    note = asked.note
    if prior.startswith("Exponential("):
        note = "The argument of Exponential is the rate, one over the mean."
    return f"The prior of {what}, `{name}`, is {prior}; {asked.name} is asked. {note}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:] if text[0] != "σ" else text
