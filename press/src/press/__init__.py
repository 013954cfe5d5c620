"""A small publishing engine: from Quarto chapters to executed notebooks, a website and a PDF."""

import sys
from importlib.util import find_spec

NEEDED = (
    *("filelock", "ipykernel", "markdown_it", "matplotlib_inline", "nbclient"),
    *("pypandoc", "rich", "tornado", "typst", "watchfiles", "yaml"),
)


def main() -> int:
    """Run the command, or say what is missing.

    Returns
    -------
    int
        See `press.cli.main`; 1 if a package is missing.
    """
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        remedy = "install the press again, as in its README"
        print(f"missing from this Python: {', '.join(missing)}; {remedy}", file=sys.stderr)
        return 1
    from press import cli

    return cli.main()
