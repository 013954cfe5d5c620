"""Tell the files of a site from those that an author has put beside them, and keep the latter."""

import json
import shutil
from pathlib import Path

from press.errors import PressError

LIST = ".press.json"  # in the site: names of all that the build has written


def list_own_files(site: Path) -> None:
    """Write a list of a new site's files into it.

    Parameters
    ----------
    site
        The site's folder.
    """
    names = sorted([LIST, *(path.relative_to(site).as_posix() for path in _files(site))])
    (site / LIST).write_text(json.dumps(names, indent=0) + "\n", encoding="utf-8")


def others(site: Path) -> list[str]:
    """Name the files of a site that no build has written.

    Parameters
    ----------
    site
        The site's folder. In one without a list, all is taken for the site's own.

    Returns
    -------
    list of str
        Paths relative to the site.
    """
    try:
        own = set(json.loads((site / LIST).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return []
    return sorted({path.relative_to(site).as_posix() for path in _files(site)} - own)


def keep_others(old: Path, new: Path) -> None:
    """Copy what an author has put into a site to the site that takes its place.

    Parameters
    ----------
    old, new
        The folders of the sites.

    Raises
    ------
    PressError
        If the new site has a file of that name. Nothing has then been changed in the old one.
    """
    for name in others(old):
        if (new / name).exists():
            message = f"{old.name}/{name} is yours, and the new site has a file of that name"
            raise PressError(f"{message}; move yours to another place")
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(old / name, new / name, follow_symlinks=False)


def _files(site: Path) -> list[Path]:
    return [path for path in site.rglob("*") if path.is_symlink() or not path.is_dir()]
