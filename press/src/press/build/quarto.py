"""The other engine: Quarto itself, which renders the same book."""

import os
import re
import shutil
import subprocess
import sys

from press.book.project import Project
from press.check.book import checked_documents
from press.errors import PressError

OLDEST = (1, 11)
ADVICE = (
    "Get it from https://quarto.org/docs/download and put it on the PATH, or name its program in "
    "$QUARTO, or leave out `--engine quarto`"
)


def render_with_quarto(project: Project, *, pdf: bool = True) -> None:
    """Check the chapters, then let Quarto make the website and the PDF.

    Parameters
    ----------
    project
        The book.
    pdf
        Whether to set the PDF too.

    Raises
    ------
    PressError
        If the chapters have problems, if Quarto is not installed or too old, or if it fails.
    """
    checked_documents(project)
    quarto = find_quarto()
    # One call for both formats: a second one would empty the output folder.
    command = [quarto, "render"] if pdf else [quarto, "render", "--to", "html"]
    environment = os.environ | {"QUARTO_PYTHON": sys.executable}
    if subprocess.run(command, cwd=project.root, env=environment).returncode:
        raise PressError("quarto render failed; its own message is above")


def find_quarto() -> str:
    """Find Quarto's program, as `$QUARTO` names it or on the PATH, and check its version.

    Returns
    -------
    str
        The program.

    Raises
    ------
    PressError
        If there is none, if it does not run, or if it is too old.
    """
    named = os.environ.get("QUARTO") or "quarto"
    quarto = shutil.which(named)
    if not quarto:
        raise PressError(f"Quarto is not installed: there is no program {named}. {ADVICE}")
    try:
        done = subprocess.run([quarto, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise PressError(f"{quarto} does not tell its version: {error}. {ADVICE}") from error
    numbers = re.match(r"(\d+)\.(\d+)", done.stdout)
    if not numbers or (int(numbers[1]), int(numbers[2])) < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        found = done.stdout.strip() or "of no version"
        raise PressError(f"{quarto} is {found}; this book needs {wanted} or newer. {ADVICE}")
    return quarto
