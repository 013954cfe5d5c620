"""What tables of settings are made of: kinds of values, and what becomes of a key."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kind:
    """What a value may be; `said` ends a sentence that begins with the key, as "title is"."""

    said: str
    fits: Callable[[Any], bool]


@dataclass(frozen=True)
class Items:
    """A list of such values, or of settings below each item; `alone`: one value may be no list."""

    kind: Kind
    keys: "Keys | None" = None
    alone: bool = True


@dataclass(frozen=True)
class Required:
    """A key that must be there."""

    rule: "Rule"


@dataclass(frozen=True)
class Quarto:
    """A key that only Quarto reads, with the values that the press can live with.

    `instead` is what the press does in any case; it stands in the press's README.
    """

    rule: "Rule"
    instead: str


@dataclass(frozen=True)
class Refused:
    """A key that asks for what the press cannot do."""

    remedy: str


class OrDefault(dict[str, "Rule"]):
    """Settings below a key, in whose place the word `default` may stand."""


type Keys = dict[str, "Rule"]
type Rule = Kind | Items | Required | Quarto | Refused | Keys


def one_of(*values: str | int) -> Kind:
    """Name the kind of a value that is one of these.

    Parameters
    ----------
    *values
        All that are allowed.

    Returns
    -------
    Kind
    """
    *others, last = [value if isinstance(value, str) else json.dumps(value) for value in values]
    said = f"{', '.join(others)} or {last}" if others else last
    return Kind(said, lambda value: any(type(value) is type(v) and value == v for v in values))
