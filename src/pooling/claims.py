"""Statements that the text makes, checked when the text is built."""

from collections.abc import Mapping
from typing import Any

from IPython.display import display

from pooling.regimes import MODEL_NAMES

# Under this type the press finds what is recorded, in a notebook's outputs.
RECORD = "application/vnd.press.record+json"


class FalseClaimError(AssertionError):
    """The text says something that the computation does not bear out."""


def claim(statement: str, condition: object) -> None:
    """State what the text says, and stop if it is not so.

    Parameters
    ----------
    statement
        The claim in words, as a reader would put it.
    condition
        Whether it holds: True or False, Python's or NumPy's, or an array with one such value and
        no axis. A claim about Monte Carlo results must leave room for Monte Carlo error, so that
        it holds for any seed.

    Raises
    ------
    FalseClaimError
        If the condition is false.
    TypeError
        If the condition is not one truth value: a number, say, or an array of several.
    """
    kind = getattr(getattr(condition, "dtype", None), "kind", None)
    of_an_array = kind == "b" and getattr(condition, "shape", None) == ()
    if not isinstance(condition, bool) and not of_an_array:
        found = f"{type(condition).__name__} {condition!r}".split("\n")[0]
        raise TypeError(
            f"the claim {statement!r} needs one truth value, True or False, not {found[:80]}: "
            "compare numbers (r_hat < 1.01), and join the values of an array by .all() or .any()"
        )
    if not condition:
        raise FalseClaimError(f"the text claims: {statement}. The computation says otherwise.")
    _record({"claim": statement, "holds": True}, f"✓ {statement}")


def record(name: str, value: Mapping[str, Any]) -> None:
    """Publish a result, so that others can check it.

    Parameters
    ----------
    name
        What the result is called; once in the whole book.
    value
        Numbers, strings, lists and mappings of them. Models that are keys are published by their
        printed names (`pooling.regimes`).
    """
    _record({"result": name, "value": _printed(value)}, f"{name} recorded")


def _printed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {MODEL_NAMES.get(key, key): _printed(each) for key, each in value.items()}
    return value


def _record(content: Mapping[str, Any], text: str) -> None:
    """Show `text` to somebody at a notebook, and keep `content` in the notebook's outputs."""
    display({RECORD: content, "text/plain": text}, raw=True)
