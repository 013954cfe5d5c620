"""Compare priors that cannot be read off the sites: by many draws of what the likelihood sees."""

import functools
import itertools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp

from pooling.checks.calling import of_reader, run
from pooling.checks.columns import columns
from pooling.checks.normals import as_normal
from pooling.checks.probe_rows import LINES
from pooling.checks.sites import Reading
from pooling.checks.verdict import Wrong
from pooling.models import REGIMES

Array = NDArray[np.float64]
N_DRAWS = 40_000
QUANTILES = [0.01, 0.5, 0.99]
LEVEL = 1e-9
"""Two samples as different as this do not come from one distribution: no luck, good or bad."""


def check_draws(name: str, model: Callable[..., Any], reading: Reading) -> None:
    """Refuse a model whose lines and σ have another joint prior than the course's."""
    found = _summaries(name, *_lines(model, seed=11))
    asked = _asked(name)
    for what, values in found.items():
        if not np.isfinite(values).all():
            raise Wrong(f"The prior of {what} gives numbers that are not finite.")
    differ = [
        what
        for what, values in found.items()
        if ks_2samp(values, asked[what], method="asymp").pvalue < LEVEL
    ]
    if not differ:
        return
    subjects = [what for what in differ if "of subject" in what]
    some = 0 < len(subjects) < LINES.n_subjects  # it is not the population, but these
    what = subjects[0] if some else differ[0]
    shown, aim = (np.quantile(each, QUANTILES) for each in (found[what], asked[what]))
    raise Wrong(_reason(what, shown, aim, name, reading))


@functools.cache
def _asked(name: str) -> dict[str, Array]:
    """Draw from the course's model once, since each new answer is compared with it."""
    return _summaries(name, *_lines(REGIMES[name], seed=12))


def _lines(model: Callable[..., Any], seed: int) -> tuple[Array, Array, Array]:
    def values(key: jax.Array) -> tuple[jax.Array, jax.Array]:
        normal = as_normal(run(model, LINES, key)["obs"]["fn"])
        assert normal is not None  # pooling.checks.observed
        return normal.loc, normal.scale

    with of_reader(model):
        keys = jax.random.split(jax.random.PRNGKey(seed), N_DRAWS)
        loc, scale = (np.asarray(each, float) for each in jax.vmap(values)(keys))
    at = [[LINES.at(s, x) for s in range(LINES.n_subjects)] for x in (0, 1)]
    return loc[:, at[0]], loc[:, at[1]] - loc[:, at[0]], scale.reshape(N_DRAWS, -1)[:, 0]


def _summaries(name: str, alpha: Array, beta: Array, sigma: Array) -> dict[str, Array]:
    """Numbers whose distributions show what a joint prior may be wrong in, plainest first."""
    found = {"σ": sigma}
    with np.errstate(all="ignore"):
        if name == "complete_pooling":
            a, b = alpha[:, 0], beta[:, 0]
            found |= {"the intercept": a, "the slope": b, "intercept plus slope": a + b}
            sizes = {"the intercept": np.log(abs(a)), "the slope": np.log(abs(b))}
        else:
            sizes = {}
            for what, each in {"intercepts": alpha, "slopes": beta}.items():
                sd = each.std(axis=1)
                sizes[f"the spread of the {what}"] = np.log(sd)
                found[f"the mean of the {what}"] = each.mean(axis=1)
                found[f"the spread of the {what}"] = np.log(sd)
                deviations = each - each.mean(axis=1, keepdims=True)
                found[f"the shape of the {what}' distribution"] = abs(deviations).max(axis=1) / sd
                for s in range(each.shape[1]):
                    found[f"the {what[:-1]} of subject {s}"] = each[:, s]
            a, b = (each - each.mean(axis=1, keepdims=True) for each in (alpha, beta))
            found["the correlation of intercepts and slopes"] = (a * b).mean(axis=1) / (
                a.std(axis=1) * b.std(axis=1)
            )
            found["the mean intercept plus the mean slope"] = alpha.mean(axis=1) + beta.mean(axis=1)
        every = {"σ": np.log(sigma)} | sizes
        for one, other in itertools.combinations(every, 2):
            found[f"{one} relative to {other}"] = every[one] - every[other]
    return found


def _reason(what: str, found: Array, asked: Array, name: str, reading: Reading) -> str:
    """What can be said of a prior that differs, from the sites that there are."""
    extra = [column.name for column in columns(reading)]
    if name == "partial_pooling" and len(extra) > 2:
        return (
            f"{len(extra)} quantities have a value for each subject: "
            f"{', '.join(f'`{each}`' for each in extra)}. Only two do, intercept and slope; "
            "hyperparameters describe the population: sample them before the plate, not inside."
        )
    if "correlation" in what:
        return (
            "Intercepts and slopes of a subject are correlated in the prior; asked are independent "
            "ones, given the population."
        )
    if "relative" in what or "plus" in what:
        return f"The prior of {what} differs: two parameters depend on each other, or share a site."
    if "spread" in what:
        found, asked = np.exp(found), np.exp(asked)
    return (
        f"The prior of {what} differs from the one asked: its 1 %, 50 % and 99 % quantiles are "
        f"{_numbers(found)}; of the asked one they are {_numbers(asked)}."
    )


def _numbers(quantiles: Array) -> str:
    low, middle, high = (f"{round(each, 2) + 0.0:.2f}" for each in quantiles)
    return f"{low}, {middle} and {high}"
