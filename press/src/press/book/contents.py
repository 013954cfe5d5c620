"""What `_quarto.yml` makes a book of: its chapters in their order, and where the site goes."""

from collections.abc import Iterator
from dataclasses import dataclass

from press.book.settings import Settings
from press.book.yaml_lines import Place


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


def chapters_of(settings: Settings) -> Iterator[tuple[Chapter, Place]]:
    """Give the chapters, each with the place of its name."""
    here = ("book", "chapters")
    for i, item in enumerate(settings.values["book"]["chapters"]):
        if isinstance(item, str):
            yield Chapter(item), (*here, i)
        else:
            for j, name in enumerate(item["chapters"]):
                part = item["part"]
                yield Chapter(name, None if j else part, part), (*here, i, "chapters", j)


def output_of(settings: Settings) -> str:
    """Name the folder of the finished site."""
    return settings.values["project"].get("output-dir", "_book")


def book_name(settings: Settings) -> str:
    """Say what the book's files are called."""
    return settings.values["book"].get("output-file", "book")


def figure_formats(settings: Settings) -> dict[str, str]:
    """Say in which format figures are drawn for pages and for the PDF."""
    formats = settings.values.get("format", {})
    html = formats.get("html", {}).get("fig-format", "png")
    return {"html": html, "typst": formats.get("typst", {}).get("fig-format", html)}
