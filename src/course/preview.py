"""Serve the finished site on this machine."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from course.project import CourseError


def server(site: Path, port: int = 8000) -> ThreadingHTTPServer:
    """Make a server for the site; it listens on this machine only.

    Parameters
    ----------
    site
        Folder of the site.
    port
        Port to listen on; if it is taken, another one is chosen.

    Returns
    -------
    ThreadingHTTPServer
        Call its ``serve_forever``.

    Raises
    ------
    CourseError
        If there is no site yet.
    """
    if not (site / "index.html").is_file():
        raise CourseError(f"there is no site in {site.name} yet; run `course render` first")
    handler = partial(SimpleHTTPRequestHandler, directory=str(site))
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError:
        return ThreadingHTTPServer(("127.0.0.1", 0), handler)
