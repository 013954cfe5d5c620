"""Start pandoc, and say what it complained of."""

import contextlib
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pypandoc

PATIENT = 10  # how nice
# Haskell collects garbage when so much has been asked for. Of a book, with more room for it, a
# seventh of the time less; of a page, to be given the room takes longer than to do with less.
OF_A_PAGE, OF_A_BOOK = "-A64m", "-A256m"


class Answer(NamedTuple):
    """What pandoc printed, what it complained of, and whether it gave up."""

    printed: str
    complaints: str
    failed: bool


def run_pandoc(
    arguments: Sequence[str | Path],
    *,
    given: str = "",
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    patient: bool = False,
    long: bool = False,
) -> Answer:
    """Run pandoc once.

    Parameters
    ----------
    arguments
        Its options and the files that it is to read.
    given
        What it reads where no file is named.
    folder
        Folder to run in; names of files are relative to it.
    environment
        Variables that its filters read, beside those of this process.
    patient
        Whether it is to leave the processor to what is not.
    long
        Whether it is to read more than a few pages.

    Returns
    -------
    Answer
        The complaints are without Lua's traceback and the names of our filters.
    """
    runtime = "+RTS", OF_A_BOOK if long else OF_A_PAGE, "-RTS"
    with subprocess.Popen(
        [pypandoc.get_pandoc_path(), *runtime, *map(str, arguments)],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        if patient:
            with contextlib.suppress(ProcessLookupError):
                os.setpriority(os.PRIO_PROCESS, process.pid, PATIENT)
        printed, complaints = process.communicate(given)
    return Answer(printed, _essence(complaints), process.returncode != 0)


def _essence(printed: str) -> str:
    lines = []
    for line in printed.splitlines():
        if line.strip() == "stack traceback:":
            break
        if line.strip() and not line.startswith(("Error running", "Failing because")):
            lines.append(line.strip())
    return "\n".join(lines)
