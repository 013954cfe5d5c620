"""Answers to the exercises of the chapter on the funnel."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pooling.answers.exercise import Exercise

Array = NDArray[np.float64]


def leapfrog(q: Array, p: Array, step: float, slope: Any) -> tuple[Array, Array]:
    """Make one leapfrog step: half a change of speed, a move, the other half."""
    half = p - step / 2 * slope(q)
    new = q + step * half
    return new, half - step / 2 * slope(new)


def _euler(q: Array, p: Array, step: float, slope: Any) -> tuple[Array, Array]:
    return q + step * p, p - step * slope(q)


def _kicked_once(q: Array, p: Array, step: float, slope: Any) -> tuple[Array, Array]:
    half = p - step / 2 * slope(q)
    return q + step * half, half


def _kicked_at_the_old_place(q: Array, p: Array, step: float, slope: Any) -> tuple[Array, Array]:
    half = p - step / 2 * slope(q)
    return q + step * half, half - step / 2 * slope(q)


def _whole_kicks(q: Array, p: Array, step: float, slope: Any) -> tuple[Array, Array]:
    half = p - step * slope(q)
    new = q + step * half
    return new, half - step * slope(new)


def _uphill(q: Array, p: Array, step: float, slope: Any) -> tuple[Array, Array]:
    return leapfrog(q, p, step, lambda place: -slope(place))


def _moved_by_the_old_speed(q: Array, p: Array, step: float, slope: Any) -> tuple[Array, Array]:
    new = q + step * p
    return new, p - step / 2 * (slope(q) + slope(new))


def _steps() -> list[tuple[Any, ...]]:
    random = np.random.default_rng(121)
    cases = []
    for n, step in ((1, 0.3), (2, 0.1), (5, 0.25)):
        root = random.normal(size=(n, n))
        curved, off = root @ root.T + np.eye(n), random.normal(size=n)
        slope = _slope_of(curved, off)
        cases.append((random.normal(size=n), random.normal(size=n), step, slope))
    return cases


def _slope_of(curved: Array, off: Array) -> Any:
    return lambda place: curved @ (place - off) + 0.3 * place**3


def degree_of_centring(
    x: Array, subject_idx: NDArray[np.int64], tau_alpha: float, tau_beta: float, sigma: float
) -> tuple[Array, Array]:
    """Weight of everybody's own rows, for the level and for the slope."""
    n = np.bincount(subject_idx)
    off = x - (np.bincount(subject_idx, x) / n)[subject_idx]
    spread = np.bincount(subject_idx, off**2)
    levels = n / (n + (sigma / tau_alpha) ** 2)
    return levels, spread / (spread + (sigma / tau_beta) ** 2)


def _centring(change: Any) -> Any:
    def changed(x: Array, idx: Any, tau_alpha: float, tau_beta: float, sigma: float) -> Any:
        return degree_of_centring(*change(x, idx, tau_alpha, tau_beta, sigma))

    return changed


def _about_zero(x: Array, idx: Any, tau_alpha: float, tau_beta: float, sigma: float) -> Any:
    squares = np.bincount(idx, x**2)
    slopes = squares / (squares + (sigma / tau_beta) ** 2)
    return degree_of_centring(x, idx, tau_alpha, tau_beta, sigma)[0], slopes


def _by_rows(x: Array, idx: Any, tau_alpha: float, tau_beta: float, sigma: float) -> Any:
    n = np.bincount(idx)
    slopes = n / (n + (sigma / tau_beta) ** 2)
    return degree_of_centring(x, idx, tau_alpha, tau_beta, sigma)[0], slopes


def _designs() -> list[tuple[Any, ...]]:
    random = np.random.default_rng(122)
    cases = []
    for rows, tau_alpha, tau_beta, sigma in (
        ([3, 2, 7], 0.9, 0.4, 0.6),
        ([2, 10, 5, 2, 4, 3], 0.5, 1.2, 0.8),
        ([4, 9], 0.7, 0.3, 1.1),
    ):
        subject_idx = np.repeat(np.arange(len(rows)), rows)
        cases.append((random.normal(0.4, 1, sum(rows)), subject_idx, tau_alpha, tau_beta, sigma))
    return cases


def ess_per_gradient(bulk: Array, steps: NDArray[np.int64]) -> float:
    """Effective draws of the worst parameter, for every 1000 gradients."""
    return float(1000 * np.min(bulk) / np.sum(steps))


