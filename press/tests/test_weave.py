import base64
import re
import sysconfig
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output
from woven_book import PIXEL, SVG, code, display, executed, project, prose, stream

from press.check.displayed import Names
from press.errors import PressError
from press.run.executed import Executed
from press.run.inside import NARROW
from press.weave.book import weave_book
from press.weave.weave import weave as weave_chapter

FIGURE = {"label": "fig-a", "fig_cap": "A.", "fig_alt": "Dots."}
TABLE = "| a | b |\n|---|---|\n| 1 | 2 |"


def weave(chapter: Executed, root: Path) -> str:
    """Weave a chapter that stands in the project's own folder."""
    about = project(root, "chapters/one.qmd")
    return weave_chapter(about, chapter, root, Names(set(), set()))


def test_inline_values_take_the_places_of_their_expressions(tmp_path: Path) -> None:
    text = "From `{python} low` to `{python} high`; not ``{python} x``."
    woven = weave(executed(prose(text, "−51.3", "*six*")), tmp_path)
    assert woven == "From −51.3 to *six*; not ``{python} x``.\n"


def test_titles_of_the_front_matter_reach_pandoc_and_the_rest_does_not(tmp_path: Path) -> None:
    woven = weave(executed(prose("x"), description="Say: hello", execute={"echo": 1}), tmp_path)
    assert woven == "---\ndescription: 'Say: hello'\n---\n\nx\n"


@pytest.mark.parametrize(
    ("options", "shown", "hidden"),
    [
        ({"warning": True}, ["answer = 1", "printed", "warned"], []),
        ({"include": False}, [], ["answer = 1", "printed", "warned", ":::"]),
        ({"echo": False, "warning": True}, ["printed", "warned"], ["answer = 1"]),
        ({"output": False}, ["answer = 1"], ["printed", "warned"]),
        ({"warning": False}, ["answer = 1", "printed"], ["warned"]),
        ({"echo": False, "output": False}, [], ["answer = 1", ":::"]),
    ],
)
def test_options_say_what_is_shown(
    tmp_path: Path, options: dict[str, bool], shown: list[str], hidden: list[str]
) -> None:
    cell = code("answer = 1", stream("printed"), stream("warned", "stderr"), **options)
    woven = weave(executed(cell), tmp_path)
    assert [text for text in shown if text not in woven] == []
    assert [text for text in hidden if text in woven] == []


def test_a_warning_is_refused_unless_the_cell_says_what_to_do_with_it(tmp_path: Path) -> None:
    cell = code("answer = 1", stream("warned", "stderr"))
    with pytest.raises(PressError, match=r"one\.qmd:\d+: this cell prints a warning") as caught:
        weave(executed(cell), tmp_path)
    assert "warned" in str(caught.value)


def test_folded_code_keeps_its_summary(tmp_path: Path) -> None:
    cell = code("x = 1", code_fold=True, code_summary='The "plotting" code')
    expected = '``` {.python .cell-code code-fold="true" code-summary="The \\"plotting\\" code"}\n'
    assert expected in weave(executed(cell), tmp_path)


def test_a_figure_is_written_beside_the_chapter_and_labelled(tmp_path: Path) -> None:
    cell = code(
        "plot()",
        display({"image/svg+xml": SVG, "text/plain": "<Figure size 640x480>"}),
        label="fig-line",
        fig_cap="A [line] of $x$.",
        fig_alt='A "line"\nthat rises.',
    )
    woven = weave(executed(cell), tmp_path)
    image = '![](one_files/fig-line.svg){fig-alt="A \\"line\\" that rises."}'
    assert f"::: {{#fig-line}}\n{image}\n\nA [line] of $x$.\n:::" in woven
    assert (tmp_path / "one_files" / "fig-line.svg").read_text() == SVG


def test_several_images_of_a_cell_have_files_of_their_own(tmp_path: Path) -> None:
    two = display({"image/png": PIXEL}), display({"image/png": PIXEL})
    cell = code("plot()", *two, fig_alt="Dots.")
    woven = weave(executed(cell), tmp_path)
    files = sorted((tmp_path / "one_files").iterdir())
    assert [file.name for file in files] == ["cell_1.png", "cell_1_2.png"]
    assert files[1].read_bytes() == base64.b64decode(PIXEL)
    assert all(f"one_files/{file.name}" in woven for file in files)


