"""All programs side by side: the course's data, the model with partial pooling, as many draws."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from agreement import Trials

PROGRAMS = {
    "course": "the course's `fit`",
    "numpyro_sequential": "NumPyro, chains in sequence",
    "pymc_own": "PyMC, its own NUTS",
    "pymc_nutpie": "PyMC with nutpie",
    "exact": "exact posterior",
}


def compare(runs: int) -> dict[str, list[dict[str, Any]]]:
    """Run every program `runs` times, in turn, so that a slow minute is nobody's alone."""
    trials: dict[str, list[dict[str, Any]]] = {name: [] for name in PROGRAMS}
    for seed in range(runs):
        for name in PROGRAMS:
            trials[name].append(trial(name, seed))
    return trials


def trial(name: str, seed: int) -> dict[str, Any]:
    """Run one program in a process of its own, that finds nothing an earlier one has stored."""
    command = [sys.executable, str(Path(__file__).parent / "trial.py"), name, str(seed)]
    with tempfile.TemporaryDirectory(prefix="samplers-bench-") as folder:
        fresh = {
            "POOLING_STORE": f"{folder}/store",
            "PYTENSOR_FLAGS": f"base_compiledir={folder}/pytensor",
        }
        done = subprocess.run(command, env=os.environ | fresh, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{done.stderr}\n{name} failed; its message is above")
    return json.loads(done.stdout.splitlines()[-1])


def seconds_table(trials: Trials) -> str:
    """Write the table of seconds to a finished summary."""
    columns: dict[str, Callable[[dict[str, Any]], float]] = {
        "imports": lambda trial: trial["imports"],
        "first call": lambda trial: trial["first"]["to summary"],
        "second call": lambda trial: trial["second"]["to summary"],
    }
    lines = [f"| seconds | {' | '.join(columns)} |", "| :--- | ---: | ---: | ---: |"]
    for name, label in PROGRAMS.items():
        cells = [f"{median(map(value, trials[name])):.2f}" for value in columns.values()]
        lines.append(f"| {label} | {' | '.join(cells)} |")
    compiling = median(trial["prepared"] for trial in trials["pymc_nutpie"])
    stored, summarised = (
        median(trial["same again"][until] for trial in trials["course"])
        for until in ("to draws", "to summary")
    )
    lines += [
        "",
        f"Of nutpie's first call, {compiling:.2f} seconds are the model being built and compiled. "
        "The course's `fit`, asked a third time, for the posterior of the second call, has it from "
        f"the store in {stored:.2f} seconds, and its summary after {summarised:.2f}.",
    ]
    return "\n".join(lines)


def draws_per_second(trial: dict[str, Any], which: str) -> float:
    """Divide the smallest effective sample size by the seconds from data to draws."""
    return trial[which]["ess"] / trial[which]["to draws"]


def draws_table(trials: Trials, largest_z: Mapping[str, float]) -> str:
    """Write the table of effective draws per second."""
    lines = [
        "| effective draws | of 8000 | per second, first call | per second, second call "
        "| largest \\|z\\| |",
        "| :--- | ---: | ---: | ---: | ---: |",
    ]
    for name, label in PROGRAMS.items():
        effective = median(
            trial[which]["ess"] for trial in trials[name] for which in ("first", "second")
        )
        first, second = (
            median(draws_per_second(trial, which) for trial in trials[name])
            for which in ("first", "second")
        )
        cells = f"{effective:.0f} | {first:.0f} | {second:.0f} | {largest_z[name]:.1f}"
        lines.append(f"| {label} | {cells} |")
    return "\n".join(lines)
