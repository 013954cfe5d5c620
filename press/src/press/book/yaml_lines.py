"""Read YAML with the line of every key and item, and no value that Quarto would read otherwise."""

import re
from typing import Any

import yaml

from press.errors import PressError

Place = tuple[str | int, ...]  # the keys and positions that lead to a value
Faults = dict[Place, tuple[int, str]]  # the line, and what to do about it

HINT = "text that holds `: ` or begins with a sign needs quotation marks"

# Quarto reads YAML 1.2, pandoc and the cells' own tools read YAML 1.1. PyYAML knows the latter,
# but for what is added here.
OLD = yaml.SafeLoader("")
ALSO_OLD = re.compile(r"[yYnN]|[-+]?0[0-9]+|0o[0-7]+")
LINE_BREAKS = re.compile("[\x85\u2028\u2029]")  # in YAML 1.1 only; no editor shows them
SCALARS = {
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?(0|[1-9][0-9]*)",
    "float": r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?",
}


class _Loader(yaml.BaseLoader):
    """Tells null, switches and numbers from text as YAML 1.2 does."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            problem = "an anchor, an alias or a tag (`&`, `*`, `!`) has no place here"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
        return super().compose_node(parent, index)


for _name, _pattern in SCALARS.items():
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_name}", re.compile(rf"({_pattern})\Z"), None
    )


def read_yaml(text: str, source: str, line: int) -> tuple[dict[str, Any], dict[Place, int], Faults]:
    """Read a YAML mapping.

    Parameters
    ----------
    text
        The YAML.
    source, line
        Where the text begins; used in messages.

    Returns
    -------
    values : dict
        The mapping; dates are text.
    lines : dict
        The line of each key and of each item of a list, at any depth.
    faults : dict
        By place, keys that are set twice or are not text, and values that programs read
        differently: the line, and what to do about it.

    Raises
    ------
    PressError
        If the text is not YAML, or not a mapping.
    """
    if found := LINE_BREAKS.search(text):
        message = "an invisible line break (such as U+2028); delete it"
        raise PressError(message, path=source, line=line + text.count("\n", 0, found.start()))
    try:
        root = yaml.compose(text, _Loader)
    except yaml.YAMLError as error:
        # What is never closed is found at the end; it is the beginning that helps.
        marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
        at = [mark.index for mark in marks if mark] or [getattr(error, "position", 0)]
        end = len(text.rstrip())
        above = text.count("\n", 0, min(at[-1] if at[0] >= end else at[0], end))
        problem = getattr(error, "problem", None) or "a character that no text has"
        message = f"not valid YAML: {problem}; {HINT}"
        raise PressError(message, path=source, line=line + above) from error
    if root is None:
        return {}, {}, {}
    if not isinstance(root, yaml.MappingNode):
        raise PressError("expected `name: value` here", path=source, line=line)
    lines: dict[Place, int] = {}
    faults: Faults = {}
    return _value(root, (), line, lines, faults), lines, faults


def _value(
    node: yaml.Node, place: Place, first: int, lines: dict[Place, int], faults: Faults
) -> Any:
    """Return what a node stands for; add its lines and its faults."""
    if isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            lines[*place, position] = first + item.start_mark.line
        return [
            _value(each, (*place, i), first, lines, faults) for i, each in enumerate(node.value)
        ]
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Any] = {}
        for key, value in node.value:
            at, name = first + key.start_mark.line, str(key.value)
            if name in values:
                message = f"{name} is set twice, first in line {lines[*place, name]}; delete one"
                faults[*place, name] = at, message
                continue
            lines[*place, name] = at
            values[name] = _value(value, (*place, name), first, lines, faults)
            if _kind(key) != "str":
                message = (
                    "the name of a setting is text; write it so, in quotation marks if need be"
                )
                faults[*place, name] = at, message
        return values
    if isinstance(node, yaml.ScalarNode) and node.style is None and _ambiguous(node):
        message = f"programs differ on what {node.value} is; write true, false or a plain number, "
        message += "or put it in quotation marks"
        faults[place] = first + node.start_mark.line, message
    return _scalar(node)


def _scalar(node: yaml.Node) -> str | int | float | bool | None:
    text = str(node.value)
    match _kind(node):
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            return int(text)
        case "float":
            return float(text)
    return text


def _ambiguous(node: yaml.Node) -> bool:
    """Whether YAML 1.1 takes a scalar without quotation marks for another kind than 1.2 does."""
    old = OLD.resolve(yaml.ScalarNode, node.value, (True, False)).rpartition(":")[2]
    both_text = _kind(node) == "str" and old not in SCALARS
    return bool(ALSO_OLD.fullmatch(node.value)) or not (both_text or _kind(node) == old)


def _kind(node: yaml.Node) -> str:
    return str(node.tag).rpartition(":")[2]