def _runs() -> list[tuple[Any, ...]]:
    random = np.random.default_rng(123)
    return [
        (random.uniform(200, 6000, n), 2 ** random.integers(2, 6, sizes) - 1)
        for n, sizes in ((5, (4, 200)), (3, (2, 500)), (9, (3, 150)))
    ]


def step_limit(curvature: Array) -> float:
    """How long a leapfrog step may be, by the matrix of second derivatives."""
    return float(2 / np.sqrt(np.linalg.eigvalsh(curvature).max()))


def _curvatures() -> list[tuple[Array]]:
    random = np.random.default_rng(124)
    cases = []
    for n in (2, 3, 6):
        root = random.normal(size=(n, n))
        cases.append((root @ root.T + 0.2 * np.eye(n),))
    return cases


def unevenness(degree: float, tau: Array, error: float) -> float:
    """How often the narrowest width of a coordinate goes into the widest."""
    return _as_uneven(_width(degree, tau, error))


def _width(degree: float, tau: Array, error: float) -> Array:
    return np.asarray(tau**degree * error / np.sqrt(tau**2 + error**2))


def _as_uneven(width: Array) -> float:
    return float(width.max() / width.min())


def row_covariance(
    x: Array, subject_idx: NDArray[np.int64], tau_alpha: float, tau_beta: float, sigma: float
) -> Array:
    """Covariance of rows given the scales, with the lines integrated out."""
    same = subject_idx[:, None] == subject_idx
    shared = tau_alpha**2 + tau_beta**2 * np.outer(x, x)
    return np.asarray(same * shared + sigma**2 * np.eye(len(x)))


def _all_related(x: Array, idx: Any, tau_alpha: float, tau_beta: float, sigma: float) -> Array:
    return row_covariance(x, 0 * idx, tau_alpha, tau_beta, sigma)


