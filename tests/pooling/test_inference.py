"""What `fit` returns, and what it refuses."""

import contextlib
import fcntl
import io
import os
import pty
import struct
import subprocess
import sys
import termios
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import pytest
from scipy.special import logsumexp
from scipy.stats import norm
from strictly import STRICTLY

from pooling import inference
from pooling.compare import compare_loo, heldout_elpd, heldout_mcse
from pooling.inference import StuckChainError, fit
from pooling.models import (
    complete_pooling,
    no_pooling,
    partial_pooling,
    partial_pooling_noncentred,
)
from pooling.predict import posterior_predictive
from pooling.store.digest import fit_digest
from pooling.store.netcdf import same
from pooling.summaries import summarise

KEY = jax.random.PRNGKey(5)
SHORT = {"num_warmup": 150, "num_samples": 100}


def test_a_posterior_has_its_groups_dimensions_and_sizes(posteriors):
    posterior = posteriors["partial_pooling"]
    assert set(posterior.children) == {
        "posterior",
        "sample_stats",
        "log_likelihood",
        "observed_data",
    }
    assert dict(posterior["posterior"].sizes) == {"chain": 4, "draw": 2000, "subject": 18}
    assert posterior["posterior"]["beta_s"].dims == ("chain", "draw", "subject")
    assert posterior["log_likelihood"]["obs"].shape == (4, 2000, 110)
    assert posterior["sample_stats"]["diverging"].dtype == bool


def test_the_stored_log_likelihood_is_that_of_the_draws(posteriors, data):
    groups = posteriors["no_pooling"]
    draw = groups["posterior"].isel(chain=2, draw=17)
    mean = draw["alpha_s"].to_numpy()[data.subject_idx]
    mean = mean + draw["beta_s"].to_numpy()[data.subject_idx] * data.x
    expected = norm.logpdf(data.y, mean, draw["sigma"].item())
    stored = groups["log_likelihood"]["obs"].isel(chain=2, draw=17)
    np.testing.assert_allclose(stored, expected, rtol=1e-3, atol=1e-4)


def test_the_same_key_gives_the_same_draws_and_another_key_others(data, tmp_path, monkeypatch):
    draws = []
    for number, key in enumerate((KEY, KEY, jax.random.PRNGKey(6))):
        monkeypatch.setenv("POOLING_STORE", str(tmp_path / str(number)))
        draws.append(fit(complete_pooling, data, key=key, **SHORT)["posterior"]["beta"].to_numpy())
    first, again, other = draws
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first[0], first[1])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": np.zeros(3)}, r"x has shape \(3,\), y has shape \(110,\)"),
        ({"y": np.zeros((110, 1))}, r"y has shape \(110, 1\)"),
        ({"subject_idx": np.zeros(7, int)}, r"subject_idx has shape \(7,\)"),
        ({"n_subjects": 10}, r"goes from 0 to 17, but with n_subjects=10 it must lie in 0 … 9"),
        ({"subject_idx": np.full(110, -1)}, "goes from -1 to -1"),
    ],
)
def test_data_whose_shapes_do_not_match_are_refused(data, change, message):
    with pytest.raises(ValueError, match=message):
        fit(no_pooling, replace(data, **change), key=KEY)


def test_data_without_rows_are_refused(data):
    nothing = replace(data, x=np.zeros(0), y=np.zeros(0), subject_idx=np.zeros(0, int))
    with pytest.raises(ValueError, match="no rows"):
        fit(no_pooling, nothing, key=KEY)


def test_nothing_is_printed_where_there_is_no_terminal(data, capfd, store):
    fit(complete_pooling, data, key=KEY, **SHORT)
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""


FIT = """
import jax
from pooling import load_sleepstudy, standardise
from pooling.inference import fit
from pooling.models import complete_pooling
data = standardise(load_sleepstudy("train"))
draws = fit(complete_pooling, data, key=jax.random.PRNGKey(3), num_warmup=20, num_samples=20)
print("beta", float(draws["posterior"]["beta"].astype(float).sum()))
"""


SILENT = ("CI", "PYTEST_XDIST_WORKER")  # where they are set, NumPyro shows no progress


