"""What a table must be like; each fault is refused with file, line, column and remedy."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

FIRST_LINE = 2  # of the rows: line 1 of the file is the header
RESTORE = "Restore the file; in the repository, `python data/prepare.py` makes it again."


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV file as text, one string a cell.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is empty, has no rows, names a column twice, or a row has a field too many or
        too few.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file. {RESTORE}")
    rows = []
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, strict=True)
            if not (header := next(reader, [])):
                raise ValueError(f"{path}: the file is empty. {RESTORE}")
            if twice := [name for name in header if header.count(name) > 1]:
                raise ValueError(f"{path}, line 1: column {twice[0]!r} is there twice. {RESTORE}")
            for row in reader:
                if len(row) != len(header):
                    raise ValueError(
                        f"{path}, line {reader.line_num}: {len(row)} fields, but the header names "
                        f"{len(header)} columns. {RESTORE}"
                    )
                rows.append(row)
    except csv.Error as error:
        place = f"{path}, line {reader.line_num}"
        raise ValueError(f"{place}: not a CSV table: {error}. {RESTORE}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not a CSV table in UTF-8: {error}. {RESTORE}") from None
    if not rows:
        raise ValueError(f"{path}: the table has a header but no rows. {RESTORE}")
    return pd.DataFrame(rows, columns=header, dtype=str)


def check_columns(frame: pd.DataFrame, columns: Sequence[str], path: Path) -> pd.DataFrame:
    """Turn text into finite numbers, and refuse two rows for one subject and day.

    Parameters
    ----------
    frame
        Table of strings, as `read_table` gives it.
    columns
        The columns that the table must have; all but the last hold whole numbers.
    path
        Where the table came from.

    Returns
    -------
    DataFrame
        The columns as integers and (the last) as floats.

    Raises
    ------
    ValueError
        At the first column or value that is not as it should be.
    """
    for column in columns:
        if column not in frame:
            found = ", ".join(map(str, frame.columns))
            raise ValueError(f"{path}, line 1: no column {column!r} among {found}. {RESTORE}")
    numbers = pd.DataFrame()
    for column in columns:
        whole = column != columns[-1]
        values = pd.to_numeric(frame[column], errors="coerce").to_numpy(float)
        wrong = ~np.isfinite(values) | (whole & (values != np.floor(values)))
        if wrong.any():
            row = int(wrong.argmax())
            kind = "whole" if whole else "finite"
            raise ValueError(
                f"{path}, line {row + FIRST_LINE}, column {column}: "
                f"{frame[column][row]!r} is not a {kind} number. {RESTORE}"
            )
        numbers[column] = values.astype(np.int64) if whole else values
    again = numbers.duplicated(["subject", "day"]).to_numpy()
    if again.any():
        row = int(again.argmax())
        subject, day = numbers["subject"][row], numbers["day"][row]
        raise ValueError(
            f"{path}, line {row + FIRST_LINE}, columns subject and day: "
            f"subject {subject} already has a row for day {day}. {RESTORE}"
        )
    return numbers


def check_index(frame: pd.DataFrame, path: Path) -> None:
    """Require that `subject_idx` counts the subjects 0, 1, 2, … in ascending order of `subject`.

    Raises
    ------
    ValueError
        At the first row whose index is another one: an index with gaps, two subjects with one
        index, or one subject with two.
    """
    expected = np.unique(frame["subject"], return_inverse=True)[1]
    wrong = frame["subject_idx"].to_numpy() != expected
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(
            f"{path}, line {row + FIRST_LINE}, column subject_idx: subject "
            f"{frame['subject'][row]} has index {frame['subject_idx'][row]}, but the subjects, "
            f"counted from 0 without gaps, give it {expected[row]}. {RESTORE}"
        )


def check_heldout(frame: pd.DataFrame, train: pd.DataFrame, path: Path) -> None:
    """Require that held-out rows carry the training rows' indices and repeat none of them.

    Raises
    ------
    ValueError
        At the first row whose index is another one, or that is a training row as well.
    """
    index = dict(zip(train["subject"], train["subject_idx"], strict=True))
    seen = set(zip(train["subject"], train["day"], strict=True))
    for row, (subject, idx, day) in enumerate(
        zip(frame["subject"], frame["subject_idx"], frame["day"], strict=True)
    ):
        place = f"{path}, line {row + FIRST_LINE}, column"
        if index.get(subject) != idx:
            raise ValueError(
                f"{place} subject_idx: subject {subject} has index {idx}, "
                f"but {index.get(subject, 'none')} in the training rows. {RESTORE}"
            )
        if (subject, day) in seen:
            raise ValueError(
                f"{place} day: subject {subject}, day {day} is a training row too. {RESTORE}"
            )
