"""What the exact posterior costs, and what samplers of other people do in the same time.

All programs get the same model, priors, data and number of draws, each in fresh processes. Prints
the tables for README.md and draws its figures, unless the programs disagree on the posterior. Run
it on a machine that does nothing else: `make bench-samplers`.
"""

import argparse
import json
import os
import sys
from importlib.metadata import version

import agreement
import comparison
import scaling

PACKAGES = ("jax", "numpyro", "pymc", "pytensor", "nutpie", "statsmodels", "mixedlm-rs", "arviz")


def main() -> None:
    """Measure, check, print, and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="processes for each program")
    parser.add_argument("--limit", type=float, default=60, help="seconds that end a curve")
    options = parser.parse_args()
    trials = comparison.compare(options.runs)
    largest_z = agreement.refuse_disagreement(trials)
    print(comparison.seconds_table(trials), comparison.draws_table(trials, largest_z), sep="\n\n")
    curves = scaling.grow(options.limit)
    scaling.refuse_disagreement(curves)
    # Not before: a process starts with the memory peak of the one that started it.
    import figures
    import turns

    print(f"\n{scaling.table(curves)}\n\n{turns.table()}")
    versions = {name: version(name) for name in PACKAGES}
    print(json.dumps({"cpus": os.cpu_count(), "python": sys.version.split()[0]} | versions))
    figures.draw(trials, curves, options.limit)


if __name__ == "__main__":
    main()
