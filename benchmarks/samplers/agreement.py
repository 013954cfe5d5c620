"""Whether all programs found the same posterior: figures of wrong answers are worth nothing."""

import math
import sys
from collections.abc import Iterable, Mapping
from statistics import NormalDist
from typing import Any

# Of all benches of programs that agree, so many are refused. It is little, for standard errors are
# estimates too, and too small at times for the skewed posteriors of the scales.
FALSE_ALARMS = 1e-4

Trials = Mapping[str, list[dict[str, Any]]]


def bound(comparisons: int) -> float:
    """Return what the largest of so many |z| stays under, save for false alarms (Bonferroni)."""
    return NormalDist().inv_cdf(1 - FALSE_ALARMS / 2 / comparisons)


def largest_z(trials: Trials) -> dict[str, tuple[float, str]]:
    """Compare every program's draws with the exact posterior.

    Parameters
    ----------
    trials
        What `trial.py` printed, by program; one of them is "exact".

    Returns
    -------
    dict
        The largest |z| of each program over the means and standard deviations of all parameters,
        all its calls taken together, and which it is.
    """
    exact = trials["exact"][0]["first"]["summary"]
    found = {}
    for program, its_trials in trials.items():
        calls = [trial[which]["draws"] for trial in its_trials for which in ("first", "second")]
        if any(call.keys() != exact.keys() for call in calls):
            sys.exit(f"{program}: its parameters are not those of the exact posterior")
        found[program] = max(
            (abs(z([call[name] for call in calls], column, truth[column])), f"{column} of {name}")
            for name, truth in exact.items()
            for column in ("mean", "sd")
        )
    return found


def z(calls: Iterable[Mapping[str, float]], column: str, truth: float) -> float:
    """Average a column over calls; return its distance from the truth in standard errors."""
    values = [(call[column], call[f"mcse_{column}"]) for call in calls]
    error = math.sqrt(math.fsum(error**2 for _, error in values)) / len(values)
    return (math.fsum(value for value, _ in values) / len(values) - truth) / error


def refuse_disagreement(trials: Trials) -> dict[str, float]:
    """Stop the bench if a program found another posterior; else return the largest |z| of each."""
    found = largest_z(trials)
    exact = trials["exact"][0]["first"]["summary"]
    limit = bound(2 * len(exact) * len(found))
    wrong = [
        f"{program}: {where} is {value:.1f} standard errors from the exact one"
        for program, (value, where) in found.items()
        if not value < limit
    ]
    if wrong:
        sys.exit("no figures, for posteriors differ:\n" + "\n".join(wrong))
    return {program: value for program, (value, _) in found.items()}
