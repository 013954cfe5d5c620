"""Read distributions, however they are wrapped."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro  # noqa: F401 (before any submodule of it: see pooling.models)
import numpyro.distributions as dist
from numpyro.distributions.transforms import AffineTransform


def unwrapped(fn: Any) -> Any:
    """The distribution inside of `.expand`, `.to_event` and `.mask`."""
    while isinstance(fn, dist.Independent | dist.ExpandedDistribution | dist.MaskedDistribution):
        fn = fn.base_dist
    return fn


def masked(fn: Any) -> bool:
    """Whether some values do not count."""
    while isinstance(fn, dist.Independent | dist.ExpandedDistribution | dist.MaskedDistribution):
        if isinstance(fn, dist.MaskedDistribution) and not np.all(np.asarray(fn._mask)):
            return True
        fn = fn.base_dist
    return False


@dataclass(frozen=True)
class Normal:
    """Location and scale of normal variables, and their covariance if they are not independent."""

    loc: jax.Array
    scale: jax.Array
    covariance: jax.Array | None = None


def as_normal(fn: Any) -> Normal | None:
    """A distribution as normal variables; None where it is none."""
    fn = unwrapped(fn)
    if isinstance(fn, dist.Normal):
        return Normal(jnp.asarray(fn.loc), jnp.asarray(fn.scale))
    if isinstance(fn, dist.MultivariateNormal):
        return Normal(fn.mean, jnp.sqrt(fn.variance), fn.covariance_matrix)
    if isinstance(fn, dist.TransformedDistribution):
        inner = as_normal(fn.base_dist)
        for each in fn.transforms:
            if inner is None or inner.covariance is not None:
                return None
            if not isinstance(each, AffineTransform):
                return None
            inner = Normal(each.loc + each.scale * inner.loc, abs(each.scale) * inner.scale)
        return inner
    return None


def parameters(fn: Any) -> dict[str, Any]:
    """A distribution's parameters by name."""
    fn = unwrapped(fn)
    if isinstance(fn, dist.TransformedDistribution) and not vars(fn).keys() & fn.arg_constraints:
        of_transforms = enumerate(jax.tree.leaves(fn.transforms))
        return parameters(fn.base_dist) | {f"transform {i}": each for i, each in of_transforms}
    return {name: vars(fn)[name] for name in fn.arg_constraints if name in vars(fn)}


def described(fn: Any, fixed: bool = True) -> str:
    """A distribution as one writes it: `Normal(0, 10)`; without its parameters where they vary."""
    inner = unwrapped(fn)
    name = type(inner).__name__
    if "Truncated" in name and hasattr(inner, "base_dist"):
        name = f"Truncated{type(inner.base_dist).__name__}"  # as it is written; else the side
    values = [np.unique(np.asarray(each)) for each in parameters(fn).values()]
    if not fixed or any(each.size != 1 for each in values):
        return name
    return f"{name}({', '.join(f'{each[0]:.4g}' for each in values)})"
