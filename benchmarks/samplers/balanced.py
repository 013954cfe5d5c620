"""Data from the model with partial pooling, and what REML makes of them in closed form."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TRUTH = {"mu_alpha": 0.0, "mu_beta": 0.5, "tau_alpha": 0.6, "tau_beta": 0.3, "sigma": 0.5}
DAYS = np.arange(10.0)


@dataclass(frozen=True)
class Balanced:
    """Ten rows for each subject, on the scale of `pooling.StandardisedData`."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    subject_idx: NDArray[np.int64]
    n_subjects: int


def simulate(n_subjects: int, *, scattered: bool = False) -> Balanced:
    """Simulate subjects with known hyperparameters, near those of the course's data.

    Ten rows each, on the same days or, if `scattered`, no two on the same.
    """
    rng = np.random.default_rng(n_subjects)
    x = np.tile((DAYS - DAYS.mean()) / DAYS.std(), n_subjects)
    if scattered:
        x = np.random.default_rng(1).uniform(x.min(), x.max(), len(x))
    subject_idx = np.repeat(np.arange(n_subjects), len(DAYS))
    alpha = rng.normal(TRUTH["mu_alpha"], TRUTH["tau_alpha"], n_subjects)
    beta = rng.normal(TRUTH["mu_beta"], TRUTH["tau_beta"], n_subjects)
    y = rng.normal(alpha[subject_idx] + beta[subject_idx] * x, TRUTH["sigma"])
    return Balanced(x, y, subject_idx, n_subjects)


def reml(data: Balanced) -> dict[str, float]:
    """Estimate the hyperparameters by restricted maximum likelihood, without an optimiser.

    All subjects have the same days, and days sum to zero. Each subject's least-squares intercept
    and slope and the squared residuals are then independent of each other, and each component of
    variance has its own mean square (Searle, Casella and McCulloch, 1992, chapter 4).
    """
    x = data.x[: len(DAYS)]
    y = data.y.reshape(data.n_subjects, len(DAYS))
    alpha, beta = y.mean(axis=1), y @ x / (x @ x)
    residuals = y - alpha[:, None] - beta[:, None] * x
    variance = (residuals**2).sum() / (data.n_subjects * (len(DAYS) - 2))
    return {
        "mu_alpha": float(alpha.mean()),
        "mu_beta": float(beta.mean()),
        "tau_alpha": float(np.sqrt(alpha.var(ddof=1) - variance / len(DAYS))),
        "tau_beta": float(np.sqrt(beta.var(ddof=1) - variance / (x @ x))),
        "sigma": float(np.sqrt(variance)),
    }
