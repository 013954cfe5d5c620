"""Numbers as a reader sees them: tables in Markdown."""

from collections.abc import Mapping

import pandas as pd
from IPython.display import Markdown

from pooling.regimes import REGIME_NAMES


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
        Heading of the frame's index; without it, the index is left out. Regimes are printed by
        their names (`pooling.regimes`).

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
        columns = [
            [_escape(REGIME_NAMES.get(label, str(label))) for label in frame.index],
            *columns,
        ]
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
