"""Answers to the exercises of the chapter on inference."""

from functools import cache
from typing import Any

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from pooling.answers.exercise import Exercise
from pooling.answers.inputs import numbers_of_scaler, posterior
from pooling.data import Scaler
from pooling.interval import INTERVAL
from pooling.summaries import diagnostics, summarise

Array = NDArray[np.float64]

SCALERS = [
    Scaler(4.2, 2.9, 298.0, 56.0),
    Scaler(6.1, 1.7, 251.0, 33.0),
    Scaler(2.4, 3.3, 410.0, 87.0),
]


def fit_regimes(fit: Any, data: Any, key: Any) -> dict[str, Any]:
    """Fit each of the three models to the data, with a key of its own."""
    import jax

    from pooling.models import REGIMES

    keys = jax.random.split(key, len(REGIMES))
    return {
        name: fit(model, data, key=each)
        for (name, model), each in zip(REGIMES.items(), keys, strict=True)
    }


def _worst(
    posteriors: dict[str, xr.DataTree],
    rhat: Any = np.max,
    ess: Any = np.min,
    diverged: Any = np.sum,
) -> dict[str, dict[str, float]]:
    found = {}
    for name, each in posteriors.items():
        table = _summary(name)
        found[name] = {
            "r_hat": float(rhat(table["r_hat"])),
            "ess_bulk": float(ess(table["ess_bulk"])),
            "ess_tail": float(ess(table["ess_tail"])),
            "divergences": float(diverged(each["sample_stats"]["diverging"].to_numpy())),
        }
    return found


@cache
def _summary(name: str) -> pd.DataFrame:
    """That of a made-up fit, computed once for all slips."""
    return summarise(_fits()[name])


def _first_parameter(posteriors: dict[str, xr.DataTree]) -> dict[str, dict[str, float]]:
    return _worst(posteriors, lambda c: c.iloc[0], lambda c: c.iloc[0])


@cache
def _fits() -> dict[str, xr.DataTree]:
    """Two fits, the last of which has a chain that stands apart."""
    fits = {"one": posterior(1, 51, (4, 100)), "another": posterior(2, 52, (4, 110))}
    last = fits["another"]["posterior"]
    shift = xr.DataArray([0, 0, 0.1, 0.5], dims="chain") * last["tau_alpha"].std()
    last["tau_alpha"] = last["tau_alpha"] + shift
    for each in fits.values():  # draws that resemble each other
        for name in ("mu_beta", "beta_s"):
            values = each["posterior"][name]
            mixed = 0.5 * values + 0.5 * values.shift(draw=1).fillna(values)
            each["posterior"][name] = mixed
    return fits


def population_slope(
    posterior: xr.DataTree,
    scaler: Scaler,
    *,
    name: str = "mu_beta",
    bounds: tuple[float, float] = INTERVAL,
    unit: Any = lambda slope, scaler: slope * scaler.ms_per_day,
) -> dict[str, float]:
    """Mean and 89 % interval of the population's slope, in ms per day."""
    slope = unit(posterior["posterior"][name].to_numpy(), scaler)
    low, high = np.quantile(slope, bounds)
    return {"mean": float(slope.mean()), "low": float(low), "high": float(high)}


def _median_slope(posterior: xr.DataTree, scaler: Scaler) -> dict[str, float]:
    slope = posterior["posterior"]["mu_beta"].to_numpy() * scaler.ms_per_day
    return population_slope(posterior, scaler) | {"mean": float(np.median(slope))}


def _by_sd(posterior: xr.DataTree, scaler: Scaler, times: float) -> dict[str, float]:
    slope = posterior["posterior"]["mu_beta"].to_numpy() * scaler.ms_per_day
    mean, sd = slope.mean(), slope.std()
    return {"mean": mean, "low": mean - times * sd, "high": mean + times * sd}


def _shortest(posterior: xr.DataTree, scaler: Scaler) -> dict[str, float]:
    slope = posterior["posterior"]["mu_beta"].to_numpy().ravel() * scaler.ms_per_day
    low, high = az.hdi(slope, prob=0.89)
    return population_slope(posterior, scaler) | {"low": float(low), "high": float(high)}


def reaction_at(
    posterior: xr.DataTree, scaler: Scaler, day: float, *, unit: Any = None, at: Any = None
) -> Array:
    """What the population's line expects at a day, in ms, for each draw."""
    draws = posterior["posterior"]
    x = at(day, scaler) if at else (day - scaler.day_mean) / scaler.day_sd
    y = draws["mu_alpha"].to_numpy() + draws["mu_beta"].to_numpy() * x
    return np.asarray(unit(y, scaler) if unit else y * scaler.reaction_sd + scaler.reaction_mean)


