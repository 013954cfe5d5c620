"""Numbers as a reader sees them: tables in Markdown."""

import datetime
import numbers
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from IPython.display import Markdown

from pooling.regimes import MODEL_NAMES


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
        A pipe table; numbers are aligned right, text left. Text may hold formulas, code and
        emphasis in Markdown; a sign that would end a cell, or be lost, is escaped. Cells without a
        value are empty, and dates have no time of day where no date of the column has one.

    Raises
    ------
    TypeError
        If `frame` is no DataFrame.
    ValueError
        If it has no columns, or columns or a shown index with several levels.
    """
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"a table is made of a DataFrame, not of type {type(frame).__name__}")
    if not len(frame.columns):
        raise ValueError("a table needs one column at least, and this frame has none")
    for axis, labels in (("columns", frame.columns), ("index", frame.index)):
        if labels.nlevels > 1 and (axis == "columns" or index is not None):
            raise ValueError(
                f"{labels.nlevels} levels in the frame's {axis}, and a table shows one: "
                "call reset_index() first, or give each row or column one name"
            )
    headings = headings or {}
    shown = [frame.iloc[:, place] for place in range(len(frame.columns))]
    columns = [_cells(column, digits) for column in shown]
    titles = [_escape(headings.get(str(name), str(name))) for name in frame]
    right = [_is_numeric(column) for column in shown]
    if index is not None:
        columns = [_labels(frame.index), *columns]
        titles = [_escape(index), *titles]
        right = [False, *right]
    rule = ["--:" if numeric else ":--" for numeric in right]
    lines = [titles, rule, *zip(*columns, strict=True)]
    return Markdown("\n".join("| " + " | ".join(line) + " |" for line in lines))


def _cells(column: pd.Series, digits: int | Mapping[str, int]) -> list[str]:
    """Format one column, whole numbers without decimals."""
    places = digits if isinstance(digits, int) else digits.get(str(column.name), 2)
    values = list(column)
    dates = [value for value in values if isinstance(value, datetime.datetime) and value == value]
    at_midnight = all(date.time() == datetime.time() for date in dates)

    def cell(value: Any) -> str:
        if pd.api.types.is_scalar(value) and pd.isna(value):
            return ""
        if isinstance(value, (bool, np.bool_)):
            return "yes" if value else "no"
        if isinstance(value, numbers.Integral):
            return str(int(value)).replace("-", "−")
        if isinstance(value, numbers.Real):
            return number(float(value), places)
        if isinstance(value, datetime.datetime) and at_midnight:
            return str(value.date())
        return _escape(str(value))

    return [cell(value) for value in values]


def _labels(index: pd.Index) -> list[str]:
    """Format an index: regimes by their names, dates as in a column, all else as it stands."""
    if isinstance(index, pd.DatetimeIndex):
        return _cells(index.to_series(), 0)
    labels = ["" if pd.isna(label) else str(label) for label in index]
    return [_escape(MODEL_NAMES.get(label, label)) for label in labels]


def _is_numeric(column: pd.Series) -> bool:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return pd.api.types.is_numeric_dtype(column.cat.categories.dtype)
    return pd.api.types.is_numeric_dtype(column.dtype)


# What Markdown takes as it stands: code, and formulas by pandoc's rule for dollar signs.
VERBATIM = re.compile(
    r"(?P<code>(?P<fence>`+)(?!`).+?(?<!`)(?P=fence)(?!`))|"
    r"(?<![\\\w])\$(?=\S)[^$]*(?<=\S)(?<!\\)\$(?!\d)"
)


def _escape(text: str) -> str:
    """Keep text from ending its cell or its line, and backslashes from being taken as commands."""
    text, escaped, end = " ".join(text.splitlines()), [], 0
    for match in VERBATIM.finditer(text):
        inner = match[0] if match["code"] else match[0].replace("|", r"\vert ")
        escaped += [_escape_plain(text[end : match.start()]), inner]
        end = match.end()
    return "".join([*escaped, _escape_plain(text[end:])])


def _escape_plain(text: str) -> str:
    return re.sub(r"[\\|$`]", r"\\\g<0>", text)
