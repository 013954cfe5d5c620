"""Answers to the exercises of the chapter on shrinkage."""

from typing import Any

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from scipy.special import ndtri

from pooling.answers.exercise import Exercise
from pooling.answers.inference import QUANTILES, SCALERS, UNITS
from pooling.answers.inputs import numbers_of_scaler, posterior
from pooling.data import Scaler
from pooling.interval import INTERVAL

Array = NDArray[np.float64]


def slope_summary(
    posterior: xr.DataTree,
    scaler: Scaler,
    *,
    name: str = "beta_s",
    bounds: tuple[float, float] = INTERVAL,
    unit: Any = lambda slope, scaler: slope * scaler.ms_per_day,
    centre: Any = np.mean,
) -> pd.DataFrame:
    """Posterior mean, 89 % interval and its width of each subject's slope, in ms per day."""
    slopes = unit(posterior["posterior"][name], scaler)
    slopes = slopes.stack(sample=("chain", "draw")).to_numpy()
    low, high = np.quantile(slopes, bounds, axis=-1)
    mean = centre(slopes, axis=-1)
    return pd.DataFrame({"mean": mean, "low": low, "high": high, "width": high - low})


def _by_sd(posterior: xr.DataTree, scaler: Scaler, times: float) -> pd.DataFrame:
    slopes = (posterior["posterior"]["beta_s"] * scaler.ms_per_day).stack(s=("chain", "draw"))
    mean, sd = slopes.mean("s").to_numpy(), times * slopes.std("s").to_numpy()
    return pd.DataFrame({"mean": mean, "low": mean - sd, "high": mean + sd, "width": 2 * sd})


def _over_subjects(posterior: xr.DataTree, scaler: Scaler) -> dict[str, Array]:
    slopes = (posterior["posterior"]["beta_s"] * scaler.ms_per_day).to_numpy()
    low, high = np.quantile(slopes, INTERVAL, axis=-1)
    return {"mean": slopes.mean(axis=-1), "low": low, "high": high, "width": high - low}


def _first_chain(posterior: xr.DataTree, scaler: Scaler) -> pd.DataFrame:
    return slope_summary(posterior.isel(chain=[0]), scaler)


def _shortest(posterior: xr.DataTree, scaler: Scaler) -> pd.DataFrame:
    slopes = (posterior["posterior"]["beta_s"] * scaler.ms_per_day).stack(s=("chain", "draw"))
    low, high = np.array([az.hdi(each, prob=0.89) for each in slopes.to_numpy()]).T
    found = {"low": low, "high": high, "width": high - low}
    return slope_summary(posterior, scaler).assign(**found)


def own_weight(x: Array, tau: float, sigma: float) -> float:
    """Weight of somebody's own rows in the slope, if nothing is known of the level."""
    spread = ((x - x.mean()) ** 2).sum()
    return float(spread / (spread + sigma**2 / tau**2))


def share_of_way(none: Array, partial: Array, centre: float) -> float:
    """How far estimates move, all together, as a share of their distance from the centre."""
    return float(np.abs(none - partial).sum() / np.abs(none - centre).sum())


def new_slope_interval(mu: Array, tau: Array, ms_per_day: float) -> dict[str, float]:
    """89 % interval of a new person's slope, with hardly any Monte Carlo error.

    The standard normal numbers are spread evenly, and dealt out ten times.
    """
    random = np.random.default_rng(9)
    even = ndtri((np.arange(mu.size) + 0.5) / mu.size)
    new = [mu.ravel() + tau.ravel() * random.permutation(even) for _ in range(10)]
    low, high = np.quantile(ms_per_day * np.array(new), INTERVAL)
    return {"low": float(low), "high": float(high)}


def _populations() -> list[tuple[Any, ...]]:
    random = np.random.default_rng(97)
    return [
        (random.normal(m, 0.15, n), random.gamma(1.5, s / 1.5, n) + 0.02, unit)
        for n, m, s, unit in (
            (100_000, 0.3, 0.4, 19.0),
            (110_000, -0.1, 0.7, 12.0),
            (90_000, 0.2, 0.5, 25.0),
        )
    ]


def james_stein(y: Array, *, less: float = 3.0, floor: float = 0.0) -> Array:
    """Pull measurements of standard deviation 1 towards the mean of their set, a row each."""
    away = y - y.mean(axis=1, keepdims=True)
    total = (away**2).sum(axis=1, keepdims=True)
    return np.asarray(y - away + np.maximum(floor, 1 - (y.shape[1] - less) / total) * away)


