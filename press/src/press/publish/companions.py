"""What stands beside the pages for search engines, other programs and social networks."""

import json
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import typst

from press.book.project import Project
from press.book.site_names import LLMS, ROBOTS, SITEMAP, markdown_copy
from press.errors import PressError
from press.publish.addresses import CARD
from press.publish.context import Context
from press.publish.pages import Page

CARD_TEMPLATE = Path(__file__).parent / "typst" / "card.typ"
PIXELS_PER_INCH = 72.0  # so that a point of the template is a pixel of the card


def companions(project: Project, pages: Mapping[str, Page], context: Context) -> dict[str, bytes]:
    """Make the sitemap, `robots.txt`, `llms.txt` and the social card.

    Parameters
    ----------
    project
        The book.
    pages
        Its pages; their descriptions are used.
    context
        What the book is made of.

    Returns
    -------
    dict
        The contents of each file, by its name. The sitemap needs the site's address: where
        `_quarto.yml` has no `site-url` there is none.

    Raises
    ------
    PressError
        If typst cannot draw the card.
    """
    files = {LLMS: _llms(project, pages, context), CARD: _card(project)}
    if project.site_url:
        files[SITEMAP] = _sitemap(context)
        files[ROBOTS] = f"Sitemap: {project.site_url}/{SITEMAP}\n".encode()
    return files


def companion_names(project: Project) -> list[str]:
    """Name the files that `companions` makes."""
    return [LLMS, CARD, *((SITEMAP, ROBOTS) if project.site_url else ())]


def _sitemap(context: Context) -> bytes:
    date = context.site.date
    changed = f"<lastmod>{date}</lastmod>" if date else ""
    addresses = [context.pages[page].links.canonical or "" for page in context.order]
    entries = [f"<url><loc>{escape(address)}</loc>{changed}</url>" for address in addresses]
    opening = '<?xml version="1.0" encoding="UTF-8"?>\n'
    opening += '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return (opening + "\n".join(entries) + "\n</urlset>\n").encode()


def _llms(project: Project, pages: Mapping[str, Page], context: Context) -> bytes:
    base = project.site_url + "/" if project.site_url else ""
    lines = [f"# {project.title}", "", f"> {project.subtitle or project.title}", "", "## Pages", ""]
    for address in context.order:
        page = context.pages[address]
        plain_title = project.title if page.plain_title is None else page.plain_title
        title = " ".join(filter(None, [page.number, plain_title]))
        link = f"{base}{markdown_copy(address)}"
        lines.append(f"- [{title}]({link}): {pages[address].description}")
    return ("\n".join(lines) + "\n").encode()


def _card(project: Project) -> bytes:
    """Draw the picture that stands for a link to the book: 1200 by 630 pixels."""
    words = {"title": project.title, "subtitle": project.subtitle, "author": project.author}
    source = CARD_TEMPLATE.read_bytes()
    inputs = {"words": json.dumps(words)}
    try:
        card = typst.Compiler(source, ignore_system_fonts=True, sys_inputs=inputs).compile(
            format="png", ppi=PIXELS_PER_INCH
        )
    except typst.TypstError as error:
        raise PressError(f"typst could not draw the social card: {error.diagnostic}") from error
    if not isinstance(card, bytes):
        raise PressError("typst drew more than one social card; shorten the book's subtitle")
    return card
