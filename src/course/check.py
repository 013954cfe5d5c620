"""Find everything that can be wrong with the book without running a cell."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from course import cell_rules, dialect
from course.formulas import bad_formulas
from course.notebook import Document, parse
from course.page import ATTRIBUTES, Page, line_of, read_attributes
from course.project import CourseError, Project

IMAGE = re.compile(r"!\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*([^()\s]*)(?:\s+\"[^\"]*\")?\s*\)")
CITATION = re.compile(r"(?<![\w\\@])@\{?(\w(?:\w|[:.#$%&\-+?<>~/](?=\w))*)")
REFERENCE = re.compile(r"(sec|fig|tbl|eq)-")
ENTRY = re.compile(r"^\s*@(?!comment|string|preamble)\w+\s*\{\s*([^,\s]+)\s*,", re.M | re.I)


class Problem(NamedTuple):
    """Something wrong, where it is, and what to do about it."""

    source: str
    line: int
    message: str

    def __str__(self) -> str:
        """As `file:line: message`."""
        return f"{self.source}:{self.line}: {self.message}"


class Image(NamedTuple):
    """An image in prose: its path as written, its alt text, its line."""

    target: str
    alt: str
    line: int


def read_book(project: Project) -> tuple[list[Document], list[Problem]]:
    """Read and check every chapter.

    Parameters
    ----------
    project
        The book.

    Returns
    -------
    documents : list of Document
        The chapters that could be read, in order.
    problems : list of Problem
        All problems, by chapter and line. Cross-references are judged only when every chapter
        could be read.
    """
    documents: list[Document] = []
    unreadable: list[Problem] = []
    for chapter in project.chapters:
        try:
            text = (project.root / chapter.source).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            unreadable.append(Problem(chapter.source, 1, "not UTF-8; save the file as UTF-8"))
            continue
        errors: list[CourseError] = []
        documents.append(parse(text, chapter.source, errors))
        unreadable += [Problem(chapter.source, each.line or 1, each.reason) for each in errors]
    pages = [Page(document) for document in documents]
    problems = [
        Problem(page.document.source, line, message)
        for page in pages
        for rule in (*dialect.RULES, *cell_rules.RULES)
        for line, message in rule(page)
    ]
    problems += [problem for page in pages for problem in image_problems(project, page)]
    problems += duplicate_labels(pages)
    if not unreadable:
        problems += broken_references(pages)
    problems += unknown_citations(project, pages)
    problems += [Problem(*each) for each in bad_formulas(pages)]
    order = {chapter.source: number for number, chapter in enumerate(project.chapters)}
    problems = sorted(set(problems + unreadable), key=lambda p: (order.get(p.source, -1), p))
    return documents, problems


def duplicate_labels(pages: list[Page]) -> Iterator[Problem]:
    """Labels given twice; a cell that nothing refers to need only differ within its chapter."""
    in_book: dict[str, str] = {}
    for page in pages:
        in_chapter: dict[str, str] = {}
        for label in page.labels:
            local = label.cell and not REFERENCE.match(label.name)
            first = in_chapter.get(label.name) or (None if local else in_book.get(label.name))
            place = f"{page.document.source}:{label.line}"
            if first:
                message = f"label {label.name} is taken, at {first}; choose another"
                yield Problem(page.document.source, label.line, message)
            in_chapter.setdefault(label.name, place)
            if not local:
                in_book.setdefault(label.name, place)


def broken_references(pages: list[Page]) -> Iterator[Problem]:
    """`@sec-`, `@fig-`, `@tbl-` and `@eq-` without such a label in the book."""
    labels = {label.name for page in pages for label in page.labels}
    for page, line, name in _at_signs(pages):
        if REFERENCE.match(name) and name not in labels:
            message = f"@{name} refers to nothing; no chapter has a label {name}"
            yield Problem(page.document.source, line, message)


def unknown_citations(project: Project, pages: list[Page]) -> Iterator[Problem]:
    """`@key` without such an entry in the bibliography; bibliographies that do not exist."""
    keys: set[str] = set()
    for name in project.bibliography:
        path = project.root / name
        if path.is_file():
            keys |= set(ENTRY.findall(path.read_text(encoding="utf-8", errors="replace")))
        else:
            yield Problem("_quarto.yml", 1, f"bibliography {name} does not exist")
            return
    for page, line, name in _at_signs(pages):
        if not REFERENCE.match(name) and name not in keys:
            known = ", ".join(project.bibliography) or "a bibliography in _quarto.yml"
            message = f"@{name} is not an entry of {known}; add it, or write \\@ for a plain @"
            yield Problem(page.document.source, line, message)


def image_problems(project: Project, page: Page) -> Iterator[Problem]:
    """Images that are missing, elsewhere on the net, or not described."""
    for image in images(page):
        message = None
        path = image_path(project, page.document.source, image.target).resolve()
        if re.match(r"\w+:|//", image.target):
            message = f"image {image.target} is not in the repository; save it there"
        elif not path.is_file():
            message = f"image {image.target} does not exist"
        elif not path.is_relative_to(project.root):
            message = f"image {image.target} is outside the repository; copy it there"
        if message:
            yield Problem(page.document.source, image.line, message)
        if not image.alt:
            message = (
                f"image {image.target} has no alt text; write ![what one sees]({image.target})"
            )
            yield Problem(page.document.source, image.line, message)


def images(page: Page) -> list[Image]:
    """Find the images in a chapter's prose.

    Parameters
    ----------
    page
        The chapter.

    Returns
    -------
    list of Image
    """
    found = []
    for match in IMAGE.finditer(page.text):
        # The alt text as written: code and mathematics are blank in `page.text`.
        alt = page.document.text[match.start(1) : match.end(1)].strip()
        attributes = ATTRIBUTES.match(page.text, match.end())
        described = read_attributes(attributes[1]).values if attributes else {}
        line = line_of(page.text, match.start())
        found.append(Image(unquote(match[2]), described.get("fig-alt", "") or alt, line))
    return found


def image_path(project: Project, source: str, target: str) -> Path:
    """Where an image named in a chapter is; a leading slash stands for the project's folder."""
    folder = project.root if target.startswith("/") else (project.root / source).parent
    return folder / target.lstrip("/")


def _at_signs(pages: list[Page]) -> Iterator[tuple[Page, int, str]]:
    for page in pages:
        for text, first in page.prose:
            for match in CITATION.finditer(text):
                yield page, first + line_of(text, match.start()) - 1, match[1]
