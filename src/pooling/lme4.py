"""What lme4 printed for the sleepstudy data."""

from importlib.resources import as_file, files

import pandas as pd


def load_lme4() -> pd.DataFrame:
    """Load the REML fits of lme4 1.1-31, an intercept and a slope for each subject.

    Returns
    -------
    DataFrame
        One row a fit. `rows` is "all" (180 rows), "training" (110) or "from day 2" (144), `origin`
        "day 0" or "mean day", the day at which intercepts are read; `correlated` and `singular`
        are true or false. `intercept`, `se_intercept`, `tau_alpha` and `sigma` are in ms, `slope`,
        `se_slope` and `tau_beta` in ms per day; `rho` is not a number where nothing correlates,
        and `log_likelihood` is the restricted one, in nats.

    References
    ----------
    Bates et al. (2015), Journal of Statistical Software 67(1).
    """
    with as_file(files("pooling") / "datasets" / "lme4.csv") as packed:
        return pd.read_csv(packed.resolve(), true_values=["yes"], false_values=["no"])
