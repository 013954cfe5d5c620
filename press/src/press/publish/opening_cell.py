"""The first cell of a notebook: it installs the book's package where that is missing."""

from posixpath import dirname

from press.book.project import Project
from press.publish.package import Wheel

# In a notebook, an exception is shown as a page of its callers; this one only says what to do.
INSTALL = """\
# Run this cell first: it installs what the notebook needs, unless it is there already.
import importlib.util
import subprocess
import sys
from pathlib import Path


class CannotInstall(Exception):
    def _render_traceback_(self):
        return [str(self)]


if importlib.util.find_spec("{module}") is None:
    places = [{places}]
    found = [each for each in places if "://" in each or Path(each).is_file()]
    if not found:
        raise CannotInstall("{advice}")
    print("Installing {distribution}, which may take a minute …")
    command = [sys.executable, "-m", "pip", "install", "--quiet", found[0]]
    if subprocess.run(command).returncode != 0:
        raise CannotInstall("{failed}")
    importlib.invalidate_caches()
"""
ADVICE = (
    "This notebook needs the package {distribution}, which is not installed: put the file {wheel} "
    "beside the notebook, and run this cell again."
)
FAILED = (
    "The package {distribution} could not be installed (see above): install it by other means, "
    "and run this cell again."
)


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
        parts.append(f"from {project.exercises} import checked\n")
    return "\n".join(parts).rstrip()


def _installing(project: Project, page: str, wheel: Wheel) -> str:
    """Write what installs the package: from beside the notebook, the site or the repository."""
    depth = dirname(page).count("/") + 1 if "/" in page else 0
    places = [wheel.name] + (["../" * depth + wheel.name] if depth else [])
    if project.site_url:
        places.append(f"{project.site_url}/{wheel.name}")
    elif project.repo_url:
        places.append(f"git+{project.repo_url}@{project.repo_branch}{_within(project)}")
    names = {"distribution": wheel.distribution, "wheel": wheel.name}
    return INSTALL.format(
        **names,
        module=wheel.module,
        places=", ".join(f'"{each}"' for each in places),
        advice=ADVICE.format(**names),
        failed=FAILED.format(**names),
    )


def _within(project: Project) -> str:
    folder = project.package.strip("./")
    return f"#subdirectory={folder}" if folder else ""