def _to_zero(y: Array) -> Array:
    total = (y**2).sum(axis=1, keepdims=True)
    return np.asarray(np.maximum(0.0, 1 - (y.shape[1] - 2) / total) * y)


def _by_mean_square(y: Array) -> Array:
    away = y - y.mean(axis=1, keepdims=True)
    total = (away**2).mean(axis=1, keepdims=True)
    return np.asarray(y - away + np.maximum(0.0, 1 - (y.shape[1] - 3) / total) * away)


def _weight_only(y: Array) -> Array:
    total = ((y - y.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    return np.asarray(np.maximum(0.0, 1 - (y.shape[1] - 3) / total))


def _of_all_sets(y: Array) -> Array:
    away = y - y.mean()
    total = (away**2).sum(axis=1, keepdims=True)
    return np.asarray(y - away + np.maximum(0.0, 1 - (y.shape[1] - 3) / total) * away)


def _measurements() -> list[tuple[Any, ...]]:
    random = np.random.default_rng(95)
    return [
        (spread * random.normal(size=(m, n)) + centre,)
        for spread, m, n, centre in ((2.0, 4, 18, 1.0), (1.3, 6, 7, -2.0), (0.4, 3, 12, 0.5))
    ]


def _pulls() -> list[tuple[Any, ...]]:
    random = np.random.default_rng(96)
    cases = []
    for n, centre in ((5, 0.3), (11, -0.2), (18, 0.5)):
        none = random.normal(centre, 0.7, n)
        partial = none + (centre - none) * random.uniform(-0.1, 0.7, n)
        cases.append((none, partial, centre))
    return cases


EXERCISES = {
    "slope_summary": Exercise(
        section="Task 3: Draw the shrinkage",
        answer=slope_summary,
        cases=lambda: [
            (posterior(n, seed, (4, 1000)), scaler)
            for n, seed, scaler in zip((3, 6, 9), (91, 92, 93), SCALERS, strict=True)
        ],
        returns="a table with one row for each subject",
        parts=("mean", "low", "high", "width"),
        tolerance=2e-3,
        slips={
            says: (lambda posterior, scaler, unit=unit: slope_summary(posterior, scaler, unit=unit))
            for says, unit in UNITS.items()
        }
        | {
            says: (lambda posterior, scaler, b=b: slope_summary(posterior, scaler, bounds=b))
            for says, b in QUANTILES.items()
        }
        | {
            "that of the intercepts, `alpha_s`; asked are the slopes": (
                lambda posterior, scaler: slope_summary(posterior, scaler, name="alpha_s")
            ),
            "computed over the subjects, for each draw; compute it over all draws, for each "
            "subject": _over_subjects,
            "that of the first chain only; take all draws of all chains": _first_chain,
            "the median; asked is the mean": (
                lambda posterior, scaler: slope_summary(posterior, scaler, centre=np.median)
            ),
            "mean minus and plus one standard deviation, 68 %; take quantiles of the draws": (
                lambda posterior, scaler: _by_sd(posterior, scaler, 1.0)
            ),
            "mean minus and plus 1.6 standard deviations; take quantiles of the draws": (
                lambda posterior, scaler: _by_sd(posterior, scaler, 1.598)
            ),
            "the shortest interval (HDI) of 89 %; asked is the one with 5.5 % on either side": (
                _shortest
            ),
        },
        numbers=numbers_of_scaler,
    ),
    "own_weight": Exercise(
        section="Exercise: Two people with two rows",
        answer=own_weight,
        cases=lambda: [
            (np.random.default_rng(94 + n).normal(0.3, 1.0, n), tau, sigma)
            for n, tau, sigma in ((2, 0.4, 0.5), (5, 1.2, 0.8), (10, 0.3, 1.1))
        ],
        returns="one number",
        tolerance=1e-5,
        slips={
            "the share that is left to the population, one minus the weight": (
                lambda x, tau, sigma: 1 - own_weight(x, tau, sigma)
            ),
            "the weight of a level, from the number of rows; for a slope the spread of the days "
            "counts": lambda x, tau, sigma: len(x) / (len(x) + sigma**2 / tau**2),
            "computed with σ/τ; take the ratio of the variances, σ²/τ²": (
                lambda x, tau, sigma: own_weight(x, tau**0.5, sigma**0.5)
            ),
            "computed with the ratio τ²/σ²; it is σ²/τ²": (
                lambda x, tau, sigma: own_weight(x, sigma, tau)
            ),
            "computed with the mean of the squares of x; take their sum": (
                lambda x, tau, sigma: own_weight(x / np.sqrt(len(x)), tau, sigma)
            ),
            "computed with squares of x about 0; take them about the subject's own mean": (
                lambda x, tau, sigma: (x**2).sum() / ((x**2).sum() + sigma**2 / tau**2)
            ),
            "computed with the variance of x (`ddof=1`); take the sum of squares": (
                lambda x, tau, sigma: own_weight(x / np.sqrt(len(x) - 1), tau, sigma)
            ),
        },
    ),
    "share_of_way": Exercise(
        section="Exercise: The intercepts",
        answer=share_of_way,
        cases=_pulls,
        returns="one number",
        slips={
            "the share that is left; asked is how far they moved": (
                lambda none, partial, centre: (
                    np.abs(partial - centre).sum() / np.abs(none - centre).sum()
                )
            ),
            "the mean of the subjects' own shares, in which one who starts near the centre counts "
            "much; divide the two sums": lambda none, partial, centre: (
                np.abs(none - partial) / np.abs(none - centre)
            ).mean(),
            "computed with signs, so that moves up and down cancel; take absolute values": (
                lambda none, partial, centre: (none - partial).sum() / (none - centre).sum()
            ),
            "relative to the distance after the move; take that before it": (
                lambda none, partial, centre: (
                    np.abs(none - partial).sum() / np.abs(partial - centre).sum()
                )
            ),
            "relative to the estimates themselves; take their distance from the centre": (
                lambda none, partial, centre: np.abs(none - partial).sum() / np.abs(none).sum()
            ),
            "how far they moved; divide by their distance from the centre": (
                lambda none, partial, centre: np.abs(none - partial).sum()
            ),
        },
    ),
    "new_slope_interval": Exercise(
        section="Exercise: Somebody new",
        answer=new_slope_interval,
        cases=_populations,
        returns="two numbers, low and high",
        parts=("low", "high"),
        tolerance=0.06,  # six standard errors of a quantile of as many draws
        slips={
            "on the standardised scale; multiply by `ms_per_day`": (
                lambda mu, tau, unit: new_slope_interval(mu, tau, 1.0)
            ),
            "that of the population's centre; a new person differs from it by τ as well": (
                lambda mu, tau, unit: new_slope_interval(mu, 1e-6 * tau, unit)
            ),
            "that of differences between people; add the centre, μ": (
                lambda mu, tau, unit: new_slope_interval(0 * mu, tau, unit)
            ),
            "computed with the variance τ²; a normal distribution's scale is τ": (
                lambda mu, tau, unit: new_slope_interval(mu, tau**2, unit)
            ),
            "computed with the mean of τ and μ; they are uncertain too: take a new slope for each "
            "draw": lambda mu, tau, unit: new_slope_interval(
                0 * mu + mu.mean(), 0 * tau + tau.mean(), unit
            ),
        },
        numbers=lambda mu, tau, unit: {"`ms_per_day`": unit},
    ),
    "james_stein": Exercise(
        section="Exercise: Stein's shock",
        answer=james_stein,
        cases=_measurements,
        returns="one number for each measurement",
        slips={
            "pulled with n − 2; towards their own mean it is n − 3": (
                lambda y: james_stein(y, less=2.0)
            ),
            "pulled with n − 1; it is n − 3": lambda y: james_stein(y, less=1.0),
            "pulled with 18 − 3 whatever the number of measurements; it is n − 3": (
                lambda y: james_stein(y, less=y.shape[1] - 15.0)
            ),
            "pulled towards zero; pull towards the common mean": _to_zero,
            "pulled past the mean where measurements are alike: the weight may not be negative": (
                lambda y: james_stein(y, floor=-np.inf)
            ),
            "pulled by the mean square; the formula has the sum of squares": _by_mean_square,
            "only the weight; asked are the estimates": _weight_only,
            "pulled towards the mean of all sets; each row is a set of its own": _of_all_sets,
            "the measurements themselves": lambda y: y,
        },
    ),
}
