"""How seconds and memory grow with the number of subjects, ten rows each."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from agreement import bound
from balanced import reml, simulate

METHODS = {
    "exact": "exact posterior",
    "nuts": "NUTS",
    "reml": "REML (statsmodels)",
    "mixedlm": "REML (mixedlm-rs)",
}
SUBJECTS = (100, 316, 1000, 3162, 10_000, 31_623, 100_000)
SHORT = 10.0  # seconds; what takes no longer is measured three times


@dataclass(frozen=True)
class Point:
    """One method at one number of subjects; `seconds` is None for a run that was killed."""

    subjects: int
    seconds: float | None
    memory: float  # MB
    estimates: Mapping[str, Mapping[str, float]]


Curves = Mapping[str, list[Point]]


def grow(limit: float) -> dict[str, list[Point]]:
    """Measure each method for more and more subjects, until a run takes longer than `limit`."""
    curves: dict[str, list[Point]] = {}
    for method in METHODS:
        curves[method] = []
        for subjects in SUBJECTS:
            point = measure(method, subjects, limit)
            curves[method].append(point)
            if point.seconds is None:
                break
    return curves


def measure(method: str, subjects: int, limit: float) -> Point:
    """Run a method in a fresh process, and twice again if that was short; take the medians."""
    runs = [run(method, subjects, limit)]
    if runs[0] and runs[0]["seconds"] < SHORT:
        runs += [run(method, subjects, limit) for _ in range(2)]
    done = [each for each in runs if each]
    if len(done) < len(runs):
        return Point(subjects, None, 0.0, {})
    seconds, memory = (median(each[name] for each in done) for name in ("seconds", "memory"))
    return Point(subjects, seconds, memory, done[0]["estimates"])


def run(method: str, subjects: int, limit: float) -> dict[str, Any] | None:
    """Run `point.py`; kill it, and return None, `limit` seconds after it has begun to work."""
    command = [sys.executable, str(Path(__file__).parent / "point.py"), method, str(subjects)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()  # "ready"
        try:
            printed, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            return None
    if process.returncode:
        sys.exit(f"{method} failed for {subjects} subjects; its message is above")
    return json.loads(printed)


def refuse_disagreement(curves: Curves) -> None:
    """Stop the bench where a method's hyperparameters are not what they must be.

    REML must be found as the closed form has it, which exists for these data; the exact means must
    be near it, for the priors say little beside a hundred subjects; NUTS must agree with them.
    """
    exact = {point.subjects: point.estimates for point in curves["exact"]}
    limit = bound(5 * len(curves["nuts"]))
    wrong = []
    for method, points in curves.items():
        for point in points:
            closed = reml(simulate(point.subjects))
            for name, found in point.estimates.items():
                if method == "reml":
                    off, allowed = abs(found["mean"] - closed[name]), 1e-3
                elif method == "mixedlm":  # its correlation is free, which moves the rest a little
                    off, allowed = abs(found["mean"] - closed[name]), 1e-2
                elif method == "exact":
                    off, allowed = abs(found["mean"] - closed[name]), found["sd"] / 2
                else:
                    off = abs(found["mean"] - exact[point.subjects][name]["mean"])
                    allowed = limit * found["mcse_mean"]
                if not off < allowed:
                    wrong.append(f"{method}, {point.subjects} subjects: {name} is off by {off:.1g}")
    if wrong:
        sys.exit("no figures, for methods disagree:\n" + "\n".join(wrong))


def table(curves: Curves) -> str:
    """Write the table of seconds and memory."""
    shown = {method: {point.subjects: point for point in curves[method]} for method in METHODS}
    heads = [f"{label}, {unit}" for label in METHODS.values() for unit in ("s", "MB")]
    lines = [f"| subjects | {' | '.join(heads)} |", "| ---: |" + " ---: |" * len(heads)]
    for subjects in SUBJECTS:
        cells = [cell for method in METHODS for cell in pair(shown[method].get(subjects))]
        lines.append(f"| {subjects} | {' | '.join(cells)} |")
    return "\n".join(lines)


def pair(point: Point | None) -> tuple[str, str]:
    """Write the two cells of a point."""
    if point is None:
        return "", ""
    if point.seconds is None:
        return "killed", ""
    return f"{point.seconds:.2f}", f"{point.memory:.0f}"
