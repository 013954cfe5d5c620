"""Rules on what cells show as Markdown: it is held against those for a chapter's own text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter

from press.book.chapter import Document
from press.book.outline import Outline
from press.book.project import Project
from press.check import dialect
from press.check.formulas import Judged, bad_formulas
from press.check.images import image_problems
from press.check.labels import REFERENCE, at_signs
from press.check.links import dead_links_in_html, dead_links_in_text

RULES = (
    dialect.shortcodes,
    dialect.languages,
    dialect.raw_tex,
    dialect.comments,
    dialect.balanced_divs,
    dialect.div_classes,
    dialect.callouts,
    dialect.image_paths,
    dialect.titles,
    dialect.footnotes,
    dialect.second_metadata,
    dialect.heading_look_alikes,
)


@dataclass
class Names:
    """What the book's text may refer to, and what has been found of formulas and signs."""

    labels: set[str]
    keys: set[str]
    formulas: Judged = field(default_factory=dict)
    signs: dict[str, bool] = field(default_factory=dict)


def displayed_faults(
    project: Project, text: Outline, shown: list[tuple[str, int]], names: Names
) -> Iterator[tuple[int, str]]:
    """Find what would be wrong or lost on the pages in Markdown that code has made.

    Parameters
    ----------
    project
        The book.
    text
        The chapter.
    shown
        Each piece of Markdown, and the line of what shows it.
    names
        What it may refer to.

    Yields
    ------
    tuple
        The line, and what to do about it.
    """
    source = text.document.source
    levels = [(each.line, each.level) for each in text.headings if not text.boxed(each.line)]
    outlines = [Outline(Document(source, {}, (), markdown)) for markdown, _ in shown]
    for outline, (_, line) in zip(outlines, shown, strict=True):
        found = [message for rule in RULES for _, message in rule(outline)]
        found += [each.message for each in image_problems(project, outline)]
        found += [message for _, message in dead_links_in_text(outline)]
        found += [each.message for each in dead_links_in_html(project, [outline])]
        found += ["a second heading of level 1" for each in outline.headings if each.level == 1]
        found += [f"label {each.name} has no place in an output" for each in outline.labels]
        found += [f"@{name} refers to nothing" for name in _unknown(outline, names)]
        yield from ((line, f"this shows Markdown with a fault: {each}") for each in found)
        levels += [(line, heading.level) for heading in outline.headings]
    yield from dialect.skipped_levels(sorted(levels, key=itemgetter(0)))
    # All formulas in one go: each call starts pandoc. A piece is named by its number.
    pieces = [Outline(Document(str(i), {}, (), markdown)) for i, (markdown, _) in enumerate(shown)]
    judged = dict(names.formulas)
    for problem in bad_formulas(pieces, judged):
        yield shown[int(problem.source)][1], f"this shows a formula: {problem.message}"
    names.formulas |= judged


def _unknown(outline: Outline, names: Names) -> Iterator[str]:
    for _, _, name in at_signs([outline]):
        if name not in (names.labels if REFERENCE.match(name) else names.keys):
            yield name
