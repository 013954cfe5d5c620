"""One point of a scaling curve, in a process of its own: its seconds, memory and estimates.

Prints "ready" when everything is imported and the data are there, and then a line of JSON.
`scaling.py` starts it; by hand: `python point.py reml 1000`.
"""

import json
import resource
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

from balanced import TRUTH, Balanced, simulate

Estimates = dict[str, dict[str, float]]
Method = Callable[[Balanced], tuple[Callable[[], Any], Callable[[Any], Estimates]]]


def exact(data: Balanced) -> tuple[Callable[[], Any], Callable[[Any], Estimates]]:
    """The exact posterior, and its summary of all parameters."""
    from pooling import Scaler, StandardisedData
    from pooling.exact import exact_posterior

    rows = StandardisedData(
        x=data.x,
        y=data.y,
        subject_idx=data.subject_idx,
        n_subjects=data.n_subjects,
        subjects=data.subject_idx[::10],
        scaler=Scaler(0.0, 1.0, 0.0, 1.0),
    )
    work = lambda: exact_posterior("partial_pooling", rows).summary()  # noqa: E731
    return work, lambda frame: frame.loc[list(TRUTH), ["mean", "sd"]].to_dict("index")


def nuts(data: Balanced) -> tuple[Callable[[], Any], Callable[[Any], Estimates]]:
    """The sampler that the course's `fit` uses, with its settings, until the draws are there."""
    import numpyro  # noqa: F401  # Imported after ArviZ, it lacks what ArviZ looks for in it.

    import pooling  # noqa: F401  # asks for four devices

    # isort: split
    from programs.numpyro_nuts import sampler

    call = sampler(data, "parallel")

    def estimates(sampled: Any) -> Estimates:
        import arviz as az

        frame = az.summary(sampled.tree, var_names=list(TRUTH), round_to="none")
        return frame[["mean", "mcse_mean"]].to_dict("index")

    return lambda: call(0), estimates


def reml(data: Balanced) -> tuple[Callable[[], Any], Callable[[Any], Estimates]]:
    """Independent intercepts and slopes by statsmodels: its optimisers, in its order (BFGS first).

    Only derivative-based ones keep the correlation at zero, as `free` says.
    """
    import numpy as np
    import statsmodels.api as sm
    from statsmodels.regression.mixed_linear_model import MixedLMParams

    design = np.column_stack([np.ones_like(data.x), data.x])
    free = MixedLMParams.from_components(fe_params=np.ones(2), cov_re=np.eye(2))

    def work() -> Any:
        model = sm.MixedLM(data.y, design, groups=data.subject_idx, exog_re=design)
        return model.fit(reml=True, free=free)

    def estimates(fitted: Any) -> Estimates:
        scales = np.sqrt([*np.diag(fitted.cov_re), fitted.scale])
        values = [*fitted.fe_params, *scales]
        return {name: {"mean": value} for name, value in zip(TRUTH, values, strict=True)}

    return work, estimates


def mixedlm(data: Balanced) -> tuple[Callable[[], Any], Callable[[Any], Estimates]]:
    """REML by mixedlm-rs, with intercepts and slopes that may correlate: it has no others."""
    import mixedlm_rs
    import numpy as np

    design = np.column_stack([np.ones_like(data.x), data.x])

    def work() -> Any:
        model = mixedlm_rs.MixedLM(data.y, design, groups=data.subject_idx, exog_re=design)
        return model.fit(reml=True)

    def estimates(fitted: Any) -> Estimates:
        means = dict(zip(("mu_alpha", "mu_beta"), np.asarray(fitted.fe_params), strict=True))
        means["sigma"] = np.sqrt(fitted.scale)
        return {name: {"mean": float(value)} for name, value in means.items()}

    return work, estimates


METHODS: dict[str, Method] = {"exact": exact, "nuts": nuts, "reml": reml, "mixedlm": mixedlm}


def main(method: str, n_subjects: int) -> None:
    """Measure one method on so many subjects."""
    warnings.simplefilter("ignore")  # what a warning might mean is checked afterwards
    work, estimates = METHODS[method](simulate(n_subjects))
    print("ready", flush=True)
    started = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "memory": peak, "estimates": estimates(result)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
