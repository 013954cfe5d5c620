"""Which fits are one and the same: a change in writing is none, a change in mathematics is."""

import os
import subprocess
import sys
import types
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import pytest

from pooling.models import complete_pooling, partial_pooling
from pooling.store import digest, jaxprs
from pooling.store.digest import fit_digest

KEY = jax.random.PRNGKey(1)
SETTINGS = {"num_chains": 4, "num_warmup": 1000, "num_samples": 2000, "target_accept": 0.8}

MODEL = """
import jax
import numpy as np
import numpyro
import numpyro.distributions as dist

SCALES = np.array([1.0, 2.0])


@jax.jit
def line(a, b, x):
    return a + b * x


def model(x, subject_idx, y=None, n_subjects=18):
    mu = numpyro.sample("mu", dist.Normal(0.0, 1.0))
    tau = numpyro.sample("tau", dist.Uniform(0.0, 3.0))
    with numpyro.plate("subjects", n_subjects):
        beta = numpyro.sample("beta", dist.Normal(mu, tau * SCALES[0]))
    sigma = numpyro.sample("sigma", dist.Exponential(1.0))
    numpyro.deterministic("ratio", tau / sigma)
    numpyro.sample("obs", dist.Normal(line(0.5, beta[subject_idx], x), sigma), obs=y)
"""


def model_from(source, module="written"):
    """Run source code as a module of its own; return its model."""
    namespace = types.ModuleType(module).__dict__
    exec(compile(source, f"/somewhere/{module}.py", "exec"), namespace)
    return namespace.get("model") or namespace["renamed_model"]


def changed(*changes):
    source = MODEL
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    return source


def digest_of(source, data, **other):
    return fit_digest(model_from(source, **other), data, key=KEY, settings=SETTINGS)


SAME = {
    "a comment": changed(("    mu =", "    # the average slope\n    mu =")),
    "a docstring": changed(("18):\n", '18):\n    """A model."""\n')),
    "a local variable": changed(
        ("tau =", "spread ="), ("tau *", "spread *"), ("tau /", "spread /")
    ),
    "the model's name": changed(("def model", "def renamed_model")),
    "a function's name": changed(("line(", "straight(")),
    "a parameter's name": changed(("(a, b, x)", "(p, q, t)"), ("a + b * x", "p + q * t")),
    "a function that moved": changed(
        ("@jax.jit\ndef line(a, b, x):\n    return a + b * x\n", ""),
        ("n_subjects=18):\n", "n_subjects=18):\n    line = jax.jit(lambda a, b, x: a + b * x)\n"),
    ),
    "imports in another order": changed(
        ("import jax\nimport numpy as np\n", "import numpy as np\nimport jax\n")
    ),
    "another name for a module": changed(
        ("distributions as dist", "distributions as D"), ("dist.", "D.")
    ),
    "arguments by name": changed(("Normal(0.0, 1.0)", "Normal(loc=0.0, scale=1.0)")),
    "a constant's name": changed(("SCALES", "_WIDTHS")),
    "a part of a constant that is not used": changed(("[1.0, 2.0]", "[1.0, 3.0]")),
}

