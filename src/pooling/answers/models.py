"""Answers to the exercises of the chapter on the models that are not models themselves."""

from pooling.answers.exercise import Exercise


def expected_errors(n_rows: int, tau: float, sigma: float) -> dict[str, float]:
    """Mean squared errors of three estimates of a level, over people of a population."""
    return {
        "own": sigma**2 / n_rows,
        "population": tau**2,
        "weighted": 1 / (n_rows / sigma**2 + 1 / tau**2),
    }


def _changed(**formulas: object) -> object:
    return lambda n, tau, sigma: (
        expected_errors(n, tau, sigma)
        | {
            name: formula(n, tau, sigma)  # type: ignore[operator]
            for name, formula in formulas.items()
        }
    )


EXERCISES = {
    "expected_errors": Exercise(
        section="Exercise: does shrinkage help? Made-up people",
        answer=expected_errors,
        cases=lambda: [(2, 1.0, 1.0), (5, 0.7, 1.3), (10, 2.0, 0.6)],
        returns="three numbers, own, population and weighted",
        parts=("own", "population", "weighted"),
        tolerance=1e-6,
        slips={
            "σ², the error of one row; a mean of n rows has σ²/n": _changed(
                own=lambda n, tau, sigma: sigma**2
            ),  # type: ignore[dict-item]
            "a standard deviation; the mean squared error is its square": _changed(
                own=lambda n, tau, sigma: sigma / n**0.5,
                population=lambda n, tau, sigma: tau,
                weighted=lambda n, tau, sigma: (n / sigma**2 + 1 / tau**2) ** -0.5,
            ),  # type: ignore[dict-item]
            "the sum of the two precisions; the error is one over it": _changed(
                weighted=lambda n, tau, sigma: n / sigma**2 + 1 / tau**2
            ),  # type: ignore[dict-item]
            "the weight of the own rows; asked is the mean squared error": _changed(
                weighted=lambda n, tau, sigma: (n / sigma**2) / (n / sigma**2 + 1 / tau**2)
            ),  # type: ignore[dict-item]
        },
    ),
}
