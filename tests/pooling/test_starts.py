"""Where chains begin."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import pytest

from pooling import inference
from pooling.inference import fit
from pooling.models import correlated_effects, partial_pooling_noncentred
from pooling.starts import starting_points

KEY = jax.random.key(3)


@pytest.mark.parametrize("model", [partial_pooling_noncentred, correlated_effects])
def test_points_are_those_that_numpyro_could_draw(model, data):
    """As many numbers as the sampler has for each site, all between −2 and 2."""
    points = starting_points(model, data, key=KEY, num_chains=4)
    initialize = partial(
        numpyro.infer.util.initialize_model,
        model=model,
        model_args=(data.x, data.subject_idx),
        model_kwargs={"y": data.y, "n_subjects": data.n_subjects},
    )
    numpyros = jax.eval_shape(lambda key: initialize(key).param_info.z, KEY)
    assert {name: each.shape[1:] for name, each in points.items()} == {
        name: each.shape for name, each in numpyros.items()
    }
    numbers = np.concatenate([np.ravel(each) for each in points.values()])
    assert len(np.unique(numbers)) == len(numbers)
    assert -2 <= numbers.min() < -1.5
    assert 1.5 < numbers.max() <= 2


def only_above(x, subject_idx, y=None, *, n_subjects):
    """A model whose density is zero at seven points in eight where chains may begin."""
    mu = numpyro.sample("mu", dist.Normal(0, 1))
    numpyro.factor("above", jnp.where(mu > 1.5, 0.0, -jnp.inf))
    numpyro.sample("obs", dist.Normal(mu, 1), obs=y)


def test_where_a_chain_cannot_begin_numpyro_looks_for_another_point(data, store):
    draws = fit(only_above, data, key=KEY, num_warmup=200, num_samples=200)["posterior"]["mu"]
    assert (draws > 1.5).all()
    assert (draws.std("draw") > 0).all()


def of_two_kinds(x, subject_idx, y=None, *, n_subjects):
    kind = numpyro.sample("kind", dist.Bernoulli(0.5))
    numpyro.sample("obs", dist.Normal(kind, 1), obs=y)


@pytest.mark.filterwarnings("ignore:Some algorithms:FutureWarning")
def test_a_discrete_site_is_refused_by_numpyro_in_its_words(data, store):
    with pytest.raises(ImportError, match="discrete latent variables"):
        fit(of_two_kinds, data, key=KEY, num_warmup=10, num_samples=10)


def test_otherwise_it_runs_once(data, store, monkeypatch):
    runs = []
    run = numpyro.infer.MCMC.run
    monkeypatch.setattr(
        inference.numpyro.infer.MCMC, "run", lambda *a, **k: [runs.append(k), run(*a, **k)]
    )
    fit(partial_pooling_noncentred, data, key=KEY, num_warmup=100, num_samples=2, num_chains=1)
    assert len(runs) == 1
    assert runs[0]["init_params"]["mu_alpha"].shape == ()
