"""Read `_quarto.yml`: which chapters the book has, in what order, and how they are run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class CourseError(Exception):
    """Something an author can put right; the message names file, line and remedy."""

    def __init__(self, message: str, *, path: str | Path | None = None, line: int | None = None):
        place = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
        super().__init__(place + message)
        self.reason = message
        self.line = line


@dataclass(frozen=True)
class Chapter:
    """One page of the book.

    Parameters
    ----------
    source
        Path of the `.qmd` file, relative to the project's root, with forward slashes.
    part
        Title of the part that the chapter opens, or None.
    """

    source: str
    part: str | None = None

    @property
    def page(self) -> str:
        """Address of the page, relative to the site's root: the one that Quarto gives it."""
        return self.source.removesuffix(".qmd") + ".html"


@dataclass(frozen=True)
class Project:
    """What `_quarto.yml` says, as far as the embedded engine uses it."""

    root: Path
    title: str
    subtitle: str
    author: str
    language: str
    chapters: tuple[Chapter, ...]
    bibliography: tuple[str, ...]
    execute: dict[str, Any]
    figure_format: str
    output: str
    pdf_name: str

    @property
    def site(self) -> Path:
        """Folder of the finished site."""
        return self.root / self.output

    @property
    def build(self) -> Path:
        """Folder of everything that a build leaves behind for the next one."""
        return self.root / "_build"


def read_project(root: Path) -> Project:
    """Read and check `_quarto.yml`.

    Parameters
    ----------
    root
        Folder that holds `_quarto.yml`.

    Returns
    -------
    Project
        The book's settings; every chapter named in it exists.

    Raises
    ------
    CourseError
        If the file is missing, is not YAML, or names a chapter that does not exist or that is
        named twice.
    """
    path = root / "_quarto.yml"
    if not path.is_file():
        raise CourseError(f"no _quarto.yml in {root}; run the command in the project's folder")
    try:
        settings = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise CourseError(
            f"not valid YAML: {error}", path=path.name, line=mark.line + 1 if mark else None
        ) from error
    book = settings.get("book") or {}
    if "title" not in book or not book.get("chapters"):
        raise CourseError("`book` needs a title and chapters", path=path.name)

    chapters: list[Chapter] = []
    for item in book["chapters"]:
        names = [item] if isinstance(item, str) else item["chapters"]
        part = None if isinstance(item, str) else item["part"]
        chapters += [Chapter(name, part if i == 0 else None) for i, name in enumerate(names)]
    sources = [chapter.source for chapter in chapters]
    for source in sources:
        if not (root / source).is_file():
            raise CourseError(f"chapter {source} does not exist", path=path.name)
        if sources.count(source) > 1:
            raise CourseError(f"chapter {source} is named twice", path=path.name)

    bibliography = settings.get("bibliography") or []
    return Project(
        root=root,
        title=book["title"],
        subtitle=book.get("subtitle", ""),
        author=book.get("author", ""),
        language=settings.get("lang", "en"),
        chapters=tuple(chapters),
        bibliography=(bibliography,) if isinstance(bibliography, str) else tuple(bibliography),
        execute=dict(settings.get("execute") or {}),
        figure_format=settings.get("format", {}).get("html", {}).get("fig-format", "png"),
        output=settings.get("project", {}).get("output-dir", "_book"),
        pdf_name=book.get("output-file", "book") + ".pdf",
    )
