"""Read settings with their lines, and hold them against a table of what may stand there.

What is not in the table is an error, and so is a value that is not of the kind that the table has.
The tables are in `press.book.keys`.
"""

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from press.book.kinds import Items, Keys, Kind, OrDefault, Quarto, Refused, Required, Rule
from press.book.yaml_lines import Faults, Place, read_yaml
from press.errors import PressError


@dataclass(frozen=True)
class Settings:
    """The values that the press reads, and the line of every key and of every item of a list."""

    values: dict[str, Any]
    lines: dict[Place, int]

    def line(self, *place: str | int) -> int:
        """Return the line of a place, or of what it would stand below."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_settings(
    text: str, keys: Keys, source: str, errors: list[PressError], line: int = 1
) -> Settings:
    """Read settings.

    Parameters
    ----------
    text
        The YAML.
    keys
        The table of what may stand there.
    source, line
        Where the text begins; used in messages.
    errors
        Gets an error for all that is not in the table, stands there twice, is of the wrong kind, is
        empty, or is missing.

    Returns
    -------
    Settings
        What has no fault; always a list where the table has one.

    Raises
    ------
    PressError
        If the text is not YAML, or not a mapping.
    """
    values, lines, faults = read_yaml(text, source, line)
    lines[()] = line
    reading = _Reading(keys, lines, faults)
    known = reading.below((), values, keys)
    found = sorted((faults or reading.missing).values())  # what is missing may be misspelt
    errors += [PressError(reason, path=source, line=at) for at, reason in found]
    return Settings(known, lines)


@dataclass
class _Reading:
    """Values on their way to settings; `faults` and `missing` get what is wrong with them."""

    table: Keys
    lines: dict[Place, int]
    faults: Faults
    missing: Faults = field(default_factory=dict)

    def below(self, place: Place, values: dict[str, Any], keys: Keys) -> dict[str, Any]:
        """Return the settings below a key, as far as the press reads them."""
        for name, rule in keys.items():
            if isinstance(rule, Required) and name not in values:
                message = f"{_subject(place)} has no {name}; add `{name}: …`"
                self.missing[*place, name] = self.lines[place], message
        read = {}
        for name, value in values.items():
            if name not in keys:
                self._fault((*place, name), self._unknown(name, keys))
            elif (fit := self._fitting((*place, name), value, keys[name])) is not None:
                read[name] = fit
        return read

    def _fitting(self, place: Place, value: Any, rule: Rule) -> Any:
        """Return a value that fits its rule, or None where it is at fault or left to Quarto."""
        name = _subject(place)
        match rule:
            case _ if place in self.faults:
                pass
            case Refused():
                self._fault(place, f"{name}: {rule.remedy}")
            case _ if value in (None, [], {}) or (isinstance(value, str) and not value.strip()):
                self._fault(place, f"{name} is empty; give it a value, or delete the line")
            case Required():
                return self._fitting(place, value, rule.rule)
            case Quarto():
                self._fitting(place, value, rule.rule)
            case Items():
                return self._items(place, value, rule)
            case Kind() if rule.fits(value):
                return value
            case Kind():
                self._fault(place, f"{name} is {rule.said}, not {_mismatch(value, rule)}")
            case _ if isinstance(value, dict):
                return self.below(place, value, rule)
            case _ if not isinstance(rule, OrDefault) or value != "default":
                self._fault(place, f"{name} needs settings below it, as `{next(iter(rule))}: …`")
        return None

    def _items(self, place: Place, value: Any, rule: Items) -> list[Any] | None:
        if rule.alone and not isinstance(value, list):
            return [value] if self._fitting(place, value, rule.kind) is not None else None
        if not isinstance(value, list):
            self._fault(place, f"{_subject(place)} is a list; put each item in a line, after `- `")
            return None
        found = [
            self._fitting(
                (*place, i), item, rule.keys if isinstance(item, dict) and rule.keys else rule.kind
            )
            for i, item in enumerate(value)
        ]
        return [item for item in found if item is not None]

    def _fault(self, place: Place, message: str) -> None:
        self.faults.setdefault(place, (self.lines[place], message))

    def _unknown(self, name: str, keys: Keys) -> str:
        if places := list(_other_places(name, self.table)):
            return f"{name} has no place here; it belongs {places[0]}"
        known = [each for each, rule in keys.items() if not isinstance(rule, Refused)]
        if near := difflib.get_close_matches(name, known, n=1):
            return f"unknown key {name}; did you mean {near[0]}?"
        return f"unknown key {name}; delete it, or use {', '.join(known)}"


def _subject(place: Place) -> str:
    if not place:
        return "this file"
    return f"an item of {place[-2]}" if isinstance(place[-1], int) else place[-1]


def _other_places(name: str, keys: Keys, place: tuple[str, ...] = ()) -> Iterator[str]:
    """Say where else a key of this name has its place."""
    if name in keys and not isinstance(keys[name], Refused):
        yield f"below `{': '.join(place)}`" if place else "at the left margin"
    for key, rule in keys.items():
        inner = rule.rule if isinstance(rule, Required) else rule
        if isinstance(inner, dict):
            yield from _other_places(name, inner, (*place, key))


def _mismatch(value: Any, kind: Kind) -> str:
    """Show a value that does not fit, and what would make it fit where that is known."""
    if isinstance(value, str):
        quoted = value in ("true", "false") and kind.fits(value == "true")
        return f'the text "{value}"' + ("; take away the quotation marks" if quoted else "")
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "settings"
    remedy = "; put it in quotation marks" if kind.fits(json.dumps(value)) else ""
    return json.dumps(value) + remedy
