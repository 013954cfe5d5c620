"""Weave an executed notebook into Markdown for pandoc: prose, code, and what the code showed."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from nbformat import NotebookNode

from press.book.chapter import Code, Prose, inline_expressions
from press.book.jupyter import cell_options
from press.book.markdown import escape_html
from press.book.outline import Outline
from press.book.project import Project
from press.check.constructs import faults_of_markdown
from press.errors import PressError
from press.run.executed import CellRun, Executed, ProseRun
from press.run.records import RECORD
from press.run.terminal import plain_text
from press.weave.svg import repeatable
from press.weave.traces import trace_of_machine, without_places

IMAGES = {"image/svg+xml": ".svg", "image/png": ".png", "image/jpeg": ".jpg"}
SHOWN = (RECORD, "text/markdown", *IMAGES, "text/html")
TITLES = ("title", "subtitle", "description")

# What a plotting call returns says nothing to a reader: `[<matplotlib.lines.Line2D at 0x7f…>]`.
PLOT_REPR = re.compile(r"\s*[\[({]*(array\(\[)?(<matplotlib\.|<Figure |<Axes|Text\()")
# What Python calls an object that has no words for itself: `<IPython.core.display.HTML object>`.
BARE = re.compile(r"<[\w.]+ object(?: at 0x[0-9a-f]+)?>")


def weave(project: Project, chapter: Executed, folder: Path) -> str:
    """Turn a chapter that has run into Markdown.

    Parameters
    ----------
    project
        The book.
    chapter
        The chapter.
    folder
        Folder that the Markdown will stand in; images go to `<stem>_files/` within it.

    Returns
    -------
    str
        The chapter's Markdown.

    Raises
    ------
    PressError
        If a cell labelled `fig-` shows no image, or one labelled `tbl-` no Markdown table, if a
        cell prints a warning and its options do not say what to do with it, or if an output cannot
        be shown, or shows an address in memory or a path of this machine.
    """
    document, outline = chapter.document, Outline(chapter.document)
    titles = {key: document.front[key] for key in TITLES if key in document.front}
    parts = ["---\n" + yaml.safe_dump(titles, allow_unicode=True) + "---"] if titles else []
    for position, (block, run) in enumerate(zip(document.blocks, chapter.blocks, strict=True), 1):
        if isinstance(block, Prose) and isinstance(run, ProseRun):
            parts.append(_prose(block, run, document.source, project.root))
        elif isinstance(block, Code) and isinstance(run, CellRun):
            parts.append(_Cell(project, outline, block, run, position, folder).markdown())
    return "\n\n".join(part for part in parts if part) + "\n"


def _prose(block: Prose, run: ProseRun, source: str, root: Path) -> str:
    """Put the values of inline expressions in their places, last first so that positions hold."""
    text = block.text
    for span, value in reversed(list(zip(inline_expressions(text), run.values, strict=True))):
        if trace := trace_of_machine(value, root):
            line = block.line + text.count("\n", 0, span.start)
            raise PressError(f"`{span.code}` {trace}", path=source, line=line)
        if fault := next(faults_of_markdown(value), None):
            line = block.line + text.count("\n", 0, span.start)
            raise PressError(f"`{span.code}` shows a formula: {fault}", path=source, line=line)
        text = text[: span.start] + escape_html(value) + text[span.end :]
    return text


class _Cell:
    """A code cell on its way to Markdown; its images are written beside the chapter's Markdown."""

    def __init__(
        self,
        project: Project,
        outline: Outline,
        cell: Code,
        run: CellRun,
        position: int,
        folder: Path,
    ):
        self.cell = cell
        self.run = run
        self.options = cell_options(outline.document, cell, project.execute)
        self.only_html = outline.inside(cell.line, "html")
        self.label = str(self.options.get("label") or "")
        self.name = self.label or f"cell-{position}"
        self.source = outline.document.source
        self.images = folder / f"{Path(self.source).stem}_files"
        self.root = project.root
        self.count = 0

    def markdown(self) -> str:
        """Return the code and the outputs, as far as the options show them."""
        parts = []
        if not self.options.get("include", True):
            return ""
        if self.options.get("echo", True) and self.cell.code.strip():
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
        return _fenced(self.cell.code, "{" + " ".join(attributes) + "}")

    def _outputs(self) -> list[str]:
        """Return the outputs in order; what carries the cell's label must be there."""
        displayed = [self._best(output) for output in self.run.outputs if "data" in output]
        shown = [part for output in self.run.outputs for part in self._output(output)]
        if trace := trace_of_machine("\n".join(shown), self.root):
            raise self._error(f"this cell {trace}")
        if not self.run.outputs and self.options.get("eval") is False:
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
                    f"it or false to hide it:\n{plain_text(output.text).strip()}"
                )
            if output.name == "stdout" or self.options.get("warning", True):
                text = without_places(output.text) if output.name == "stderr" else output.text
                yield _div(f".cell-output .cell-output-{output.name}", _fenced(plain_text(text)))
            return
        if output.output_type == "error":
            text = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
            yield _div(".cell-output .cell-output-error", _fenced(plain_text(text)))
            return
        kind, data = self._best(output)
        if kind in IMAGES:
            yield _div(".cell-output .cell-output-figure", self._figure(kind, data))
        elif kind == "text/markdown":
            yield _div(".cell-output .cell-output-markdown", self._table(plain_text(data)))
        elif kind == "text/html":
            yield _div(
                '.cell-output .content-visible when-format="html"',
                _fenced(plain_text(data), "{=html}"),
            )
            plain = _fenced(plain_text(output.data.get("text/plain", "")))
            yield _div('.cell-output-text .content-hidden when-format="html"', plain)
        elif kind == "text/plain" and not PLOT_REPR.match(data):
            yield _div(".cell-output .cell-output-text", _fenced(plain_text(data)))

    def _best(self, output: NotebookNode) -> tuple[str, str]:
        """Return the richest form of an output that we can show, and its data."""
        data = output.data
        kind = next((kind for kind in SHOWN if kind in data), "text/plain")
        others = [name for name in data if name not in SHOWN]
        if kind == "text/plain" and others and others != ["text/plain"]:
            rich = next(name for name in others if name != kind)
            remedy = "show text, Markdown or a picture of it"
            raise self._error(f"this cell shows {rich}, which a page cannot hold; {remedy}")
        plain = data.get("text/plain", "")
        if kind == "text/html" and not self.only_html and BARE.fullmatch(plain):
            remedy = 'put the cell inside ::: {.content-visible when-format="html"}'
            raise self._error(
                "this cell shows HTML, for which the PDF has no words; show Markdown, or "
                f"{remedy} with a counterpart"
            )
        return kind, data.get(kind, "")

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
        if fault := next(faults_of_markdown(data), None):
            raise self._error(f"this cell shows a formula: {fault}")
        data = escape_html(data)
        if not self.label.startswith("tbl-") or "|" not in data:
            return data.strip("\n")
        return f"{data.strip('\n')}\n\n: {self.options.get('tbl-cap') or ''} {{#{self.label}}}"

    def _error(self, message: str) -> PressError:
        return PressError(message, path=self.source, line=self.cell.line)


def _div(attributes: str, content: str) -> str:
    # A closing fence ends the innermost open Div whatever its length: cells nest in callouts.
    return f"::: {{{attributes}}}\n{content}\n:::"


def _fenced(text: str, info: str = "") -> str:
    """Fence `text` with more backticks than it holds in a row."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence} {info}".rstrip() + f"\n{text.rstrip()}\n{fence}"


def _quoted(value: object) -> str:
    return json.dumps(" ".join(str(value).split()), ensure_ascii=False)
