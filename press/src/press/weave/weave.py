"""Weave an executed notebook into Markdown for pandoc: prose, code, and what the code showed."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from nbformat import NotebookNode

from press.book.chapter import inline_expressions
from press.book.markdown import escape_html
from press.errors import PressError
from press.run.records import RECORD
from press.weave.svg import repeatable
from press.weave.traces import trace_of_machine, without_places

IMAGES = {"image/svg+xml": ".svg", "image/png": ".png", "image/jpeg": ".jpg"}
TITLES = ("title", "subtitle", "description")

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# What a plotting call returns says nothing to a reader: `[<matplotlib.lines.Line2D at 0x7f…>]`.
PLOT_REPR = re.compile(r"\s*[\[({]*(array\(\[)?(<matplotlib\.|<Figure |<Axes|Text\()")


def weave(notebook: NotebookNode, folder: Path, root: Path) -> str:
    """Turn an executed notebook into Markdown.

    Parameters
    ----------
    notebook
        An executed notebook, with the metadata that `press.book.jupyter` and `press.run` give it.
    folder
        Folder that the Markdown will stand in; images go to `<stem>_files/` within it.
    root
        The project's folder.

    Returns
    -------
    str
        The chapter's Markdown.

    Raises
    ------
    PressError
        If a cell labelled `fig-` shows no image, or one labelled `tbl-` no Markdown table, if a
        cell prints a warning and its options do not say what to do with it, or if an output shows
        an address in memory or a path of this machine.
    """
    about = notebook.metadata["press"]
    images = folder / (Path(about["source"]).stem + "_files")
    titles = {key: about["front"][key] for key in TITLES if key in about["front"]}
    parts = ["---\n" + yaml.safe_dump(titles, allow_unicode=True) + "---"] if titles else []
    for position, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            parts.append(_prose(cell, about["source"], root))
        elif cell.cell_type == "code" and cell.metadata["press"]["options"].get("include", True):
            parts.append(_Cell(cell, position, about["source"], images, root).markdown())
    return "\n\n".join(part for part in parts if part) + "\n"


def _prose(cell: NotebookNode, source: str, root: Path) -> str:
    """Put the values of inline expressions in their places, last first so that positions hold."""
    text: str = cell.source
    spans = inline_expressions(text)
    for span, value in reversed(list(zip(spans, cell.metadata["press"]["inline"], strict=True))):
        if trace := trace_of_machine(value, root):
            line = cell.metadata["press"]["line"] + text.count("\n", 0, span.start)
            raise PressError(f"`{span.code}` {trace}", path=source, line=line)
        text = text[: span.start] + escape_html(value) + text[span.end :]
    return text


class _Cell:
    """A code cell on its way to Markdown; `images` is the folder that its images are written to."""

    def __init__(self, cell: NotebookNode, position: int, source: str, images: Path, root: Path):
        self.cell = cell
        self.options: dict[str, Any] = cell.metadata["press"]["options"]
        self.label = str(self.options.get("label") or "")
        self.name = self.label or f"cell-{position}"
        self.source = source
        self.images = images
        self.root = root
        self.count = 0

    def markdown(self) -> str:
        """Return the code and the outputs, as far as the options show them."""
        parts = []
        if self.options.get("echo", True) and self.cell.source.strip():
            parts.append(self._code())
        if self.options.get("output", True):
            parts += self._outputs()
        return _div(".cell", "\n\n".join(parts)) if parts else ""

    def _code(self) -> str:
        attributes = [".python", ".cell-code"]
        fold = self.options.get("code-fold")
        if fold is not None:
            attributes.append(f"code-fold={_quoted(str(fold).lower())}")
        if summary := self.options.get("code-summary"):
            attributes.append(f"code-summary={_quoted(summary)}")
        return _fenced(self.cell.source, "{" + " ".join(attributes) + "}")

    def _outputs(self) -> list[str]:
        """Return the outputs in order; what carries the cell's label must be there."""
        displayed = [_best(output) for output in self.cell.outputs if "data" in output]
        shown = [part for output in self.cell.outputs for part in self._output(output)]
        if trace := trace_of_machine("\n".join(shown), self.root):
            raise self._error(f"this cell {trace}")
        if not self.cell.outputs and self.options.get("eval") is False:
            return shown
        if self.label.startswith("fig-") and not any(kind in IMAGES for kind, _ in displayed):
            raise self._error(f"cell {self.label} shows no figure; let its last line be one")
        if self.label.startswith("tbl-") and not any(
            kind == "text/markdown" and "|" in data for kind, data in displayed
        ):
            raise self._error(f"cell {self.label} shows no Markdown table; display one")
        return shown

    def _output(self, output: NotebookNode) -> Iterator[str]:
        if output.output_type == "stream":
            if output.name == "stderr" and "warning" not in self.options:
                raise self._error(
                    f"this cell prints a warning; put it right, or say `#| warning: true` to show "
                    f"it or false to hide it:\n{_plain(output.text).strip()}"
                )
            if output.name == "stdout" or self.options.get("warning", True):
                text = without_places(output.text) if output.name == "stderr" else output.text
                yield _div(f".cell-output .cell-output-{output.name}", _fenced(_plain(text)))
            return
        if output.output_type == "error":
            text = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
            yield _div(".cell-output .cell-output-error", _fenced(_plain(text)))
            return
        kind, data = _best(output)
        if kind in IMAGES:
            yield _div(".cell-output .cell-output-figure", self._figure(kind, data))
        elif kind == "text/markdown":
            yield _div(".cell-output .cell-output-markdown", self._table(data))
        elif kind == "text/html":
            yield _div('.cell-output .content-visible when-format="html"', _fenced(data, "{=html}"))
            plain = _fenced(_plain(output.data.get("text/plain", "")))
            yield _div('.cell-output-text .content-hidden when-format="html"', plain)
        elif kind == "text/plain" and not PLOT_REPR.match(data):
            yield _div(".cell-output .cell-output-text", _fenced(_plain(data)))

    def _figure(self, kind: str, data: str) -> str:
        """Write the image and return a Div that the filters make a figure of."""
        self.count += 1
        number = f"-{self.count}" if self.count > 1 else ""
        path = self.images / f"{self.name}{number}{IMAGES[kind]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        svg = kind.endswith("xml")
        path.write_bytes(repeatable(data, path.stem).encode() if svg else base64.b64decode(data))
        alt = self.options.get("fig-alt")
        attributes = f"{{fig-alt={_quoted(alt)}}}" if alt else ""
        image = f"![]({path.parent.name}/{path.name}){attributes}"
        caption = self.options.get("fig-cap")
        if not self.label.startswith("fig-") or self.count > 1:
            return image
        return _div(f"#{self.label}", image + (f"\n\n{caption}" if caption else ""))

    def _table(self, data: str) -> str:
        """Return a Markdown output, in which HTML is text; a labelled table gets its caption."""
        data = escape_html(data)
        if not self.label.startswith("tbl-") or "|" not in data:
            return data.strip("\n")
        return f"{data.strip('\n')}\n\n: {self.options.get('tbl-cap') or ''} {{#{self.label}}}"

    def _error(self, message: str) -> PressError:
        return PressError(message, path=self.source, line=self.cell.metadata["press"]["line"])


def _best(output: NotebookNode) -> tuple[str, str]:
    """Return the richest form of an output that we can show, and its data."""
    if RECORD in output.data:
        return RECORD, ""
    for kind in ("text/markdown", *IMAGES, "text/html", "text/plain"):
        if kind in output.data:
            return kind, output.data[kind]
    return "", ""


def _div(attributes: str, content: str) -> str:
    # A closing fence ends the innermost open Div whatever its length: cells nest in callouts.
    return f"::: {{{attributes}}}\n{content}\n:::"


def _fenced(text: str, info: str = "") -> str:
    """Fence `text` with more backticks than it holds in a row."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence} {info}".rstrip() + f"\n{text.rstrip()}\n{fence}"


def _plain(text: str) -> str:
    """Return `text` as a terminal would leave it: no colours, overwritten lines gone."""
    return re.sub(r"[^\n]*\r(?!\n)", "", ANSI.sub("", text).replace("\r\n", "\n"))


def _quoted(value: object) -> str:
    return json.dumps(" ".join(str(value).split()), ensure_ascii=False)
