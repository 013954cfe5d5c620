"""Rules on what a chapter's text may be written in: only what both engines render alike.

A rule takes a chapter's outline and gives a line and a message for each problem.
"""

import re
from itertools import pairwise

from press.book.markdown import ATTRIBUTES, CODE_SPAN, fences, hide, line_of
from press.book.outline import CALLOUTS, Outline
from press.check.rules import Breaches

CONDITIONS = ("content-visible", "content-hidden")
FORMATS = ("html", "typst")


def shortcodes(outline: Outline) -> Breaches:
    """Shortcodes are Quarto's own."""
    for match in re.finditer(r"\{\{<", outline.text):
        yield line_of(outline.text, match.start()), "shortcodes need Quarto; write plain Markdown"


def languages(outline: Outline) -> Breaches:
    """Only Python is run; raw blocks are for one format, and then inside a div that says so."""
    for fence in fences(outline.document.text):
        line, info = (fence.map or [0])[0] + 1, fence.info.strip()
        if raw := re.fullmatch(r"\{=(\w+)\}", info):
            if not outline.inside(line, raw[1]):
                yield line, _only_inside(raw[1])
        elif re.match(r"\{(?!python\b)\w", info):
            yield line, f"{info} is not run here; use {{python}}, or {{{info}}} to show it"


def raw_html(outline: Outline) -> Breaches:
    """HTML tags are lost in the PDF."""
    for text, first in outline.texts:
        for match in re.finditer(r"(?<!\\)(?<!\]\()</?[A-Za-z][\w-]*(?:\s[^<>]*)?/?>", text):
            line = first + line_of(text, match.start()) - 1
            if not outline.inside(line, "html"):
                yield line, f"{match[0].splitlines()[0]}: {_only_inside('html')}"
    for match in re.finditer(r"\{=(\w+)\}", outline.text):
        line = line_of(outline.text, match.start())
        if not outline.inside(line, match[1]):
            yield line, _only_inside(match[1])


def raw_tex(outline: Outline) -> Breaches:
    """TeX outside of formulas is lost on the website."""
    for match in re.finditer(r"(?<!\\)\\(?:begin\{\w+\*?\}|[A-Za-z]{2,})", outline.text):
        line = line_of(outline.text, match.start())
        yield line, f"{match[0]} outside of $…$ is lost; write Markdown, or $$…$$ for a formula"


def comments(outline: Outline) -> Breaches:
    """A comment that is never closed hides the rest of the chapter."""
    text = outline.document.text
    lines = text.split("\n")
    for fence in fences(text):
        start, end = fence.map or (0, 0)
        lines[start:end] = [""] * (end - start)
    shown = re.sub(r"<!--.*?-->", hide, CODE_SPAN.sub(hide, "\n".join(lines)), flags=re.DOTALL)
    for match in re.finditer(r"<!--", shown):
        yield line_of(shown, match.start()), "this <!-- is never closed; add -->"


def balanced_divs(outline: Outline) -> Breaches:
    """Every div is closed once, and opens where pandoc sees it."""
    lines = outline.document.text.split("\n")
    for line in outline.stray_closings:
        yield line, "this ::: closes nothing; delete it, or give the one that opens {…}"
    for div in outline.divs:
        if div.last is None:
            yield div.first, "this ::: is never closed; add a line with :::"
        above = lines[div.first - 2].strip() if div.first > 1 else ""
        heading = div.first - 1 in outline.heading_lines
        if above and not heading and not above.startswith((":::", "```", "~~~")):
            yield div.first, "put a blank line before this :::, or it is read as text"


def div_classes(outline: Outline) -> Breaches:
    """Callouts of three kinds, and what only one format shows."""
    for div in outline.divs:
        identifier, classes, values = div.attributes
        for name in classes:
            if name.startswith("callout-") and name not in CALLOUTS:
                yield div.first, f"{name} is not a kind used here; use {', '.join(CALLOUTS)}"
            elif name not in CALLOUTS + CONDITIONS:
                yield div.first, f"unknown div .{name}; use a callout or .content-visible"
        if set(classes) & set(CONDITIONS) and values.get("when-format") not in FORMATS:
            yield div.first, 'say when-format="html" or when-format="typst"'
        if not classes and (identifier or "").startswith("tbl-"):
            remedy = f"write `: caption {{#{identifier}}}` below the table"
            yield div.first, f"a div is no table; {remedy}"
        elif not classes and not re.match(r"fig-|refs$", identifier or ""):
            yield div.first, "a div needs a class that both engines know, such as .callout-note"


