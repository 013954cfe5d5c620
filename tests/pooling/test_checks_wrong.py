"""Every slip that a reader is likely to make is refused, and for its own reason."""

# ruff: noqa: E501 (a table is read by its rows)
import inspect
import linecache

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import pytest

from pooling import models
from pooling.checks import check_model

SOURCES = {
    name: inspect.getsource(getattr(models, name)).replace('"""', "'''")
    for name in (*models.REGIMES, "partial_pooling_noncentred")
}
SOURCES["noncentred"] = SOURCES.pop("partial_pooling_noncentred")
PARTIAL, NONCENTRED, NONE, COMPLETE = (
    "partial_pooling",
    "noncentred",
    "no_pooling",
    "complete_pooling",
)

A_PLATE = '    with numpyro.plate("subjects", n_subjects):\n'
AGAIN = '    with numpyro.plate("again", n_subjects):\n'
A_POPULATION = "dist.Normal(mu_alpha, tau_alpha)"
B_POPULATION = "dist.Normal(mu_beta, tau_beta)"
TAU = 'numpyro.sample("tau_alpha", dist.Exponential(1.0))'
MU = 'numpyro.sample("mu_alpha", dist.Normal(0.0, 1.0))'
SIGMA = 'numpyro.sample("sigma", dist.Exponential(1.0))'
MEAN = "alpha_s[subject_idx] + beta_s[subject_idx] * x"
OBS = f'numpyro.sample("obs", dist.Normal({MEAN}, sigma), obs=y)'
LINES = """        alpha_s = numpyro.sample("alpha_s", dist.Normal(mu_alpha, tau_alpha))
        beta_s = numpyro.sample("beta_s", dist.Normal(mu_beta, tau_beta))
"""
CORRELATED = """
    corr = numpyro.sample("corr", dist.LKJCholesky(2, 1.0))
    tau = jnp.stack([tau_alpha, tau_beta])
"""

