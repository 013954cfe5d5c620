"""Answers to the exercises of the chapter on lines whose parts hang together."""

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.special import beta as beta_function

from pooling.answers.exercise import Exercise
from pooling.answers.inference import SCALERS
from pooling.answers.inputs import posterior
from pooling.data import Scaler
from pooling.interval import INTERVAL

Array = NDArray[np.float64]


def narrowest_day(
    posterior: xr.DataTree,
    scaler: Scaler,
    *,
    sign: float = -1.0,
    bounds: tuple[float, float] = INTERVAL,
    of: Any = lambda rho, alpha, beta: rho * alpha / beta,
    unit: Any = lambda x, scaler: scaler.to_days(x),
) -> dict[str, float]:
    """Day on which the population's lines are closest: its median and its 89 % interval."""
    draws = posterior["posterior"]
    x = sign * of(*(draws[name].to_numpy() for name in ("rho", "tau_alpha", "tau_beta")))
    low, median, high = np.quantile(unit(x, scaler), [bounds[0], 0.5, bounds[1]])
    return {"low": float(low), "median": float(median), "high": float(high)}


def _of_means(posterior: xr.DataTree, scaler: Scaler) -> dict[str, float]:
    day = narrowest_day(
        posterior, scaler, of=lambda rho, alpha, beta: rho.mean() * alpha.mean() / beta.mean()
    )
    return day | {name: narrowest_day(posterior, scaler)[name] for name in ("low", "high")}


def _mean_in_the_middle(posterior: xr.DataTree, scaler: Scaler) -> dict[str, float]:
    draws = posterior["posterior"]
    x = -draws["rho"] * draws["tau_alpha"] / draws["tau_beta"]
    return narrowest_day(posterior, scaler) | {"median": float(scaler.to_days(x.to_numpy()).mean())}


def _populations() -> list[tuple[Any, ...]]:
    cases: list[tuple[Any, ...]] = []
    for seed, scaler in zip((121, 122, 123), SCALERS, strict=True):
        tree, random = posterior(3, seed, (4, 500)), np.random.default_rng(seed)
        rho = 2 * random.beta(6, 3, tree["posterior"]["sigma"].shape) - 1
        draws = tree["posterior"].to_dataset()
        tree["posterior"] = xr.DataTree(draws.assign(rho=(("chain", "draw"), rho)))
        cases.append((tree, scaler))
    return cases


def moved_population(tau_alpha: float, tau_beta: float, rho: float, by: float) -> dict[str, float]:
    """Standard deviation of the level, and its correlation with the slope, `by` days later."""
    both = rho * tau_alpha * tau_beta + by * tau_beta**2
    variance = tau_alpha**2 + 2 * by * rho * tau_alpha * tau_beta + by**2 * tau_beta**2
    return {"tau": float(np.sqrt(variance)), "rho": float(both / np.sqrt(variance) / tau_beta)}


def _moves(change: Any) -> Any:
    return lambda a, b, rho, by: change(moved_population(a, b, rho, by), a, b, rho, by)


def cholesky_of_two(tau_alpha: float, tau_beta: float, rho: float) -> Array:
    """Lower triangular root of the covariance matrix of intercept and slope."""
    return np.array(
        [[tau_alpha, 0.0], [rho * tau_beta, np.sqrt(1 - rho**2) * tau_beta]], dtype=float
    )


def _symmetric_root(tau_alpha: float, tau_beta: float, rho: float) -> Array:
    values, axes = np.linalg.eigh(_covariance(tau_alpha, tau_beta, rho))
    return np.asarray(axes * np.sqrt(values) @ axes.T)


def _covariance(tau_alpha: float, tau_beta: float, rho: float) -> Array:
    both = rho * tau_alpha * tau_beta
    return np.array([[tau_alpha**2, both], [both, tau_beta**2]])


def lkj_density(rho: Array, eta: float) -> Array:
    """Density of the one correlation of a 2 × 2 matrix from LKJ(η)."""
    total = 2 ** (2 * eta - 1) * beta_function(eta, eta)
    return np.asarray((1 - rho**2) ** (eta - 1) / total)


