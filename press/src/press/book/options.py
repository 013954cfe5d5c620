"""Read the YAML in a chapter: its front matter and the options of its cells."""

import json
import re
from typing import Any

import yaml

from press.errors import PressError

OPTIONS = (
    "label",
    "echo",
    "eval",
    "include",
    "output",
    "warning",
    "error",
    "code-fold",
    "code-summary",
    "fig-cap",
    "fig-alt",
    "tbl-cap",
    "exercise",
)


def read_yaml(text: str, source: str, line: int) -> tuple[dict[str, Any], dict[str, int]]:
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
        The mapping, with dates and the like as text, as JSON has them.
    lines : dict
        The line of each key.

    Raises
    ------
    PressError
        If the text is not YAML, not a mapping, or names a key twice.
    """
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = line + mark.line if mark else line
        problem = getattr(error, "problem", None) or str(error)
        hint = "text that holds `: ` or begins with a sign needs quotation marks"
        raise PressError(f"not valid YAML: {problem}; {hint}", path=source, line=where) from error
    if tree is None:
        return {}, {}
    if not isinstance(tree, yaml.MappingNode):
        raise PressError("expected `name: value` here", path=source, line=line)
    lines: dict[str, int] = {}
    for key, _ in tree.value:
        where = line + key.start_mark.line
        if str(key.value) in lines:
            raise PressError(f"{key.value} is set twice", path=source, line=where)
        lines[str(key.value)] = where
    return json.loads(json.dumps(values, default=str)), lines


def split_front_matter(text: str, source: str) -> tuple[dict[str, Any], str]:
    """Read a chapter's front matter.

    Parameters
    ----------
    text
        The chapter, with plain line ends.
    source
        Its path; used in messages.

    Returns
    -------
    front : dict
        The front matter.
    text : str
        The chapter with its front matter blanked, so that line numbers stay.

    Raises
    ------
    PressError
        If it is never closed or is not YAML.
    """
    opening = re.match(r"---[ \t]*\n(?![ \t]*\n)", text)
    if not opening:
        return {}, text
    closing = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE).search(
        text, opening.end()
    )
    if not closing:
        raise PressError("front matter is never closed; add a line with ---", path=source, line=1)
    front, lines = read_yaml(text[opening.end() : closing.start()], source, 2)
    if not isinstance(front.get("execute") or {}, dict):
        message = "execute needs settings below it, as `echo: false`"
        raise PressError(message, path=source, line=lines["execute"])
    return front, "\n" * text.count("\n", 0, closing.end()) + text[closing.end() :]