# fmt: off
# Of which model, what is written instead of what (pairs), and what the message must speak of.
SLIPS = {
    # Scale against variance.
    "τ²": (PARTIAL, [A_POPULATION, "dist.Normal(mu_alpha, tau_alpha**2)"], "tau_alpha squared variance"),
    "τ², offsets": (NONCENTRED, ["tau_beta * z_beta", "tau_beta * tau_beta * z_beta"], "tau_beta squared"),
    "√τ": (PARTIAL, [A_POPULATION, "dist.Normal(mu_alpha, jnp.sqrt(tau_alpha))"], "root tau_alpha"),
    "√τ, offsets": (NONCENTRED, ["tau_beta * z_beta", "tau_beta**0.5 * z_beta"], "root tau_beta"),
    "σ²": (COMPLETE, ["beta * x, sigma)", "beta * x, sigma**2)"], "σ squared sigma variance"),
    "σ², none": (NONE, ["* x, sigma)", "* x, jnp.square(sigma))"], "σ squared variance"),
    "√σ": (COMPLETE, ["beta * x, sigma)", "beta * x, jnp.sqrt(sigma))"], "σ root"),
    # Another prior.
    "HalfNormal τ": (PARTIAL, [TAU, TAU.replace("Exponential", "HalfNormal")], "tau_alpha HalfNormal(1) Exponential(1)"),
    "HalfCauchy τ": (NONCENTRED, [TAU, TAU.replace("Exponential", "HalfCauchy")], "tau_alpha HalfCauchy(1) Exponential(1)"),
    "HalfNormal σ": (COMPLETE, [SIGMA, SIGMA.replace("Exponential", "HalfNormal")], "sigma HalfNormal(1) Exponential(1)"),
    "Gamma σ": (NONE, [SIGMA, SIGMA.replace("Exponential(1.0)", "Gamma(2.0, 1.0)")], "sigma Gamma(2, 1) Exponential(1)"),
    "rate": (PARTIAL, [TAU, TAU.replace("1.0", "0.5")], "tau_alpha Exponential(0.5) rate"),
    "rate σ": (COMPLETE, [SIGMA, SIGMA.replace("1.0", "2.0")], "sigma Exponential(2) rate"),
    "almost 1": (COMPLETE, [SIGMA, SIGMA.replace("1.0", "1.02")], "sigma Exponential(1.02) rate"),
    "wide, complete": (COMPLETE, ['"alpha", dist.Normal(0.0, 1.0)', '"alpha", dist.Normal(0, 10)'], "intercept alpha Normal(0, 10) Normal(0, 1)"),
    "wide, none": (NONE, ['"beta_s", dist.Normal(0.0, 1.0)', '"beta_s", dist.Normal(0, 10)'], "slopes beta_s Normal(0, 10)"),
    "wide, partial": (PARTIAL, [MU, MU.replace("1.0", "10")], "centre intercepts mu_alpha Normal(0, 10)"),
    "doubled": (COMPLETE, [SIGMA, "2 * " + SIGMA], "σ 2 × sigma"),
    "log τ": (PARTIAL, [TAU, 'jnp.exp(numpyro.sample("log_tau", dist.Normal(0, 1)))'], "exponential log_tau"),
    "negative σ": (COMPLETE, [SIGMA, SIGMA.replace("Exponential(1.0)", "Normal(0, 1)")], "negative Exponential(1)"),
    "negative τ, offsets": (NONCENTRED, [TAU, TAU.replace("Exponential(1.0)", "Normal(0, 1)")], "spread tau_alpha Normal(0, 1) Exponential(1)"),
    "negative τ": (PARTIAL, [TAU, TAU.replace("Exponential(1.0)", "Normal(0, 1)")], "negative Exponential(1)"),
    "Cauchy α": (COMPLETE, ['"alpha", dist.Normal', '"alpha", dist.Cauchy'], "alpha Cauchy(0, 1) Normal(0, 1)"),
    # Hyperparameters.
    "μ in the plate": (PARTIAL, [f"    mu_alpha = {MU}\n", "", A_PLATE, f"{A_PLATE}        mu_alpha = {MU}\n"], "mu_alpha before plate"),
    "τ in the plate": (PARTIAL, [f"    tau_alpha = {TAU}\n", "", A_PLATE, f"{A_PLATE}        tau_alpha = {TAU}\n"], "tau_alpha before plate"),
    "τ in the plate, offsets": (NONCENTRED, [f"    tau_alpha = {TAU}\n", "", A_PLATE, f"{A_PLATE}        tau_alpha = {TAU}\n"], "tau_alpha before plate"),
    "no centre": (PARTIAL, [A_POPULATION, "dist.Normal(0, tau_alpha)"], "centre intercepts fixed 0 Normal(0, 1)"),
    "fixed centre": (PARTIAL, [B_POPULATION, "dist.Normal(1.5, tau_beta)"], "centre slopes fixed 1.5"),
    "fixed spread": (PARTIAL, [A_POPULATION, "dist.Normal(mu_alpha, 1)"], "spread intercepts fixed 1 Exponential(1)"),
    "fixed σ": (COMPLETE, [SIGMA, "1.0"], "σ fixed 1"),
    "offset, no spread": (NONCENTRED, ["tau_alpha * z_alpha", "z_alpha"], "spread intercepts fixed"),
    "offset, no centre": (NONCENTRED, ["mu_alpha + tau_alpha", "tau_alpha"], "z_alpha offset centre"),
    "offset, no centre, slopes": (NONCENTRED, ["mu_beta + tau_beta", "tau_beta"], "z_beta offset centre"),
    "one τ": (PARTIAL, [B_POPULATION, "dist.Normal(mu_beta, tau_alpha)"], "tau_alpha both spread intercepts slopes own"),
    "one τ, offsets": (NONCENTRED, ["tau_beta * z_beta", "tau_alpha * z_beta"], "tau_alpha own"),
    "one μ": (PARTIAL, [B_POPULATION, "dist.Normal(mu_alpha, tau_beta)"], "mu_alpha own"),
    "σ is τ": (PARTIAL, [f"    sigma = {SIGMA}\n", "    sigma = tau_alpha\n"], "tau_alpha own"),
    "one z": (NONCENTRED, ["tau_beta * z_beta", "tau_beta * z_alpha"], "z_alpha own"),
    "one line, complete": (COMPLETE, ["beta * x", "alpha * x"], "alpha own"),
    "correlated": (
        PARTIAL,
        [A_PLATE, CORRELATED + A_PLATE, LINES, """        lines = numpyro.sample("lines", dist.MultivariateNormal(
            jnp.stack([mu_alpha, mu_beta]), scale_tril=tau[:, None] * corr))
    alpha_s, beta_s = lines[:, 0], lines[:, 1]
"""],
        "lines correlates independent",
    ),
    "correlated, offsets": (
        PARTIAL,
        [A_PLATE, CORRELATED + A_PLATE, LINES, """        z = numpyro.sample("z", dist.Normal(0, 1).expand([2]).to_event(1))
    lines = jnp.stack([mu_alpha, mu_beta]) + z @ (tau[:, None] * corr).T
    alpha_s, beta_s = lines[:, 0], lines[:, 1]
"""],
        "correlate independent",
    ),
    # Plates and the index.
    "no plate": (NONE, [A_PLATE, "    if True:\n"], "alpha_s[subject_idx] plate one number"),
    "no plate, partial": (PARTIAL, [A_PLATE, "    if True:\n"], "alpha_s[subject_idx] plate"),
    "no plate, no index": (PARTIAL, [A_PLATE, "    if True:\n", "[subject_idx]", ""], "same line complete pooling plate"),
    "over rows": (NONE, [A_PLATE, '    with numpyro.plate("rows", len(x)):\n'], "alpha_s rows plate n_subjects"),
    "over rows, no index": (PARTIAL, [A_PLATE, '    with numpyro.plate("rows", x.shape[0]):\n', "[subject_idx]", ""], "alpha_s rows plate n_subjects"),
    "18": (NONE, ['"subjects", n_subjects', '"subjects", 18'], "alpha_s 18 n_subjects"),
    "18, expand": (PARTIAL, [A_PLATE, "    if True:\n", "alpha)", "alpha).expand([18])", "beta)", "beta).expand([18])"], "18 n_subjects"),
    "counted": (NONE, ['"subjects", n_subjects', '"subjects", len(np.unique(subject_idx))'], "occur"),
    "counted by the last": (NONE, ['"subjects", n_subjects', '"subjects", int(subject_idx.max()) + 1'], "alpha_s n_subjects occur"),
    "counted by the last, offsets": (NONCENTRED, ['"subjects", n_subjects', '"subjects", np.max(subject_idx) + 1'], "z_alpha n_subjects occur"),
    "no index": (NONE, ["[subject_idx]", ""], "subject_idx rows"),
    "no index, partial": (PARTIAL, ["[subject_idx]", ""], "subject_idx rows"),
    "obs in the plate": (PARTIAL, [f"    {OBS}", f"{AGAIN}        {OBS}"], "subject_idx plate rows"),
    "shift −1": (NONE, ["[subject_idx]", "[subject_idx - 1]"], "subject_idx shifted"),
    "shift −1, offsets": (NONCENTRED, ["[subject_idx]", "[subject_idx - 1]"], "subject_idx shifted"),
    "shift +1": (PARTIAL, ["[subject_idx]", "[subject_idx + 1]"], "subject_idx shifted"),
    "only intercepts": (PARTIAL, ["beta_s[subject_idx] * x", "mu_beta * x"], "only intercepts vary slope"),
    "only intercepts, none": (NONE, ["beta_s[subject_idx] * x", "beta_s[0] * x"], "only intercepts vary slope"),
    "only slopes": (PARTIAL, ["alpha_s[subject_idx]", "mu_alpha"], "only slopes vary intercept"),
    "σ each row": (NONE, [SIGMA, SIGMA.replace("1.0)", "1.0).expand([len(x)])")], "sigma each rows one number"),
    "σ each row, plate": (PARTIAL, [f"    sigma = {SIGMA}\n", f"    with numpyro.plate('rows', len(x)):\n        sigma = {SIGMA}\n"], "sigma each rows one number"),
    "a second sample": (COMPLETE, ["obs=y)", 'obs=y)\n    numpyro.sample("pred", dist.Normal(alpha + beta * x, sigma))'], "pred observed y=None"),
    "a second sample, partial": (PARTIAL, ["obs=y)", f'obs=y)\n    numpyro.sample("y_new", dist.Normal({MEAN}, sigma))'], "y_new observed y=None"),
    "obs a factor": (COMPLETE, ['numpyro.sample("obs", dist.Normal(alpha + beta * x, sigma), obs=y)', 'numpyro.factor("obs", dist.Normal(alpha + beta * x, sigma).log_prob(0 if y is None else y).sum())'], "obs factor"),
    "obs a factor, none": (NONE, [OBS, f'numpyro.factor("obs", dist.Normal({MEAN}, sigma).log_prob(jnp.zeros(len(x)) if y is None else y))'], "obs factor"),
    "LogNormal lines": (PARTIAL, [A_POPULATION, "dist.LogNormal(mu_alpha, tau_alpha)"], "alpha_s LogNormal Normal"),
    "TruncatedNormal τ": (PARTIAL, [TAU, TAU.replace("Exponential(1.0)", "TruncatedNormal(0, 1, low=0)")], "tau_alpha TruncatedNormal Exponential(1)"),
    "σ each": (NONE, [f"    sigma = {SIGMA}\n", AGAIN + f"        sigma = {SIGMA}\n", "x, sigma", "x, sigma[subject_idx]"], "σ each subject one number"),
    "σ each, partial": (PARTIAL, [SIGMA, SIGMA.replace("1.0)", "1.0).expand([n_subjects])"), "x, sigma", "x, sigma[subject_idx]"], "σ each subject one number"),
    # The likelihood.
    "no x": (COMPLETE, ["beta * x", "beta"], "x enter mean"),
    "no x, partial": (PARTIAL, ["beta_s[subject_idx] * x", "beta_s[subject_idx]"], "x slope multiplied"),
    "no slope": (NONE, [" + beta_s[subject_idx] * x", ""], "x slope"),
    "x²": (COMPLETE, ["beta * x", "beta * x**2"], "straight line x"),
    "exp": (NONE, [MEAN, f"jnp.exp({MEAN})"], "straight line x"),
    "x without intercept": (COMPLETE, ["alpha + beta * x", "beta * x"], "intercept fixed 0"),
    "no obs=y": (COMPLETE, [", obs=y", ""], "obs=y"),
    "no obs=y, partial": (PARTIAL, [", obs=y", ""], "obs=y"),
    "called y": (COMPLETE, ['"obs"', '"y"'], "y name obs"),
    "called likelihood": (PARTIAL, ['"obs"', '"likelihood"'], "likelihood name obs"),
    "called y, not observed": (NONE, ['"obs"', '"y"', ", obs=y", ""], "obs obs=y"),
    "obs=x": (COMPLETE, ["obs=y", "obs=x"], "obs=y"),
    "obs centred": (NONE, ["obs=y", "obs=None if y is None else y - y.mean()"], "obs=y"),
    "twice": (COMPLETE, ["obs=y)", 'obs=y)\n    numpyro.sample("obs2", dist.Normal(alpha, sigma), obs=y)'], "twice obs2"),
    "factor": (PARTIAL, ["obs=y)", 'obs=y)\n    numpyro.factor("more", -tau_alpha)'], "more factor"),
    "scaled": (NONE, ["    numpyro.sample(\"obs\"", "    with numpyro.handlers.scale(scale=2.0):\n        numpyro.sample(\"obs\""], "obs counts 2 times"),
    "scaled prior": (COMPLETE, ["    beta =", "    with numpyro.handlers.scale(scale=0.5):\n        beta ="], "beta counts 0.5 times"),
    "masked": (NONE, ["sigma), obs", "sigma).mask(x > 0), obs"], "obs masked"),
    "shape": (NONE, ["alpha_s[subject_idx] +", "alpha_s[:, None] +"], "obs shape (7, 33) row subject_idx"),
    "Student": (COMPLETE, ["dist.Normal(alpha +", "dist.StudentT(4, alpha +"], "obs StudentT Normal"),
    "Laplace": (PARTIAL, [f"dist.Normal({MEAN}", f"dist.Laplace({MEAN}"], "obs Laplace Normal"),
    "Student lines": (PARTIAL, [A_POPULATION, "dist.StudentT(4, mu_alpha, tau_alpha)"], "alpha_s StudentT Normal"),
    "Student offsets": (NONCENTRED, ['"z_beta", dist.Normal(', '"z_beta", dist.StudentT(4.0, '], "z_beta StudentT Normal"),
    # The data in the wrong place.
    "y in a prior": (COMPLETE, ['"alpha", dist.Normal(0.0, 1.0)', '"alpha", dist.Normal(0 if y is None else y.mean(), 1)'], "prior alpha depends y"),
    "y in the mean": (NONE, ["beta_s[subject_idx] * x", "beta_s[subject_idx] * x + (0 if y is None else y.mean())"], "depends y"),
    "y in σ": (COMPLETE, [SIGMA, SIGMA + " * (1 if y is None else y.std())"], "standard deviation computed y"),
    "x in a prior": (PARTIAL, [MU, MU.replace("0.0", "x.mean()")], "prior mu_alpha depends rows"),
    "x centred": (NONE, ["* x", "* (x - x.mean())"], "depends rows"),
    # Not finished.
    "dots": (COMPLETE, ['numpyro.sample("beta", dist.Normal(0.0, 1.0))', "..."], "... left in"),
    "dots in a call": (PARTIAL, [A_POPULATION, "dist.Normal(mu_alpha, ...)"], "... left in"),
    "typo": (PARTIAL, ["alpha_s[subject_idx] + ", "alpah_s[subject_idx] + "], "NameError alpah_s line"),
    "attribute": (COMPLETE, ["dist.Exponential", "dist.Exponentiel"], "AttributeError Exponentiel sigma line"),
    "two of one name": (COMPLETE, ['"beta", ', '"alpha", '], "beta one name"),
    "needs y": (COMPLETE, ["obs=y", "obs=y.ravel()"], "y=None obs"),
    "float": (COMPLETE, ["alpha + beta * x", "float(alpha) + beta * x"], "float(alpha) jnp"),
    "numpy": (NONE, ["alpha_s[subject_idx]", "np.asarray(alpha_s)[subject_idx]"], "np.asarray jnp"),
    # The signature.
    "no y": (COMPLETE, ["y: ArrayLike | None = None, ", ""], "signature y"),
    "no default": (NONE, ["n_subjects: int = 18", "n_subjects: int = 20"], "signature n_subjects"),
    "other name": (PARTIAL, ["n_subjects", "n"], "signature n_subjects"),
    # Offsets that are no standard normal variables, and dependences.
    "uniform offsets": (NONCENTRED, ['"z_beta", dist.Normal(0.0, 1.0)', '"z_beta", dist.Uniform(-1, 1)'], "z_beta Uniform Normal"),
    "zero-sum offsets": (NONCENTRED, [A_PLATE, A_PLATE.replace("with", 'z_alpha = numpyro.sample("z_alpha", dist.ZeroSumNormal(1.0, (n_subjects,)))\n    with'), '        z_alpha = numpyro.sample("z_alpha", dist.Normal(0.0, 1.0))\n', ""], "z_alpha ZeroSumNormal Normal"),
    "sorted": (NONE, ["alpha_s[subject_idx]", "jnp.sort(alpha_s)[subject_idx]"], "prior intercept subject"),
    "reversed": (NONE, ["alpha_s[subject_idx]", "alpha_s[::-1][subject_idx]"], "subject_idx not used as it is alpha_s"),
    "one more": (NONE, [A_PLATE, A_PLATE.replace("n_subjects", "n_subjects + 1"), "[subject_idx]", "[subject_idx + 1]"], "alpha_s 8 values 7 subjects"),
    "one subject": (NONE, ['"beta_s", dist.Normal(0.0, 1.0)', '"beta_s", dist.Normal(0, jnp.ones(n_subjects).at[5].set(2.0))'], "slope of subject 5"),
    "σ shifted": (COMPLETE, ["beta * x, sigma)", "beta * x, sigma + 0.1)"], "σ 0.1 + sigma"),
    "σ scales a prior": (COMPLETE, [f"    sigma = {SIGMA}\n", "", "    alpha =", f"    sigma = {SIGMA}\n    alpha =", '"alpha", dist.Normal(0.0, 1.0)', '"alpha", dist.Normal(0, sigma)'], "intercept quantiles"),
    "chained": (PARTIAL, [MU.replace("alpha", "beta"), MU.replace("alpha", "beta").replace("0.0", "mu_alpha")], "mean slopes quantiles"),
    # Parametrisations that no site shows.
    "sum": (COMPLETE, ['numpyro.sample("alpha", dist.Normal(0.0, 1.0))', 'numpyro.sample("alpha", dist.Normal(0, 1)) + numpyro.sample("more", dist.Normal(0, 1))'], "intercept quantiles"),
    "hidden population": (NONE, [A_PLATE, '    spread = numpyro.sample("one", dist.Exponential(1)) * numpyro.sample("two", dist.Exponential(1))\n' + A_PLATE, '"beta_s", dist.Normal(0.0, 1.0)', '"beta_s", dist.Normal(0, spread)'], "prior mean slopes quantiles"),
    "a subject's own offset as the centre": (NONCENTRED, ["mu_beta + tau_beta", "z_alpha[0] + tau_beta"], "centre slopes z_alpha[0] one subject"),
    "two spreads": (NONCENTRED, ["tau_alpha * z_alpha", 'tau_alpha * numpyro.sample("more", dist.Exponential(1)) * z_alpha'], "spread intercepts quantiles"),
}
# fmt: on