def pulled_pair(
    x: Array, y: Array, mu: Array, covariance: Array, sigma: float, *, power: float = 2.0
) -> Array:
    """Posterior mean of a person's intercept and slope, given population and noise."""
    X = np.column_stack([np.ones_like(x), x])
    prior = np.linalg.inv(covariance)
    precision = X.T @ X / sigma**power + prior
    return np.asarray(np.linalg.solve(precision, X.T @ y / sigma**power + prior @ mu))


def _people() -> list[tuple[Any, ...]]:
    random = np.random.default_rng(124)
    cases = []
    for n, rho, sigma in ((2, 0.7, 0.6), (5, -0.4, 0.5), (3, 0.85, 0.9)):
        x = np.sort(random.normal(-0.3, 1.0, n))
        mu = random.normal(0.4, 0.3, 2)
        covariance = _covariance(random.uniform(0.5, 1.2), random.uniform(0.3, 0.7), rho)
        line = mu + np.linalg.cholesky(covariance) @ random.normal(size=2)
        y = line[0] + line[1] * x + sigma * random.normal(size=n)
        cases.append((x, y, mu, covariance, sigma))
    return cases


def _scales(*others: Any) -> list[tuple[Any, ...]]:
    populations = ((0.9, 0.4, 0.6), (25.0, 6.0, -0.3), (1.3, 2.1, 0.8))
    return [(*each, *other) for each, other in zip(populations, others or ((),) * 3, strict=True)]


