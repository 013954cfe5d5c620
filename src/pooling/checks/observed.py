"""Check that `obs` is the one observed site, normal, and that nothing else is weighed."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from pooling.checks.calling import Trace, run
from pooling.checks.normals import as_normal, described, masked, unwrapped
from pooling.checks.probe_rows import COURSE_SUBJECTS, ProbeRows
from pooling.checks.verdict import SHARED, Wrong


def check_observed(
    model: Callable[..., Any], rows: ProbeRows, key: jax.Array, *, student: bool = False
) -> None:
    """Trace a model with y, and without; `obs` must be normal, or else Student's t."""
    trace = run(model, rows, key)
    jax.eval_shape(lambda each: run(model, rows, each) and 0, key)  # as a sampler runs it
    observed = {n: s for n, s in trace.items() if s["type"] == "sample" and s["is_observed"]}
    if "obs" not in observed:
        raise Wrong(_without_obs(trace, list(observed), rows), SHARED)
    _check_sizes(trace, rows)
    site = trace["obs"]
    _check_distribution(site["fn"], len(rows.x), student)
    if not _is_y(site, rows):
        raise Wrong("`obs` is conditioned on something other than `y`: write `obs=y`.", SHARED)
    for name, other in observed.items():
        if name != "obs":
            raise Wrong(_extra(name, other, rows), SHARED)
    _check_weights(trace)
    # Abstractly, as a sampler or `Predictive` does it: to draw values would take the compiler long.
    simulated: Trace = {}
    jax.eval_shape(lambda each: simulated.update(run(model, rows, each, simulate=True)), key)
    again = simulated.get("obs")
    if again is None or again["type"] != "sample" or again["is_observed"]:
        raise Wrong("With `y=None` the model must simulate, but then `obs` is not sampled.", SHARED)
    if np.shape(again["value"]) != rows.y.shape:
        raise Wrong(
            f"With `y=None`, `obs` has the shape {np.shape(again['value'])}; one value for each "
            f"of the {len(rows.x)} rows is asked.",
            SHARED,
        )


def _check_sizes(trace: Trace, rows: ProbeRows) -> None:
    """The course's number of subjects, and the number of rows, where that of subjects belongs."""
    latent = {n: s for n, s in trace.items() if s["type"] == "sample" and not s["is_observed"]}
    sizes = {n: np.shape(s["value"]) for n, s in latent.items()}
    fixed = [n for n, shape in sizes.items() if COURSE_SUBJECTS in shape]
    scalars = [n for n, shape in sizes.items() if shape == () and n.strip("0123456789_") != n]
    if fixed or (scalars and len(scalars) % COURSE_SUBJECTS == 0):
        raise Wrong(
            f"`{(fixed or scalars)[0]}` stays with {COURSE_SUBJECTS} subjects although "
            f"`n_subjects` is {rows.n_subjects}: "
            f"write `n_subjects` instead of the number {COURSE_SUBJECTS}."
        )
    for name, shape in sizes.items():
        if rows.n_subjects + 1 in shape:
            raise Wrong(
                f"`{name}` has {rows.n_subjects + 1} values for {rows.n_subjects} subjects. "
                "`subject_idx` counts from 0, as arrays do: `n_subjects` values are enough."
            )
        if len(rows.x) in shape and name != "obs" and _is_scale(latent[name], trace):
            raise Wrong(
                f"`{name}` has one value for each of the {len(rows.x)} rows; σ is one number, the "
                "same for everybody: sample it outside of any plate.",
                SHARED,
            )
        if shape == rows.y.shape and name != "obs" and _is_copy(latent[name], trace):
            raise Wrong(
                f"`{name}` has the distribution of `obs` and is not observed: it makes every row a "
                "parameter. To simulate, the model is called with `y=None`.",
                SHARED,
            )
        if len(rows.x) in shape and name != "obs":
            raise Wrong(
                f"`{name}` has one value for each of the {len(rows.x)} rows, but should have one "
                f"for each of the {rows.n_subjects} subjects, or be one number: its plate is over "
                "rows. Give the plate the size `n_subjects`."
            )


