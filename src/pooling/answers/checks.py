"""Answers to the exercises of the chapter on posterior predictive checks."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pooling.answers.exercise import Exercise
from pooling.answers.inference import QUANTILES
from pooling.answers.inputs import table
from pooling.interval import INTERVAL

Array = NDArray[np.float64]


def replicate(model: Any, posterior: Any, data: Any, key: Any) -> Array:
    """Reaction times in ms as the model makes them up, one data set for each draw."""
    from pooling.predict import posterior_predictive

    return np.asarray(posterior_predictive(model, posterior, data, key=key)["obs"])


def band_by_row(
    replicated: Array, *, bounds: tuple[float, float] = INTERVAL, centre: Any = np.mean
) -> dict[str, Array]:
    """Mean and central 89 % band of each row, over all replicated data sets."""
    flat = replicated.reshape(-1, replicated.shape[-1])
    low, high = np.quantile(flat, bounds, axis=0)
    return {"mean": centre(flat, axis=0), "low": low, "high": high}


def _over(replicated: Array, axis: Any) -> dict[str, Array]:
    low, high = np.quantile(replicated, INTERVAL, axis=axis)
    return {"mean": replicated.mean(axis=axis), "low": low, "high": high}


def _by_sd(replicated: Array, times: float) -> dict[str, Array]:
    flat = replicated.reshape(-1, replicated.shape[-1])
    mean, sd = flat.mean(axis=0), flat.std(axis=0)
    return {"mean": mean, "low": mean - times * sd, "high": mean + times * sd}


def _of_chain_means(replicated: Array) -> dict[str, Array]:
    return band_by_row(replicated) | {
        name: np.quantile(replicated, p, axis=1).mean(axis=0)
        for name, p in zip(("low", "high"), INTERVAL, strict=True)
    }


def _replicated() -> list[tuple[Array]]:
    random = np.random.default_rng(101)
    return [
        (random.normal(290, 40, n) + 30 * (random.gamma(2.0, 1.0, (*sizes, n)) - 2),)
        for sizes, n in (((4, 3000), 9), ((2, 6000), 23), ((3, 4001), 14))
    ]


def share_as_large(replicated: Array, observed: Array) -> float:
    """In which share of the replicated data sets the mean is at least the observed one."""
    return float((replicated.mean(axis=-1) >= observed.mean()).mean())


def _means() -> list[tuple[Any, ...]]:
    random = np.random.default_rng(102)
    return [
        (random.normal(0, 30, (*sizes, n)) + 290, random.normal(290 + shift, 10, n))
        for sizes, n, shift in (((4, 150), 9, 3), ((2, 400), 23, -4), ((3, 250), 14, 6))
    ]


def longest_side(
    reaction: Array, day: Array, subject_idx: Array, *, strict: bool = False, own: bool = False
) -> Array:
    """The most days that any subject spends on one side of the line through all rows."""
    X = np.column_stack([np.ones(len(day)), day])
    above = reaction > reaction @ (X @ np.linalg.pinv(X)).T
    counts = []
    for s in np.unique(subject_idx):
        mine = above[..., subject_idx == s]
        up = mine.sum(axis=-1)
        counts.append(up if strict else np.maximum(up, mine.shape[-1] - up))
    return np.asarray(np.min(counts, axis=0) if own else np.max(counts, axis=0))


def _through_mean(reaction: Array, day: Array, subject_idx: Array) -> Array:
    flat = np.zeros_like(np.asarray(day, float))
    return longest_side(reaction, flat, subject_idx)


def _in_a_row(reaction: Array, day: Array, subject_idx: Array) -> Array:
    X = np.column_stack([np.ones(len(day)), day])
    above = reaction > reaction @ (X @ np.linalg.pinv(X)).T
    most = np.zeros(reaction.shape[:-1])
    for s in np.unique(subject_idx):
        mine = above[..., subject_idx == s]
        run = np.ones(reaction.shape[:-1])
        most = np.maximum(most, run)
        for k in range(1, mine.shape[-1]):
            run = np.where(mine[..., k] == mine[..., k - 1], run + 1, 1)
            most = np.maximum(most, run)
    return most


def _sides() -> list[tuple[Any, ...]]:
    cases = []
    for seed, rows, sizes in (
        (103, [5, 9, 3], ()),
        (104, [7, 4, 10, 2], (40,)),
        (105, [10, 6], (2, 30)),
    ):
        frame = table(rows, seed)
        random = np.random.default_rng(seed)
        reaction = frame["reaction"].to_numpy() + random.normal(0, 25, (*sizes, len(frame)))
        cases.append((reaction, frame["day"].to_numpy(float), frame["subject_idx"].to_numpy()))
    return cases


EXERCISES = {
    "band_by_row": Exercise(
        section="Task 4: Replicate the data",
        answer=band_by_row,
        cases=_replicated,
        returns="one number for each row",
        parts=("mean", "low", "high"),
        tolerance=2e-3,
        slips={
            says: (lambda replicated, b=b: band_by_row(replicated, bounds=b))
            for says, b in QUANTILES.items()
        }
        | {
            "computed over the rows, for each draw; compute it over the draws, for each row": (
                lambda replicated: _over(replicated, -1)
            ),
            "computed over everything; asked is a band for each row": (
                lambda replicated: _over(replicated, None)
            ),
            "computed within each chain; take all draws of all chains together": (
                lambda replicated: _over(replicated, 1)
            ),
            "computed over the chains; take all draws of all chains together": (
                lambda replicated: _over(replicated, 0)
            ),
            "that of the first chain only; take all draws of all chains": (
                lambda replicated: band_by_row(replicated[:1])
            ),
            "the mean of the chains' quantiles; take the quantiles of all draws together": (
                _of_chain_means
            ),
            "the median; asked is the mean": (
                lambda replicated: band_by_row(replicated, centre=np.median)
            ),
            "mean minus and plus one standard deviation, 68 %; take quantiles": (
                lambda replicated: _by_sd(replicated, 1.0)
            ),
            "mean minus and plus two standard deviations; take quantiles": (
                lambda replicated: _by_sd(replicated, 2.0)
            ),
            "mean minus and plus 1.6 standard deviations; take quantiles": (
                lambda replicated: _by_sd(replicated, 1.598)
            ),
        },
    ),
    "share_as_large": Exercise(
        section="Exercise: A check that cannot fail",
        answer=share_as_large,
        cases=_means,
        returns="one number",
        tolerance=1e-6,
        slips={
            "the share of single reaction times; compute the mean of each data set first": (
                lambda replicated, observed: (replicated >= observed.mean()).mean()
            ),
            "the share that is smaller; asked is the share that is as large": (
                lambda replicated, observed: 1 - share_as_large(replicated, observed)
            ),
            "the number of data sets; asked is their share": (
                lambda replicated, observed: (replicated.mean(axis=-1) >= observed.mean()).sum()
            ),
            "the share of the rows' means; compute a mean over the rows, for each data set": (
                lambda replicated, observed: (
                    replicated.mean(axis=(0, 1)) >= observed.mean()
                ).mean()
            ),
            "the share of replicated values above the observed one of the same row": (
                lambda replicated, observed: (replicated >= observed).mean()
            ),
        },
    ),
    "longest_side": Exercise(
        section="Exercise: Ten days on one side",
        answer=longest_side,
        cases=_sides,
        returns="one number for each data set",
        slips={
            "the most days above the line; below it counts as well": (
                lambda reaction, day, idx: longest_side(reaction, day, idx, strict=True)
            ),
            "the fewest; asked is the subject with the most": (
                lambda reaction, day, idx: longest_side(reaction, day, idx, own=True)
            ),
            "about the mean of all rows; asked is the least-squares line": _through_mean,
            "the longest run of days one after the other; asked is their number": _in_a_row,
        },
    ),
}
