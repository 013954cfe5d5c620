"""The first cell of a notebook: it installs the book's package where that is missing."""

from press.book.exercises import CHECKED
from press.book.project import Project
from press.publish.package import Wheel

# Jupyter shows an exception with all of its callers, unless it says otherwise.
INSTALL = """\
# Run this cell first: it installs what the notebook needs, unless that is there already.
import importlib.util
import subprocess
import sys
import warnings
from pathlib import Path


class CannotGoOn(Exception):
    def _render_traceback_(self):
        return [str(self)]


if importlib.util.find_spec("{module}") is None:{python}
    wheel = "{wheel}"
    places = [{places}]
    found = [each for each in places if "://" in each or Path(each).is_file()]
    if not found:
        raise CannotGoOn(
            "This notebook needs the package {distribution}, which is not installed: put "
            f"{{wheel}}, which the book's website offers, beside it and run this cell again."
        )
    print("Installing {distribution}, which may take a minute or two …")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-color"]
    done = subprocess.run([*pip, "install", found[0]], capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stderr.strip().rpartition("\\n")[2])
        raise CannotGoOn(
            f"The package {distribution} could not be installed from {{found[0]}} (pip says why, "
            "above): install it by other means, and run this cell again."
        )
    importlib.invalidate_caches()
warnings.filterwarnings("ignore", "IProgress not found")  # progress is shown as text
"""
PYTHON = """
    if sys.version_info < ({0}, {1}):
        raise CannotGoOn("This notebook needs Python {0}.{1} or newer: choose another kernel.")
"""


def opening_cell(project: Project, page: str, wheel: Wheel | None, *, exercises: bool) -> str:
    """Write the code of a notebook's first cell.

    Parameters
    ----------
    project
        The book.
    page
        Address of the notebook's page.
    wheel
        The package that it needs, if any.
    exercises
        Whether it has cells that check what readers wrote.

    Returns
    -------
    str
        Empty if there is nothing to do.
    """
    parts = [_installing(project, page, wheel)] if wheel else []
    if exercises:
        parts.append(f"from {project.exercises} import {CHECKED}\n")
    return "\n".join(parts).rstrip()


def _installing(project: Project, page: str, wheel: Wheel) -> str:
    """Write what installs the package: from beside the notebook, the site or the repository."""
    depth = page.count("/")
    places = ["wheel", *([f'f"{"../" * depth}{{wheel}}"'] if depth else [])]
    if project.site_url:
        places.append(f'f"{project.site_url}/{{wheel}}"')
    elif project.repo_url:
        places.append(f'"git+{project.repo_url}@{project.repo_branch}{_within(project)}"')
    return INSTALL.format(
        distribution=wheel.distribution,
        wheel=wheel.name,
        module=wheel.module,
        places=", ".join(places),
        python=PYTHON.format(*wheel.python).rstrip() if wheel.python else "",
    )


def _within(project: Project) -> str:
    folder = project.package.strip("./")
    return f"#subdirectory={folder}" if folder else ""
