"""Answers to the exercises of the chapter on outliers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pooling.answers.exercise import Exercise

Array = NDArray[np.float64]


def row_weights(residual: Array, sigma: Array, nu: Array, *, axis: int = 0) -> Array:
    """Posterior mean of each row's weight under Student's t."""
    z, freedom = residual / sigma[:, None], nu[:, None]
    return np.asarray(((freedom + 1) / (freedom + z**2)).mean(axis=axis))


def _of_means(residual: Array, sigma: Array, nu: Array) -> Array:
    z = (residual / sigma[:, None]).mean(axis=0)
    return np.asarray((nu.mean() + 1) / (nu.mean() + z**2))


def _each_draw(function: Any) -> Any:
    def answer(residual: Array, sigma: Array, nu: Array) -> Array:
        return np.asarray(function(residual / sigma[:, None], nu[:, None]).mean(axis=0))

    return answer


def _residuals() -> list[tuple[Any, ...]]:
    random = np.random.default_rng(121)
    return [
        (
            random.normal(0, 0.3, (n, 1)) + random.standard_t(2.5, m) * 0.4,
            random.gamma(20.0, 0.02, n),
            1 + random.gamma(2.0, 1.0, n),
        )
        for n, m in ((150, 7), (400, 23), (90, 12))
    ]


def pull(z: Array, nu: float) -> Array:
    """How strongly a residual pulls at its line."""
    return np.asarray(z * (nu + 1) / (nu + z**2))


def _pulls() -> list[tuple[Any, ...]]:
    random = np.random.default_rng(122)
    return [(random.normal(0, 3, n), nu) for n, nu in ((9, 2.6), (30, 30.0), (14, 1.2))]


EXERCISES = {
    "row_weights": Exercise(
        section="Task 7a: The weight of a row",
        answer=row_weights,
        cases=_residuals,
        returns="one number for each row",
        slips={
            "the weight at the mean residual; compute a weight for each draw, then their mean": (
                _of_means
            ),
            "a weight of residuals that are not in units of sigma; divide by it": (
                lambda residual, sigma, nu: row_weights(residual, np.ones_like(sigma), nu)
            ),
            "without the 1 in the numerator; it is ν + 1": _each_draw(
                lambda z, nu: nu / (nu + z**2)
            ),
            "with |z| in the denominator; asked is its square": _each_draw(
                lambda z, nu: (nu + 1) / (nu + abs(z))
            ),
            "the mean over the rows, for each draw; asked is one over the draws, for each row": (
                lambda *case: row_weights(*case, axis=1)
            ),
            "the square root of the weight, by which σ is divided": _each_draw(
                lambda z, nu: np.sqrt((nu + 1) / (nu + z**2))
            ),
        },
    ),
    "pull": Exercise(
        section="Exercise: The pull of a row",
        answer=pull,
        cases=_pulls,
        returns="one number for each residual",
        slips={
            "the weight; the pull is the residual times it": (lambda z, nu: (nu + 1) / (nu + z**2)),
            "without its sign; a row below its line pulls downwards": (
                lambda z, nu: np.abs(pull(z, nu))
            ),
            "without the 1 in the numerator; it is ν + 1": lambda z, nu: z * nu / (nu + z**2),
            "with |z| in the denominator; asked is its square": (
                lambda z, nu: z * (nu + 1) / (nu + np.abs(z))
            ),
            "the residual itself, the pull in the normal model": lambda z, nu: z,
        },
    ),
}
