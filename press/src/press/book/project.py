"""Read `_quarto.yml`: which chapters the book has, in what order, and how they are run."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from press.errors import PressError

FIGURE_FORMATS = ("svg", "png")


@dataclass(frozen=True)
class Chapter:
    """One page of the book.

    Parameters
    ----------
    source
        Path of the `.qmd` file, relative to the project's root, with forward slashes.
    part
        Title of the part that the chapter opens, or None.
    within
        Title of the part that it belongs to, or None.
    """

    source: str
    part: str | None = None
    within: str | None = None

    @property
    def page(self) -> str:
        """Address of the page, relative to the site's root: the one that Quarto gives it."""
        return self.source.removesuffix(".qmd") + ".html"


@dataclass(frozen=True)
class Project:
    """What `_quarto.yml` says, as far as the embedded engine uses it.

    `site_url` and `repo_url` are the addresses of the published site and of its repository, without
    a slash at the end; empty where they are not known.
    """

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
    site_url: str = ""
    repo_url: str = ""
    repo_branch: str = "main"

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
    PressError
        If the file is missing, is not YAML, or names a chapter that does not exist or that is
        named twice.
    """
    path = root / "_quarto.yml"
    if not path.is_file():
        raise PressError(f"no _quarto.yml in {root}; run the command in the project's folder")
    try:
        settings = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        raise PressError(f"not valid YAML: {error}", path=path.name, line=line) from error
    if not isinstance(settings, dict):
        raise PressError("expected settings, as `name: value`", path=path.name)
    book = _mapping(settings, "book")
    bibliography = settings.get("bibliography") or []
    if isinstance(bibliography, str):
        bibliography = [bibliography]
    output = _text(_mapping(settings, "project"), "output-dir", "_book")
    chapters = _chapters(root, book.get("chapters"))
    _check_output(root, output, chapters)
    return Project(
        root=root,
        title=_text(book, "title", None),
        subtitle=_text(book, "subtitle", ""),
        author=_text(book, "author", ""),
        language=_text(settings, "lang", "en"),
        chapters=chapters,
        bibliography=tuple(map(str, bibliography)),
        execute=dict(_mapping(settings, "execute")),
        figure_format=_figure_format(settings),
        output=output,
        pdf_name=_text(book, "output-file", "book") + ".pdf",
        site_url=_address(book, "site-url"),
        repo_url=_address(book, "repo-url"),
        repo_branch=_text(book, "repo-branch", "main"),
    )


def _mapping(settings: dict[str, Any], name: str) -> dict[str, Any]:
    value = settings.get(name) or {}
    if not isinstance(value, dict):
        raise PressError(f"expected `name: value` below {name}", path="_quarto.yml")
    return value


def _text(settings: dict[str, Any], name: str, default: str | None) -> str:
    value = settings.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise PressError(f"{name} must be text", path="_quarto.yml")
    return value


def _address(settings: dict[str, Any], name: str) -> str:
    """Return an address without the slash at its end, or nothing where none is set."""
    address = _text(settings, name, "")
    if address and not re.fullmatch(r"https?://[^\s\"<>]+", address):
        message = f"{name} must be a whole address, such as https://example.org/book"
        raise PressError(message, path="_quarto.yml")
    return address.rstrip("/")


def _figure_format(settings: dict[str, Any]) -> str:
    html = _mapping(_mapping(settings, "format"), "html")
    name = _text(html, "fig-format", "png")
    if name not in FIGURE_FORMATS:
        message = f"fig-format is {' or '.join(FIGURE_FORMATS)}, not {name}"
        raise PressError(message, path="_quarto.yml")
    return name


def _chapters(root: Path, items: object) -> tuple[Chapter, ...]:
    if not isinstance(items, list) or not items:
        raise PressError("`book` needs a list of chapters", path="_quarto.yml")
    chapters: list[Chapter] = []
    for item in items:
        group = item if isinstance(item, dict) else {"chapters": [item]}
        names = group.get("chapters")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            message = f"expected a chapter, or a part with its chapters, not {item}"
            raise PressError(message, path="_quarto.yml")
        part = _text(group, "part", "") or None
        chapters += [Chapter(name, None if i else part, part) for i, name in enumerate(names)]
    sources = [chapter.source for chapter in chapters]
    for source in sources:
        inside = not source.startswith("/") and ".." not in source.split("/")
        if not inside or not source.endswith(".qmd"):
            message = f"chapter {source} is not a .qmd file inside the project's folder"
            raise PressError(message, path="_quarto.yml")
        if not (root / source).is_file():
            raise PressError(f"chapter {source} does not exist", path="_quarto.yml")
        if sources.count(source) > 1:
            raise PressError(f"chapter {source} is named twice", path="_quarto.yml")
    return tuple(chapters)


def _check_output(root: Path, output: str, chapters: tuple[Chapter, ...]) -> None:
    """Refuse a folder that the site must not take the place of."""
    site = root / output
    inside = site.resolve().is_relative_to(root.resolve()) and site.resolve() != root.resolve()
    sources = any((root / chapter.source).is_relative_to(site) for chapter in chapters)
    foreign = site.is_dir() and any(site.iterdir()) and not (site / "index.html").is_file()
    if not inside or site.is_symlink() or sources or foreign:
        message = f"output-dir {output} is not a folder for the site alone; name another, as _site"
        raise PressError(message, path="_quarto.yml")
