"""Rules of style on how a chapter is built, as far as a machine can judge it.

A rule takes a chapter's outline, some the book's style law too, and gives a line and a message for
each breach. Those on words and sentences are in `words`.
"""

import re

from press.book.images import images
from press.book.markdown import TABLE_CAPTION, line_of
from press.book.outline import Outline
from press.check.law import Law
from press.check.rules import Breaches

CLOSED = re.compile(r"[.?…][\"'”’)]*$")


def sentence_case(outline: Outline) -> Breaches:
    """Headings and titles of boxes are in sentence case; names keep their capital letter."""
    lines = enumerate(outline.text.split("\n"), start=1)
    body = "\n".join("" if n in outline.heading_lines else line for n, line in lines)
    body = re.sub(r"^(:::|\|).*$", "", body, flags=re.MULTILINE)
    names = set(re.findall(r"(?<=[a-z,;]\s)[^\W\d_a-z]\w+", body))
    titles = [(heading.words, heading.line) for heading in outline.headings]
    titles += [(div.attributes.values.get("title", ""), div.first) for div in outline.divs]
    for title, line in titles:
        # The first word, and the first one behind a colon or an end, may begin with a capital.
        for match in re.finditer(r"(?<=[^\W_])[^\w:.?!]+([^\W\d_]{2,})", title):
            if match[1].istitle() and match[1] not in names:
                message = f"write {match[1].lower()}; a name also stands so in the text"
                yield line, f"{title!r} is not in sentence case: {message}"


def heading_ends(outline: Outline) -> Breaches:
    """A heading is no sentence: it ends without a full stop."""
    for heading in outline.headings:
        if re.search(r"[.,;:]$", heading.words):
            yield heading.line, f"a heading ends without {heading.words[-1]}; delete it"


def short_cells(outline: Outline, law: Law) -> Breaches:
    """A cell fits on a screen."""
    for cell in outline.cells:
        count = cell.code.count("\n") + 1
        if law.cell_lines is not None and count > law.cell_lines:
            message = f"a cell of {count} lines; split it, or move code to a module"
            yield cell.line, f"{message} (at most {law.cell_lines})"


def labelled_cells(outline: Outline) -> Breaches:
    """Every cell has a label, which messages, notebooks and caches name it by."""
    for cell in outline.cells:
        if not cell.options.get("label"):
            yield cell.line, "a cell without a label; add `#| label: what-it-does`"


def alt_texts(outline: Outline, law: Law) -> Breaches:
    """An alt text says in a sentence what one sees, and not what the caption says already."""
    texts = [(image.alt, image.caption, image.line) for image in images(outline)]
    for cell in outline.cells:
        if alt := str(cell.options.get("fig-alt") or ""):
            caption = str(cell.options.get("fig-cap") or "")
            texts.append((alt, caption, cell.option_lines["fig-alt"]))
    for alt, caption, line in texts:
        if alt and _words(alt) in _words(caption):
            yield line, "the alt text repeats the caption; say what one sees (fig-alt)"
        elif alt and len(alt) < (law.alt_characters or 0):
            yield line, f"an alt text of {len(alt)} characters; say what one sees in a sentence"
        elif re.match(r"(an? |the )?(image|picture|graphic|figure)\b", alt, re.IGNORECASE):
            yield line, "begin the alt text with what one sees; that it is an image is known"


def caption_ends(outline: Outline) -> Breaches:
    """Captions are sentences: they end with a full stop."""
    captions = [(image.caption, image.line) for image in images(outline)]
    for match in TABLE_CAPTION.finditer(outline.text):
        captions.append((match[1], line_of(outline.text, match.start())))
    for cell in outline.cells:
        for name in ("fig-cap", "tbl-cap"):
            if caption := cell.options.get(name):
                captions.append((str(caption).strip(), cell.option_lines[name]))
    for caption, line in captions:
        if caption and not CLOSED.search(caption):
            yield line, f"the caption ends with {caption[-1]!r}; end it with a full stop"


def anatomy(outline: Outline, law: Law) -> Breaches:
    """A numbered chapter opens and ends as the law says, and holds the solutions that are due."""
    if not outline.numbered:
        return
    sections = [
        heading
        for heading in outline.headings
        if heading.level == 2 and not outline.boxed(heading.line)
    ]
    last_line = outline.text.count("\n") + 1
    first = sections[0].line if sections else last_line
    opening = "\n".join(outline.text.split("\n")[: first - 1])
    if law.opening and law.opening not in opening:
        yield 1, f"no **{law.opening}** before the first section; open the chapter with it"
    if law.ending and not (sections and sections[-1].words.startswith(law.ending)):
        line = sections[-1].line if sections else 1
        yield line, f"the last section is not `## {law.ending}`; end the chapter with one"
    solutions = [div.first for div in outline.divs if "callout-tip" in div.attributes.classes]
    ends = [heading.line for heading in sections] + [last_line]
    for section, end in zip(sections, ends[1:], strict=True):
        label = section.attributes.identifier or ""
        if not label.startswith("sec-"):
            yield section.line, "a section without a label; add {#sec-…}, its address for good"
        due = law.solved and section.words.startswith(law.solved)
        if due and not any(section.line < line < end for line in solutions):
            message = f"a section {law.solved} without a solution; add a ::: {{.callout-tip}} to it"
            yield section.line, message


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


RULES = (sentence_case, heading_ends, labelled_cells, caption_ends)
RULES_OF_LAW = (short_cells, alt_texts, anatomy)
