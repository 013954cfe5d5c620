"""What a cell shows, in the order in which Jupyter shows it."""

import contextlib
import os
import signal
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_output

from press.run.terminal import without_bars

MOST = 100_000  # characters of text that a cell may show, more than a thousand full lines
WIDGET = "application/vnd.jupyter.widget-view+json"
# What `tqdm` and the like make a bar of.
BARS = {"FloatProgressModel", "IntProgressModel"}
AROUND_BARS = {"HBoxModel", "VBoxModel", "HTMLModel", "LabelModel"}


class OutputClient(NotebookClient):
    """A kernel's client that ends the kernel once a cell has shown more than anybody reads."""

    shown = 0  # characters, by the cell that runs or ran last

    def _cleanup_kernel(self) -> None:
        """Do nothing when Python ends, where nbclient would wait for a kernel for good.

        Whoever starts kernels ends them (see `Kernels`).
        """

    def output(
        self,
        outs: list[NotebookNode],
        msg: dict[str, Any],
        display_id: str | None,
        cell_index: int,
    ) -> NotebookNode | None:
        """Take an output, unless the cell has shown too much already."""
        if outs and self.shown > MOST:
            return None
        output = super().output(outs, msg, display_id, cell_index)
        before = self.shown if len(outs) > 1 else 0  # the first one, or all others were cleared
        self.shown = before + _length(msg["content"])
        if self.shown > MOST:
            # An interrupt that comes just after the cell would take the kernel's answer with it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.km.provisioner.pid, signal.SIGKILL)  # type: ignore[union-attr]
        return output

    def too_much(self) -> bool:
        """Whether the last cell has shown too much."""
        return self.shown > MOST


def in_order(client: NotebookClient, outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Bring a cell's outputs into the order in which Jupyter shows them.

    What is printed between two displays is joined, and its errors and warnings follow it: which of
    the two streams comes first is chance. Bars that show progress are left out where they are
    widgets or warnings, and what a widget captured stands for the widget.

    Parameters
    ----------
    client
        The client of the kernel that ran the cell.
    outputs
        The outputs as they came.

    Returns
    -------
    list of NotebookNode
        What there is to show. Displays are the nodes that were given, so that the kernel may still
        change them.
    """
    return list(_in_order(client, outputs))


def _in_order(client: NotebookClient, outputs: list[NotebookNode]) -> Iterator[NotebookNode]:
    for printed, neighbours in groupby(outputs, lambda each: each.output_type == "stream"):
        if not printed:
            for each in neighbours:
                yield from _display(client, each)
            continue
        streams = {"stdout": "", "stderr": ""}
        for each in neighbours:
            streams[each.name] += each.text
        streams["stderr"] = without_bars(streams["stderr"])
        for name, text in streams.items():
            if text:
                yield new_output("stream", name=name, text=text)


def _display(client: NotebookClient, output: NotebookNode) -> Iterator[NotebookNode]:
    name = output.get("data", {}).get(WIDGET, {}).get("model_id")
    state = client.widget_state.get(name, {})
    if state.get("_model_name") == "OutputModel" and name in client.comm_objects:
        yield from _in_order(client, client.comm_objects[name].outputs)
    elif not name or not _is_bar(client, state):
        yield output


def _is_bar(client: NotebookClient, state: dict[str, Any]) -> bool:
    """Whether a widget is a bar that shows progress, with nothing but words around it."""
    models, waiting = set(), [state]
    while waiting:
        each = waiting.pop()
        models.add(each.get("_model_name"))
        names = [name.removeprefix("IPY_MODEL_") for name in each.get("children", ())]
        waiting += [client.widget_state.get(name, {}) for name in names]
    return bool(models & BARS) and models <= BARS | AROUND_BARS


def _length(content: dict[str, Any]) -> int:
    """Count what is to be read; what is written over again and again counts as nothing."""
    if "text" in content:
        return len(without_bars(content["text"]))
    texts = [
        value
        for kind, value in content.get("data", {}).items()
        if kind.startswith("text/") and isinstance(value, str)
    ]
    return max(map(len, texts), default=0) + sum(map(len, content.get("traceback", ())))