def _is_scale(site: dict[str, Any], trace: Trace) -> bool:
    """Whether a site is the standard deviation of `obs`."""
    normal = as_normal(trace["obs"]["fn"])
    return normal is not None and np.array_equal(normal.scale, site["value"])


def _is_copy(site: dict[str, Any], trace: Trace) -> bool:
    """Whether a site is drawn from the distribution that `obs` has."""
    own, obs = as_normal(site["fn"]), as_normal(trace["obs"]["fn"])
    return own is not None and obs is not None and np.array_equal(own.loc, obs.loc)


def _without_obs(trace: Trace, observed: list[str], rows: ProbeRows) -> str:
    if "obs" in trace and trace["obs"]["type"] == "sample":
        return "`obs` is not conditioned on the data: give it the argument `obs=y`."
    if "obs" in trace:
        return f"`obs` must be a sampled site, but is {trace['obs']['type']}."
    if len(observed) == 1:
        return f"The observed site is called `{observed[0]}`; its name must be `obs`."
    if observed:
        return f"There must be one observed site, called `obs`; there are {len(observed)}."
    sampled = {n: np.shape(s["value"]) for n, s in trace.items() if s["type"] == "sample"}
    last = [n for n, shape in sampled.items() if shape == rows.y.shape]
    found = f": is it `{last[-1]}`? Its name must be `obs`, and it" if last else ": one `obs`"
    return f"There is no observed site{found} takes the argument `obs=y`."


def _check_distribution(fn: Any, n_rows: int, student: bool) -> None:
    shape = tuple(fn.batch_shape) + tuple(fn.event_shape)
    normal = as_normal(fn)
    if student and type(unwrapped(fn)).__name__ != "StudentT":
        raise Wrong(
            f"The distribution of `obs` is {described(fn, fixed=False)}; StudentT is asked."
        )
    if type(fn).__name__ == "Unit":
        raise Wrong(
            "`obs` is a factor, from which nothing can be simulated; give the distribution itself: "
            '`numpyro.sample("obs", dist.Normal(mean, sigma), obs=y)`.',
            SHARED,
        )
    if normal is None and not student:
        raise Wrong(
            f"The distribution of `obs` is {described(fn, fixed=False)}; Normal is asked.", SHARED
        )
    if normal is not None and normal.covariance is not None:
        off = np.asarray(normal.covariance) * (1 - np.eye(n_rows))
        if np.abs(off).max() > 1e-6:
            raise Wrong("The rows of `obs` are correlated; independent ones are asked.", SHARED)
    if shape in ((), (1,)):
        raise Wrong(
            "The mean of `obs` is one number, the same for all rows: `x` does not enter it. The "
            "slope is multiplied by `x`.",
            SHARED,
        )
    if shape != (n_rows,):
        raise Wrong(
            f"The mean of `obs` has shape {shape}; one value for each of the {n_rows} rows is "
            "asked. `alpha_s[subject_idx]` picks for each row the value of its subject.",
            SHARED,
        )


def _is_y(site: dict[str, Any], rows: ProbeRows) -> bool:
    value = np.asarray(site["value"])
    return value.shape == rows.y.shape and np.allclose(value, rows.y, atol=1e-5)


def _extra(name: str, site: dict[str, Any], rows: ProbeRows) -> str:
    if _is_y(site, rows):
        return f"The data are counted twice: `{name}` observes `y` as well as `obs` does."
    kind = "factor" if type(site["fn"]).__name__ == "Unit" else "observed site"
    return f"The {kind} `{name}` adds to the density; only `obs` should."


def _check_weights(trace: Trace) -> None:
    """Refuse a site whose density counts more or less than once."""
    for name, site in trace.items():
        if site["type"] != "sample":
            continue
        if masked(site["fn"]):
            raise Wrong(f"`{name}` is masked, so that some of its values do not count.", SHARED)
        scale = site.get("scale")
        if scale is not None and not np.all(np.asarray(scale) == 1):
            raise Wrong(
                f"`{name}` counts {float(np.max(scale)):.3g} times instead of once: it is scaled, "
                "by a handler or by a plate that takes a part of its rows.",
                SHARED,
            )
