"""The names of the draws' axes, and what a fit runs a model for."""

import arviz as az
import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import pytest
import xarray as xr

from pooling.dimensions import dimensions
from pooling.inference import fit, sampler
from pooling.labelled import labelled_draws
from pooling.models import complete_pooling, partial_pooling_noncentred

KEY = jax.random.key(7)


@pytest.mark.parametrize("model", [complete_pooling, partial_pooling_noncentred])
def test_the_tree_is_that_of_arviz(model, data):
    chains = {"num_chains": 4, "num_warmup": 20, "num_samples": 3, "chain_method": "parallel"}
    mcmc = sampler(model, {"kernel": {}, "chains": chains})
    mcmc.run(KEY, data.x, data.subject_idx, y=data.y, n_subjects=data.n_subjects)
    ours = labelled_draws(mcmc, model, data)
    with pytest.warns(UserWarning, match="chain dimension to be longer"):
        arvizs = az.from_numpyro(
            mcmc,
            log_likelihood=True,
            dims=dimensions(model, data),
            coords={"subject": np.arange(data.n_subjects), "row": np.arange(len(data.y))},
        )
    for tree in (ours, arvizs):
        for group in tree.children.values():
            del group.attrs["created_at"]
    xr.testing.assert_identical(ours, arvizs)
    assert ours["observed_data"]["obs"].dtype == arvizs["observed_data"]["obs"].dtype


def test_a_model_may_observe_what_it_computes_from_the_rows(data, store):
    def of_logarithms(x, subject_idx, y=None, *, n_subjects):
        mu = numpyro.sample("mu", dist.Normal(0, 1))
        numpyro.sample("obs", dist.Normal(mu, 1), obs=jnp.log1p(jnp.square(y)))

    observed = fit(of_logarithms, data, key=KEY, num_warmup=20, num_samples=20)["observed_data"]
    np.testing.assert_allclose(observed["obs"], np.log1p(data.y**2), rtol=1e-6)


def test_a_fit_never_computes_a_model_operation_by_operation(data, store):
    """Each operation would then be compiled by itself, and again in every new process."""
    seen = []

    def watched(x, subject_idx, y=None, *, n_subjects):
        mu = numpyro.sample("mu", dist.Normal(0, 1))
        seen.append(isinstance(mu, jax.core.Tracer))
        numpyro.sample("obs", dist.Normal(mu, 1), obs=y)

    fit(watched, data, key=KEY, num_warmup=20, num_samples=20)
    assert seen
    assert all(seen)
