"""What authors are likely to write and the press refuses, with what it says."""

from tempfile import gettempdir
from typing import NamedTuple

ONLY_PAGES = '::: {.content-visible when-format="html"}\n'


class Refused(NamedTuple):
    """A construct, how it looks, and what the press says of it."""

    name: str
    source: str
    says: str


TEXT = [
    Refused("shortcode", "{{< include a.qmd >}}", "shortcodes need Quarto; write plain Markdown"),
    Refused("tabset", "::: {.panel-tabset}\na\n:::", "unknown div .panel-tabset"),
    Refused(
        "layout", '::: {layout-ncol="2"}\na\n:::', "a div needs a class that both engines know"
    ),
    Refused("column or margin note", "::: {.column-margin}\na\n:::", "unknown div .column-margin"),
    Refused(
        "callout of another kind", "::: {.callout-important}\na\n:::", "is not a kind used here"
    ),
    Refused(
        "callout with a label",
        "::: {.callout-note #note-a}\na\n:::",
        "a callout takes no #note-a",
    ),
    Refused("div never closed", "::: {.callout-note}\na", "this ::: is never closed"),
    Refused("HTML in the text", "a <b>c</b>", "<b>: only inside ::: {.content-visible"),
    Refused("TeX in the text", "\\begin{center}a\\end{center}", "outside of $…$ is lost"),
    Refused(
        "script or frame in raw HTML",
        f"{ONLY_PAGES}\n```{{=html}}\n<iframe src='a.html'></iframe>\n```\n\n:::",
        "<iframe>: this page's policy blocks it",
    ),
    Refused(
        "picture from elsewhere in raw HTML",
        f"{ONLY_PAGES}<img src='https://example.org/a.png' alt='A'>\n:::",
        "a page loads nothing from elsewhere",
    ),
    Refused("another language", "```{r}\n1\n```", "{r} is not run here"),
    Refused("diagram", "```{mermaid}\nA --> B\n```", "{mermaid} is not run here"),
    Refused("options in the fence", "```{python echo=FALSE}\n1\n```", "options go on `#|` lines"),
    Refused("cell in a list", "- a\n\n  ```{python}\n  1\n  ```", "must start at the left margin"),
    Refused("option below code", "```{python}\n1\n#| echo: false\n```", "option lines come first"),
    Refused("misspelt option", "```{python}\n#| ehco: false\n1\n```", "did you mean echo?"),
    Refused(
        "option of Quarto's own", "```{python}\n#| fig-width: 3\n1\n```", "unknown key fig-width"
    ),
    Refused(
        "figure without alternative text",
        "```{python}\n#| label: fig-a\n#| fig-cap: A.\n1\n```",
        "fig-a has no fig-alt",
    ),
    Refused(
        "computed caption",
        "```{python}\n#| label: tbl-a\n#| tbl-cap: '`{python} 1`'\n1\n```",
        "tbl-cap is printed as it stands",
    ),
    Refused("inline code of another language", "a `{r} 1`", "an inline expression begins with"),
    Refused("citation without entry", "As @nobody2020 says.", "is not an entry of"),
    Refused("reference to nothing", "See @fig-none.", "refers to nothing"),
    Refused("link to a chapter's file", "a [b](first.qmd)", "a link to a .qmd breaks in the PDF"),
    Refused("address as it stands", "a https://example.org b", "is no link as it stands"),
    Refused("footnote without text", "a[^1]", "footnote 1 is missing"),
    Refused("numbered example", "(@a) One.\n\nAs (@a) says.", "is not an entry of"),
    Refused("picture that is not there", "![A b](none.png)", "image none.png does not exist"),
    Refused(
        "picture from elsewhere", "![A](https://example.org/a.png)", "is not in the repository"
    ),
    Refused("picture without alternative text", "![](../pictures/dot.svg)", "has no alt text"),
    Refused("picture with a space in its name", "![A](a b.png)", "write %20 for a space"),
    Refused("picture of a rare kind", "![A](a.bmp)", "is of no kind known here"),
    Refused("level of headings left out", "#### Deep", "a heading #### below one of level 1"),
    Refused("heading without words", "## {#sec-a}", "a heading without words"),
    Refused("second heading of level 1", "# Another", "a second heading of level 1"),
    Refused("emoji", "Well done \U0001f600", "the PDF's fonts have no such sign"),
    Refused("Chinese, Japanese, Korean", "\u4e2d\u6587", "the PDF's fonts have no such sign"),
    Refused("control character", "a\x01b", "the PDF's fonts have no such sign"),
    Refused("unknown command in a formula", "$\\foo{a}$", "is not in the dialect's mathematics"),
    Refused(
        "macro in a formula", "$\\newcommand{\\a}{b} \\a$", "\\newcommand is not used in formulas"
    ),
    Refused("comment never closed", "a <!-- b", "this <!-- is never closed"),
    Refused("metadata in the text", "a\n\n---\nb: c\n---\n", "text below --- is read as metadata"),
]

OUTPUTS = [
    Refused(
        "interactive widget", "application/vnd.jupyter.widget-view+json", "which a page cannot"
    ),
    Refused("JSON", "application/json", "which a page cannot hold"),
    Refused("JavaScript", "application/javascript", "which a page cannot hold"),
    Refused("moving picture (GIF)", "image/gif", "which a page cannot hold"),
    Refused(
        "LaTeX that is no formula", "text/latex \\begin{tabular}{l}a\\end{tabular}", "which a page"
    ),
    Refused("HTML without words for print", "text/html <b>a</b>", "for which the PDF has no words"),
    Refused("HTML with a script", "text/html <script>a</script>", "this page's policy blocks it"),
    Refused("figure without alternative text, unlabelled", "image/png", "say what one sees in it"),
    Refused("object with its address", "text/plain <f.G object at 0x7f3a>", "an address in memory"),
    Refused("path of this machine", f"text/plain {gettempdir()}/a.csv", "a path of this machine"),
    Refused("warning", "stderr careful", "this cell prints a warning"),
    Refused("sign without a font", "stdout \U0001f600", "which the PDF's fonts do not have"),
    Refused("Markdown with a fault", "text/markdown As @nobody says.", "refers to nothing"),
]
