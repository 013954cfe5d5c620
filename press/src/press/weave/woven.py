"""A code cell and what it showed, as Markdown."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from nbformat import NotebookNode

from press.book.chapter import Code
from press.book.exercises import stub
from press.book.jupyter import cell_options
from press.book.markdown import escape_html
from press.book.outline import Outline
from press.book.project import Project
from press.book.scripts import scripts_of
from press.book.site_names import figure_folder
from press.book.solutions import STUB, in_solution
from press.errors import PressError
from press.run.executed import CellRun
from press.run.inside import NARROW, NUMBERS
from press.run.terminal import plain_text
from press.weave.richest import HTML, IMAGES, MARKDOWN, PLAIN, Form, richest
from press.weave.svg import repeatable
from press.weave.traces import trace_of_machine, without_places

# What a plotting call returns says nothing to a reader: `[<matplotlib.lines.Line2D at 0x7f…>]`.
PLOT_REPR = re.compile(r"\s*[\[({]*(array\(\[)?(<matplotlib\.|<Figure |<Axes|Text\()")
# What JSON has no words for, and its strings, which may say anything.
NOT_FINITE, STRING = re.compile(r"\b(?:NaN|Infinity)\b"), re.compile(r'"(?:[^"\\]|\\.)*"')
TAG = re.compile(r"<(?!img\b|svg\b)[^<>]*>")


class WovenCell:
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
        self.in_solution = in_solution(outline, cell.line)
        self.only_html = outline.inside(cell.line, "html")
        self.label = str(self.options.get("label") or "")
        self.scripts = scripts_of(cell)
        # Of its images: a label has no `_`, so none is taken for another cell's.
        self.name = self.label or f"cell_{position}"
        self.source = outline.document.source
        self.images = folder / Path(figure_folder(self.source)).name
        self.root = project.root
        self.count = 0
        self.displayed: list[str] = []  # Markdown of the code's own making

    def markdown(self) -> str:
        """Return the code and the outputs, as far as the options show them."""
        parts = []
        if not self.options.get("include", True):
            return ""
        if self.options.get("echo", True) and self.cell.code.strip():
            parts.append(self._code())
        if self.options.get("output", True):
            parts += self._outputs()
        return _div(self._attributes(), "\n\n".join(parts)) if parts else ""

    def _attributes(self) -> str:
        """Say what a notebook has to know of the cell; pages leave it out."""
        attributes = [".cell"]
        if self.label:
            attributes.append(f"label={_quoted(self.label)}")
        if self.options.get("eval") is False:
            attributes.append("skipped=1")
        if self.options.get("error") is True:
            attributes.append("failing=1")
        if "exercise" in self.options and self.in_solution:
            attributes.append(f"exercise={_quoted(self.options['exercise'])}")
            attributes.append(f'{STUB}="{quote(stub(self.cell))}"')
        return " ".join(attributes)

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
        forms = [self._form(output) for output in self.run.outputs if "data" in output]
        shown = [part for output in self.run.outputs for part in self._output(output)]
        if trace := trace_of_machine("\n".join(shown), self.root):
            raise self._error(f"this cell {trace}")
        if not self.run.outputs and self.options.get("eval") is False:
            return shown
        drawn = any(form.kind in IMAGES for form in forms)
        if self.label.startswith("fig-") and not drawn:
            raise self._error(f"cell {self.label} shows no figure; let its last line be one")
        if self.scripts and not drawn:
            raise self._error(f"{self.scripts[-1]} plays with a figure, and this cell shows none")
        tables = (form.kind == MARKDOWN and "|" in form.data for form in forms)
        if self.label.startswith("tbl-") and not any(tables):
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
        kind, data, _ = self._form(output)
        if kind in IMAGES:
            figure = self._figure(kind, data, output.data.get(NARROW))
            if self.scripts:
                figure += f"\n\n{self._numbers(output.data.get(NUMBERS))}"
            yield _div(".cell-output .cell-output-figure", figure)
        elif kind == MARKDOWN:
            self.displayed.append(plain_text(data))
            yield _div(".cell-output .cell-output-markdown", self._table(plain_text(data)))
        elif kind == HTML:
            plain = plain_text(output.data.get(PLAIN, ""))
            if plain.strip() or TAG.sub("", data).strip():
                yield from _html(plain_text(data), plain)
        elif kind == PLAIN and not PLOT_REPR.match(data):
            yield _div(".cell-output .cell-output-text", _fenced(plain_text(data)))

    def _form(self, output: NotebookNode) -> Form:
        """Return the richest form of an output that can be shown."""
        form = richest(output.data, only_html=self.only_html)
        if form.fault:
            raise self._error(form.fault)
        return form

    def _figure(self, kind: str, data: str, narrow: str | None) -> str:
        """Write the image, also the one for narrow pages; return what becomes a figure."""
        alt = self.options.get("fig-alt")
        if not alt:
            raise self._error("this cell shows a figure; say what one sees in it: `#| fig-alt: …`")
        self.count += 1
        number = f"_{self.count}" if self.count > 1 else ""
        name = f"{self.name}{number}"
        attributes = f"fig-alt={_quoted(alt)}"
        if narrow:
            attributes += f" narrow={_quoted(self._write(f'{name}_narrow', kind, narrow))}"
        image = f"![]({self._write(name, kind, data)}){{{attributes}}}"
        caption = self.options.get("fig-cap")
        if not self.label.startswith("fig-") or self.count > 1:
            return image
        return _div(f"#{self.label}", image + (f"\n\n{caption}" if caption else ""))

    def _numbers(self, numbers: str | None) -> str:
        """Return what the cell's scripts play with; all but the website leaves it out."""
        if numbers is None:
            wanting = f"this figure has no numbers for {self.scripts[-1]}"
            raise self._error(f"{wanting}; set its attribute `numbers`")
        if NOT_FINITE.search(STRING.sub("", numbers)):
            raise self._error("among the numbers of this figure is one that is not finite")
        return _fenced(numbers, f"{{.numbers plays={_quoted(' '.join(self.scripts))}}}")

    def _write(self, name: str, kind: str, data: str) -> str:
        """Write an image, and return its path as the chapter's Markdown names it."""
        path = self.images / f"{name}{IMAGES[kind]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        svg = kind.endswith("xml")
        path.write_bytes(repeatable(data, name).encode() if svg else base64.b64decode(data))
        return f"{path.parent.name}/{path.name}"

    def _table(self, data: str) -> str:
        """Return a Markdown output, in which HTML is text; a labelled table gets its caption."""
        data = escape_html(data)
        if not self.label.startswith("tbl-") or "|" not in data:
            return data.strip("\n")
        return f"{data.strip('\n')}\n\n: {self.options.get('tbl-cap') or ''} {{#{self.label}}}"

    def _error(self, message: str) -> PressError:
        return PressError(message, path=self.source, line=self.cell.line)


def _html(html: str, plain: str) -> Iterator[str]:
    """Show HTML on the page, and its plain text in the PDF."""
    visible = '.cell-output .content-visible when-format="html"'
    yield _div(visible, _fenced(html, "{=html}"))
    yield _div('.cell-output-text .content-hidden when-format="html"', _fenced(plain))


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
