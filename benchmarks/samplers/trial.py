"""One program in a process of its own: what its imports, a first and a second call take.

Prints a line of JSON. `comparison.py` starts it; by hand: `python trial.py pymc_own 1`.
"""

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from programs import Posterior, Start


def measure(call: Callable[[int], Posterior], seed: int, started: float) -> dict[str, Any]:
    """Call a program; return seconds since `started`, and what was found."""
    posterior = call(seed)
    found = time.perf_counter()
    summary = posterior.summary()
    summarised = time.perf_counter()
    draws = posterior.draws()
    drawn = time.perf_counter()

    import arviz as az  # Not before: not every program's summary needs it.

    described = az.summary(draws, ci_prob=0.89, ci_kind="eti", round_to="none")
    return {
        "to summary": summarised - started,
        "to draws": (found - started) + (drawn - summarised),
        "ess": described["ess_bulk"].min(),
        "summary": summary[["mean", "sd"]].to_dict("index"),
        "draws": described[["mean", "mcse_mean", "sd", "mcse_sd"]].to_dict("index"),
    }


def main(name: str, seed: int) -> None:
    """Run the program, and with another seed again."""
    started = time.perf_counter()
    start: Start = import_module(f"programs.{name}").start
    imported = time.perf_counter() - started

    from pooling import load_sleepstudy, standardise  # Not before: this imports JAX.

    data = standardise(load_sleepstudy("train"))
    started = time.perf_counter()
    call = start(data)
    prepared = time.perf_counter() - started
    first = measure(call, seed, started)
    second = measure(call, seed + 1000, time.perf_counter())
    found = {"imports": imported, "prepared": prepared, "first": first, "second": second}
    if name == "course":  # It has stored what it found.
        found["same again"] = measure(call, seed + 1000, time.perf_counter())
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
