"""Load the sleepstudy data, and check them."""

from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

import pandas as pd

from pooling.schema import check_columns, check_heldout, check_index, read_table

COLUMNS = ("subject", "subject_idx", "day", "reaction")
Split = Literal["train", "heldout", "full"]
FILES = {"train": "sleepstudy_processed.csv", "heldout": "sleepstudy_heldout.csv"}


def load_sleepstudy(split: Split = "train", *, folder: Path | None = None) -> pd.DataFrame:
    """Load one part of the sleepstudy data.

    Parameters
    ----------
    split
        "train" for the 110 thinned rows, "heldout" for the 70 others, "full" for all 180.
    folder
        Where the tables are; by default those that come with the package.

    Returns
    -------
    DataFrame
        One row a measurement, sorted by subject and day, with the columns `subject` (the study's
        number), `subject_idx` (0 to 17, by ascending number), `day` (0 to 9) and `reaction`
        (average reaction time of the day, ms).

    Raises
    ------
    ValueError
        If `split` is unknown, or a table is empty, lacks a column, holds a value that is not a
        finite number, measures a subject twice on a day, or has a faulty subject index. The
        message names file, line and column.
    FileNotFoundError
        If a table is not there.

    References
    ----------
    Belenky et al. (2003), Journal of Sleep Research 12(1).
    """
    if folder is None:
        with as_file(files("pooling") / "datasets") as packed:
            # In the repository this folder is a link. Who asks which file was read, or what is
            # wrong with it, is told where it really lies.
            return load_sleepstudy(split, folder=packed.resolve())
    if split == "full":
        parts = [load_sleepstudy("train", folder=folder), load_sleepstudy("heldout", folder=folder)]
        return pd.concat(parts).sort_values(["subject_idx", "day"], ignore_index=True)
    if split not in FILES:
        raise ValueError(f'split is "train", "heldout" or "full", not {split!r}')
    path = folder / FILES[split]
    frame = check_columns(read_table(path), COLUMNS, path)
    if split == "train":
        check_index(frame, path)
    else:
        check_heldout(frame, load_sleepstudy("train", folder=folder), path)
    return frame
