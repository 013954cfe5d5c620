"""Settings that do not go with each other, or with the files that there are."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from press.book.contents import Chapter, book_name, chapters_of, figure_formats, output_of
from press.book.settings import Settings
from press.book.site_names import LIBRARY, NOT_FOUND, is_own
from press.book.yaml_lines import Place
from press.disk.files import matching
from press.errors import PressError

Fault = tuple[Place, str]

NAME = "_quarto.yml"
LANDING = "index.qmd"
BUILD = "_build"
# What a browser reads as the end of an address's path, a shell as an option, and what nobody sees.
ODD = re.compile(r"[#?%:*\"<>|\x00-\x1f\x7f]|(?:^|/)[-.]")
TAKEN = (NOT_FOUND.source, LIBRARY, BUILD)
# What Quarto would read too: its settings would count there, but not here.
OTHER_SETTINGS = ("_metadata.yml", "_metadata.yaml", "_quarto.yml.local")
PYPROJECT = "pyproject.toml"
NO_FILE = "is no file inside the project's folder; write its path from there, as data/table.csv"


def contradictions(root: Path, settings: Settings) -> list[PressError]:
    """Find settings that do not go with each other, or with the files that there are.

    Parameters
    ----------
    root
        The project's folder.
    settings
        What `_quarto.yml` says.

    Returns
    -------
    list of PressError
    """
    chapters = list(chapters_of(settings))
    found = [*_chapter_faults(root, chapters), *_output_faults(root, settings, chapters)]
    if not found and LANDING not in [chapter.source for chapter, _ in chapters]:
        message = f"a book begins with {LANDING}, the page that its readers land on; list it first"
        found.append((("book", "chapters"), message))
    found += _bibliography_faults(settings)
    figures = figure_formats(settings)
    if figures["html"] != figures["typst"]:
        message = f"figures are drawn once, in html's {figures['html']}; write the same for both"
        found.append((("format", "typst", "fig-format"), message))
    press_settings = settings.values.get("press", {})
    for key in ("inputs", "data"):
        for number, pattern in enumerate(press_settings.get(key, ())):
            if not matching(root, pattern):
                found.append((("press", key, number), f"{pattern} {NO_FILE}"))
    found += _data_faults(root, settings, [chapter for chapter, _ in chapters])
    synonyms = press_settings.get("synonyms")
    if synonyms and not matching(root, synonyms):
        found.append((("press", "synonyms"), f"{synonyms} {NO_FILE}"))
    package = press_settings.get("package")
    if package and (_leads_out(package) or not (root / package / PYPROJECT).is_file()):
        message = f"{package} is no folder of a package, in the project's own, with a {PYPROJECT}"
        found.append((("press", "package"), message))
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


def is_foreign(folder: Path) -> bool:
    """Whether a folder holds something, and no site."""
    return folder.is_dir() and any(folder.iterdir()) and not (folder / "index.html").is_file()


def _chapter_faults(root: Path, chapters: list[tuple[Chapter, Place]]) -> Iterator[Fault]:
    seen = set()
    for chapter, place in chapters:
        source = chapter.source
        folders = source.split("/")
        if _leads_out(source):
            yield place, f"chapter {source} is not inside the project's folder; move it there"
        elif source in TAKEN or folders[0] in TAKEN:
            yield place, f"chapter {source} would take the place of the site's own; rename it"
        elif source != (plain := PurePosixPath(source).as_posix()):
            yield place, f"write {plain} for {source}"
        elif found := ODD.search(source):
            yield place, f"chapter {source}: {found[0]!r} has no place there in a name; rename it"
        elif not (root / source).is_file():
            yield place, f"chapter {source} does not exist; create it, or delete the line"
        elif source in seen:
            yield place, f"chapter {source} is named twice; delete one"
        seen.add(source)


def _output_faults(
    root: Path, settings: Settings, chapters: list[tuple[Chapter, Place]]
) -> Iterator[Fault]:
    """Refuse a folder that the site must not take the place of."""
    output = output_of(settings)
    site = root / output
    inside = site.resolve().is_relative_to(root.resolve()) and site.resolve() != root.resolve()
    sources = any((root / chapter.source).is_relative_to(site) for chapter, _ in chapters)
    built = BUILD in Path(output).parts
    if not inside or site.is_symlink() or sources or built or is_foreign(site):
        message = f"output-dir {output} is not a folder for the site alone; name another, as _site"
        yield ("project", "output-dir"), message


def _data_faults(root: Path, settings: Settings, chapters: list[Chapter]) -> Iterator[Fault]:
    """Refuse data in whose place the site has something else."""
    book = book_name(settings)
    for number, pattern in enumerate(settings.values.get("press", {}).get("data", ())):
        for name in matching(root, pattern):
            if is_own(name, chapters, book):
                message = f"data {name} would take the place of the site's own; rename it"
                yield ("press", "data", number), message


def _bibliography_faults(settings: Settings) -> Iterator[Fault]:
    """Refuse names under which the build would write outside of its own folder."""
    for number, name in enumerate(settings.values.get("bibliography", ())):
        if _leads_out(name):
            message = f"bibliography {name} is not inside the project's folder; copy it there"
            yield ("bibliography", number), message


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "~")) or ".." in name.split("/") or "\\" in name
