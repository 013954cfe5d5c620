"""What code cells showed, as Jupyter keeps it."""

from typing import Any

from press.publish.pictures import Pictures

STREAMS = ("stdout", "stderr")


def jupyter_output(shown: dict[str, Any], pictures: Pictures) -> dict[str, Any]:
    """Turn what a page shows of an output into the output of a notebook's cell.

    Parameters
    ----------
    shown
        What `notebook.lua` wrote: a kind, and a text or the path of a picture.
    pictures
        The pictures of the page.

    Returns
    -------
    dict
    """
    kind = shown["kind"]
    if kind == "figure":
        data, size = pictures.bitmap(shown["path"])
        (form,) = data
        about = {form: size | {"alt": shown["alt"]}}
        return _displayed(data | {"text/plain": shown["alt"]}, about)
    text = shown["text"]
    if kind in STREAMS:
        return {"output_type": "stream", "name": kind, "text": f"{text}\n"}
    if kind == "error":
        name, _, value = text.rpartition("\n")[2].partition(": ")
        trace = text.split("\n")
        return {"output_type": "error", "ename": name, "evalue": value, "traceback": trace}
    forms = {"markdown": "text/markdown", "html": "text/html"}
    return _displayed({forms[kind]: text} if kind in forms else {"text/plain": text})


def _displayed(data: dict[str, str], about: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": about or {}}
