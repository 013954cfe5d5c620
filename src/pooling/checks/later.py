"""Check a model that an exercise asks for: its lines and scatter, by what they are drawn from."""

import functools
import itertools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp

from pooling.answers.later_models import LATER
from pooling.checks.calling import of_reader, run
from pooling.checks.columns import check_order
from pooling.checks.likelihood import check_lines, check_other_rows
from pooling.checks.normals import described, parameters, unwrapped
from pooling.checks.observed import check_observed
from pooling.checks.probe_rows import FEW, FULL, GAPS, LINES, MANY, ProbeRows
from pooling.checks.sampled import LEVEL, QUANTILES
from pooling.checks.sites import read
from pooling.checks.verdict import Wrong

Array = NDArray[np.float64]
Model = Callable[..., Any]
N_DRAWS = 20_000
OWN_SCALE = ("own_scatter", "scatter_population", "own_weights")


def check_later(name: str, model: Model) -> None:
    """Refuse a model that is not the one of that name.

    Raises
    ------
    Wrong
        If it differs; with the reason.
    """
    own_scale, student = name in OWN_SCALE, name == "heavy_tails"
    keys = jax.random.split(jax.random.PRNGKey(20261127), 8)
    check_observed(model, FULL, keys[0], student=student)
    reading = read(model, FULL, keys)
    check_lines(reading, per_subject=True, own_scale=own_scale)
    turned = ProbeRows(FULL.x, FULL.subject_idx, FULL.y[::-1] * 3 + 1, FULL.n_subjects)
    for rows, what in ((turned, "another `y`"), (GAPS, "other rows")):
        check_other_rows(reading, read(model, rows, keys), what, own_scale=own_scale)
    for rows in (FEW, MANY):
        check_observed(model, rows, keys[0], student=student)
        check_lines(read(model, rows, keys[:2]), per_subject=True, own_scale=own_scale)
    check_order(reading.intercepts, reading)
    check_order(reading.slopes, reading)
    _check_named_sites(name, model)
    found, asked = _summaries(_draws(model, 13)), _asked(name)
    for what, values in found.items():
        if not np.isfinite(values).all():
            raise Wrong(f"The prior of {what} gives numbers that are not finite.")
        if ks_2samp(values, asked[what], method="asymp").pvalue < LEVEL:
            raise Wrong(_reason(what, values, asked[what]))


@functools.cache
def _asked(name: str) -> dict[str, Array]:
    """Draw from the course's model once, since each new answer is compared with it."""
    return _summaries(_draws(LATER[name], 14))


def _check_named_sites(name: str, model: Model) -> None:
    """Compare the priors of numbers that are called as in the course's model."""
    own, again = (run(model, FULL, jax.random.PRNGKey(seed)) for seed in (3, 4))
    course = run(LATER[name], FULL, jax.random.PRNGKey(3))
    for site in own.keys() & course.keys() - {"obs"}:
        if own[site]["type"] != "sample" or course[site]["type"] != "sample":
            continue
        priors = [unwrapped(each[site]["fn"]) for each in (own, course)]
        numbers = [_numbers(fn) for fn in priors]
        if any(each.size != 1 for side in numbers for each in side):
            continue
        if not all(
            np.allclose(*pair)
            for pair in zip(numbers[0], _numbers(unwrapped(again[site]["fn"])), strict=True)
        ):
            continue  # drawn from what is drawn itself
        if type(priors[0]) is type(priors[1]) and all(
            np.allclose(*pair) for pair in zip(*numbers, strict=True)
        ):
            continue
        if _alike(name, site, priors):
            continue
        raise Wrong(
            f"The prior of `{site}` is {described(priors[0])}; {described(priors[1])} is asked."
        )


def _numbers(fn: Any) -> list[Array]:
    return [np.unique(np.asarray(each)) for each in parameters(fn).values()]


def _alike(name: str, site: str, priors: list[Any]) -> bool:
    """Whether two priors have one density, or depend on what is drawn before."""
    if site.endswith("_s") and name not in ("own_scatter",):
        return True  # lines of a population, or offsets from it
    try:
        at = np.linspace(0.05, 3, 12)
        return bool(np.allclose(priors[0].log_prob(at), priors[1].log_prob(at), atol=1e-3))
    except Exception:  # of several dimensions
        return True