OTHER = {
    "a prior": changed(("Exponential(1.0)", "HalfNormal(1.0)")),
    "a prior's parameter, in the last digit": changed(
        ("Normal(0.0, 1.0)", "Normal(0.0, 1.0000001)")
    ),
    "a constant outside of the model": changed(("[1.0, 2.0]", "[1.5, 2.0]")),
    "a support": changed(("Uniform(0.0, 3.0)", "Uniform(0.0, 4.0)")),
    "a support that a parameter bounds": changed(("Uniform(0.0, 3.0)", "Uniform(0.0, 3 + mu**2)")),
    "the likelihood": changed(("dist.Normal(line", "dist.StudentT(4, line")),
    "the linear predictor": changed(("return a + b * x", "return a + b * x**2")),
    "a deterministic site's formula": changed(("tau / sigma", "sigma / tau")),
    "a deterministic site's name": changed(('"ratio"', '"quotient"')),
    "a deterministic site more": changed(
        ("    sigma =", '    numpyro.deterministic("twice", 2 * tau)\n    sigma =')
    ),
    "a site's name": changed(('"mu"', '"mean"')),
    "the order of sites": changed(
        ('    sigma = numpyro.sample("sigma", dist.Exponential(1.0))\n', ""),
        ("    mu =", '    sigma = numpyro.sample("sigma", dist.Exponential(1.0))\n    mu ='),
    ),
    "a site's shape": changed(("n_subjects):\n", "n_subjects + 1):\n")),
    "a factor": changed(("    sigma =", '    numpyro.factor("penalty", -(tau**2))\n    sigma =')),
    "a weight of the rows": changed(
        (
            "    numpyro.sample(",
            "    with numpyro.handlers.scale(scale=2.0):\n        numpyro.sample(",
        )
    ),
    "rows that are masked": changed(
        (
            "    numpyro.sample(",
            "    with numpyro.handlers.mask(mask=x > 0):\n        numpyro.sample(",
        )
    ),
}


@pytest.mark.parametrize("source", SAME.values(), ids=SAME)
def test_writing_does_not_matter(data, source):
    assert source != MODEL
    assert digest_of(source, data, module="elsewhere") == digest_of(MODEL, data)


@pytest.mark.parametrize("source", OTHER.values(), ids=OTHER)
def test_mathematics_does_matter(data, source):
    assert digest_of(source, data) != digest_of(MODEL, data)


@pytest.mark.parametrize(
    "supports",
    [
        ("real", "positive"),
        ("interval(0.0, 1.0)", "interval(0.0, 1.5)"),
        ("positive", "less_than(0.)"),
    ],
)
def test_a_support_matters_where_the_density_is_the_same(data, supports):
    source = MODEL.replace("dist.Normal(0.0, 1.0)", "dist.ImproperUniform({}, (), ())")
    one, other = (source.format(f"dist.constraints.{each}") for each in supports)
    assert digest_of(one, data) != digest_of(other, data)


def swapped(values):
    values = values.copy()
    values[[0, 1]] = values[[1, 0]]
    return values


ROWS = {
    "a reaction time, in the last bit": lambda d: {"y": np.nextafter(d.y, 9)},
    "a day": lambda d: {"x": np.where(np.arange(len(d.x)) == 5, 0.123, d.x)},
    "whose row it is": lambda d: {"subject_idx": swapped(d.subject_idx[::-1])},
    "the order of rows": lambda d: {
        name: getattr(d, name)[::-1] for name in ("x", "y", "subject_idx")
    },
    "a row fewer": lambda d: {name: getattr(d, name)[1:] for name in ("x", "y", "subject_idx")},
    "the type of numbers": lambda d: {"y": d.y.astype(np.float32)},
    "a subject without rows": lambda d: {"n_subjects": 19},
}


@pytest.mark.parametrize("change", ROWS.values(), ids=ROWS)
def test_rows_matter(data, change):
    other = replace(data, **change(data))
    # complete pooling does not use the subjects, but its posterior says how many there are
    one, two = (
        fit_digest(complete_pooling, each, key=KEY, settings=SETTINGS) for each in (data, other)
    )
    assert one != two


def test_the_scaler_does_not_matter(data):
    other = replace(data, scaler=replace(data.scaler, day_mean=0.0), subjects=data.subjects + 1)
    one, two = (
        fit_digest(partial_pooling, each, key=KEY, settings=SETTINGS) for each in (data, other)
    )
    assert one == two


@pytest.mark.parametrize("setting", SETTINGS)
def test_settings_matter(data, setting):
    other = SETTINGS | {setting: SETTINGS[setting] / 2}
    digests = {fit_digest(complete_pooling, data, key=KEY, settings=s) for s in (SETTINGS, other)}
    assert len(digests) == 2


def test_keys_matter(data):
    keys = [KEY, jax.random.PRNGKey(2), jax.random.split(KEY, 4), jax.random.key(1, impl="rbg")]
    digests = [fit_digest(complete_pooling, data, key=key, settings=SETTINGS) for key in keys]
    assert len(set(digests)) == 4
    assert fit_digest(complete_pooling, data, key=jnp.array(KEY), settings=SETTINGS) == digests[0]