def test_no_image_has_the_file_of_another_cells(tmp_path: Path) -> None:
    two = display({"image/png": PIXEL}), display({"image/png": PIXEL})
    first, narrow = display({"image/svg+xml": SVG, NARROW: SVG}), display({"image/svg+xml": SVG})
    labels = {"a": two, "a-2": two, "cell-6": two, "b": (first,), "b-narrow": (narrow,), "": two}
    shown = [
        code("plot()", *outputs, fig_alt="A line.", **({"label": label} if label else {}))
        for label, outputs in labels.items()
    ]
    woven = weave(executed(*shown), tmp_path)
    names = re.findall(r"one_files/([\w.-]+)", woven)
    assert len(names) == len(set(names)) == 11
    assert sorted(names) == sorted(file.name for file in (tmp_path / "one_files").iterdir())


def test_markdown_is_preferred_and_a_table_gets_its_caption(tmp_path: Path) -> None:
    output = display({"text/plain": "plain", "text/html": "<b>", "text/markdown": TABLE + "\n"})
    woven = weave(executed(code("t", output, label="tbl-t", tbl_cap="Two.")), tmp_path)
    assert f"{TABLE}\n\n: Two. {{#tbl-t}}\n" in woven
    assert "plain" not in woven
    assert "<b>" not in woven


def test_html_has_its_plain_text_in_the_pdf(tmp_path: Path) -> None:
    woven = weave(executed(code("x", display({"text/html": "<i>", "text/plain": "p"}))), tmp_path)
    assert 'content-visible when-format="html"}\n``` {=html}\n<i>\n```' in woven
    assert 'content-hidden when-format="html"}\n```\np\n```' in woven


@pytest.mark.parametrize(
    "text", ["[<matplotlib.lines.Line2D at 0x7f>]", "<Figure size 640x480 with 1 Axes>", "Text(0)"]
)
def test_what_plotting_calls_return_is_dropped(tmp_path: Path, text: str) -> None:
    woven = weave(executed(code("plot()", display({"text/plain": text}))), tmp_path)
    assert text not in woven


def test_records_are_never_shown(tmp_path: Path) -> None:
    record = {"application/vnd.press.record+json": {"claim": "c"}, "text/plain": "a claim"}
    woven = weave(executed(code("claim()", display(record))), tmp_path)
    assert "a claim" not in woven


def test_output_is_plain_text_in_a_fence_that_holds_it(tmp_path: Path) -> None:
    text = "\x1b[31mred\x1b[0m\n 10%\r 90%\n````\n:::\n"
    woven = weave(executed(code("", stream(text))), tmp_path)
    assert "\n`````\nred\n 90%\n````\n:::\n`````\n" in woven


def test_errors_show_their_traceback(tmp_path: Path) -> None:
    error = new_output("error", ename="ValueError", evalue="no", traceback=["\x1b[0;31mno!\x1b[0m"])
    woven = weave(executed(code("fail()", error, error=True)), tmp_path)
    assert "::: {.cell-output .cell-output-error}\n```\nno!\n```\n:::" in woven


@pytest.mark.parametrize(
    ("label", "shows"), [("fig-none", "no figure"), ("tbl-none", "no Markdown table")]
)
def test_a_label_without_its_output_is_an_error(tmp_path: Path, label: str, shows: str) -> None:
    cell = code("x", display({"text/plain": "1"}), label=label)
    with pytest.raises(PressError, match=rf"^chapters/one.qmd:7: cell {label} shows {shows}"):
        weave(executed(cell), tmp_path)


def test_a_cell_that_does_not_run_may_carry_a_label(tmp_path: Path) -> None:
    assert "plot()" in weave(executed(code("plot()", label="fig-x", eval=False)), tmp_path)


def test_the_same_notebook_weaves_to_the_same_text(tmp_path: Path) -> None:
    cells = prose("a"), code("b", display({"image/svg+xml": SVG}), **FIGURE)
    assert weave(executed(*cells), tmp_path) == weave(executed(*cells), tmp_path)


