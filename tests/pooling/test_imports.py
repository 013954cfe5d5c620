"""What importing the package loads, and what it changes outside of itself."""

import os
import subprocess
import sys

import pytest
from strictly import STRICTLY


def run(code, **environment):
    """Run code in a process of its own, where a warning is an error; return the words it prints."""
    inherited = {name: value for name, value in os.environ.items() if name != "XLA_FLAGS"}
    done = subprocess.run(
        [sys.executable, *STRICTLY, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=inherited | environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


FIT = """
from pooling.inference import fit
from pooling.models import complete_pooling
from pooling import load_sleepstudy, standardise
data = standardise(load_sleepstudy("train"))
posterior = fit(complete_pooling, data, key=jax.random.PRNGKey(0), num_warmup=20, num_samples=20)
print(jax.local_device_count(), posterior["posterior"].sizes["chain"])
"""


@pytest.mark.parametrize(
    ("first", "devices"),
    [("import pooling, jax", 4), ("import jax; jax.devices()", 1)],
    ids=["pooling first", "JAX has started"],
)
def test_chains_get_a_device_each_unless_jax_has_started(first, devices, store):
    assert run(f"{first}\n{FIT}") == [str(devices), "4"]


@pytest.mark.parametrize(
    "first", ["import jax, arviz, pooling; arviz.from_numpyro", "import jax, pooling.exact"]
)
def test_it_does_not_matter_what_is_imported_first(first):
    assert run(f"{first}\nprint(jax.local_device_count())") == ["4"]


@pytest.mark.parametrize(
    ("first", "environment"),
    [
        ('jax.config.update("jax_num_cpu_devices", 2)', {}),
        ("", {"JAX_NUM_CPU_DEVICES": "2"}),
        ("", {"XLA_FLAGS": "--xla_force_host_platform_device_count=2"}),
        ("import numpyro; numpyro.set_host_device_count(2)", {}),
    ],
    ids=["configured", "in the environment", "XLA's flag", "by NumPyro"],
)
def test_a_count_of_devices_that_was_chosen_stays(first, environment):
    code = f"import jax\n{first}\nimport pooling\nprint(jax.local_device_count())"
    assert run(code, **environment) == ["2"]


HOST = """
import importlib, locale, logging, os, pkgutil, random, signal, sys, threading, warnings
import arviz, IPython, jax, matplotlib, matplotlib.pyplot, numpy, numpyro, pandas, xarray


def state():
    settings = {name: value for name, value in jax.config.values.items()}
    settings.pop("jax_num_cpu_devices")
    return {
        "JAX": settings,
        "environment": dict(os.environ),
        "filters": list(warnings.filters),
        "matplotlib": dict(matplotlib.rcParams),
        "ArviZ": dict(arviz.rcParams),
        "NumPy": (numpy.geterr(), numpy.get_printoptions(), str(numpy.random.get_state())),
        "pandas": pandas.get_option("display.max_rows"),
        "xarray": dict(xarray.get_options()),
        "random": random.getstate(),
        "NumPyro": numpyro.distributions.Distribution._validate_args,
        "handlers": list(logging.root.handlers),
        "signals": [signal.getsignal(each) for each in signal.valid_signals()],
        "hooks": (sys.excepthook, sys.displayhook, sys.meta_path[:], sys.path[:]),
        "locale": locale.setlocale(locale.LC_ALL),
        "threads": threading.active_count(),
        "folder": os.getcwd(),
    }


before = state()
import pooling
for module in pkgutil.walk_packages(pooling.__path__, "pooling."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
after = state()
assert sum(name.startswith("pooling.") for name in sys.modules) > 30
print(*[name for name in before if before[name] != after[name]])
"""


def test_a_host_program_is_left_as_it_was(store):
    assert run(HOST) == []
    assert not store.parent.exists()


def test_data_and_the_exact_posterior_need_no_sampler():
    code = """
import sys
import pooling.exact
print(*{name.partition(".")[0] for name in sys.modules} & {"numpyro", "arviz", "matplotlib"})
"""
    assert run(code) == []
