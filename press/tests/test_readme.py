"""The README shows a newcomer the way: its rooms are the rooms, and its files are there."""

import re
from pathlib import Path

from press.check.mathematics import CHARACTERS, CONSTRUCTS, REMEDIES, SIGNS, formulas

PRESS = Path(__file__).parents[1]
SOURCE = PRESS / "src" / "press"
README = (PRESS / "README.md").read_text(encoding="utf-8")
LAYOUT = README.partition("## How it is laid out")[2].partition("## Tests")[0]


def test_every_room_is_named() -> None:
    rooms = {f"{path.parent.name}/" for path in SOURCE.glob("*/__init__.py")}
    modules = {path.name for path in SOURCE.glob("*.py")} - {"__init__.py"}
    assert set(re.findall(r"^\| `([\w.]+/?)`", LAYOUT, re.MULTILINE)) == rooms | modules


def test_every_file_it_names_is_there() -> None:
    names = re.findall(r"`([\w/]+\.(?:py|lua|js|css|html|typ))`", LAYOUT)
    assert len(names) > len(set(SOURCE.glob("*/__init__.py")))
    assert [name for name in names if not (SOURCE / name).is_file()] == []


def test_it_lists_the_dialects_mathematics() -> None:
    section = README.partition("## The dialect's mathematics")[2].partition("\n## ")[0]
    groups = {name: signs.split() for name, signs in SIGNS.items()}
    groups |= {name: formulas(text) for name, text in CONSTRUCTS.items()}
    listed = re.findall(r"^- \*\*(.*?)\*\*:(.*?)(?=^- |^$)", section, re.MULTILINE | re.DOTALL)
    assert {name: re.findall(r"`(.*?)`", text) for name, text in listed} == groups
    table = dict(re.findall(r"^\| (`.*?`) \| (.*) \|$", section, re.MULTILINE))
    refused = {names.replace("`", ""): remedy for names, remedy in table.items()}
    assert refused == REMEDIES
    assert f"`{CHARACTERS}`" in section
