"""Sum up how the chapters ran, for the colophon."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from press.book.project import Project
from press.disk.epoch import source_date_epoch
from press.run.records import records


def run_summary(project: Project, notebooks: list[NotebookNode]) -> dict[str, Any]:
    """Sum up how the chapters ran: a pure function of the executed notebooks and Git's state.

    Where SOURCE_DATE_EPOCH is set, all dates are its date, and seconds are left out: they differ
    from run to run, and what reads them must not.

    Parameters
    ----------
    project
        The book.
    notebooks
        The executed chapters.

    Returns
    -------
    dict
        ``{"commit", "dirty", "chapters": [{"source", "title", "seconds", "cells", "claims",
        "date"}]}``; `commit` is None outside a Git repository, `seconds` is None where left out.
    """
    commit = _git(project.root, "rev-parse", "HEAD")
    epoch = source_date_epoch()
    date = None if epoch is None else datetime.fromtimestamp(epoch, UTC).date().isoformat()
    chapters = [
        {
            "source": notebook.metadata["press"]["source"],
            "title": _title(notebook),
            "seconds": None if date else notebook.metadata["press"]["seconds"],
            "cells": sum(cell.cell_type == "code" for cell in notebook.cells),
            "claims": sum("claim" in record for _, record in records(notebook)),
            "date": date or notebook.metadata["press"]["date"],
        }
        for notebook in notebooks
    ]
    dirty = bool(commit and _git(project.root, "status", "--porcelain"))
    return {"commit": commit or None, "dirty": dirty, "chapters": chapters}


def about_run(project: Project) -> dict[str, str]:
    """Say which run the site shows, for the foot of each page.

    Parameters
    ----------
    project
        The book.

    Returns
    -------
    dict
        ``version``, the commit's first letters, and ``date``, the day of the last chapter's run;
        what is not known is left out.
    """
    try:
        run = json.loads((project.build / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    about = {}
    if run["commit"]:
        about["version"] = run["commit"][:10] + (" with changes" if run["dirty"] else "")
    if dates := [chapter["date"] for chapter in run["chapters"]]:
        about["date"] = max(dates)
    return about


def _title(notebook: NotebookNode) -> str:
    for cell in notebook.cells:
        for line in cell.source.split("\n") if cell.cell_type == "markdown" else []:
            if line.startswith("# "):
                return str(line[2:].split("{")[0].strip())
    return ""


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