@pytest.mark.parametrize(
    ("shown", "message"),
    [
        (
            stream("<object object at 0x7f3a5c0e1234>"),
            r"an address in memory \(at 0x7f3a5c0e1234\)",
        ),
        (display({"text/plain": "<Thing at 0x7f3a5c0e1234>"}), "an address in memory"),
        (display({"text/html": "<b>&lt;Thing at 0x7f3a5c0e1234&gt;</b>"}), "an address in memory"),
        (display({"text/markdown": "<Thing at 0x7f3a5c0e1234>"}), "an address in memory"),
        (stream(f"saved {Path.home()}/posterior.nc"), "a path of this machine .*posterior.nc"),
        (
            stream(f"saved {tempfile.gettempdir()}/a1b2c3/posterior.nc"),
            r"a path of this machine \(\S+/a1b2c3/posterior.nc\)",
        ),
        (stream(f"see {sysconfig.get_path('purelib')}/numpy/a.py"), "a path of this machine"),
        (stream("in ROOT/data"), "a path of this machine"),
        (stream("in ROOT"), "a path of this machine"),
    ],
)
def test_what_only_this_machine_or_run_would_show_is_refused(
    tmp_path: Path, shown: NotebookNode, message: str
) -> None:
    if "text" in shown:
        shown.text = shown.text.replace("ROOT", str(tmp_path))
    with pytest.raises(PressError, match=rf"^chapters/one\.qmd:7: this cell shows {message}.*; "):
        weave(executed(code("x", shown)), tmp_path)
    assert "cell-output" not in weave(executed(code("x", shown, output=False)), tmp_path)


def test_formulas_of_cells_keep_to_the_dialects_mathematics(tmp_path: Path) -> None:
    table = {"text/markdown": "| a |\n|---|\n| $\\hat k$ and `$\\boxed{x}$` |"}
    assert "$\\hat k$" in weave(executed(code("x", display(table))), tmp_path)
    refused = r"this shows a formula: \\boxed is not used in formulas; .* \(in \\boxed\{x\}\)$"
    cell = code("x", display({"text/markdown": "$\\boxed{x}$"}))
    with pytest.raises(PressError, match=rf"^chapters/one\.qmd:7: {refused}"):
        weave(executed(cell), tmp_path)
    value = prose("One\ntwo `{python} thing`.", "$\\boxed{x}$")
    with pytest.raises(PressError, match=rf"^chapters/one\.qmd:2: {refused}"):
        weave(executed(value), tmp_path)


def test_an_inline_value_that_only_this_run_would_show_is_refused_at_its_line(
    tmp_path: Path,
) -> None:
    cell = prose("One\ntwo `{python} thing`.", r"\<Thing at 0x7f3a5c0e1234\>")
    with pytest.raises(PressError, match=r"^chapters/one\.qmd:2: `thing` shows an address"):
        weave(executed(cell), tmp_path)


@pytest.mark.parametrize(
    "text",
    ["at 0x1 and 0x7f3a5c0e1234", "https://example.org/tmp/a", "../tmp/a", "src/tmp/a", "/tmpfs"],
)
def test_what_is_the_same_everywhere_may_be_shown(tmp_path: Path, text: str) -> None:
    assert text in weave(executed(code("x", stream(text))), tmp_path)


def test_a_warning_is_shown_without_the_place_of_its_code(tmp_path: Path) -> None:
    place = f"{tempfile.gettempdir()}/ipykernel_77/1234.py:1"
    text = f"{place}: UserWarning: few draws\n  warn('few draws')\n"
    woven = weave(executed(code("fit()", stream(text, "stderr"), warning=True)), tmp_path)
    assert "```\nUserWarning: few draws\n  warn('few draws')\n```" in woven


def test_pictures_that_differ_in_last_digits_and_hashes_become_the_same(tmp_path: Path) -> None:
    one = (
        '<svg width="90.5pt" height="60pt" viewBox="0 0 90.5 60">'
        '<path d="M 1.123457 60 \nL -0.000001 2.5" '
        'clip-path="url(#p0123456789)" transform="translate(3.141593 2) scale(0.015625)"/>'
        '<use xlink:href="#DejaVu-31"/><clipPath id="p0123456789"/></svg>'
    )
    other = one.replace("1.123457", "1.123456").replace("p0123456789", "pabcdef0123")
    other = other.replace("3.141593", "3.141592").replace("-0.000001", "0")
    pictures = []
    for svg in (one, other):
        weave(executed(code("x", display({"image/svg+xml": svg}), **FIGURE)), tmp_path)
        pictures.append((tmp_path / "one_files/fig-a.svg").read_text())
    assert pictures[0] == pictures[1]
    assert pictures[0].startswith('<svg width="120" height="80" viewBox="0 0 90.5 60">')
    assert 'd="M 1.123 60 \nL 0 2.5" clip-path="url(#fig-a-1)"' in pictures[0]
    assert "translate(3.142 2) scale(0.015625)" in pictures[0]
    assert '<use xlink:href="#DejaVu-31"/><clipPath id="fig-a-1"/>' in pictures[0]


