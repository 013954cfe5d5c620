"""The exact posterior and the fastest point estimate, in turns in one process.

Prints a table. By hand: `python turns.py`, on a machine that does nothing else.
"""

import time
from collections.abc import Callable
from statistics import median

import mixedlm_rs
import numpy as np
from balanced import Balanced, simulate

from pooling import Scaler, StandardisedData
from pooling.exact import exact_posterior

SUBJECTS = (18, 1000, 10_000, 100_000)
TURNS = 5


def exact(data: Balanced) -> Callable[[], object]:
    """The whole posterior, and its summary of every parameter."""
    everybody, scaler = np.arange(data.n_subjects), Scaler(0.0, 1.0, 0.0, 1.0)
    rows = StandardisedData(data.x, data.y, data.subject_idx, data.n_subjects, everybody, scaler)
    return lambda: exact_posterior("partial_pooling", rows).summary()


def point(data: Balanced) -> Callable[[], object]:
    """REML by mixedlm-rs, an intercept and a slope for each subject."""
    design = np.column_stack([np.ones_like(data.x), data.x])

    def work() -> object:
        model = mixedlm_rs.MixedLM(data.y, design, groups=data.subject_idx, exog_re=design)
        return model.fit(reml=True)

    return work


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def table() -> str:
    """Measure, and write the table: medians, and the ratio of the medians."""
    lines = [
        "| subjects | days | mixedlm-rs, s | exact posterior, s | ratio |",
        "| ---: | :--- | ---: | ---: | ---: |",
    ]
    for n_subjects in SUBJECTS:
        for days, scattered in (("same", False), ("all different", True)):
            data = simulate(n_subjects, scattered=scattered)
            works = [point(data), exact(data)]
            for work in works:
                work()  # what is done once in a process is not measured
            turns = [[seconds(work) for work in works] for _ in range(TURNS)]
            one, other = (median(column) for column in zip(*turns, strict=True))
            cells = f"{n_subjects} | {days} | {one:.4f} | {other:.4f} | {other / one:.1f}"
            lines.append(f"| {cells} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
