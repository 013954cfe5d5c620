"""Is a reader's model the one that was asked for? Compared by what it means, not by its text.

The model is run on small data sets that differ in what it must not depend on. Its likelihood is
read as a function of its own sites: a line for each subject, and σ. Their prior is then followed
back to the sites and compared as a density; where the sites do not show it, by many draws.
"""

from collections.abc import Callable
from typing import Any

import jax
import numpyro  # noqa: F401 (before any submodule of it: see pooling.models)

from pooling.checks.calling import checked_signature
from pooling.checks.columns import check_order
from pooling.checks.likelihood import check_lines, check_other_rows
from pooling.checks.observed import check_observed
from pooling.checks.probe_rows import FEW, FULL, GAPS, MANY, ProbeRows
from pooling.checks.sampled import check_draws
from pooling.checks.sites import read
from pooling.checks.structure import Findings, check_structure
from pooling.checks.verdict import SECTIONS, Verdict, Wrong
from pooling.models import REGIMES
from pooling.regimes import REGIME_NAMES

__all__ = ["Verdict", "check_model"]


def check_model(name: str, model: object) -> Verdict:
    """Compare a model with one of the course's, by what it means.

    Site names, their order, plates or `.expand`, and every parametrisation that leaves the prior
    of the lines and of σ as it is are equally right. The verdict is the same in every run.

    Parameters
    ----------
    name
        Which model it should be: a key of `pooling.models.REGIMES`.
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
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, but is of type {type(name).__name__}")
    if name not in REGIMES:
        raise ValueError(f"there is no model {name!r}; there are {', '.join(REGIMES)}")
    try:
        checked_signature(model)
        assert callable(model)
        findings = _check(name, model)
    except Wrong as wrong:
        return Verdict(False, f"{wrong.reason} Read again: {wrong.section or SECTIONS[name]}.")
    except Exception as error:  # an object or a distribution of the reader's own that misbehaves
        told = f"This could not be compared: {type(error).__name__}: {error}."
        return Verdict(False, f"{told} Read again: {SECTIONS[name]}.")
    praise = ""
    if name == "partial_pooling" and findings.noncentred:
        praise = " You wrote it non-centred, with offsets: the same model, and easier to sample."
    return Verdict(True, f"This is {REGIME_NAMES[name]}, as a model of all rows.{praise}")


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
