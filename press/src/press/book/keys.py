"""What may stand in `_quarto.yml`, in front matter and in the options of a cell.

A key with a kind of value is read by the press. `Quarto` marks one that only Quarto reads, with
what the press does instead, and `Refused` one that asks for what the press cannot do. The press's
README lists the same keys; any other key is an error.
"""

import re

from press.book.kinds import Items, Keys, Kind, OrDefault, Quarto, Refused, Required, one_of


def _text(said: str, pattern: str) -> Kind:
    return Kind(said, lambda v: isinstance(v, str) and bool(re.fullmatch(pattern, v, re.DOTALL)))


ANYTHING = Kind("anything", lambda _: True)
WANTED = Kind("anything but false", lambda value: value is not False)
TEXT = _text("text", ".+")
SOURCE = _text("the path of a chapter", r".+\.qmd")
SWITCH = one_of(True, False)
ADDRESS = _text("a whole address, such as https://example.org/book", r'https?://[^\s"<>]+')
CHAPTER = _text("a .qmd file, or a part with its chapters", r".+\.qmd")
FILE = _text("the name of a file, without folder and ending", r"(?!\.)[^/\\]+(?<!\.pdf)(?<!\.html)")
FIGURES = one_of("svg", "png")
MODULE = _text("the name of a module, such as package.module", r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
SCRIPT = _text(
    "the path of a .js file, from the project's folder", r"(?!/)(?!(.*/)?\.\./)[^\s\\\"<>]+\.js"
)
LANGUAGE = _text("a language's code, such as en-GB", r"[a-z]{2,3}(-\w+)*")
PART = _text("the title of a part; a file goes below its `chapters`", r".+(?<!\.qmd)")

ENGINE: Keys = {
    "engine": Quarto(one_of("jupyter"), "Cells hold Python; nothing else is run."),
    "jupyter": Quarto(one_of("python3"), "Cells run in the Python that runs the press."),
    "editor": Quarto(ANYTHING, "The press has no editor of its own."),
    "filters": Refused("the press runs no filters of a book; delete it"),
}

SWITCHES: Keys = {
    "echo": SWITCH,
    "eval": SWITCH,
    "include": SWITCH,
    "output": SWITCH,
    "warning": SWITCH,
    "error": SWITCH,
}

EXECUTE: Keys = {
    **SWITCHES,
    "freeze": Quarto(one_of(True, False, "auto"), "Chapters run again when what they use changed."),
    "cache": Quarto(one_of(True, False), "Chapters run again when what they use changed."),
    "daemon": Quarto(ANYTHING, "Each chapter runs in a kernel of its own."),
}

HTML: Keys = {
    "fig-format": FIGURES,
    "toc": Quarto(one_of(True), "Every page has its contents beside it."),
    "toc-depth": Quarto(one_of(3), "The contents show three levels."),
    "number-sections": Quarto(one_of(True), "All is numbered but for `{.unnumbered}` headings."),
    "theme": Quarto(ANYTHING, "The press has a design of its own, light and dark."),
    "css": Quarto(ANYTHING, "The press has a design of its own, light and dark."),
    "mainfont": Quarto(TEXT, "The press brings its fonts."),
    "monofont": Quarto(TEXT, "The press brings its fonts."),
    "fontsize": Quarto(ANYTHING, "The press has a design of its own, light and dark."),
    "include-in-header": Quarto(ANYTHING, "The press writes all of a page's head."),
    "html-math-method": Quarto(ANYTHING, "Formulas are MathML and need no script."),
    "highlight-style": Quarto(ANYTHING, "Code has the colours of the press's own design."),
    "syntax-highlighting": Quarto(ANYTHING, "Code has the colours of the press's own design."),
    "code-copy": Quarto(one_of(True, "hover"), "Code has a button that copies it."),
    "code-fold": Refused("fold cell by cell, with the cell's own `code-fold`"),
    "anchor-sections": Quarto(one_of(True), "Headings have a link to themselves."),
    "citations-hover": Quarto(one_of(True), "A reference under the pointer shows its target."),
    "crossrefs-hover": Quarto(one_of(True), "A reference under the pointer shows its target."),
    "footnotes-hover": Quarto(one_of(True), "A reference under the pointer shows its target."),
}

TYPST: Keys = {
    "fig-format": FIGURES,
    "toc": Quarto(one_of(True), "The PDF begins with its contents."),
    "toc-depth": Quarto(one_of(2), "The contents show two levels."),
    "number-sections": Quarto(one_of(True), "All is numbered but for `{.unnumbered}` headings."),
    "citeproc": Quarto(one_of(True), "Citations are always resolved."),
    "include-in-header": Quarto(ANYTHING, "The press has a design of its own."),
    "papersize": Quarto(one_of("a4"), "The PDF is set for A4."),
    "margin": Quarto(ANYTHING, "The press has a design of its own."),
    "mainfont": Quarto(TEXT, "The press brings its fonts."),
    "fontsize": Quarto(ANYTHING, "The press has a design of its own."),
}

PROJECT: Keys = {
    "type": Required(one_of("book")),
    "output-dir": TEXT,
    "execute-dir": Quarto(one_of("file"), "Chapters run in their own folder."),
    "resources": Quarto(ANYTHING, "The site has what its pages name, and what `data` does."),
    "lib-dir": Quarto(TEXT, "What pages share stands in `library/`."),
    "preview": Quarto(ANYTHING, "`press preview` has options of its own."),
    "pre-render": Refused("the press runs no scripts of a project; call it from a Makefile"),
    "post-render": Refused("the press runs no scripts of a project; call it from a Makefile"),
}

BOOK: Keys = {
    "title": Required(TEXT),
    "subtitle": TEXT,
    "author": TEXT,
    "output-file": FILE,
    "site-url": ADDRESS,
    "repo-url": ADDRESS,
    "repo-branch": TEXT,
    "page-footer": TEXT,
    "chapters": Required(
        Items(
            CHAPTER,
            {"part": Required(PART), "chapters": Required(Items(CHAPTER, alone=False))},
            alone=False,
        )
    ),
    "appendices": Refused("the press has chapters only; list these below `chapters`"),
    "references": Refused("list the page below `chapters`"),
    "downloads": Quarto(Items(one_of("pdf")), "Every page links to the PDF."),
    "favicon": Quarto(TEXT, "Browsers show the press's own picture."),
    "search": Quarto(WANTED, "Every page has the search."),
    "sidebar": Quarto(WANTED, "Every page has the chapters beside it."),
    "page-navigation": Quarto(one_of(True), "Every page links to its neighbours."),
    "repo-actions": Quarto(
        Items(one_of("edit", "issue")), "With `repo-url`, every page has links for both."
    ),
    "open-graph": Quarto(WANTED, "Every page has a card for those who link to it."),
    "twitter-card": Quarto(WANTED, "Every page has a card for those who link to it."),
}

QUARTO_YML: Keys = {
    "project": Required(PROJECT),
    "lang": LANGUAGE,
    "book": Required(BOOK),
    "bibliography": Items(TEXT),
    "csl": Refused("the press cites by author and year; delete it"),
    "citeproc": Quarto(one_of(True), "Citations are always resolved."),
    "link-citations": Quarto(one_of(True), "Citations always link to their entry."),
    "format": {"html": OrDefault(HTML), "typst": OrDefault(TYPST)},
    "execute": EXECUTE,
    "press": {
        "run-last": SOURCE,
        "inputs": Items(TEXT),
        "data": Items(TEXT),
        "epub": SWITCH,
        "synonyms": TEXT,
        "package": TEXT,
        "exercises": MODULE,
    },
    **ENGINE,
}

FRONT_MATTER: Keys = {
    "title": TEXT,
    "subtitle": TEXT,
    "description": TEXT,
    "inputs": Items(TEXT),
    "execute": EXECUTE,
    **ENGINE,
}

CELL: Keys = {
    "label": TEXT,
    **SWITCHES,
    "code-fold": one_of(True, False, "show"),
    "code-summary": TEXT,
    "fig-cap": TEXT,
    "fig-alt": TEXT,
    "tbl-cap": TEXT,
    "exercise": TEXT,
    "plays": Items(SCRIPT),
    "inputs": Items(TEXT),
}
