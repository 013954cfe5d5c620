"""What runs inside a chapter's kernel, beside the chapter's own code."""

import ctypes
import json
import signal
import sys
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

from press.run.uses import uses, watch_uses

PR_SET_PDEATHSIG = 1  # from linux/prctl.h

# Matplotlib's settings for a chapter. Without the salt, the ids in a figure are random. A figure
# stands on its page, light or dark; only a legend hides what is behind it. The ground is not a
# matter of the figures' own style: in a reader's notebook they keep white, on Jupyter's dark too.
MATPLOTLIBRC = """\
svg.hashsalt: press
figure.facecolor: none
axes.facecolor: none
legend.facecolor: white
"""

NARROW = "application/vnd.press.narrow"  # a figure as it is drawn for a narrow page
NUMBERS = (
    "application/vnd.press.numbers"  # what a script needs that lets readers play with a figure
)
HARMLESS = "harmless"  # a true attribute of warnings on which no result depends

_notices: list[str] = []
_states: dict[int, tuple[list[dict[Any, Any]], Any]] = {}


def prepare(figure_format: str) -> None:
    """Set up a fresh kernel: figures whose bytes repeat, and a record of what is read.

    Parameters
    ----------
    figure_format
        Matplotlib's format for figures, such as "svg".
    """
    # Read when Matplotlib is imported, which takes long; a chapter that draws nothing goes without.
    figures = _shell().config.InlineBackend
    figures.figure_formats = {figure_format}
    # SVG carries the time unless told otherwise; other formats know no `Date`.
    keywords: dict[str, Any] = {"bbox_inches": "tight"}
    if figure_format == "svg":
        keywords["metadata"] = {"Date": None}
    figures.print_figure_kwargs = keywords
    # Not among the formatters of a type each: Matplotlib clears those of what they know of figures.
    bundles = _shell().display_formatter.mimebundle_formatter
    drawn = partial(_companions, figure_format, keywords)
    bundles.for_type_by_name("matplotlib.figure", "Figure", drawn)
    # IPython's own exit would end the kernel after the cell, and blame would fall on the next one.
    _shell().push({"exit": sys.exit, "quit": sys.exit})
    watch_uses(_shell())
    _read_settings_of_figures()
    warnings.showwarning = _noting(warnings.showwarning)
    _end_with_build()


def evaluate(expressions: list[str]) -> None:
    """Evaluate inline expressions; publish one result each, in order.

    Parameters
    ----------
    expressions
        Python expressions.
    """
    results = _shell().user_expressions({str(i): code for i, code in enumerate(expressions)})
    _publish([_result(results[str(i)]) for i in range(len(expressions))])


def keep_state(number: int) -> None:
    """Remember every variable, as it is before a block of the chapter runs.

    Parameters
    ----------
    number
        The block's number.
    """
    loaded = sys.modules.get("matplotlib")
    settings = loaded.rcParams.copy() if loaded else None
    _states[number] = ([dict(names) for names in _namespaces()], settings)


def restore_state(number: int) -> None:
    """Give the variables back what they were before a block ran.

    What a later cell changed inside an object (an element of a list, a column of a frame) stays
    changed: the objects are the same. What later blocks made is let go, lest every edit's data and
    figures stay in memory.

    Parameters
    ----------
    number
        The block's number.
    """
    for later in [each for each in _states if each > number]:
        del _states[later]
    variables, settings = _states[number]
    for names, before in zip(_namespaces(), variables, strict=True):
        names.clear()
        names.update(before)
    if loaded := sys.modules.get("matplotlib"):
        first = {key: loaded.rcParamsOrig[key] for key in loaded.rcParams if key != "backend"}
        loaded.rcParams.update(settings or first)
    getattr(_shell().history_manager, "outputs", {}).clear()  # for `%notebook`, in newer IPythons


def publish_uses(root: str) -> None:
    """Publish what the chapter has used so far, and its harmless warnings.

    Parameters
    ----------
    root
        The project's folder.
    """
    _publish([{**uses(root), "notices": list(dict.fromkeys(_notices))}])


def _noting(show: Callable[..., None]) -> Callable[..., None]:
    """Keep harmless warnings off the page; the build tells of them."""

    def note(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
        if getattr(category, HARMLESS, False):
            _notices.append(f"{category.__name__}: {message}")
        else:
            show(message, category, *place, **more)

    return note


def _read_settings_of_figures() -> None:
    """Let Matplotlib read its settings here, if it was imported elsewhere (see `nursery`).

    It looks for them in the chapter's folder too.
    """
    if loaded := sys.modules.get("matplotlib"):
        settings = {key: value for key, value in loaded.rc_params().items() if key != "backend"}
        loaded.rcParams.update(settings)
        loaded.rcParamsOrig.update(settings)


def _companions(figure_format: str, keywords: dict[str, Any], figure: Any) -> dict[str, str]:
    """Draw a figure for a narrow page too, if it says how, and add the numbers that it brings."""
    found = {}
    if callable(draw := getattr(figure, "narrow", None)):
        from IPython.core.pylabtools import print_figure

        found[NARROW] = print_figure(draw(), fmt=figure_format, base64=True, **keywords)
    if (numbers := getattr(figure, "numbers", None)) is not None:
        # As text: on its way out of the kernel, a number that is not finite would become a word.
        found[NUMBERS] = json.dumps(numbers, separators=(",", ":"))
    return found


def _end_with_build() -> None:
    """Let Linux end this kernel when the build is killed.

    ipykernel watches for that too, but cannot while a cell is in a call that never returns.
    """
    if prctl := getattr(ctypes.CDLL(None), "prctl", None):
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _result(result: dict[str, Any]) -> dict[str, Any]:
    if result["status"] != "ok":
        return {"error": [result["ename"], result["evalue"]]}
    return {name: result["data"].get(name) for name in ("text/markdown", "text/plain")}


def _namespaces() -> list[dict[Any, Any]]:
    """Where IPython keeps variables: the chapter's, its own, and the results of cells."""
    shell = _shell()
    return [shell.user_ns, shell.user_ns_hidden, shell.user_ns["_oh"]]


def _publish(data: list[Any]) -> None:
    from IPython.display import display

    display({"application/json": data}, raw=True)


def _shell() -> Any:
    from IPython import get_ipython

    return get_ipython()
