"""Made-up inputs that the answers are tried on: as the course's own, of other sizes."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from pooling.data import Scaler


def table(rows: Sequence[int], seed: int) -> pd.DataFrame:
    """Rows as `pooling.load_sleepstudy` gives them, with so many days for each subject."""
    random = np.random.default_rng(seed)
    numbers = np.sort(random.choice(np.arange(300, 400), len(rows), replace=False))
    people = []
    for s, (number, n) in enumerate(zip(numbers, rows, strict=True)):
        day = np.sort(random.choice(10, n, replace=False))
        level, slope = random.normal(280, 40), random.normal(9, 8)
        reaction = level + slope * day + random.normal(0, 30, n)
        people.append(
            pd.DataFrame({"subject": number, "subject_idx": s, "day": day, "reaction": reaction})
        )
    return pd.concat(people, ignore_index=True)


def tables() -> list[pd.DataFrame]:
    """Three tables: few subjects, many, and one of another balance."""
    return [table([3, 2, 7], 1), table([2, 10, 5, 2, 4, 3], 2), table([4, 9, 3, 10], 3)]


def posterior(n_subjects: int, seed: int, sizes: tuple[int, int] = (4, 150)) -> xr.DataTree:
    """Draws as `pooling.inference.fit` gives them, of partial pooling; skew, and no two alike."""
    random = np.random.default_rng(seed)

    def skew(centre: float, spread: float, *shape: int) -> NDArray[np.float64]:
        return centre + spread * (random.gamma(2.0, 1.0, (*sizes, *shape)) - 2)

    shared = {
        "mu_alpha": skew(0.2, 0.15),
        "mu_beta": skew(0.5, 0.1),
        "tau_alpha": 0.3 + random.gamma(3.0, 0.1, sizes),
        "tau_beta": 0.2 + random.gamma(2.0, 0.1, sizes),
        "sigma": 0.4 + random.gamma(4.0, 0.03, sizes),
    }
    lines = {
        "alpha_s": skew(0, 0.3, n_subjects) + random.normal(0, 0.8, n_subjects),
        "beta_s": skew(0.5, 0.2, n_subjects) + random.normal(0, 0.4, n_subjects),
    }
    groups = {
        "posterior": xr.Dataset(
            {name: (("chain", "draw"), values) for name, values in shared.items()}
            | {name: (("chain", "draw", "subject"), values) for name, values in lines.items()}
        ),
        "sample_stats": xr.Dataset(
            {"diverging": (("chain", "draw"), random.random(sizes) < random.uniform(0.01, 0.2))}
        ),
    }
    return xr.DataTree.from_dict(groups).map_over_datasets(
        lambda each: each.assign_coords({name: np.arange(each.sizes[name]) for name in each.dims})
    )


def numbers_of_scaler(_: object, scaler: Scaler) -> dict[str, float]:
    """Numbers that a result in ms may be off by, and what readers call them."""
    names = ("reaction_sd", "day_sd", "reaction_mean", "ms_per_day")
    return {f"`scaler.{name}`": getattr(scaler, name) for name in names}