def _draws(model: Model, seed: int) -> tuple[Array, Array, Array, Array]:
    """Intercepts, slopes, standard deviations of the subjects, and degrees of freedom."""

    def values(key: jax.Array) -> tuple[jax.Array, ...]:
        fn = unwrapped(run(model, LINES, key)["obs"]["fn"])
        zero = 0.0 * fn.loc
        return fn.loc, fn.scale + zero, getattr(fn, "df", 1.0) + zero

    with of_reader(model):
        keys = jax.random.split(jax.random.PRNGKey(seed), N_DRAWS)
        loc, scale, freedom = (np.asarray(each, float) for each in jax.vmap(values)(keys))
    at = [[LINES.at(s, x) for s in range(LINES.n_subjects)] for x in (0, 1)]
    return loc[:, at[0]], loc[:, at[1]] - loc[:, at[0]], scale[:, at[0]], freedom[:, 0]


def _summaries(draws: tuple[Array, Array, Array, Array]) -> dict[str, Array]:
    """Numbers whose distributions show what a joint prior may be wrong in, plainest first."""
    alpha, beta, scale, freedom = draws
    scale = np.clip(scale, 1e-12, 1e12)  # 32 bits may make it zero, or infinite
    with np.errstate(all="ignore"):
        log_scale = np.log(scale)
        found = {
            "σ": scale[:, 0],
            "the mean logarithm of the standard deviations": log_scale.mean(axis=1),
            "the spread of the standard deviations": log_scale.std(axis=1),
            "ν": freedom,
        }
        sizes = {"σ": log_scale.mean(axis=1), "ν": np.log(freedom)}
        for what, each in {"intercepts": alpha, "slopes": beta}.items():
            found[f"the mean of the {what}"] = each.mean(axis=1)
            found[f"the spread of the {what}"] = sizes[what] = np.log(
                np.maximum(each.std(axis=1), 1e-12)
            )
            deviations = each - each.mean(axis=1, keepdims=True)
            found[f"the shape of the {what}' distribution"] = abs(deviations).max(
                axis=1
            ) / each.std(axis=1)
            found[f"the {what[:-1]} of one subject"] = each[:, 2]
        a, b, c = (each - each.mean(axis=1, keepdims=True) for each in (alpha, beta, log_scale))
        found["the correlation of intercepts and slopes"] = (a * b).mean(axis=1) / (
            a.std(axis=1) * b.std(axis=1)
        )
        spread = np.maximum(c.std(axis=1), 1e-9)
        found["the correlation of intercepts and standard deviations"] = (a * c).mean(axis=1) / (
            a.std(axis=1) * spread
        )
        for one, other in itertools.combinations(sizes, 2):
            found[f"{one} relative to {other}"] = sizes[one] - sizes[other]
    return found


def _reason(what: str, found: Array, asked: Array) -> str:
    shown, aim = (np.quantile(each, QUANTILES) for each in (found, asked))
    if "relative" in what:
        return f"The prior of {what} differs: two parameters depend on each other, or share a site."
    if what == "the correlation of intercepts and slopes" and _independent(found):
        return "Intercepts and slopes of a subject are independent here; asked is a correlation."
    if what.startswith("the spread of the") and "standard" not in what:
        shown, aim = np.exp(shown), np.exp(aim)
    numbers = [", ".join(f"{round(each, 2) + 0.0:.2f}" for each in side) for side in (shown, aim)]
    return (
        f"The prior of {what} differs from the one asked: its 1 %, 50 % and 99 % quantiles are "
        f"{numbers[0]}; of the asked one they are {numbers[1]}."
    )


def _independent(found: Array) -> bool:
    """Whether correlations over so many subjects are those of independent numbers."""
    one, other = np.random.default_rng(15).normal(size=(2, len(found), LINES.n_subjects))
    one, other = (each - each.mean(axis=1, keepdims=True) for each in (one, other))
    alone = (one * other).mean(axis=1) / (one.std(axis=1) * other.std(axis=1))
    return bool(ks_2samp(found, alone, method="asymp").pvalue > LEVEL)