EXERCISES = {
    "leapfrog": Exercise(
        section="Task 9a: Write the step",
        answer=leapfrog,
        cases=_steps,
        returns="two arrays, the new place and the new speed",
        parts=("place", "speed"),
        tolerance=1e-6,
        slips={
            "without the second half of the change of speed": _kicked_once,
            "with both halves from the old place; the second takes the slope at the new one": (
                _kicked_at_the_old_place
            ),
            "moved by the old place's slope alone (Euler's step); take half a change of speed, "
            "move, and take the other half": _euler,
            "with two whole changes of speed; each is half a step": _whole_kicks,
            "with the slope's sign turned round: the marble is pulled down, so that the speed "
            "changes by minus the slope": _uphill,
            "moved by the old speed; change the speed by half a step first": (
                _moved_by_the_old_speed
            ),
        },
    ),
    "degree_of_centring": Exercise(
        section="Task 9c: A degree for each person",
        answer=degree_of_centring,
        cases=_designs,
        returns="two arrays, one number for each subject in both",
        parts=("levels", "slopes"),
        tolerance=1e-5,
        slips={
            "the share that is left to the population, one minus the weight": (
                lambda *case: tuple(1 - weight for weight in degree_of_centring(*case))
            ),
            "computed with σ/τ; take the ratio of the variances, σ²/τ²": _centring(
                lambda x, idx, a, b, s: (x, idx, a**0.5, b**0.5, s**0.5)
            ),
            "computed with the ratio τ²/σ²; it is σ²/τ²": _centring(
                lambda x, idx, a, b, s: (x, idx, 1 / a, 1 / b, 1 / s)
            ),
            "computed with the two spreads in each other's place": _centring(
                lambda x, idx, a, b, s: (x, idx, b, a, s)
            ),
            "for slopes computed with squares of x about 0; take them about the subject's own "
            "mean": _about_zero,
            "for slopes computed with the number of rows; for a slope the spread of the days "
            "counts": _by_rows,
        },
    ),
    "ess_per_gradient": Exercise(
        section="Exercise: What an effective draw costs",
        answer=ess_per_gradient,
        cases=_runs,
        returns="one number",
        tolerance=1e-5,
        slips={
            "that of the mean over the parameters; take the worst": (
                lambda bulk, steps: 1000 * bulk.mean() / steps.sum()
            ),
            "that of the best parameter; take the worst": (
                lambda bulk, steps: 1000 * bulk.max() / steps.sum()
            ),
            "for each single gradient; asked is for every 1000": (
                lambda bulk, steps: bulk.min() / steps.sum()
            ),
            "for every 1000 draws; a draw costs as many gradients as it has steps": (
                lambda bulk, steps: 1000 * bulk.min() / steps.size
            ),
            "divided by the mean number of steps; take the sum over all chains and draws": (
                lambda bulk, steps: 1000 * bulk.min() / steps.mean()
            ),
            "divided by the steps of the first chain; take all of them": (
                lambda bulk, steps: 1000 * bulk.min() / steps[0].sum()
            ),
        },
    ),
    "step_limit": Exercise(
        section="Exercise: Where is the limit?",
        answer=step_limit,
        cases=_curvatures,
        returns="one number",
        tolerance=1e-5,
        slips={
            "the limit of the widest direction; the most curved one is lost first": (
                lambda curvature: 2 / np.sqrt(np.linalg.eigvalsh(curvature).min())
            ),
            "two over the curvature; take its square root": (
                lambda curvature: 2 / np.linalg.eigvalsh(curvature).max()
            ),
            "one width; the limit is two": (
                lambda curvature: 1 / np.sqrt(np.linalg.eigvalsh(curvature).max())
            ),
            "taken from the diagonal; the narrowest direction may lie between the axes, so take "
            "the largest eigenvalue": lambda curvature: 2 / np.sqrt(np.diag(curvature).max()),
        },
    ),
    "unevenness": Exercise(
        section="Exercise: The most even coordinate",
        answer=unevenness,
        cases=lambda: [
            (0.3, np.linspace(0.05, 2.0, 40), 0.4),
            (0.8, np.geomspace(0.01, 1.5, 25), 0.9),
            (0.55, np.linspace(0.2, 0.9, 15), 0.35),
        ],
        returns="one number",
        tolerance=1e-5,
        slips={
            "the narrowest over the widest; asked is the widest over the narrowest": (
                lambda degree, tau, error: 1 / unevenness(degree, tau, error)
            ),
            "that of the centred coordinate, whatever the degree": (
                lambda degree, tau, error: unevenness(1.0, tau, error)
            ),
            "computed with τ to the power of one minus c; the width has τ to the power of c": (
                lambda degree, tau, error: unevenness(1 - degree, tau, error)
            ),
            "the ratio of the variances; take that of the standard deviations": (
                lambda degree, tau, error: unevenness(degree, tau, error) ** 2
            ),
            "computed with the weight in place of what it leaves over, 1 − w": (
                lambda degree, tau, error: _as_uneven(
                    tau**degree * tau / np.sqrt(tau**2 + error**2)
                )
            ),
            "computed with what the weight leaves over, 1 − w; the width has its root": (
                lambda degree, tau, error: _as_uneven(tau**degree * error**2 / (tau**2 + error**2))
            ),
            "the widest minus the narrowest; divide": (lambda *case: np.ptp(_width(*case))),
            "that of the prior, τ to the power of c; the rows narrow it by √(1 − w)": (
                lambda degree, tau, error: _as_uneven(tau**degree)
            ),
        },
    ),
    "row_covariance": Exercise(
        section="Exercise: A model without lines",
        answer=row_covariance,
        cases=_designs,
        returns="a matrix with a row and a column for each row of the data",
        tolerance=1e-5,
        slips={
            "as if all rows were one person's; rows of different people do not covary": (
                _all_related
            ),
            "without the noise; add σ² on the diagonal": (
                lambda x, idx, a, b, s: row_covariance(x, idx, a, b, 0.0)
            ),
            "computed with standard deviations; a covariance has their squares": (
                lambda x, idx, a, b, s: row_covariance(x, idx, a**0.5, b**0.5, s**0.5)
            ),
            "with σ² everywhere; the noise of two rows is independent": (
                lambda x, idx, a, b, s: row_covariance(x, idx, a, b, 0.0) + s**2
            ),
            "computed with the two spreads in each other's place": (
                lambda x, idx, a, b, s: row_covariance(x, idx, b, a, s)
            ),
            "without the slopes; they add τ_β² times the product of the two x": (
                lambda x, idx, a, b, s: row_covariance(x, idx, a, 0.0, s)
            ),
        },
    ),
}
