"""Answers to the exercises of the chapter on model comparison."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logsumexp

from pooling.answers.exercise import Exercise
from pooling.answers.inputs import tables
from pooling.data import StandardisedData, standardise

Array = NDArray[np.float64]


def lead_and_error(ours: Array, theirs: Array, subject: Array) -> dict[str, float]:
    """The lead of one model over another, and its standard error over people."""
    leads = pd.Series(np.asarray(ours) - np.asarray(theirs))
    person = leads.groupby(np.asarray(subject)).sum()
    return {"lead": float(leads.sum()), "error": float(person.std() * np.sqrt(len(person)))}


def _error(function: Any) -> Any:
    def answer(ours: Array, theirs: Array, subject: Array) -> dict[str, float]:
        leads = pd.Series(np.asarray(ours) - np.asarray(theirs))
        found = lead_and_error(ours, theirs, subject)
        return found | {"error": float(function(leads, leads.groupby(np.asarray(subject))))}

    return answer


def _lead(function: Any) -> Any:
    def answer(ours: Array, theirs: Array, subject: Array) -> dict[str, float]:
        leads = pd.Series(np.asarray(ours) - np.asarray(theirs))
        found = lead_and_error(ours, theirs, subject)
        return found | {"lead": float(function(leads, leads.groupby(np.asarray(subject))))}

    return answer


def _scored() -> list[tuple[Any, ...]]:
    random = np.random.default_rng(111)
    cases = []
    for frame in tables():
        n, subject = len(frame), frame["subject"].to_numpy()
        person = random.normal(0.2, 0.5, subject.max() + 1)[subject]
        ours = random.normal(-1.2, 0.6, n)
        cases.append((ours, ours - person + random.normal(0, 0.4, n), subject))
    return cases


def split_row(data: StandardisedData, i: int) -> tuple[StandardisedData, StandardisedData]:
    """All rows but one, and that one."""
    rest = np.arange(len(data.y)) != i
    return take(data, rest), take(data, ~rest)


def _two(value: Any) -> dict[str, Any]:
    """Two data sets, by name, as a dictionary or one after the other."""
    if hasattr(value, "keys"):
        return {name: value[name] for name in ("rest", "row")}
    return dict(zip(("rest", "row"), value, strict=True))


def _rows(data: StandardisedData) -> Array:
    """The rows of a data set, and in a last line its number of subjects."""
    rows = np.column_stack([data.x, data.y, data.subject_idx]).astype(float)
    return np.vstack([rows, np.full(3, data.n_subjects)])


def _subject_out(data: StandardisedData, i: int) -> dict[str, StandardisedData]:
    own = data.subject_idx == data.subject_idx[i]
    return {"rest": take(data, ~own), "row": take(data, own)}


def _data_and_row() -> list[tuple[Any, ...]]:
    return [(standardise(frame), i) for frame, i in zip(tables(), (4, 0, 17), strict=True)]


def take(data: StandardisedData, rows: Any) -> StandardisedData:
    """Some rows of a data set; the number of subjects stays."""
    return replace(data, **{name: getattr(data, name)[rows] for name in ("x", "y", "subject_idx")})


def mean_density(log_density: Array) -> Array:
    """Logarithm of each row's density, averaged over the draws."""
    return np.asarray(logsumexp(log_density, axis=0) - np.log(len(log_density)))


def _log_densities() -> list[tuple[Array]]:
    """Some so low that their exponential is zero in 64 bits."""
    random = np.random.default_rng(112)
    return [
        (-1.3 - random.gamma(1.0, 0.8, (n, m)) - shift,)
        for n, m, shift in ((200, 7, 0.0), (501, 12, 0.4), (90, 5, 900.0))
    ]


def equal_scores(narrow: float, wide: float) -> float:
    """Where two normal forecasts with mean 0 have the same log density."""
    return float(np.sqrt(2 * np.log(wide / narrow) / (narrow**-2 - wide**-2)))


def pareto_threshold(n_draws: int) -> float:
    """Above which k̂ PSIS-LOO warns, by the number of draws."""
    return float(min(0.7, 1 - 1 / np.log10(n_draws)))


