"""Collect what the chapters publish besides pages: results and claims."""

import json
from collections.abc import Iterable
from typing import Any

from press.book.outline import Outline
from press.book.solutions import in_solution
from press.errors import PressError
from press.run.executed import Executed

RECORD = "application/vnd.press.record+json"


def collect(chapters: Iterable[Executed], *, solutions: bool = True) -> dict[str, Any]:
    """Collect the records of executed chapters.

    Parameters
    ----------
    chapters
        The executed chapters, in order.
    solutions
        Whether to collect what cells in solutions publish.

    Returns
    -------
    dict
        ``{"results": {name: value}, "claims": [{"chapter", "claim", "holds"}]}``.

    Raises
    ------
    PressError
        If two cells publish a result of the same name, or a number is not finite.
    """
    results: dict[str, Any] = {}
    origin: dict[str, str] = {}
    claims: list[dict[str, Any]] = []
    for chapter in chapters:
        source = chapter.document.source
        outline = Outline(chapter.document)
        for line, record in records(chapter):
            if not solutions and in_solution(outline, line):
                continue
            if "claim" in record:
                claims.append(
                    {"chapter": source, "claim": record["claim"], "holds": bool(record["holds"])}
                )
                continue
            name = record["result"]
            if name in results:
                reason = f"result {name} is published already, at {origin[name]}; rename one"
                raise PressError(reason, path=source, line=line)
            if not _is_json(record["value"]):
                reason = f"result {name} holds a number that is not finite, which JSON cannot hold"
                raise PressError(reason, path=source, line=line)
            results[name], origin[name] = record["value"], f"{source}:{line}"
    return {"claims": claims, "results": dict(sorted(results.items()))}


def records(chapter: Executed) -> list[tuple[int, dict[str, Any]]]:
    """List a chapter's records, each with the line of its cell."""
    return [
        (cell.line, output.data[RECORD])
        for cell, run in chapter.cells
        for output in run.outputs
        if RECORD in output.get("data", {})
    ]


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True