def run_on_a_terminal(environment):
    """What a terminal shows of it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    command = [sys.executable, *STRICTLY, "-c", FIT]
    run = subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # raised when the other side has closed
        while part := os.read(ours, 65536):
            shown += part
    os.close(ours)
    assert run.wait() == 0, shown
    return shown.decode()


def test_a_terminal_and_a_script_get_the_same_numbers(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name not in SILENT}
    shown = run_on_a_terminal(environment | {"POOLING_STORE": str(tmp_path / "terminal")})
    script = subprocess.run(
        [sys.executable, *STRICTLY, "-c", FIT],
        env=environment | {"POOLING_STORE": str(tmp_path / "script")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert script.stderr == ""
    said = "sampling complete_pooling: 4 chains, 20 draws of warm-up and 20 more in each"
    assert shown.splitlines() == [said, *script.stdout.splitlines()]


@pytest.mark.parametrize("num_chains", [1, 4])
def test_what_is_said_on_a_terminal_is_no_part_of_the_sampler(num_chains, settings, monkeypatch):
    """The bar that NumPyro shows is part of the compiled program, and changes draws."""
    for name in SILENT:
        monkeypatch.delenv(name, raising=False)
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    chains = settings["chains"] | {"num_chains": num_chains}
    assert not inference.sampler(complete_pooling, settings | {"chains": chains}).progress_bar


LARGE = {
    "y": ({"y": 1e20}, "y is not below 1e\\+15.* in row 0"),
    "x": ({"x": 1e300}, "x is not below 1e\\+15.* in row 0"),
}


@pytest.mark.parametrize(("factor", "message"), LARGE.values(), ids=LARGE.keys())
def test_numbers_that_32_bits_cannot_square_are_refused(data, factor, message):
    large = {name: each * getattr(data, name) for name, each in factor.items()}
    with pytest.raises(ValueError, match=message):
        fit(complete_pooling, replace(data, **large), key=KEY)


@pytest.mark.parametrize("num_samples", [2, 30])
def test_a_posterior_whose_draws_never_moved_is_an_error_and_not_stored(num_samples, data, store):
    with pytest.raises(StuckChainError, match=r"none of 4 chains ever moved.*more warm-up"):
        fit(complete_pooling, data, key=KEY, num_warmup=0, num_samples=num_samples)
    assert not list(store.glob("*.nc"))
    assert not list(store.glob("*.json"))


def test_draws_of_no_finite_density_are_an_error(data, store, monkeypatch):
    fields = numpyro.infer.MCMC.get_extra_fields

    def one_infinite(mcmc, group_by_chain=False):
        found = fields(mcmc, group_by_chain=group_by_chain)
        energy = found["potential_energy"]
        return found | {"potential_energy": energy.at[1, 3].set(jnp.inf)}

    monkeypatch.setattr(numpyro.infer.MCMC, "get_extra_fields", one_infinite)
    with pytest.raises(StuckChainError, match="a density is not finite"):
        fit(complete_pooling, data, key=KEY, **SHORT)
    assert not list(store.glob("*.nc"))


def test_one_draw_is_a_posterior(data, store):
    posterior = fit(complete_pooling, data, key=KEY, num_warmup=100, num_samples=1)
    assert dict(posterior["posterior"].sizes) == {"chain": 4, "draw": 1}
    assert np.isfinite(summarise(posterior)["mean"]).all()
    assert np.isfinite(heldout_elpd(complete_pooling, posterior, data)).all()
    with pytest.raises(ValueError, match="4 draws, too few"):
        compare_loo({"one": posterior, "other": posterior})


COUNTS = {
    "no chain": ({"num_chains": 0}, ValueError, "num_chains is 1 or more, not 0"),
    "half a chain": ({"num_chains": 1.5}, TypeError, "num_chains is a whole number, not float 1.5"),
    "truth": ({"num_chains": True}, TypeError, "num_chains is a whole number, not bool True"),
    "no draw": ({"num_samples": 0}, ValueError, "num_samples is 1 or more, not 0"),
    "text": ({"num_samples": "100"}, TypeError, "num_samples is a whole number, not str '100'"),
    "negative": ({"num_warmup": -1}, ValueError, "num_warmup is 0 or more, not -1"),
    "certain": ({"target_accept": 1.0}, ValueError, "between 0 and 1, not 1.0"),
    "nan": ({"target_accept": np.nan}, ValueError, "between 0 and 1, not nan"),
}


@pytest.mark.parametrize(("change", "error", "message"), COUNTS.values(), ids=COUNTS.keys())
def test_counts_that_make_no_sense_are_refused(data, change, error, message):
    with pytest.raises(error, match=message):
        fit(complete_pooling, data, key=KEY, **change)


def test_rows_in_lists_and_keys_and_counts_of_numpy_are_the_same_fit(data, store):
    silent = fit(complete_pooling, data, key=KEY, **SHORT)
    form = {name: list(getattr(data, name)) for name in ("x", "y", "subject_idx")}
    ask = {name: np.int64(each) for name, each in SHORT.items()}
    again = fit(
        complete_pooling,
        replace(data, **form, n_subjects=np.int64(18)),
        key=np.asarray(KEY),
        num_chains=np.int32(4),
        **ask,
    )
    assert same(again, silent)
    assert len(list(store.glob("*.nc"))) == 1


@pytest.fixture
def settings(data, monkeypatch):
    """The settings of a fit, as the store sees them."""
    monkeypatch.setattr(inference, "look_up_or_sample", lambda *fit, settings, **_: settings)
    return fit(complete_pooling, data, key=KEY, **SHORT)


def asked(settings, data, monkeypatch):
    """What NumPyro's sampler is asked for."""
    seen = {}

    def run(mcmc, *arguments, **keywords):
        seen.update(vars(mcmc.sampler) | vars(mcmc) | keywords)
        raise InterruptedError

    with monkeypatch.context() as patch:
        patch.setattr("numpyro.infer.MCMC.run", run)
        with contextlib.suppress(InterruptedError):
            inference.sample(complete_pooling, data, key=KEY, settings=settings)
    plain = (str, int, float, tuple)
    return {name: value for name, value in seen.items() if isinstance(value, plain)}


