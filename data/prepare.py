"""Thin the sleepstudy table into a training and a held-out part.

Every subject was measured on ten days. We keep all ten days of seven subjects, five days of six
and two days of five, so that some subjects have much to say about themselves and some very little.
Day 0 is always kept; the other kept days are drawn without replacement.

Run `python data/prepare.py` to write the two derived tables again.
"""

import csv
from pathlib import Path

import numpy as np

SEED = 0
DAYS_KEPT = {
    10: (308, 330, 332, 335, 337, 351, 371),
    5: (310, 331, 333, 349, 352, 370),
    2: (309, 334, 350, 369, 372),
}
COLUMNS = ("subject", "subject_idx", "day", "reaction")


def thin(rows: list[dict[str, str]]) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Split the raw rows into kept and held-out ones.

    Parameters
    ----------
    rows
        The 180 raw rows, with the columns `Reaction` (ms), `Days` and `Subject` as text.

    Returns
    -------
    kept, heldout
        Rows in the order of `COLUMNS`, sorted by subject and day. Reaction times stay text, so
        that no digit changes on the way.
    """
    quota = {subject: days for days, subjects in DAYS_KEPT.items() for subject in subjects}
    reaction = {(int(row["Subject"]), int(row["Days"])): row["Reaction"] for row in rows}
    rng = np.random.default_rng(SEED)
    kept: list[tuple[str, ...]] = []
    heldout: list[tuple[str, ...]] = []
    for index, subject in enumerate(sorted(quota)):
        days = sorted(day for other, day in reaction if other == subject)
        drawn = rng.choice([day for day in days if day != 0], quota[subject] - 1, replace=False)
        chosen = {0, *drawn.tolist()}
        for day in days:
            row = (str(subject), str(index), str(day), reaction[subject, day])
            (kept if day in chosen else heldout).append(row)
    return kept, heldout


def write(folder: Path, destination: Path) -> None:
    """Read `sleepstudy.csv` in `folder` and write the two derived tables to `destination`.

    Raises
    ------
    ValueError
        If a row of the raw table has a field too many or too few.
    """
    path, raw = folder / "sleepstudy.csv", []
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        for row in reader:
            if None in row or None in row.values():
                raise ValueError(
                    f"{path}, line {reader.line_num}: not as many fields as the header has columns"
                )
            raw.append(row)
    kept, heldout = thin(raw)
    for name, rows in (("processed", kept), ("heldout", heldout)):
        path = destination / f"sleepstudy_{name}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([COLUMNS, *rows])


if __name__ == "__main__":
    here = Path(__file__).parent
    write(here, here)
