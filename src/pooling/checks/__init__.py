"""Is a reader's model the one that was asked for? Compared by what it means, not by its text.

The model is run on small data sets that differ in what it must not depend on. Its likelihood is
read as a function of its own sites: a line for each subject, and σ. Their prior is then followed
back to the sites and compared as a density; where the sites do not show it, by many draws.
"""

from collections.abc import Callable
from typing import Any

import jax
import numpyro  # noqa: F401 (before any submodule of it: see pooling.models)

from pooling.answers import EXERCISES
from pooling.answers.checks import replicate
from pooling.answers.inference import fit_regimes
from pooling.answers.later_models import LATER
from pooling.answers.later_models import SECTIONS as LATER_SECTIONS
from pooling.answers.values import VALUES
from pooling.checks.calling import checked_signature
from pooling.checks.columns import check_order
from pooling.checks.functions import check_call, compare
from pooling.checks.later import check_later
from pooling.checks.likelihood import check_lines, check_other_rows
from pooling.checks.observed import check_observed
from pooling.checks.probe_rows import FEW, FULL, GAPS, MANY, ProbeRows
from pooling.checks.randomised import check_fits, check_replicated
from pooling.checks.sampled import check_draws
from pooling.checks.sites import read
from pooling.checks.structure import Findings, check_structure
from pooling.checks.values import compare_posteriors, compare_value
from pooling.checks.verdict import SECTIONS, Verdict, Wrong
from pooling.models import REGIMES
from pooling.regimes import REGIME_NAMES
from pooling.store.compilation import programs_in_store

__all__ = ["Verdict", "check_function", "check_model", "check_value"]


def check_model(name: str, model: object) -> Verdict:
    """Compare a model with one of the course's, by what it means.

    Site names, their order, plates or `.expand`, and every parametrisation that leaves the prior
    of the lines and of σ as it is are equally right. The verdict is the same in every run.

    Parameters
    ----------
    name
        Which model it should be: a key of `pooling.models.REGIMES`, or of
        `pooling.answers.later_models.LATER`.
    model
        What the reader wrote: a function with the signature of the models in `pooling.models`.

    Returns
    -------
    Verdict
        Whether it is that model, and if not, why. Whatever the reader wrote, nothing is raised.

    Raises
    ------
    TypeError
        If `name` is no text.
    ValueError
        If there is no model of that name.
    """
    _refuse_name(name, [*REGIMES, *LATER], "model")

    def check() -> str:
        checked_signature(model)
        assert callable(model)
        if name in LATER:
            check_later(name, model)
            return f"This is the model that was asked for: {LATER[name].__doc__}"
        findings = _check(name, model)
        praise = ""
        if name == "partial_pooling" and findings.noncentred:
            praise = (
                " You wrote it non-centred, with offsets: well done. It is the same model, and "
                "easier to sample where people have few rows."
            )
        return f"This is {REGIME_NAMES[name]}, as a model of all rows.{praise}"

    return _verdict(check, SECTIONS.get(name) or LATER_SECTIONS[name])


def check_function(name: str, function: object) -> Verdict:
    """Compare a function with the course's answer to an exercise, on inputs of several sizes.

    How it is written, and what its result is wrapped in (a table, a dictionary, a tuple, a list,
    an array of NumPy or JAX), does not matter. The verdict is the same in every run; nothing is
    sampled by Markov chains.

    Parameters
    ----------
    name
        Which exercise it answers: a key of `pooling.answers.EXERCISES`, "fit_regimes" or
        "replicate".
    function
        What the reader wrote.

    Returns
    -------
    Verdict
        Whether it is right, and if not, why. Whatever the reader wrote, nothing is raised.

    Raises
    ------
    TypeError
        If `name` is no text.
    ValueError
        If there is no exercise of that name.
    """
    _refuse_name(name, [*EXERCISES, *SIMULATIONS], "exercise")

    def check() -> str:
        if name == "fit_regimes":
            check_call(name, fit_regimes, function, 3)
            check_fits(function, _is_model)  # type: ignore[arg-type]
        elif name == "replicate":
            check_call(name, replicate, function, 4)
            check_replicated(function)  # type: ignore[arg-type]
        else:
            compare(name, EXERCISES[name], function)  # type: ignore[arg-type]
        return f"`{name}` does what it should, on inputs that it has not seen."

    return _verdict(check, SIMULATIONS[name] if name in SIMULATIONS else EXERCISES[name].section)


def check_value(name: str, value: object) -> Verdict:
    """Compare a number, or several, with what a task asks for.

    A number that comes from draws may be off by six of its Monte Carlo standard errors, so that
    draws of any seed will do.

    Parameters
    ----------
    name
        What it should be: a key of `pooling.answers.values.VALUES`, or "posteriors" for a
        dictionary of the three fits.
    value
        What the reader computed.

    Returns
    -------
    Verdict
        Whether it is right, and if not, why. Whatever the value is, nothing is raised.

    Raises
    ------
    TypeError
        If `name` is no text.
    ValueError
        If there is no value of that name.
    """
    _refuse_name(name, [*VALUES, "posteriors"], "value")

    def check() -> str:
        if name == "posteriors":
            compare_posteriors(value)
        else:
            compare_value(VALUES[name], value)
        return f"`{name}` is what it should be."

    return _verdict(
        check, VALUES[name].section if name in VALUES else "Task 2: Fit the three models"
    )


SIMULATIONS = {
    "fit_regimes": "Task 2: Fit the three models",
    "replicate": "Task 4: Replicate the data",
}
"""Exercises that sample or simulate, and the sections that set them."""


def _refuse_name(name: object, names: list[str], kind: str) -> None:
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, but is of type {type(name).__name__}")
    if name not in names:
        raise ValueError(f"there is no {kind} {name!r}; there are {', '.join(names)}")


def _verdict(check: Callable[[], str], section: str) -> Verdict:
    """What a check says: its praise, or why it failed and what to read again."""
    try:
        with programs_in_store():  # a check compiles for seconds what its next run finds there
            return Verdict(True, check())
    except Wrong as wrong:
        reason, section = wrong.reason, wrong.section or section
    except Exception as error:  # an object or a distribution of the reader's own that misbehaves
        reason = f"This could not be compared: {type(error).__name__}: {error}."
    stop = "" if section.endswith("?") else "."
    return Verdict(False, f"{reason} Read again: {section}{stop}")


def _is_model(name: str, model: object) -> bool:
    return check_model(name, model).passed


def _check(name: str, model: Callable[..., Any]) -> Findings:
    per_subject = name != "complete_pooling"
    keys = jax.random.split(jax.random.PRNGKey(20261122), 8)
    check_observed(model, FULL, keys[0])
    reading = read(model, FULL, keys)
    check_lines(reading, per_subject=per_subject)
    turned = ProbeRows(FULL.x, FULL.subject_idx, FULL.y[::-1] * 3 + 1, FULL.n_subjects)
    check_other_rows(reading, read(model, turned, keys), "another `y`")
    check_other_rows(reading, read(model, GAPS, keys), "other rows")
    for rows in (FEW, MANY):
        check_observed(model, rows, keys[0])
        check_lines(read(model, rows, keys[:2]), per_subject=per_subject)
    if per_subject:
        check_order(reading.intercepts, reading)
        check_order(reading.slopes, reading)
    findings = check_structure(name, reading)
    if not findings.proved:
        check_draws(name, model, reading)
    return findings