def callouts(outline: Outline) -> Breaches:
    """Solutions are titled and folded; no callout is numbered."""
    for div in outline.divs:
        identifier, classes, values = div.attributes
        if identifier and set(classes) & set(CALLOUTS):
            reason = "Quarto then numbers its title; put the label on a heading"
            yield div.first, f"a callout takes no #{identifier}: {reason}"
        if "callout-tip" in classes and not (
            values.get("title") and values.get("collapse") == "true"
        ):
            yield div.first, 'a tip folds: write .callout-tip title="Solution" collapse="true"'


def image_paths(outline: Outline) -> Breaches:
    """An image's path stands with the image, and is one word."""
    text = outline.text
    for match in re.finditer(r"!\[[^\[\]]*\]\[", text):
        line = line_of(text, match.start())
        yield line, "write the image's path in parentheses, as in ![what one sees](a.svg)"
    for match in re.finditer(
        r"!\[[^\[\]]*\]\(\s*(<[^<>]*>|[^()\"<>]*[^()\"<>\s]\s+[^()\"<>\s])", text
    ):
        line = line_of(text, match.start())
        yield line, "write %20 for a space in an image's name, and no angle brackets"


def titles(outline: Outline) -> Breaches:
    """Headings stand in contents and running heads too, where nothing in them may lead away."""
    named = [(heading.words, heading.line) for heading in outline.headings]
    named += [(div.attributes.values.get("title", ""), div.first) for div in outline.divs]
    for words, line in named:
        if re.search(r"\[[^\[\]]*\][(\[]|\[\^|\^\[|<\w+:|(?<![\w\\])@\w", words):
            yield line, "a title takes no link, note, citation or reference; put it in the text"


def footnotes(outline: Outline) -> Breaches:
    """Every footnote that is called is there."""
    written = set(re.findall(r"^\[\^([^\]]+)\]:", outline.text, re.M))
    for match in re.finditer(r"\[\^([^\]]+)\](?!:)", outline.text):
        if match[1] not in written:
            line = line_of(outline.text, match.start())
            yield line, f"footnote {match[1]} is missing; add a line [^{match[1]}]: with its text"


def second_metadata(outline: Outline) -> Breaches:
    """A `---` above text opens a block of metadata in pandoc, which then vanishes."""
    for match in re.finditer(r"^[ \t]*\n(---[ \t]*\n(?=.*\S))", outline.text, re.MULTILINE):
        line = line_of(outline.text, match.start(1))
        yield line, "text below --- is read as metadata; put a blank line after it"


def title(outline: Outline) -> Breaches:
    """A chapter has one heading of level 1, which others can refer to."""
    headings = [heading for heading in outline.headings if heading.level == 1]
    if not headings:
        yield 1, "no heading of level 1; begin with `# Title {#sec-title}`"
    for extra in headings[1:]:
        yield extra.line, "a second heading of level 1; use ##"
    for first in headings[:1]:
        label, classes, _ = first.attributes
        if not (label or "").startswith("sec-") and "unnumbered" not in classes:
            yield first.line, "the chapter's heading needs {#sec-…}, or {.unnumbered}"


def heading_levels(outline: Outline) -> Breaches:
    """No level of headings is left out: the PDF's contents have no such gap."""
    levels = [(each.line, each.level) for each in outline.headings if not outline.boxed(each.line)]
    yield from skipped_levels(levels)


def skipped_levels(levels: list[tuple[int, int]]) -> Breaches:
    """Find headings that are more than one level below the one before; each is line and level."""
    for (_, before), (line, level) in pairwise(levels):
        if level > before + 1:
            wrong, right = "#" * level, "#" * (before + 1)
            yield line, f"a heading {wrong} below one of level {before}; write {right}"


def heading_look_alikes(outline: Outline) -> Breaches:
    """What reads as a heading is one, wherever it is read."""
    yield from outline.heading_look_alikes
    for heading in outline.headings:
        line = outline.document.text.split("\n")[heading.line - 1]
        if not ATTRIBUTES.sub("", line).strip("# \t"):
            yield heading.line, "a heading without words; write some, or delete it"


def _only_inside(name: str) -> str:
    return f'only inside ::: {{.content-visible when-format="{name}"}}, with a counterpart'


RULES = (
    shortcodes,
    languages,
    raw_html,
    raw_tex,
    comments,
    balanced_divs,
    div_classes,
    callouts,
    image_paths,
    titles,
    footnotes,
    second_metadata,
    title,
    heading_levels,
    heading_look_alikes,
)
