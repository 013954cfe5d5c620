"""Collect what the chapters publish besides pages: results and claims."""

import json
from collections.abc import Iterable
from typing import Any

from nbformat import NotebookNode

from press.errors import PressError

RECORD = "application/vnd.press.record+json"


def collect(notebooks: Iterable[NotebookNode]) -> dict[str, Any]:
    """Collect the records of executed chapters.

    Parameters
    ----------
    notebooks
        The executed chapters, in order.

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
    for notebook in notebooks:
        source = notebook.metadata["press"]["source"]
        for line, record in records(notebook):
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


def records(notebook: NotebookNode) -> list[tuple[int, dict[str, Any]]]:
    """List a chapter's records, each with the line of its cell."""
    return [
        (cell.metadata["press"]["line"], output.data[RECORD])
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if RECORD in output.get("data", {})
    ]


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True