def draws_needed(error: float, n_draws: int, wanted: float) -> float:
    """How many draws bring a Monte Carlo standard error down to the one that is wanted."""
    return n_draws * (error / wanted) ** 2


def chain_means(chains: Array, *, ddof: int = 0) -> dict[str, Array]:
    """Mean of each chain, and its error if draws were independent."""
    error = chains.std(axis=1, ddof=ddof) / np.sqrt(chains.shape[1])
    return {"mean": chains.mean(axis=1), "error": error}


def _chains() -> list[tuple[Any, ...]]:
    random = np.random.default_rng(61)
    shapes = [(4, 200), (3, 517), (2, 90)]
    return [
        (random.normal(size=(n, 1)) + random.gamma(2.0, random.uniform(0.5, 1.5, (n, 1)), (n, m)),)
        for n, m in shapes
    ]


QUANTILES = {
    "taken from the quantiles 5 % and 95 %, which hold 90 %; 89 % lie between 5.5 % and 94.5 %": (
        0.05,
        0.95,
    ),
    "taken from the quantiles 2.5 % and 97.5 %, which hold 95 %; 89 % lie between 5.5 % and "
    "94.5 %": (0.025, 0.975),
    "taken from the quantiles 11 % and 89 %, which hold 78 %; 89 % lie between 5.5 % and 94.5 %": (
        0.11,
        0.89,
    ),
    "taken with `percentile` and shares; it takes per cent, 5.5 and 94.5 (`quantile` takes "
    "shares)": (0.00055, 0.00945),
    "the smallest and the largest draw; 89 % lie between the quantiles 5.5 % and 94.5 %": (0, 1),
    "the quartiles; 89 % lie between the quantiles 5.5 % and 94.5 %": (0.25, 0.75),
}
"""Other intervals than the central one of 89 %, in words."""

UNITS = {
    "on the standardised scale; multiply by `scaler.ms_per_day`": lambda slope, scaler: slope,
    "multiplied by the standard deviation of the reaction times only; divide by that of the days": (
        lambda slope, scaler: slope * scaler.reaction_sd
    ),
    "turned into milliseconds as a reaction time is, with the mean added; a slope is only scaled": (
        lambda slope, scaler: slope * scaler.reaction_sd + scaler.reaction_mean
    ),
    "divided by `scaler.ms_per_day`; multiply by it": (
        lambda slope, scaler: slope / scaler.ms_per_day
    ),
    "multiplied by both standard deviations; divide by that of the days": (
        lambda slope, scaler: slope * scaler.reaction_sd * scaler.day_sd
    ),
}
"""A slope in other units than ms per day, in words."""


def _of_slopes() -> list[tuple[Any, ...]]:
    return [
        (posterior(n, seed, (4, 1000)), scaler)
        for n, seed, scaler in zip((3, 6, 9), (71, 72, 73), SCALERS, strict=True)
    ]


