"""Read `_quarto.yml`: which chapters the book has, in what order, and how they are run."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from press.book.keys import QUARTO_YML
from press.book.settings import Settings, read_settings
from press.book.yaml_lines import Place
from press.disk.files import matching
from press.errors import PressError

Fault = tuple[Place, str]

NAME = "_quarto.yml"
# What Quarto would read too: its settings would count there, but not here.
OTHER_SETTINGS = ("_metadata.yml", "_metadata.yaml", "_quarto.yml.local")
NO_FILE = "is no file inside the project's folder; write its path from there, as data/table.csv"


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
    a slash at the end; empty where they are not known. `run_last` is the chapter that runs after
    all others and can read how they ran, or empty. `settings` knows the lines of all this.
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
    run_last: str = ""
    inputs: tuple[str, ...] = ()
    footer: str = ""
    settings: Settings = field(default_factory=lambda: Settings({}, {}), compare=False)

    @property
    def words(self) -> list[str]:
        """What pages and PDF print of the settings."""
        return [self.title, self.subtitle, self.author, self.language, self.footer]

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
        If the file is missing, is not YAML, has a setting that is unknown, set twice, empty or of
        the wrong kind, or names a chapter that does not exist or that is named twice. The message
        lists all that is wrong.
    """
    path = root / NAME
    if not path.is_file():
        raise PressError(f"no {NAME} in {root}; run the command in the project's folder")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PressError("not UTF-8; save the file as UTF-8", path=NAME, line=1) from error
    errors: list[PressError] = []
    settings = read_settings(text, QUARTO_YML, NAME, errors)
    if not errors:
        errors += _contradictions(root, settings)
    if errors:
        raise PressError("\n".join(map(str, errors)))
    values = settings.values
    book = values["book"]
    return Project(
        root=root,
        title=book["title"],
        subtitle=book.get("subtitle", ""),
        author=book.get("author", ""),
        language=values.get("lang", "en"),
        chapters=tuple(chapter for chapter, _ in _chapters(settings)),
        bibliography=tuple(values.get("bibliography", ())),
        execute=values.get("execute", {}),
        figure_format=_figure_formats(settings)["html"],
        output=_output(settings),
        pdf_name=book.get("output-file", "book") + ".pdf",
        site_url=book.get("site-url", "").rstrip("/"),
        repo_url=book.get("repo-url", "").rstrip("/"),
        repo_branch=book.get("repo-branch", "main"),
        run_last=values.get("press", {}).get("run-last", ""),
        inputs=tuple(values.get("press", {}).get("inputs", ())),
        footer=book.get("page-footer", ""),
        settings=settings,
    )


def _output(settings: Settings) -> str:
    return settings.values["project"].get("output-dir", "_book")


def _figure_formats(settings: Settings) -> dict[str, str]:
    formats = settings.values.get("format", {})
    html = formats.get("html", {}).get("fig-format", "png")
    return {"html": html, "typst": formats.get("typst", {}).get("fig-format", html)}


def _chapters(settings: Settings) -> Iterator[tuple[Chapter, Place]]:
    """Give the chapters, each with the place of its name."""
    here = ("book", "chapters")
    for i, item in enumerate(settings.values["book"]["chapters"]):
        if isinstance(item, str):
            yield Chapter(item), (*here, i)
        else:
            for j, name in enumerate(item["chapters"]):
                part = item["part"]
                yield Chapter(name, None if j else part, part), (*here, i, "chapters", j)


def _contradictions(root: Path, settings: Settings) -> list[PressError]:
    """Find settings that do not go with each other, or with the files that there are."""
    chapters = list(_chapters(settings))
    found = [*_chapter_faults(root, chapters), *_output_faults(root, settings, chapters)]
    figures = _figure_formats(settings)
    if figures["html"] != figures["typst"]:
        message = f"figures are drawn once, in html's {figures['html']}; write the same for both"
        found.append((("format", "typst", "fig-format"), message))
    press_settings = settings.values.get("press", {})
    for number, pattern in enumerate(press_settings.get("inputs", ())):
        if not matching(root, pattern):
            found.append((("press", "inputs", number), f"{pattern} {NO_FILE}"))
    last = press_settings.get("run-last")
    if last and last not in [chapter.source for chapter, _ in chapters]:
        found.append((("press", "run-last"), f"{last} is no chapter of the book; name one of them"))
    errors = [PressError(reason, path=NAME, line=settings.line(*at)) for at, reason in found]
    folders = {each for chapter, _ in chapters for each in Path(chapter.source).parents}
    for path in sorted(each / name for each in folders for name in OTHER_SETTINGS):
        if (root / path).exists():
            message = f"only Quarto reads this file; move its settings to {NAME} or to the chapters"
            errors.append(PressError(message, path=path))
    return errors


def _chapter_faults(root: Path, chapters: list[tuple[Chapter, Place]]) -> Iterator[Fault]:
    seen = set()
    for chapter, place in chapters:
        source = chapter.source
        if source.startswith("/") or ".." in source.split("/") or "\\" in source:
            yield place, f"chapter {source} is not inside the project's folder; move it there"
        elif source != (plain := PurePosixPath(source).as_posix()):
            yield place, f"write {plain} for {source}"
        elif not (root / source).is_file():
            yield place, f"chapter {source} does not exist; create it, or delete the line"
        elif source in seen:
            yield place, f"chapter {source} is named twice; delete one"
        seen.add(source)


def _output_faults(
    root: Path, settings: Settings, chapters: list[tuple[Chapter, Place]]
) -> Iterator[Fault]:
    """Refuse a folder that the site must not take the place of."""
    output = _output(settings)
    site = root / output
    inside = site.resolve().is_relative_to(root.resolve()) and site.resolve() != root.resolve()
    sources = any((root / chapter.source).is_relative_to(site) for chapter, _ in chapters)
    foreign = site.is_dir() and any(site.iterdir()) and not (site / "index.html").is_file()
    if not inside or site.is_symlink() or sources or foreign:
        message = f"output-dir {output} is not a folder for the site alone; name another, as _site"
        yield ("project", "output-dir"), message