OTHER = {
    ("kernel", "target_accept_prob"): 0.9,
    ("chains", "num_chains"): 2,
    ("chains", "num_warmup"): 151,
    ("chains", "num_samples"): 101,
    ("chains", "chain_method"): "sequential",
    ("run", "extra_fields"): ("energy",),
    ("kernel", "max_tree_depth"): 8,  # not among today's
    ("chains", "thinning"): 2,
}


@pytest.mark.parametrize("setting", OTHER, ids=lambda setting: setting[1])
def test_a_setting_changes_both_the_sampler_and_the_fits_identity(
    setting, settings, data, monkeypatch
):
    part, name = setting
    changed = settings | {part: settings[part] | {name: OTHER[setting]}}
    one, other = (asked(each, data, monkeypatch) for each in (settings, changed))
    assert one
    assert one != other
    one, other = (
        fit_digest(complete_pooling, data, key=KEY, settings=each) for each in (settings, changed)
    )
    assert one != other


def test_every_setting_of_a_fit_is_tried(settings):
    known = {(part, name) for part, names in settings.items() for name in names}
    assert known == set(OTHER) - {("kernel", "max_tree_depth"), ("chains", "thinning")}


def test_a_setting_that_a_later_version_of_fit_makes_finds_no_older_posterior(
    data, store, monkeypatch
):
    def shallow(sample, model, data, *, key, settings):
        kernel = settings["kernel"] | {"max_tree_depth": 2}
        return look_up(sample, model, data, key=key, settings=settings | {"kernel": kernel})

    look_up = inference.look_up_or_sample
    deep = fit(no_pooling, data, key=KEY, **SHORT)
    monkeypatch.setattr(inference, "look_up_or_sample", shallow)
    steps = fit(no_pooling, data, key=KEY, **SHORT)["sample_stats"]["n_steps"]
    assert steps.max() <= 3 < deep["sample_stats"]["n_steps"].max()


def test_dimensions_are_those_of_the_models_plates(data, store):
    def model(x, subject_idx, y=None, n_subjects=18):
        with numpyro.plate("subjects", n_subjects):
            gamma_s = numpyro.sample("gamma_s", dist.Normal(0.0, 1.0))
            numpyro.deterministic("double", 2 * gamma_s)
            numpyro.deterministic("total", gamma_s.sum())
            numpyro.deterministic("pairs", jnp.stack([gamma_s, gamma_s], axis=-1))
            with numpyro.plate("seasons", 4):
                numpyro.sample("shift", dist.Normal(0.0, 1.0))
            numpyro.sample("place", dist.Normal(0.0, 1.0).expand([3]).to_event(1))
        numpyro.deterministic("later", gamma_s + 1)
        numpyro.sample("free", dist.Normal(0.0, 1.0).expand([18]).to_event(1))
        with numpyro.plate("rows", len(x)):
            numpyro.sample("obs", dist.Normal(gamma_s[subject_idx] * x, 1.0), obs=y)

    posterior = fit(model, data, key=KEY, num_warmup=20, num_samples=20)
    named = {name: each.dims[2:] for name, each in posterior["posterior"].items()}
    assert named == {
        "gamma_s": ("subject",),
        "double": ("subject",),
        "total": (),
        "pairs": ("pairs_dim_0", "pairs_dim_1"),
        "shift": ("seasons", "subject"),
        "place": ("subject", "place_dim_0"),
        "later": ("subject",),
        "free": ("free_dim_0",),
    }
    assert posterior["posterior"]["gamma_s"]["subject"].to_numpy().tolist() == list(range(18))
    assert posterior["log_likelihood"]["obs"].dims == ("chain", "draw", "row")


