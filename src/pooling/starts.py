"""Where chains begin: at random, as in NumPyro, but without a search in their program."""

import jax
from numpyro.distributions import biject_to

from pooling.data import StandardisedData
from pooling.dimensions import trace_sites
from pooling.models import Model

RADIUS = 2.0  # of NumPyro's `init_to_uniform`, and of Stan's starts


def starting_points(
    model: Model, data: StandardisedData, *, key: jax.Array, num_chains: int
) -> dict[str, jax.Array] | None:
    """Draw each chain's first point, uniformly between −2 and 2 in unconstrained parameters.

    NumPyro would draw them too, and draw again where the density is zero or no number. But that
    search is compiled together with the sampler, whatever the model, and takes a third of the
    compiler's time; hardly any model needs it.

    Parameters
    ----------
    model, data
        As for `pooling.dimensions.dimensions`.
    key
        A `jax.random` key.
    num_chains
        Number of chains.

    Returns
    -------
    dict or None
        Latent site to values, shape (num_chains, …), or as the site's for a single chain: what
        NumPyro's `MCMC.run` takes. None if a site is discrete, which NumPyro refuses in words.
    """
    try:
        shapes = jax.eval_shape(lambda: unconstrained_sites(model, data))
    except NotImplementedError:
        return None
    keys = jax.random.split(key, len(shapes))
    chains = () if num_chains == 1 else (num_chains,)
    return {
        name: jax.random.uniform(each, (*chains, *shape.shape), minval=-RADIUS, maxval=RADIUS)
        for each, (name, shape) in zip(keys, shapes.items(), strict=True)
    }


def unconstrained_sites(model: Model, data: StandardisedData) -> dict[str, jax.Array]:
    """Give every latent site a value somewhere, as the sampler sees it: unconstrained.

    Raises
    ------
    NotImplementedError
        If a latent site is discrete.
    """
    return {
        name: biject_to(site["fn"].support).inv(site["value"])
        for name, site in trace_sites(model, data).items()
        if site["type"] == "sample" and not site["is_observed"]
    }
