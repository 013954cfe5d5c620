"""Sum up how the chapters ran, for the colophon."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from press.book.outline import Outline
from press.book.project import Project
from press.disk.epoch import source_date_epoch
from press.run.executed import Executed
from press.run.records import records


def run_summary(project: Project, executed: list[Executed]) -> dict[str, Any]:
    """Sum up how the chapters ran: a pure function of their runs and Git's state.

    Where SOURCE_DATE_EPOCH is set, all dates are its date, and seconds are left out: they differ
    from run to run, and what reads them must not.

    Parameters
    ----------
    project
        The book.
    executed
        The chapters.

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
            "source": chapter.document.source,
            "title": _title(chapter),
            "seconds": None if date else chapter.seconds,
            "cells": len(chapter.cells),
            "claims": sum("claim" in record for _, record in records(chapter)),
            "date": date or chapter.date,
        }
        for chapter in executed
    ]
    dirty = bool(commit and _git(project.root, "status", "--porcelain"))
    return {"commit": commit or None, "dirty": dirty, "chapters": chapters}


def _title(chapter: Executed) -> str:
    lines = chapter.document.text.split("\n")
    titles = (
        lines[each.line - 1] for each in Outline(chapter.document).headings if each.level == 1
    )
    return next((line.lstrip("# ").split("{")[0].strip() for line in titles), "")


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