EXERCISES = {
    "worst_diagnostics": Exercise(
        section="Task 2: Fit the three models",
        answer=diagnostics,
        cases=lambda: [(_fits(),)],
        returns="a table with one row for each fit",
        parts=("r_hat", "ess_bulk", "ess_tail", "divergences"),
        rounding={"r_hat": 0.0055, "ess_bulk": 1.0, "ess_tail": 1.0},
        slips={
            "the smallest R̂; the worst is the largest": lambda p: _worst(p, rhat=np.min),
            "the largest effective sample size; the worst is the smallest": (
                lambda p: _worst(p, ess=np.max)
            ),
            "the mean over the parameters; one bad parameter would hide in it": (
                lambda p: _worst(p, np.mean, np.mean)
            ),
            "that of the first parameter; look at all of them": _first_parameter,
            "the share of divergent transitions; asked is their number": (
                lambda p: _worst(p, diverged=np.mean)
            ),
            "the number of transitions that did not diverge": (
                lambda p: _worst(p, diverged=lambda each: (~each).sum())
            ),
            "the number of all transitions": lambda p: _worst(p, diverged=np.size),
        },
    ),
    "population_slope": Exercise(
        section="Task 2: Fit the three models",
        answer=population_slope,
        cases=_of_slopes,
        returns="three numbers, mean, low and high",
        parts=("mean", "low", "high"),
        tolerance=2e-3,
        slips={
            says: (
                lambda posterior, scaler, unit=unit: population_slope(posterior, scaler, unit=unit)
            )
            for says, unit in UNITS.items()
        }
        | {
            says: (lambda posterior, scaler, b=b: population_slope(posterior, scaler, bounds=b))
            for says, b in QUANTILES.items()
        }
        | {
            "that of the intercepts' centre; the population's slope is `mu_beta`": (
                lambda posterior, scaler: population_slope(posterior, scaler, name="mu_alpha")
            ),
            "that of the subjects' slopes, taken together; the population's slope is `mu_beta`": (
                lambda posterior, scaler: population_slope(posterior, scaler, name="beta_s")
            ),
            "how much slopes differ; the population's slope is `mu_beta`": (
                lambda posterior, scaler: population_slope(posterior, scaler, name="tau_beta")
            ),
            "the median; asked is the mean": _median_slope,
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
    "reaction_at": Exercise(
        section="Follow-up: start at the baseline",
        answer=reaction_at,
        cases=lambda: [
            (posterior(n, seed, sizes), scaler, day)
            for n, seed, sizes, scaler, day in zip(
                (3, 5, 2),
                (81, 82, 83),
                ((4, 50), (2, 80), (3, 40)),
                SCALERS,
                (0.0, 2.0, 5.5),
                strict=True,
            )
        ],
        returns="one number for each chain and draw",
        slips={
            "the reaction time at the mean day; go along the line to the day that is asked": (
                lambda p, s, d: reaction_at(p, s, d, at=lambda day, scaler: 0.0)
            ),
            "computed with the day as it is; the model's x is standardised": (
                lambda p, s, d: reaction_at(p, s, d, at=lambda day, scaler: day)
            ),
            "computed with the day only centred; divide by `scaler.day_sd` too": (
                lambda p, s, d: reaction_at(p, s, d, at=lambda day, scaler: day - scaler.day_mean)
            ),
            "on the standardised scale; asked are milliseconds": (
                lambda p, s, d: reaction_at(p, s, d, unit=lambda y, scaler: y)
            ),
            "only scaled; add the mean reaction time as well": (
                lambda p, s, d: reaction_at(p, s, d, unit=lambda y, scaler: y * scaler.reaction_sd)
            ),
            "multiplied as a slope is, by `scaler.ms_per_day`; a reaction time is scaled by "
            "`scaler.reaction_sd`, and the mean added": (
                lambda p, s, d: reaction_at(p, s, d, unit=lambda y, scaler: y * scaler.ms_per_day)
            ),
            "the mean over the draws; asked is a value for every draw": (
                lambda p, s, d: reaction_at(p, s, d).mean()
            ),
            "the line's value at the opposite day: the sign of x is wrong": (
                lambda p, s, d: reaction_at(
                    p, s, d, at=lambda day, scaler: (scaler.day_mean - day) / scaler.day_sd
                )
            ),
        },
    ),
    "draws_needed": Exercise(
        section="Exercise: How many draws are enough?",
        answer=draws_needed,
        cases=lambda: [(0.02, 8000, 0.005), (0.5, 4000, 0.1), (0.013, 900, 0.002)],
        returns="one number",
        rounding={"": 1.0},
        slips={
            "as if the error shrank with the number of draws; it shrinks with its square root": (
                lambda error, n, wanted: n * error / wanted
            ),
            "how many times as many draws; asked is their number": (
                lambda error, n, wanted: (error / wanted) ** 2
            ),
            "how many draws would do for a larger error: the ratio is upside down": (
                lambda error, n, wanted: n * (wanted / error) ** 2
            ),
            "the number of additional draws; asked are all": (
                lambda error, n, wanted: n * (error / wanted) ** 2 - n
            ),
        },
    ),
    "chain_means": Exercise(
        section="Exercise: One chain would have said nothing",
        answer=chain_means,
        cases=_chains,
        returns="two numbers for each chain",
        parts=("mean", "error"),
        tolerance=7e-3,  # either denominator of the standard deviation will do
        slips={
            "the standard deviation of the draws; the error of their mean is that over the root of "
            "their number": lambda c: chain_means(c) | {"error": c.std(axis=1)},
            "the standard deviation over the number of draws; take the root of that number": (
                lambda c: chain_means(c) | {"error": c.std(axis=1) / c.shape[1]}
            ),
            "computed over the chains, for each draw; take each chain's draws together": (
                lambda c: chain_means(c.T)
            ),
            "that of all chains together": lambda c: {
                "mean": np.full(len(c), c.mean()),
                "error": np.full(len(c), c.std() / np.sqrt(c.size)),
            },
            "the variance over the number of draws; its root is the error": (
                lambda c: chain_means(c) | {"error": c.var(axis=1) / c.shape[1]}
            ),
        },
    ),
}
