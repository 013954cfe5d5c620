"""What pages say of the run that they show."""

import json

from press.book.project import Project


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
