"""Rows that tests make up or choose, as the models take them."""

from dataclasses import replace

import numpy as np

from pooling import Scaler, StandardisedData


def rows(x, y, subject_idx, n_subjects=None):
    """Rows in units that are standardised already; every subject has its index for a number."""
    x, y, subject_idx = np.asarray(x, float), np.asarray(y, float), np.asarray(subject_idx)
    n = n_subjects or int(subject_idx.max()) + 1
    return StandardisedData(x, y, subject_idx, n, np.arange(n), Scaler(0, 1, 0, 1))


def take(data, chosen, more=None):
    """Some of the rows, and all of `more` behind them."""
    arrays = {name: getattr(data, name)[chosen] for name in ("x", "y", "subject_idx")}
    if more is not None:
        arrays = {name: np.append(each, getattr(more, name)) for name, each in arrays.items()}
    return replace(data, **arrays)
