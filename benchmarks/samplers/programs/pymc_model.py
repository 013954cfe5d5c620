"""`pooling.models.partial_pooling`, written for PyMC."""

import pymc as pm

from programs import Rows


def partial_pooling(data: Rows) -> pm.Model:
    """Write the model of that name in `pooling.models`: same priors, same names, centred."""
    with pm.Model() as model:
        mu_alpha = pm.Normal("mu_alpha", 0.0, 1.0)
        mu_beta = pm.Normal("mu_beta", 0.0, 1.0)
        tau_alpha = pm.Exponential("tau_alpha", lam=1.0)
        tau_beta = pm.Exponential("tau_beta", lam=1.0)
        alpha_s = pm.Normal("alpha_s", mu_alpha, tau_alpha, shape=data.n_subjects)
        beta_s = pm.Normal("beta_s", mu_beta, tau_beta, shape=data.n_subjects)
        sigma = pm.Exponential("sigma", lam=1.0)
        line = alpha_s[data.subject_idx] + beta_s[data.subject_idx] * data.x
        pm.Normal("obs", line, sigma, observed=data.y)
    return model
