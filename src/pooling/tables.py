"""Numbers as a reader sees them: summaries of posteriors, and tables in Markdown."""

from collections.abc import Mapping, Sequence

import arviz as az
import pandas as pd
import xarray as xr
from IPython.display import Markdown

SUMMARY_COLUMNS = (
    "mean",
    "sd",
    "eti89_lb",
    "eti89_ub",
    "mcse_mean",
    "mcse_sd",
    "ess_bulk",
    "ess_tail",
    "r_hat",
)


def summarise(posterior: xr.DataTree, var_names: Sequence[str] | None = None) -> pd.DataFrame:
    """Summarise every parameter of a posterior, unrounded.

    Parameters
    ----------
    posterior
        As `pooling.inference.fit` gives it.
    var_names
        Parameters to show; all of them by default.

    Returns
    -------
    DataFrame
        One row a parameter, named as ArviZ names them ("beta_s[3]"), with the columns
        `SUMMARY_COLUMNS`: mean, standard deviation and central 89 % interval on the standardised
        scale, the Monte Carlo standard errors of mean and standard deviation, bulk and tail
        effective sample size (draws), and R̂.

    References
    ----------
    Vehtari et al. (2021).
    """
    frame = az.summary(posterior, var_names=var_names, ci_prob=0.89, ci_kind="eti", round_to="none")
    return frame[list(SUMMARY_COLUMNS)]


def diagnostics(posteriors: Mapping[str, xr.DataTree]) -> pd.DataFrame:
    """Say for each fit how well the sampler did, by its worst parameter.

    Parameters
    ----------
    posteriors
        Fits by name.

    Returns
    -------
    DataFrame
        One row a fit: largest `r_hat`, smallest `ess_bulk` and `ess_tail` (draws), and the number
        of `divergences` among all draws.
    """
    rows = {}
    for name, posterior in posteriors.items():
        summary = summarise(posterior)
        rows[name] = {
            "r_hat": summary["r_hat"].max(),
            "ess_bulk": summary["ess_bulk"].min(),
            "ess_tail": summary["ess_tail"].min(),
            "divergences": int(posterior["sample_stats"]["diverging"].sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def number(value: float, digits: int = 2) -> str:
    """Write a number with a fixed count of decimals and a true minus sign.

    Examples
    --------
    >>> number(-51.263)
    '−51.26'
    >>> number(-0.001)
    '0.00'
    """
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def markdown_table(
    frame: pd.DataFrame,
    *,
    digits: int | Mapping[str, int] = 2,
    headings: Mapping[str, str] | None = None,
    index: str | None = None,
) -> Markdown:
    """Set a frame as a Markdown table, which both the website and the PDF can lay out.

    Parameters
    ----------
    frame
        Rows and columns to show.
    digits
        Decimals of numbers that are not whole, for all columns or by column.
    headings
        What a column is called in the table, where that differs from its name in the frame.
    index
        Heading of the frame's index; without it, the index is left out.

    Returns
    -------
    Markdown
        A pipe table; numbers are aligned right, text left.
    """
    headings = headings or {}
    columns = [_cells(frame[name], digits) for name in frame]
    titles = [headings.get(str(name), str(name)) for name in frame]
    right = [pd.api.types.is_numeric_dtype(frame[name]) for name in frame]
    if index is not None:
        columns = [[_escape(str(label)) for label in frame.index], *columns]
        titles = [index, *titles]
        right = [False, *right]
    rule = ["--:" if numeric else ":--" for numeric in right]
    lines = [titles, rule, *zip(*columns, strict=True)]
    return Markdown("\n".join("| " + " | ".join(line) + " |" for line in lines))


def _cells(column: pd.Series, digits: int | Mapping[str, int]) -> list[str]:
    """Format one column, whole numbers without decimals."""
    if pd.api.types.is_float_dtype(column):
        places = digits if isinstance(digits, int) else digits.get(str(column.name), 2)
        return ["" if pd.isna(value) else number(value, places) for value in column]
    if pd.api.types.is_bool_dtype(column):
        return ["yes" if value else "no" for value in column]
    if pd.api.types.is_numeric_dtype(column):
        return [number(value, 0) for value in column]
    return [_escape(str(value)) for value in column]


def _escape(text: str) -> str:
    """Keep a cell's text from ending the cell."""
    return text.replace("|", "\\|").replace("\n", " ")