def without_each(leads: Array) -> dict[str, Array]:
    """Lead and standard error without each person in turn."""
    leads = np.asarray(leads)
    rest = [np.delete(leads, s) for s in range(len(leads))]
    return {
        "lead": np.array([each.sum() for each in rest]),
        "error": np.array([each.std(ddof=1) * np.sqrt(len(each)) for each in rest]),
    }


def best_weight(ours: Array, theirs: Array) -> float:
    """The weight of the first model in the mixture with the largest ELPD."""
    weight = np.linspace(0, 1, 1001)
    one, other = np.exp(ours), np.exp(theirs)
    score = np.log(np.outer(weight, one) + np.outer(1 - weight, other)).sum(axis=1)
    return float(weight[score.argmax()])


def _mixtures() -> list[tuple[Any, ...]]:
    random = np.random.default_rng(113)
    cases = []
    for n, lead in ((40, 0.05), (90, -0.03), (25, 0.1)):
        ours = random.normal(-1.0, 0.5, n)
        cases.append((ours, ours - lead + random.normal(0, 0.6, n)))
    return cases


EXERCISES = {
    "lead_and_error": Exercise(
        section="When is a difference shown?",
        answer=lead_and_error,
        cases=_scored,
        returns="two numbers, the lead and its standard error",
        parts=("lead", "error"),
        tolerance=1e-5,
        slips={
            "an error that counts rows; rows of one person are not independent, so add up each "
            "person's leads first": _error(lambda rows, _: rows.std() * np.sqrt(len(rows))),
            "an error that counts rows (and has `ddof=0`); add up each person's leads first": (
                _error(lambda rows, _: rows.std(ddof=0) * np.sqrt(len(rows)))
            ),
            "the standard deviation over people; the error of their sum is √P times as large": (
                _error(lambda _, people: people.sum().std())
            ),
            "the error of the mean over people; that of their sum is √P times the standard "
            "deviation, not divided by √P": _error(
                lambda _, people: people.sum().std() / np.sqrt(len(people))
            ),
            "the variance; its root is the error": _error(
                lambda _, people: people.sum().var() * len(people)
            ),
            "P times the standard deviation; independent errors add up as squares, to √P times": (
                _error(lambda _, people: people.sum().std() * len(people))
            ),
            "computed with `ddof=0`; a standard deviation that is estimated from few people "
            "divides by P − 1, `ddof=1`": _error(
                lambda _, people: people.sum().std(ddof=0) * np.sqrt(len(people))
            ),
            "computed with each person's mean lead; add up a person's rows": _error(
                lambda _, people: people.mean().std() * np.sqrt(len(people))
            ),
            "the mean lead of a row; a lead is the sum over all rows": _lead(
                lambda rows, _: rows.mean()
            ),
            "the mean lead of a person; a lead is the sum over all": _lead(
                lambda rows, people: people.sum().mean()
            ),
            "the lead of the other model: the difference is the wrong way round": _lead(
                lambda rows, _: -rows.sum()
            ),
            "a difference of deviances, −2 times the lead": _lead(lambda rows, _: -2 * rows.sum()),
        },
    ),
    "split_row": Exercise(
        section="Task 5: Compare the models",
        answer=split_row,
        cases=_data_and_row,
        returns="two data sets, `rest` and `row`",
        parts=("rest", "row"),
        read=lambda value: {name: _rows(each) for name, each in _two(value).items()},
        slips={
            "without the row before it": lambda data, i: split_row(data, i - 1),
            "without the row after it": lambda data, i: split_row(data, (i + 1) % len(data.y)),
            "all rows; leave one out": lambda data, i: (data, split_row(data, i)[1]),
            "all rows of the subject; asked is the one row": _subject_out,
        },
    ),
    "mean_density": Exercise(
        section="A score for predictions",
        answer=mean_density,
        cases=_log_densities,
        returns="one number for each row",
        tolerance=1e-5,
        slips={
            "the mean of the logarithms; asked is the logarithm of the mean: average densities, "
            "not log densities": lambda each: each.mean(axis=0),
            "the logarithm of the sum of the densities; divide by the number of draws": (
                lambda each: logsumexp(each, axis=0)
            ),
            "averaged over the rows; average over the draws, the first axis": (
                lambda each: logsumexp(each, axis=1) - np.log(each.shape[1])
            ),
            "averaged over the draws by the wrong number; divide by the number of draws": (
                lambda each: logsumexp(each, axis=0) - np.log(each.shape[1])
            ),
            "the mean density; take its logarithm": lambda each: np.exp(mean_density(each)),
            "added up over the rows; asked is a score for each row": (
                lambda each: mean_density(each).sum()
            ),
            "the logarithm of the median density; average them": lambda each: np.median(
                each, axis=0
            ),
            "the best draw's; average over all draws": lambda each: each.max(axis=0),
            "minus infinity where densities are too small for the computer's numbers; use "
            "`logsumexp`": lambda each: np.log(np.exp(each).mean(axis=0)),
        },
    ),
    "equal_scores": Exercise(
        section="Exercise: Sure and wrong",
        answer=equal_scores,
        cases=lambda: [(0.5, 1.5), (0.2, 3.0), (1.0, 1.7)],
        returns="one number",
        tolerance=2e-3,
        slips={
            "the square of the place": lambda narrow, wide: equal_scores(narrow, wide) ** 2,
            "computed without the 2; the exponent of a normal density has ½ y²": (
                lambda narrow, wide: equal_scores(narrow, wide) / np.sqrt(2)
            ),
            "computed with standard deviations; the exponent has their squares": (
                lambda narrow, wide: np.sqrt(2 * np.log(wide / narrow) / (1 / narrow - 1 / wide))
            ),
            "halfway between the two standard deviations": lambda narrow, wide: (narrow + wide) / 2,
        },
    ),
    "pareto_threshold": Exercise(
        section="Exercise: Fewer draws",
        answer=pareto_threshold,
        cases=lambda: [(100,), (500,), (2200,), (8000,), (15,)],
        returns="one number",
        tolerance=1e-5,
        slips={
            "above 0.7 for many draws; it is 0.7 at most": lambda n: 1 - 1 / np.log10(n),
            "0.7 whatever the number of draws": lambda n: 0.7,
            "computed with the natural logarithm; the formula has that to the base 10": (
                lambda n: min(0.7, 1 - 1 / np.log(n))
            ),
            "0.7 at least; it is 0.7 at most": lambda n: max(0.7, 1 - 1 / np.log10(n)),
        },
    ),
    "without_each": Exercise(
        section="Exercise: The lead without one person",
        answer=without_each,
        cases=lambda: [(np.random.default_rng(114 + n).normal(0.5, 1.5, n),) for n in (11, 5, 18)],
        returns="a lead and a standard error for each person who is left out",
        parts=("lead", "error"),
        slips={
            "the error with `ddof=0`; that of few people divides by P − 1, `ddof=1`": (
                lambda leads: _without(leads, lambda rest: rest.std() * np.sqrt(len(rest)))
            ),
            "the standard deviation; the error of the sum is √P times as large": (
                lambda leads: _without(leads, lambda rest: rest.std(ddof=1))
            ),
            "the error of the mean; asked is that of the sum": (
                lambda leads: _without(leads, lambda rest: rest.std(ddof=1) / np.sqrt(len(rest)))
            ),
            "the error with all people's number; one is left out": (
                lambda leads: _without(
                    leads, lambda rest: rest.std(ddof=1) * np.sqrt(len(rest) + 1)
                )
            ),
            "the person's own lead; asked is the sum of the others'": (
                lambda leads: without_each(leads) | {"lead": np.asarray(leads)}
            ),
            "the sum of all leads; leave out one person in turn": (
                lambda leads: without_each(leads) | {"lead": np.full(len(leads), leads.sum())}
            ),
        },
    ),
    "best_weight": Exercise(
        section="Exercise: A weight of one's own",
        answer=best_weight,
        cases=_mixtures,
        returns="one number",
        tolerance=1e-3,
        rounding={"": 0.011},  # a coarser grid will do
        slips={
            "the weight of the second model; asked is that of the first": (
                lambda ours, theirs: 1 - best_weight(ours, theirs)
            ),
            "found with log densities; mix the densities": (
                lambda ours, theirs: float(ours.sum() > theirs.sum())
            ),
            "the share of rows that the first model predicts better": (
                lambda ours, theirs: (ours > theirs).mean()
            ),
        },
    ),
}


def _without(leads: Array, error: Any) -> dict[str, Array]:
    leads = np.asarray(leads)
    rest = [np.delete(leads, s) for s in range(len(leads))]
    return without_each(leads) | {"error": np.array([error(each) for each in rest])}
