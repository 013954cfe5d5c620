"""Check functions that sample or simulate, by what they do with what they get."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import kstest

from pooling.answers.inputs import posterior, table
from pooling.checks.calling import has_dots, of_reader
from pooling.checks.verdict import Wrong
from pooling.data import Scaler, StandardisedData, standardise
from pooling.models import REGIMES
from pooling.regimes import REGIME_NAMES

Array = NDArray[np.float64]
Model = Callable[..., Any]
LEVEL = 1e-9
"""A sample as far from its distribution as this is not from it: no luck, good or bad."""


def check_fits(function: Callable[..., Any], is_model: Callable[[str, Any], bool]) -> None:
    """Call a function that fits the three models, with a stand-in for `fit` that notes its calls.

    Parameters
    ----------
    function
        The reader's.
    is_model
        Whether a model of the reader's own is the one of that name.
    """
    seen = []
    for seed in (3, 4):
        calls: list[tuple[Any, Any, Any]] = []

        def fit(model: Any, data: Any, *, key: Any, calls: list[Any] = calls, **_: Any) -> str:
            calls.append((model, data, np.asarray(jax.random.key_data(key))))
            return f"fit {len(calls) - 1}"

        data = standardise(table([4, 7, 3], seed))
        with of_reader(function, what="function"):
            fits = function(fit, data, jax.random.PRNGKey(seed))
        _check_calls(function, fits, calls, data, is_model)
        seen.append([key for _, _, key in calls])
    if all(np.array_equal(*pair) for pair in zip(*seen, strict=True)):
        raise Wrong("The fits do not use the `key` that the function gets, but keys of their own.")


def _check_calls(
    function: Any, fits: Any, calls: list[Any], data: Any, is_model: Callable[[str, Any], bool]
) -> None:
    if fits is None or fits is Ellipsis:
        if has_dots(function) and not calls:
            raise Wrong("This is not written yet: `...` stands in the place of the code.")
        raise Wrong(f"The function returns `{fits}`: is the `return` missing?")
    if not hasattr(fits, "keys"):
        raise Wrong(f"Asked is a dictionary of fits; this is of type `{type(fits).__name__}`.")
    for name in REGIME_NAMES:
        if name not in fits:
            raise Wrong(f"There is no fit named `{name}`; there are {_listed(fits)}.")
        fitted = str(fits[name])
        if not fitted.startswith("fit "):
            raise Wrong(f"`{name}` is not what `fit` returned.")
        model, rows, _ = calls[int(fitted.removeprefix("fit "))]
        others = [other for other, each in REGIMES.items() if model is each]
        if others != [name] and (others or not is_model(name, model)):
            what = f"the model `{getattr(model, '__name__', '?')}`"
            raise Wrong(f"The fit named `{name}` is that of {what}.")
        if rows is not data:
            raise Wrong(f"`{name}` is not fitted to the `data` that the function gets.")
    keys = [key for *_, key in calls]
    for k, key in enumerate(keys):
        if any(np.array_equal(key, other) for other in keys[:k]):
            raise Wrong(
                "Two fits get the same key, so that their random numbers are the same ones. Split "
                "the key, `jax.random.split(key, 3)`, and give each fit its own."
            )


def _listed(names: Any) -> str:
    return ", ".join(f"`{each}`" for each in names) or "none"


def check_replicated(function: Callable[..., Any]) -> None:
    """Compare simulated reaction times with what the draws that they come from say."""
    data = standardise(_course_like())
    tree = posterior(18, 131, (4, 120))
    model = REGIMES["partial_pooling"]
    results = []
    for seed in (5, 6):
        with of_reader(function, what="function"):
            value = function(model, tree, data, jax.random.PRNGKey(seed))
        results.append(_as_draws(function, value, data))
    _check_noise(results, tree, data)


def _course_like() -> pd.DataFrame:
    return table([3, 5, 2, 4, 2, 3, 6, 2, 4, 3, 2, 5, 2, 3, 2, 4, 2, 3], 132)


def _as_draws(function: Any, value: Any, data: StandardisedData) -> Array:
    if value is None or value is Ellipsis:
        if has_dots(function):
            raise Wrong("This is not written yet: `...` stands in the place of the code.")
        raise Wrong(f"The function returns `{value}`: is the `return` missing?")
    if hasattr(value, "keys"):
        raise Wrong("The function returns several sites by name; asked is `obs` alone, as numbers.")
    try:
        draws = np.asarray(value, float)
    except (TypeError, ValueError):
        kind = type(value).__name__
        raise Wrong(
            f"The function returns something of type `{kind}`; numbers are asked."
        ) from None
    n = len(data.y)
    if draws.shape != (4, 120, n):
        raise Wrong(
            f"What the function returns has the shape {draws.shape}; asked is (4, 120, {n}) here, "
            "a value for each chain, draw and row."
        )
    if not np.isfinite(draws).all():
        raise Wrong("What the function returns is not always a finite number.")
    return draws.reshape(480, n)


def _check_noise(results: list[Array], tree: Any, data: StandardisedData) -> None:
    scaler = data.scaler
    draws = {name: np.asarray(each) for name, each in tree["posterior"].items()}
    alpha, beta = (draws[f"{name}_s"].reshape(480, -1) for name in ("alpha", "beta"))
    sigma = draws["sigma"].reshape(480, 1)
    mean = alpha[:, data.subject_idx] + beta[:, data.subject_idx] * data.x
    found = results[0]
    if np.allclose(found, data.y, atol=1e-4) or np.allclose(found, scaler.to_ms(data.y), rtol=1e-4):
        raise Wrong(
            "What the function returns are the observed reaction times: called with `y`, a model "
            "is conditioned on them. Call it without."
        )
    for says, y in _on_other_scales(found, scaler).items():
        z = (y - mean) / sigma
        if _standard(z):
            if says:
                raise Wrong(f"The reaction times are {says}.")
            _check_independent(z, results)
            return
        if np.allclose(y, mean, atol=1e-3):
            more = f", and {says}" if says else ""
            raise Wrong(
                "The reaction times lie on the lines: the noise, σ, is missing"
                f"{more}. Take the site `obs`, which scatters about the line."
            )
    y = scaler.to_y(found)
    z = (y - mean) / sigma
    _explain(z, y, mean, sigma)


def _on_other_scales(found: Array, scaler: Scaler) -> dict[str, Array]:
    return {
        "": scaler.to_y(found),
        "on the standardised scale; `data.scaler.to_ms` brings them to milliseconds": found,
        "only scaled; add the mean reaction time too, as `data.scaler.to_ms` does": (
            found / scaler.reaction_sd
        ),
        "moved by the mean and not scaled; use `data.scaler.to_ms`": found - scaler.reaction_mean,
        "scaled as a slope is; use `data.scaler.to_ms`": found / scaler.ms_per_day,
    }


def _standard(z: Array) -> bool:
    """Whether these are standard normal numbers, each row's too."""
    rows = [kstest(z[:, i], "norm").pvalue for i in range(z.shape[1])]
    return bool(kstest(z.ravel(), "norm").pvalue > LEVEL and min(rows) > LEVEL)


