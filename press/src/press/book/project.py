"""Read `_quarto.yml`: which chapters the book has, in what order, and how they are run."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from press.book.contents import Chapter, book_name, chapters_of, figure_formats, output_of
from press.book.contradictions import BUILD, NAME, contradictions, is_foreign
from press.book.keys import QUARTO_YML
from press.book.settings import Settings, read_settings
from press.errors import PressError

INLINE, END, NONE = "inline", "end", "none"  # where the solutions stand


@dataclass(frozen=True)
class Project:
    """What `_quarto.yml` says, as far as the press uses it.

    `site_url` and `repo_url` are the addresses of the published site and of its repository, without
    a slash at the end; empty where they are not known. `run_last` is the chapter that runs after
    all others and can read how they ran, or empty. `data` are patterns of the files that the site
    offers its readers, `synonyms` is the file of other names for what the book speaks of, or empty.
    `package` is the folder of the package that its readers need, `exercises` the module that checks
    what they write; both may be empty.
    `name` is what the book's files are called. `solutions` says where these stand; that is for each
    build to decide, not for `_quarto.yml`. `settings` knows the lines of all this.
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
    name: str
    pdf_name: str
    site_url: str = ""
    repo_url: str = ""
    repo_branch: str = "main"
    run_last: str = ""
    inputs: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    epub_name: str = ""
    footer: str = ""
    solutions: str = END
    synonyms: str = ""
    package: str = ""
    exercises: str = ""
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
        return self.root / BUILD


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
        errors += contradictions(root, settings)
    if errors:
        raise PressError("\n".join(map(str, errors)))
    values = settings.values
    book = values["book"]
    name = book_name(settings)
    return Project(
        root=root,
        title=book["title"],
        subtitle=book.get("subtitle", ""),
        author=book.get("author", ""),
        language=values.get("lang", "en"),
        chapters=tuple(chapter for chapter, _ in chapters_of(settings)),
        bibliography=tuple(values.get("bibliography", ())),
        execute=values.get("execute", {}),
        figure_format=figure_formats(settings)["html"],
        output=output_of(settings),
        name=name,
        pdf_name=name + ".pdf",
        site_url=book.get("site-url", "").rstrip("/"),
        repo_url=book.get("repo-url", "").rstrip("/"),
        repo_branch=book.get("repo-branch", "main"),
        run_last=values.get("press", {}).get("run-last", ""),
        inputs=tuple(values.get("press", {}).get("inputs", ())),
        data=tuple(values.get("press", {}).get("data", ())),
        epub_name=name + ".epub" if values.get("press", {}).get("epub") else "",
        footer=book.get("page-footer", ""),
        synonyms=values.get("press", {}).get("synonyms", ""),
        package=values.get("press", {}).get("package", ""),
        exercises=values.get("press", {}).get("exercises", ""),
        settings=settings,
    )


def edition(project: Project, solutions: str) -> Project:
    """Say where the solutions stand; the edition without them has a folder of its own.

    Parameters
    ----------
    project
        The book.
    solutions
        `inline`: in their places; `end`: at the end of the PDF, in their places on the website;
        `none`: nowhere.

    Returns
    -------
    Project

    Raises
    ------
    PressError
        If the folder holds something else.
    """
    if solutions != NONE:
        return replace(project, solutions=solutions)
    made = replace(project, solutions=NONE, output=f"{project.output}-without-solutions")
    if is_foreign(made.site):
        raise PressError(f"{made.output} holds no site of the press; move it to another place")
    return made