@pytest.mark.parametrize(
    "data",
    [
        {"application/json": {"a": 1}, "text/plain": "<IPython.core.display.JSON object>"},
        {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "IntSlider(value=0)"},
        {"application/javascript": "1", "text/plain": "<IPython.core.display.Javascript object>"},
        {"text/latex": "\\begin{tabular}{l}a\\end{tabular}", "text/plain": "<Latex object>"},
        {"image/gif": PIXEL, "text/plain": "<IPython.core.display.Image object>"},
        {"application/pdf": "JVBERi0="},
    ],
)
def test_an_output_that_no_page_can_hold_is_refused(tmp_path: Path, data: dict) -> None:
    kind = next(iter(data))
    with pytest.raises(PressError, match=re.escape(f"one.qmd:7: this cell shows {kind}, which a")):
        weave(executed(code("x", display(data))), tmp_path)
    assert weave(executed(code("x", display(data), output=False)), tmp_path)
    shown = weave(executed(code("x", display(data | {"image/png": PIXEL}), **FIGURE)), tmp_path)
    assert "![](one_files/fig-a.png)" in shown


def test_html_without_words_for_the_pdf_is_refused_unless_only_the_site_shows_it(
    tmp_path: Path,
) -> None:
    data = {"text/html": "<b>A</b>", "text/plain": "<IPython.core.display.HTML object>"}
    with pytest.raises(PressError, match=r"one\.qmd:7: this cell shows HTML, for which the PDF"):
        weave(executed(code("x", display(data))), tmp_path)
    text = '::: {.content-visible when-format="html"}\n\n\n\n\n\n```{python}\nx\n```\n\n:::\n'
    chapter = executed(code("x", display(data)))
    inside = replace(chapter, document=replace(chapter.document, text=text))
    assert "<b>A</b>" in weave(inside, tmp_path)


@pytest.mark.parametrize(
    "coloured",
    [
        "\x1b[1;31mred\x1b[0m",
        "\x1b[38:2::255:0:0mred\x1b[m",
        "\x1b]8;;https://example.org\x1b\\red\x1b]8;;\x1b\\",
        "\x1b]0;title\x07red",
        "\x1b(Bred\x1b[?25h",
        "gon\rred",
        "gone for good\r\x1b[Kred",
        "r\x07e\x00d",
        "rxx\b\bed",
    ],
)
def test_commands_to_a_terminal_are_never_printed(tmp_path: Path, coloured: str) -> None:
    error = new_output("error", ename="E", evalue=coloured, traceback=[coloured])
    for output in (
        stream(coloured),
        display({"text/plain": coloured}),
        display({"text/markdown": coloured}),
        display({"text/html": coloured, "text/plain": "words"}),
        error,
    ):
        woven = weave(executed(code("x", output, error=True)), tmp_path)
        assert "\nred\n" in woven
        assert not re.search(r"[\x00-\x08\x0b-\x1f]|gon|title|example", woven)


def test_what_is_longer_than_what_covers_it_is_still_there_as_on_a_terminal(tmp_path: Path) -> None:
    woven = weave(executed(code("x", stream("abcdef\rxy\n50 %\r\n"))), tmp_path)
    assert "```\nxycdef\n50 %\n```" in woven


def test_a_figure_without_words_is_an_error_at_its_cell(tmp_path: Path) -> None:
    cell = code("plot()", display({"image/png": PIXEL}))
    with pytest.raises(PressError, match=r"^chapters/one.qmd:7: this cell shows a figure; say"):
        weave(executed(cell), tmp_path)


@pytest.mark.parametrize(
    ("latex", "formula"),
    [
        (r"$\displaystyle \frac{a}{b}$", r"$$\frac{a}{b}$$"),
        ("$$a = b$$\n", "$$a = b$$"),
        (r"\[a = b\]", "$$a = b$$"),
        (r"\begin{equation}a = b\end{equation}", "$$a = b$$"),
        (r"\begin{align*}a &= b\end{align*}", r"$$\begin{aligned}a &= b\end{aligned}$$"),
    ],
)
def test_latex_that_is_a_formula_becomes_one(tmp_path: Path, latex: str, formula: str) -> None:
    data = {"text/plain": "<IPython.core.display.Math object>", "text/latex": latex}
    woven = weave(executed(code("x", display(data | {"image/png": PIXEL}))), tmp_path)
    assert f".cell-output-markdown}}\n{formula}\n:::" in woven