def test_predictions_are_in_ms_and_have_one_value_per_draw_and_row(posteriors, data):
    replicated = posterior_predictive(
        complete_pooling, posteriors["complete_pooling"], data, key=KEY
    )["obs"]
    assert replicated.dims == ("chain", "draw", "row")
    assert replicated.shape == (4, 2000, 110)
    assert replicated.attrs["units"] == "ms"
    draws = posteriors["complete_pooling"]["posterior"]
    row = 40
    mean = draws["alpha"] + draws["beta"] * data.x[row]
    sd = np.sqrt(mean.var() + (draws["sigma"] ** 2).mean()).item()
    expected = data.scaler.to_ms(mean.mean().item())
    spread = sd * data.scaler.reaction_sd
    # 8000 draws, of which a few thousand are independent at least
    assert replicated[..., row].mean() == pytest.approx(expected, abs=5 * spread / np.sqrt(2000))
    assert replicated[..., row].std() == pytest.approx(spread, rel=5 / np.sqrt(2 * 2000))


def test_predictions_do_not_look_at_the_observed_values(posteriors, data):
    first, second = (
        posterior_predictive(complete_pooling, posteriors["complete_pooling"], rows, key=KEY)
        for rows in (data, replace(data, y=data.y + 100))
    )
    np.testing.assert_array_equal(first["obs"], second["obs"])


def test_heldout_elpd_is_the_written_out_formula(posteriors, heldout):
    draws = posteriors["no_pooling"]["posterior"].to_dataset().stack(sample=("chain", "draw"))
    alpha, beta = (draws[name].to_numpy()[heldout.subject_idx] for name in ("alpha_s", "beta_s"))
    density = norm.logpdf(
        heldout.y[:, None], alpha + beta * heldout.x[:, None], draws["sigma"].to_numpy()
    )
    expected = logsumexp(density, axis=1) - np.log(density.shape[1])
    pointwise = heldout_elpd(no_pooling, posteriors["no_pooling"], heldout)
    assert pointwise.shape == (70,)
    np.testing.assert_allclose(pointwise, expected, rtol=1e-4, atol=1e-4)


def test_rows_to_predict_may_lack_the_last_subjects(posteriors, heldout):
    posterior = posteriors["no_pooling"]
    everyone = heldout_elpd(no_pooling, posterior, heldout)
    some = heldout.subject_idx < 10
    fewer = replace(
        heldout,
        x=heldout.x[some],
        y=heldout.y[some],
        subject_idx=heldout.subject_idx[some],
        n_subjects=int(heldout.subject_idx[some].max()) + 1,
    )
    np.testing.assert_allclose(
        heldout_elpd(no_pooling, posterior, fewer), everyone[some], rtol=1e-5
    )


def test_a_subject_that_was_not_in_the_fit_cannot_be_predicted(posteriors, heldout):
    stranger = replace(heldout, subject_idx=heldout.subject_idx + 1, n_subjects=19)
    with pytest.raises(ValueError, match=r"but with n_subjects=18 it must lie in 0 … 17"):
        heldout_elpd(no_pooling, posteriors["no_pooling"], stranger)
    with pytest.raises(ValueError, match=r"but with n_subjects=18 it must lie in 0 … 17"):
        posterior_predictive(no_pooling, posteriors["no_pooling"], stranger, key=KEY)


def test_the_non_centred_form_predicts_as_well(data, heldout, posteriors):
    noncentred = fit(partial_pooling_noncentred, data, key=KEY)
    score = heldout_elpd(partial_pooling_noncentred, noncentred, heldout).sum()
    error = heldout_mcse(partial_pooling_noncentred, noncentred, heldout)
    centred = posteriors["partial_pooling"]
    expected = heldout_elpd(partial_pooling, centred, heldout).sum()
    expected_error = heldout_mcse(partial_pooling, centred, heldout)
    assert score == pytest.approx(expected, abs=5 * np.hypot(error, expected_error))


def test_the_mcse_of_the_heldout_elpd_is_the_spread_over_chains(posteriors, heldout):
    """Twelve short runs: the spread of their totals is what the formula says for each."""
    posterior = posteriors["no_pooling"]
    blocks = [
        posterior.isel(chain=[chain], draw=slice(start, start + 500))
        for chain in range(4)
        for start in range(0, 2000, 500)
    ]
    totals = [heldout_elpd(no_pooling, block, heldout).sum() for block in blocks]
    stated = np.mean([heldout_mcse(no_pooling, block, heldout) for block in blocks])
    # a standard deviation from 16 values is known to about a fifth
    assert 0.4 < np.std(totals, ddof=1) / stated < 2.0
