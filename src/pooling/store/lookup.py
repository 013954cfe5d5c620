"""Find a posterior in the store, or sample it and put it there."""

import contextlib
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import jax
import numpy as np
import xarray as xr

from pooling.data import StandardisedData
from pooling.models import Model
from pooling.store import entries
from pooling.store.compilation import programs_in_store
from pooling.store.digest import fit_digest
from pooling.store.folder import make_folder, store_folder, warn, warn_not_stored
from pooling.store.netcdf import in_memory
from pooling.store.removal import make_room

# NumPyro keeps track of a model's sites for the process, not for each thread: two models that run
# at the same time get into each other's way.
_one_thread = threading.RLock()


def look_up_or_sample(
    sample: Callable[..., xr.DataTree],
    model: Model,
    data: StandardisedData,
    *,
    key: jax.Array,
    settings: Mapping[str, Any],
) -> xr.DataTree:
    """Return the posterior of a fit: from the store if it is there, else sampled and stored.

    Of all processes and threads that ask for the same posterior at the same time, one samples; the
    others wait for it. Whatever is wrong with the store costs a warning, never a posterior.

    Parameters
    ----------
    sample
        Samples the posterior. It is called as ``sample(model, data, key=key, settings=settings)``,
        so that it depends on what identifies the fit and on nothing else.
    model, data, key, settings
        What identifies the fit; see `pooling.store.digest.fit_digest`.

    Returns
    -------
    DataTree
        The same in both cases, bit for bit; in memory, and the caller's to change.
    """
    sample_it = partial(sample, model, data, key=key, settings=settings)
    with _one_thread:
        try:
            digest = fit_digest(model, data, key=key, settings=settings)
        except Exception as error:  # models are anybody's code
            reason = error
        else:
            return _look_up_or_sample(sample_it, digest, _about(model, data, key, settings))
        posterior = in_memory(sample_it())
    warn(f"this model's posteriors cannot be stored, so each fit samples anew: {reason}")
    return posterior


def _look_up_or_sample(
    sample: Callable[[], xr.DataTree], digest: str, about: dict[str, Any]
) -> xr.DataTree:
    with contextlib.ExitStack() as held:
        try:
            folder = store_folder() / "posteriors"
            # Without the lock first: a store that can only be read still serves.
            with contextlib.suppress(entries.DamagedEntryError):
                if (found := entries.read(folder, digest)) is not None:
                    return found
            make_folder(folder)
            held.enter_context(entries.lock(folder, digest))
        except OSError as error:
            warn_not_stored(error)
            return in_memory(sample())
        if (found := _read_or_report(folder, digest)) is not None:
            return found
        with programs_in_store():
            posterior = in_memory(sample())
        try:
            entries.write(folder, digest, posterior, about)
            make_room(folder)
        except Exception as error:  # nothing that storing does may cost the posterior
            warn_not_stored(error)
        return posterior


def _read_or_report(folder: Path, digest: str) -> xr.DataTree | None:
    try:
        return entries.read(folder, digest)
    except entries.DamagedEntryError as damaged:
        warn(f"{damaged} is not as the store wrote it; its posterior is sampled anew")
        return None


def _about(
    model: Model, data: StandardisedData, key: jax.Array, settings: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "model": getattr(model, "__name__", type(model).__name__),
        "rows": len(data.y),
        "subjects": data.n_subjects,
        "key": np.asarray(jax.random.key_data(key)).tolist(),
        "settings": dict(settings),
    }