EXERCISES = {
    "narrowest_day": Exercise(
        section="Task 8b: On which day are people most alike?",
        answer=narrowest_day,
        cases=_populations,
        returns="three numbers, low, median and high",
        parts=("low", "median", "high"),
        tolerance=2e-3,
        slips={
            "on the standardised scale; turn it into a day with `scaler.to_days`": (
                lambda p, scaler: narrowest_day(p, scaler, unit=lambda x, scaler: x)
            ),
            "counted from the mean day; add that, as `scaler.to_days` does": (
                lambda p, scaler: narrowest_day(p, scaler, unit=lambda x, scaler: x * scaler.day_sd)
            ),
            "computed with the other sign: lines that fan out were closest before": (
                lambda p, scaler: narrowest_day(p, scaler, sign=1.0)
            ),
            "computed with τ_β / τ_α; it is the ratio τ_α / τ_β": (
                lambda p, scaler: narrowest_day(p, scaler, of=lambda rho, a, b: rho * b / a)
            ),
            "computed without the correlation": (
                lambda p, scaler: narrowest_day(p, scaler, of=lambda rho, a, b: a / b)
            ),
            "computed from posterior means; compute a day for each draw": _of_means,
            "with the mean in the middle; asked is the median, as a ratio may have far outliers": (
                _mean_in_the_middle
            ),
            "bounded by the quantiles 0.05 and 0.95; those of 89 % are 0.055 and 0.945": (
                lambda p, scaler: narrowest_day(p, scaler, bounds=(0.05, 0.95))
            ),
        },
    ),
    "moved_population": Exercise(
        section="Exercise: Another day",
        answer=moved_population,
        cases=lambda: _scales((2.0,), (4.5,), (-0.7,)),
        returns="two numbers, tau and rho",
        parts=("tau", "rho"),
        tolerance=1e-5,
        slips={
            "those of a day before, not after: the level changes by `by` times the slope": (
                lambda a, b, rho, by: moved_population(a, b, rho, -by)
            ),
            "computed as if level and slope were independent; the variance of a sum has twice "
            "the covariance": _moves(
                lambda found, a, b, rho, by: found | {"tau": np.hypot(a, by * b)}
            ),
            "computed with the covariance once; the variance of a sum has it twice": _moves(
                lambda found, a, b, rho, by: (
                    found | {"tau": np.sqrt(a**2 + by * rho * a * b + (by * b) ** 2)}
                )
            ),
            "the variance of the level; asked is its standard deviation": _moves(
                lambda found, *_: found | {"tau": found["tau"] ** 2}
            ),
            "the covariance; divide it by both standard deviations": _moves(
                lambda found, a, b, *_: found | {"rho": found["rho"] * found["tau"] * b}
            ),
            "the covariance over the old standard deviation of the level; that has changed too": (
                _moves(lambda found, a, *_: found | {"rho": found["rho"] * found["tau"] / a})
            ),
            "with the old correlation; it changes as well": _moves(
                lambda found, a, b, rho, by: found | {"rho": rho}
            ),
        },
    ),
    "cholesky_of_two": Exercise(
        section="Exercise: A root by hand",
        answer=cholesky_of_two,
        cases=_scales,
        returns="a matrix of two rows and two columns",
        tolerance=1e-5,
        slips={
            "upper triangular; asked is the lower one": lambda *of: cholesky_of_two(*of).T,
            "the covariance matrix itself; asked is its root": _covariance,
            "the root of the correlation matrix; multiply each row by its standard deviation": (
                lambda a, b, rho: cholesky_of_two(1.0, 1.0, rho)
            ),
            "the root of the correlation matrix with its columns multiplied; multiply the rows": (
                lambda a, b, rho: cholesky_of_two(1.0, 1.0, rho) * [a, b]
            ),
            "a root, but the symmetric one; asked is the triangular one": _symmetric_root,
            "computed with 1 − ρ²; it is its square root": lambda a, b, rho: np.array(
                [[a, 0.0], [rho * b, (1 - rho**2) * b]]
            ),
            "computed with 1 − ρ in the place of √(1 − ρ²)": lambda a, b, rho: np.array(
                [[a, 0.0], [rho * b, (1 - rho) * b]]
            ),
        },
    ),
    "lkj_density": Exercise(
        section="Exercise: A density from a rule",
        answer=lkj_density,
        cases=lambda: [
            (np.linspace(-0.9, 0.9, n), eta) for n, eta in ((7, 2.0), (10, 1.5), (13, 5.0))
        ],
        returns="one number for each correlation",
        tolerance=1e-5,
        slips={
            "no density: its integral is not one": lambda rho, eta: (1 - rho**2) ** (eta - 1),
            "Beta(η, η) on the interval from 0 to 1, not yet stretched; stretched to twice the "
            "width, it is half as high": lambda rho, eta: 2 * lkj_density(rho, eta),
            "with the exponent η; it is η − 1": (
                lambda rho, eta: (1 - rho**2) * lkj_density(rho, eta)
            ),
            "with 1 − |ρ| in the place of 1 − ρ²": lambda rho, eta: (
                (1 - np.abs(rho)) ** (eta - 1) * eta / 2
            ),
            "the logarithm of the density": lambda rho, eta: np.log(lkj_density(rho, eta)),
            "uniform, whatever η": lambda rho, eta: np.full_like(rho, 0.5),
        },
    ),
    "pulled_pair": Exercise(
        section="Exercise: A pair is pulled",
        answer=pulled_pair,
        cases=_people,
        returns="two numbers, intercept and slope",
        parts=("intercept", "slope"),
        tolerance=1e-5,
        slips={
            "what independent intercept and slope give; use the whole covariance matrix": (
                lambda x, y, mu, covariance, sigma: pulled_pair(
                    x, y, mu, np.diag(np.diag(covariance)), sigma
                )
            ),
            "the least-squares line, with no pull": lambda x, y, mu, covariance, sigma: np.polyfit(
                x, y, 1
            )[::-1],
            "pulled towards zero; pull towards `mu`": lambda x, y, mu, covariance, sigma: (
                pulled_pair(x, y, 0 * mu, covariance, sigma)
            ),
            "computed with σ; the precision of a row is 1/σ²": (
                lambda x, y, mu, covariance, sigma: pulled_pair(
                    x, y, mu, covariance, sigma, power=1.0
                )
            ),
            "computed with the covariance matrix where its inverse belongs": (
                lambda x, y, mu, covariance, sigma: pulled_pair(
                    x, y, mu, np.linalg.inv(covariance), sigma
                )
            ),
            "the population's line": lambda x, y, mu, covariance, sigma: mu,
        },
    ),
}
