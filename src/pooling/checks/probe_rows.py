"""The rows that a model is tried on. No two counts that could be mixed up are equal."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COURSE_SUBJECTS = 18
"""How many the course's data have; no rows below have as many of anything."""


@dataclass(frozen=True)
class ProbeRows:
    """Rows as a model takes them; `subject_idx` in no order, subjects with different counts."""

    x: NDArray[np.float64]
    subject_idx: NDArray[np.int64]
    y: NDArray[np.float64]
    n_subjects: int

    def at(self, subject: int, x: float) -> int:
        """Number of the first row of a subject at some x."""
        return int(np.flatnonzero((self.subject_idx == subject) & (self.x == x))[0])


def _rows(days: dict[int, list[float]], n_subjects: int, seed: int) -> ProbeRows:
    random = np.random.default_rng(seed)
    subject_idx = np.repeat(list(days), [len(each) for each in days.values()])
    x = np.concatenate([np.asarray(each, float) for each in days.values()])
    order = random.permutation(len(x))
    return ProbeRows(x[order], subject_idx[order], random.normal(size=len(x)), n_subjects)


# Rows at 0 and 1 show a line, the others whether it is one, and the repeated one whether rows of
# one subject and day are alike: 7 subjects, 33 rows.
FULL = _rows({s: [0, 1, -1.5, 2, *([1] if s < 5 else [])] for s in range(7)}, 7, seed=1)

# Subjects without a row, the last one among them, and other days: as many rows, so that JAX need
# not compile anew, but only 5 of the 7 subjects.
GAPS = _rows(
    {5: [0, 1, 3], 0: [0, 1], 4: [0, 1, 0.5, -2], 2: [0, 1, 4, 0.7], 3: [0, 1, *range(2, 20)]},
    7,
    seed=2,
)

# Fewer and more subjects than the course has: 7 and 51 rows, not as many as there are lines' parts.
FEW = _rows({s: [0, 1, *([2] if s < 1 else [])] for s in range(3)}, 3, seed=3)
MANY = _rows({s: [0, 1, *([2] if s < 1 else [])] for s in range(25)}, 25, seed=4)

# Just enough to read a line of each of 7 subjects: 14 rows.
LINES = _rows({s: [0, 1] for s in range(7)}, 7, seed=5)
