"""NUTS on Student's t against a Gibbs sampler that is written out, by its mixture of normals."""

from functools import partial

import arviz as az
import jax
import numpy as np
import pytest
from scipy.special import gammaln

from pooling.inference import fit
from pooling.models import heavy_tails

N_DRAWS, N_WARM_UP = 9000, 1000


def step(log_density, at, width, rng):
    """One Metropolis step on the logarithm of a positive number."""
    proposed = at * np.exp(width * rng.normal())
    gain = log_density(proposed) - log_density(at) + np.log(proposed / at)
    return proposed if np.log(rng.random()) < gain else at


def gibbs(data, seed):
    """Draws of ν, σ, τ_β and the slope of the first subject, shape (N_DRAWS, 4)."""
    rng = np.random.default_rng(seed)
    x, y, idx, n = data.x, data.y, data.subject_idx, data.n_subjects
    design = np.column_stack([np.ones_like(x), x])
    nu, sigma, mu, tau = 4.0, 0.4, np.zeros(2), np.ones(2)
    lines = np.zeros((n, 2))
    draws = []
    for k in range(N_DRAWS + N_WARM_UP):
        off = y - (design * lines[idx]).sum(axis=1)
        # ν and σ with the weights integrated out, and the weights right after them.
        for _ in range(2):
            nu = step(partial(density_of_nu, off, sigma), nu, 0.6, rng)
            sigma = step(partial(density_of_sigma, off, nu), sigma, 0.25, rng)
        weight = rng.gamma((nu + 1) / 2, 2 / (nu + (off / sigma) ** 2))
        precision = np.zeros((n, 2, 2))
        pull = np.zeros((n, 2))
        np.add.at(
            precision,
            idx,
            (weight / sigma**2)[:, None, None] * design[:, :, None] * design[:, None],
        )
        np.add.at(pull, idx, (weight / sigma**2 * y)[:, None] * design)
        precision += np.diag(tau**-2)
        root = np.linalg.cholesky(precision)
        centre = np.linalg.solve(precision, (pull + mu / tau**2)[..., None])
        noise = np.linalg.solve(root.transpose(0, 2, 1), rng.normal(size=(n, 2, 1)))
        lines = (centre + noise)[..., 0]
        own = 1 / (1 + n / tau**2)
        mu = own * lines.sum(axis=0) / tau**2 + np.sqrt(own) * rng.normal(size=2)
        for j in (0, 1):
            squares = ((lines[:, j] - mu[j]) ** 2).sum()
            tau[j] = step(
                lambda v, q=squares: -n * np.log(v) - q / (2 * v**2) - v, tau[j], 0.4, rng
            )
        if k >= N_WARM_UP:
            draws.append([nu, sigma, tau[1], lines[0, 1]])
    return np.array(draws)


def log_t(z, nu):
    """Sum of the log densities of Student's t."""
    height = gammaln((nu + 1) / 2) - gammaln(nu / 2) - np.log(nu * np.pi) / 2
    return len(z) * height - (nu + 1) / 2 * np.log1p(z**2 / nu).sum()


def density_of_nu(off, sigma, nu):
    """With a prior of Gamma(2, 1/10), but for a constant."""
    return np.log(nu) - nu / 10 + log_t(off / sigma, nu)


def density_of_sigma(off, nu, sigma):
    """With an exponential prior, but for a constant."""
    return log_t(off / sigma, nu) - len(off) * np.log(sigma) - sigma


@pytest.mark.slow
def test_the_posterior_is_that_of_the_mixture(data):
    posterior = fit(heavy_tails, data, key=jax.random.PRNGKey(11))["posterior"]
    sampled = [posterior[name].to_numpy() for name in ("nu", "sigma", "tau_beta")]
    sampled.append(posterior["beta_s"].to_numpy()[..., 0])
    chains = np.stack([gibbs(data, seed) for seed in (1, 2)])
    for k, by_nuts in enumerate(sampled):
        for each in (np.log, np.square) if k < 3 else (np.asarray, np.square):
            one, other = each(by_nuts), each(chains[..., k])
            error = np.hypot(*(float(az.mcse(values, method="mean")) for values in (one, other)))
            assert abs(one.mean() - other.mean()) < 4 * error
