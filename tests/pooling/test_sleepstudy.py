"""The tables, and what is refused."""

import hashlib
import importlib.util
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pooling import load_sleepstudy

FOLDER = Path(__file__).parents[2] / "data"
TRAIN = "sleepstudy_processed.csv"
HELDOUT = "sleepstudy_heldout.csv"


@pytest.fixture
def folder(tmp_path):
    """A copy of the data that a test may spoil."""
    return shutil.copytree(FOLDER, tmp_path / "data")


def spoil(path, line, old, new):
    """Replace text in one line (counted from 1) of a file, and insist that it was there."""
    lines = path.read_text().split("\n")
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    path.write_text("\n".join(lines))


def load_prepare():
    spec = importlib.util.spec_from_file_location("prepare", FOLDER / "prepare.py")
    prepare = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(prepare)
    return prepare


def test_derived_tables_are_what_prepare_writes(tmp_path):
    load_prepare().write(FOLDER, tmp_path)
    for name in (TRAIN, HELDOUT):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()


def test_checksums_in_the_readme_are_those_of_the_files():
    text = (FOLDER / "README.md").read_text()
    stated = dict(re.findall(r"^\| `(\w+\.csv)` \| `([0-9a-f]{64})` \|$", text, re.M))
    actual = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.csv")
    }
    assert stated == actual


def test_the_thinning_is_the_published_one():
    train, heldout = load_sleepstudy("train"), load_sleepstudy("heldout")
    assert (len(train), len(heldout)) == (110, 70)
    kept = train.groupby("subject")["day"].agg(list)
    assert kept[309] == kept[350] == [0, 6]
    assert kept[334] == [0, 4]
    assert kept[369] == [0, 7]
    assert kept[372] == [0, 1]
    assert kept.map(len).value_counts().to_dict() == {10: 7, 5: 6, 2: 5}


def test_the_parts_make_up_the_raw_table():
    raw = pd.read_csv(FOLDER / "sleepstudy.csv").sort_values(["Subject", "Days"])
    full = load_sleepstudy("full")
    np.testing.assert_array_equal(full["subject"], raw["Subject"])
    np.testing.assert_array_equal(full["day"], raw["Days"])
    np.testing.assert_array_equal(full["reaction"], raw["Reaction"])
    np.testing.assert_array_equal(full["subject_idx"], np.repeat(np.arange(18), 10))


# Each case: file, line, what stands there, what to put instead, what the message must say.
SPOILED = {
    "renamed column": (TRAIN, 1, "reaction", "Reaction", "line 1: no column 'reaction'"),
    "text": (TRAIN, 4, "250", "fast", "line 4, column reaction: 'fast"),
    "missing value": (TRAIN, 2, "249.56", "", "line 2, column reaction: '' is not a finite number"),
    "infinite": (TRAIN, 2, "249.56", "inf", "line 2, column reaction: 'inf' is not a finite"),
    "half a day": (TRAIN, 3, ",1,", ",1.5,", "line 3, column day: '1.5' is not a whole number"),
    "repeated day": (
        TRAIN,
        4,
        ",2,",
        ",1,",
        "line 4, columns subject and day: subject 308 already",
    ),
    "index with a gap": (TRAIN, 12, "309,1,", "309,2,", "line 12, column subject_idx: subject 309"),
    "index of another": (HELDOUT, 2, "309,1,", "309,2,", "line 2, column subject_idx: subject 309"),
    "unknown subject": (HELDOUT, 2, "309,1,", "999,1,", "subject 999 has index 1, but none"),
    "training row": (HELDOUT, 2, ",1,1,", ",1,6,", "line 2, column day: subject 309, day 6 is a"),
}


@pytest.mark.parametrize(
    ("name", "line", "old", "new", "message"), SPOILED.values(), ids=SPOILED.keys()
)
def test_a_spoiled_table_is_refused(folder, name, line, old, new, message):
    spoil(folder / name, line, old, new)
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        load_sleepstudy("train" if name == TRAIN else "heldout", folder=folder)
    assert str(folder / name) in str(caught.value)
    assert "data/prepare.py" in str(caught.value)