def _check_independent(z: Array, results: list[Array]) -> None:
    if np.array_equal(results[0], results[1]):
        raise Wrong(
            "The same numbers come whatever the `key`: the function uses a key of its own instead."
        )
    between = np.corrcoef(z.T) - np.eye(z.shape[1])
    if np.abs(between).max() > 0.5:
        raise Wrong(
            "Rows of a data set share their noise: each row needs a random number of its own. Is "
            "one key used for all rows?"
        )
    chains = np.corrcoef(z.reshape(4, -1)) - np.eye(4)
    if np.abs(chains).max() > 0.2:
        raise Wrong("The chains share their noise: each draw needs random numbers of its own.")


def _explain(z: Array, y: Array, mean: Array, sigma: Array) -> None:
    at_means = (y - mean.mean(axis=0)) / sigma.mean()
    if _standard(at_means):
        raise Wrong(
            "The lines are the same in all data sets, at their posterior means: take another draw "
            "of the parameters for each, as they are uncertain too."
        )
    powers = {
        "σ², the variance": sigma**2,
        "√σ": np.sqrt(sigma),
        "1, whatever σ is": np.ones_like(sigma),
    }
    for says, scale in powers.items():
        if _standard((y - mean) / scale):
            raise Wrong(f"The noise has the standard deviation {says}; asked is σ.")
    centre, spread = float(np.mean(z)), float(np.std(z))
    together = [float(np.corrcoef(y[:, i], mean[:, i])[0, 1]) for i in range(y.shape[1])]
    if abs(np.mean(together)) < 0.02:
        raise Wrong(
            "The replicated reaction times have nothing to do with the draws of the lines: give "
            "`Predictive` the posterior's draws, with chain and draw in front (`batch_ndims=2`)."
        )
    raise Wrong(
        "The reaction times do not scatter about their lines as the model says: (y − line) / σ has "
        f"mean {centre:.2f} and standard deviation {spread:.2f}; expected are 0 and 1."
    )
