"""Posteriors on disk: what was sampled once is read back, bit for bit, wherever it is asked for.

`fit` looks every posterior up here before it samples. Two fits are one if their mathematics, rows,
key and settings are; how the model's code is written does not matter. The store is a cache: it may
be deleted at any time. `python -m pooling.store` lists it.
"""

from pooling.store.lookup import look_up_or_sample

__all__ = ["look_up_or_sample"]