def test_a_missing_column_is_named_with_those_found(folder):
    frame = pd.read_csv(folder / TRAIN).drop(columns="day")
    frame.to_csv(folder / TRAIN, index=False)
    with pytest.raises(ValueError, match="no column 'day' among subject, subject_idx, reaction"):
        load_sleepstudy("train", folder=folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [("", "the file is empty"), ("subject,subject_idx,day,reaction\n", "header but no rows")],
)
def test_an_empty_table_is_refused(folder, content, message):
    (folder / TRAIN).write_text(content)
    with pytest.raises(ValueError, match=message):
        load_sleepstudy("train", folder=folder)


def add_to_every_row(lines, text):
    return [lines[0], *(line + text for line in lines[1:])]


# Each case: how the lines of a table are spoiled, what the message must say.
RAGGED = {
    "a field too many": (
        lambda lines: [*lines, "372,17,2,300.0,extra"],
        "line 112: 5 fields, but the header names 4 columns",
    ),
    "a field too many everywhere": (  # pandas takes the first column for row labels then
        lambda lines: add_to_every_row(lines, ",1"),
        "line 2: 5 fields, but the header names 4 columns",
    ),
    "a comma at the end": (lambda lines: add_to_every_row(lines, ","), "line 2: 5 fields"),
    "a field too few": (
        lambda lines: [*lines[:5], lines[5].rpartition(",")[0], *lines[6:]],
        "line 6: 3 fields, but the header names 4 columns",
    ),
    "a decimal comma": (
        lambda lines: [*lines[:2], lines[2].replace(".", ","), *lines[3:]],
        "line 3: 5 fields",
    ),
    "an empty line": (lambda lines: [*lines[:3], "", *lines[3:]], "line 4: 0 fields"),
    "a quote without an end": (lambda lines: [*lines, '372,17,2,"300'], "line 112: not a CSV"),
    "a column twice": (
        lambda lines: ["subject,subject_idx,day,day", *lines[1:]],
        "line 1: column 'day' is there twice",
    ),
}


@pytest.mark.parametrize(("spoilt", "message"), RAGGED.values(), ids=RAGGED.keys())
def test_a_ragged_table_is_refused(folder, spoilt, message):
    path = folder / TRAIN
    path.write_text("\n".join(spoilt(path.read_text().splitlines())) + "\n")
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        load_sleepstudy("train", folder=folder)
    assert str(path) in str(caught.value)


def test_a_table_in_another_encoding_is_refused(folder):
    (folder / TRAIN).write_bytes("subject,subject_idx,day,reaction\n1,0,0,2µ\n".encode("latin-1"))
    with pytest.raises(ValueError, match="not a CSV table in UTF-8"):
        load_sleepstudy("train", folder=folder)


@pytest.mark.parametrize("spoilt", ["249.56,0,308,1", "249.56,0"])
def test_a_ragged_raw_table_is_not_thinned(folder, spoilt):
    raw = folder / "sleepstudy.csv"
    spoil(raw, 2, raw.read_text().splitlines()[1], spoilt)
    prepare = load_prepare()
    with pytest.raises(ValueError, match=r"sleepstudy.csv, line 2: not as many fields"):
        prepare.write(folder, folder)


def test_a_missing_table_is_named(folder):
    (folder / TRAIN).unlink()
    with pytest.raises(FileNotFoundError, match=TRAIN):
        load_sleepstudy("train", folder=folder)


def test_an_unknown_split_is_refused():
    with pytest.raises(ValueError, match=r'"train", "heldout" or "full", not .test.'):
        load_sleepstudy("test")


def test_by_default_the_tables_of_the_repository_are_read(monkeypatch):
    """A chapter that reads them depends on the files in `data/`, not on a link or a copy."""
    read, opened = [], Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, *how, **also: read.append(path) or opened(path, *how, **also)
    )
    load_sleepstudy("full")
    assert set(read) == {FOLDER / TRAIN, FOLDER / HELDOUT}