def edited(name, pairs):
    """The course's model with a slip, as one who types it has it."""
    text = SOURCES[name]
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text, old
        text = text.replace(old, new)
    file = f"<slip {hash(text)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    space = dict(vars(models)) | {"jnp": jnp, "np": np}
    exec(compile(text, file, "exec"), space)
    return space["partial_pooling_noncentred" if name == NONCENTRED else name]


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_refused_for_its_own_reason(slip):
    name, pairs, words = SLIPS[slip]
    asked = PARTIAL if name == NONCENTRED else name
    verdict = check_model(asked, edited(name, pairs))
    assert not verdict.passed
    assert "Read again: " in verdict.message
    plain = verdict.message.lower().replace("`", "")
    missing = [word for word in words.lower().split() if word not in plain]
    assert missing == [], verdict.message


def test_a_message_shows_the_readers_own_line():
    verdict = check_model(COMPLETE, edited(COMPLETE, ["alpha + beta * x", "alhpa + beta * x"]))
    assert '`numpyro.sample("obs", dist.Normal(alhpa + beta * x, sigma), obs=y)`' in verdict.message
    assert "name 'alhpa' is not defined" in verdict.message


@pytest.mark.parametrize(
    ("written", "asked", "words"),
    [
        (PARTIAL, NONE, "mu_alpha tau_alpha this is partial pooling"),
        (NONCENTRED, NONE, "mu_alpha tau_alpha this is partial pooling"),
        (NONE, PARTIAL, "this is no pooling population"),
        (COMPLETE, PARTIAL, "this is complete pooling"),
        (NONE, COMPLETE, "this is no pooling"),
    ],
)
def test_another_regime_is_called_by_its_name(written, asked, words):
    verdict = check_model(asked, edited(written, []))
    assert not verdict.passed
    plain = verdict.message.lower().replace("`", "")
    assert [word for word in words.split() if word not in plain] == [], verdict.message


def test_the_verdict_and_its_words_are_the_same_in_every_run():
    model = edited(*SLIPS["two spreads"][:2])
    first = check_model(PARTIAL, model)
    numpyro.sample("unrelated", dist.Normal(), rng_key=jax.random.PRNGKey(1))
    assert check_model(PARTIAL, model) == first