@pytest.mark.parametrize(
    "html",
    [
        "<div></div><script>alert(1)</script>",
        '<p ONCLICK="alert(1)">x</p>',
        "<a href=' javascript:alert(1)'>x</a>",
        '<iframe src="https://example.org"></iframe>',
        '<img src="https://example.org/a.png">',
        '<img src="//example.org/a.png">',
        '<audio src="data:audio/wav;base64,AAAA"></audio>',
        "<style>@import 'a.css';</style>",
        "<style>p { background: url(https://example.org/a.png) }</style>",
        '<link rel="stylesheet" href="a.css">',
    ],
)
def test_html_that_the_pages_policy_blocks_is_refused_unless_a_picture_stands_for_it(
    tmp_path: Path, html: str
) -> None:
    data = {"text/html": html, "text/plain": "words"}
    with pytest.raises(PressError, match=r"one\.qmd:7: this cell shows HTML with .*; "):
        weave(executed(code("x", display(data))), tmp_path)
    assert weave(executed(code("x", display(data | {"image/png": PIXEL}), **FIGURE)), tmp_path)


def test_html_that_shows_nothing_is_left_out(tmp_path: Path) -> None:
    data = {"text/html": '<pre class="bar"></pre>\n', "text/plain": ""}
    assert "cell-output" not in weave(executed(code("x", display(data))), tmp_path)


@pytest.mark.parametrize(
    ("markdown", "fault"),
    [
        ("As @nobody2020 says.", "@nobody2020 refers to nothing"),
        ("See @fig-nothing.", "@fig-nothing refers to nothing"),
        (r"A formula $\foo{$ here.", "formula"),
        ("![words](missing.png)", "image missing.png does not exist"),
        ("![](one.svg)", "has no alt text"),
        ("[x](other.qmd)", "a link to a .qmd"),
        ("A note[^1].", "footnote 1 is missing"),
        ("::: {.other}\na\n:::", "unknown div .other"),
        ("::: {.callout-note}\na", "is never closed"),
        ("{{< include a.md >}}", "shortcodes"),
        (r"\begin{tabular}a\end{tabular}", "outside of"),
        ("[x]{#sec-known}", "label sec-known has no place in an output"),
        ("A smile: \U0001f600", r"U+1F600, grinning face"),
    ],
)
def test_markdown_of_a_cell_is_held_against_the_rules_for_text(
    tmp_path: Path, markdown: str, fault: str
) -> None:
    for kind in ("cell", "inline"):
        shown = code("x", display({"text/markdown": markdown}))
        if kind == "inline":
            shown = prose("One.\n\nSee `{python} x`.", markdown)
        with pytest.raises(PressError, match=rf"(?s)^chapters/one\.qmd:[37]: .*{re.escape(fault)}"):
            weave(executed(shown), tmp_path)


def test_markdown_of_a_cell_may_refer_to_what_the_book_holds(tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters/a.svg").write_text(SVG)
    text = "See @sec-known and @smith2020: $x^2$ ![A line.](a.svg)"
    about = project(tmp_path, "chapters/one.qmd", bibliography=())
    chapter = executed(code("x", display({"text/markdown": text})))
    assert text in weave_chapter(about, chapter, tmp_path, Names({"sec-known"}, {"smith2020"}))
    book = tmp_path / "book"
    weave_book(about, [chapter], book, Names({"sec-known"}, {"smith2020"}))
    assert (book / "chapters/a.svg").read_text() == SVG


@pytest.mark.parametrize("kind", ["print", "text/plain"])
def test_a_sign_that_the_pdf_cannot_show_is_refused_unless_only_the_site_shows_it(
    tmp_path: Path, kind: str
) -> None:
    text = "done \U0001f600"
    output = stream(text) if kind == "print" else display({kind: text})
    chapter = executed(code("x", output))
    with pytest.raises(PressError, match=r"one\.qmd:7: this shows .*U\+1F600, grinning face"):
        weave(chapter, tmp_path)
    site = '::: {.content-visible when-format="html"}\n\n\n\n\n\n```{python}\nx\n```\n\n:::\n'
    assert text in weave(replace(chapter, document=replace(chapter.document, text=site)), tmp_path)
    assert "é → ✓ ²" in weave(executed(code("x", stream("é → ✓ ²"))), tmp_path)