@pytest.mark.parametrize("library", [jax, digest.jaxlib, numpyro, digest.arviz_base])
def test_versions_matter(data, library, monkeypatch):
    before = fit_digest(complete_pooling, data, key=KEY, settings=SETTINGS)
    monkeypatch.setattr(library, "__version__", "0.0.1")
    assert fit_digest(complete_pooling, data, key=KEY, settings=SETTINGS) != before


def test_double_precision_matters(data):
    before = fit_digest(complete_pooling, data, key=KEY, settings=SETTINGS)
    jax.clear_caches()  # what earlier tests had traced in 32 bits, JAX would use in 64
    with jax.enable_x64(True):
        assert fit_digest(complete_pooling, data, key=KEY, settings=SETTINGS) != before


def with_gradient(factor, name="rule"):
    """A model that says by itself how a function in it is differentiated."""

    @jax.custom_jvp
    def flat(value):
        return 2.0 * value

    def rule(primals, tangents):
        return flat(*primals), factor * tangents[0]

    rule.__name__ = name
    flat.defjvp(rule)

    def model(x, subject_idx, y=None, n_subjects=18):
        beta = numpyro.sample("beta", dist.Normal(0.0, 1.0))
        numpyro.sample("obs", dist.Normal(flat(beta) * x, 1.0), obs=y)

    return model


def test_the_gradient_matters_where_the_density_is_the_same(data):
    models = with_gradient(2.0), with_gradient(2.0, name="other"), with_gradient(3.0)
    one, same, other = (fit_digest(each, data, key=KEY, settings=SETTINGS) for each in models)
    assert one == same
    assert one != other


class Doubled(dist.Normal):
    def log_prob(self, value):
        return 2.0 * super().log_prob(value)


def test_the_log_likelihood_of_rows_matters_where_the_density_is_the_same(data):
    def weighted(x, subject_idx, y=None, n_subjects=18):
        beta = numpyro.sample("beta", dist.Normal(0.0, 1.0))
        with numpyro.handlers.scale(scale=2.0):
            numpyro.sample("obs", dist.Normal(beta * x, 1.0), obs=y)

    def doubled(x, subject_idx, y=None, n_subjects=18):
        beta = numpyro.sample("beta", dist.Normal(0.0, 1.0))
        numpyro.sample("obs", Doubled(beta * x, 1.0), obs=y)

    one, other = (fit_digest(m, data, key=KEY, settings=SETTINGS) for m in (weighted, doubled))
    assert one != other


OTHER_PROCESS = """
import jax
from pooling import load_sleepstudy, standardise
from pooling.models import partial_pooling
from pooling.store.digest import fit_digest
data = standardise(load_sleepstudy("train"))
print(fit_digest(partial_pooling, data, key=jax.random.PRNGKey(1), settings={"b": 1, "a": 2}))
"""


@pytest.mark.slow
@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_another_process_comes_to_the_same(data, hash_seed):
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", OTHER_PROCESS]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    here = fit_digest(partial_pooling, data, key=KEY, settings={"a": 2, "b": 1})
    assert run.stdout.strip() == here


def test_python_that_runs_inside_the_computation_has_no_canonical_form(data):
    def model(x, subject_idx, y=None, n_subjects=18):
        beta = numpyro.sample("beta", dist.Normal(0.0, 1.0))
        shape = jax.ShapeDtypeStruct((), jnp.float32)
        numpyro.deterministic("twice", jax.pure_callback(lambda b: 2 * b, shape, 1.0))
        numpyro.sample("obs", dist.Normal(beta * x, 1.0), obs=y)

    with pytest.raises(jaxprs.NoCanonicalForm, match="into which JAX cannot look"):
        fit_digest(model, data, key=KEY, settings=SETTINGS)


def test_the_text_holds_no_name_and_no_address(data):
    text = digest.mathematics(model_from(changed(("line(", "peculiar("))), data)
    assert "peculiar" not in text
    assert "0x" not in text
