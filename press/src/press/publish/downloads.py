"""What readers take home: data, all notebooks with the package, and how to cite the book."""

import io
import json
import re
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from press.book.citation import read_citation
from press.book.pandoc import run_pandoc
from press.book.project import Project
from press.book.site_names import HOW_TO_BEGIN, SOLVED, WORK, notebook_archive, notebook_copy
from press.disk.files import matching, write_whole
from press.errors import PressError
from press.publish.addresses import notebook_kinds
from press.publish.package import FIRST_DAY, wheel_of


@dataclass(frozen=True)
class Cited:
    """How to cite the book: a sentence in HTML, and an entry of BibTeX."""

    text: str
    bibtex: str


@dataclass(frozen=True)
class Downloads:
    """What the front page offers; addresses are relative to the site's root.

    Parameters
    ----------
    data
        The book's tables.
    notebooks
        The archive of all notebooks, with the data and the package.
    wheel
        The package that the notebooks need, if the book names one.
    repository
        Where the book is made, if that is known.
    cited
        How to cite the book, if it says so.
    """

    data: list[str]
    notebooks: str
    wheel: str | None
    repository: str | None
    cited: Cited | None


def downloads(project: Project) -> Downloads:
    """Say what the front page offers.

    Parameters
    ----------
    project
        The book.

    Returns
    -------
    Downloads

    Raises
    ------
    PressError
        If `CITATION.cff` has a fault.
    """
    entry = read_citation(project.root)
    wheel = wheel_of(project)
    return Downloads(
        data=data_files(project),
        notebooks=notebook_archive(project.name),
        wheel=wheel.name if wheel else None,
        repository=project.repo_url or None,
        cited=_cited(project, entry) if entry else None,
    )


def data_files(project: Project) -> list[str]:
    """Name the files of data that the site offers, relative to the project's folder."""
    return [name for pattern in project.data for name in matching(project.root, pattern)]


def write_archive(project: Project, site: Path) -> None:
    """Pack the notebooks of a site, with the package and the data that they use, and how to begin.

    Parameters
    ----------
    project
        The book.
    site
        Its site, with the notebooks. The same notebooks give the same bytes.
    """
    kinds = notebook_kinds(project)
    names = [notebook_copy(each.page, kind) for each in project.chapters for kind in kinds]
    wheel = wheel_of(project)
    names += [*([wheel.name] if wheel else []), *data_files(project)]
    # A page without code has none, and in the preview a chapter may not yet be written.
    there = [name for name in dict.fromkeys(names) if (site / name).is_file()]
    files = {HOW_TO_BEGIN: _how_to_begin(project, there).encode()}
    files |= {name: (site / name).read_bytes() for name in there}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"{project.name}/{name}", FIRST_DAY)
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    write_whole(site / notebook_archive(project.name), packed.getvalue())


def _how_to_begin(project: Project, files: list[str]) -> str:
    """What somebody reads who has unpacked the archive: what is in it, in the book's order."""
    work = [name for name in files if name.endswith(f"-{WORK}.ipynb")]
    lines = [f"# {project.title}: the notebooks", ""]
    if work:
        lines += ["Open these in JupyterLab, or another program for notebooks, in their order:", ""]
        lines += [f"{number}. `{name}`" for number, name in enumerate(work, start=1)]
    said = []
    if work and project.package:
        said.append("The first cell of each installs what the notebook needs, if it is missing.")
    if any(name.endswith(f"-{SOLVED}.ipynb") for name in files):
        said.append("Those that end in `solved` have the solutions.")
    return "\n".join([*lines, *([""] if said else []), *said]) + "\n"


def _cited(project: Project, entry: dict[str, Any]) -> Cited:
    if address := project.site_url or project.repo_url:
        entry = {"URL": address} | entry
    return Cited(_sentence(json.dumps([entry])), _bibtex(entry))


@cache
def _sentence(entries: str) -> str:
    answer = run_pandoc(["--from=csljson", "--to=html", "--citeproc", "--wrap=none"], given=entries)
    if answer.failed or answer.complaints:
        raise PressError(f"pandoc could not write how to cite the book: {answer.complaints}")
    # The entry alone, without the list around it.
    lines = answer.printed.splitlines()
    return "\n".join(line for line in lines if not line.startswith("<")).strip()


# pandoc's own writer takes the capital letters of a title for names, and loses the version.
def _bibtex(entry: dict[str, Any]) -> str:
    fields = {
        "author": " and ".join(map(_bibtex_name, entry["author"])),
        "title": f"{{{_escaped(entry['title'])}}}",
        "journal": _escaped(entry.get("container-title", "")),
        "year": str(entry.get("issued", {"date-parts": [[""]]})["date-parts"][0][0]),
        "note": f"Version {_escaped(entry['version'])}" if "version" in entry else "",
        "doi": entry.get("DOI", ""),
        "url": entry.get("URL", ""),
    }
    kind = {"article-journal": "article", "book": "book"}.get(entry["type"], "misc")
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{kind}{{{entry['id']},\n" + ",\n".join(lines) + "\n}"


def _bibtex_name(name: dict[str, str]) -> str:
    if "literal" in name:
        return f"{{{_escaped(name['literal'])}}}"
    family = " ".join(filter(None, [name.get("non-dropping-particle"), name.get("family")]))
    return _escaped(", ".join(filter(None, [family, name.get("suffix"), name.get("given")])))


def _escaped(text: str) -> str:
    return re.sub(r"[&%$#_{}]", r"\\\g<0>", text)
