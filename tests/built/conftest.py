"""The site that `make site` wrote, parsed."""

import json
from pathlib import Path

import lxml.html
import pytest
from pypdf import PdfReader
from pypdfium2 import PdfDocument
from pypdfium2.raw import FPDF_PAGEOBJ_TEXT

from press.book.project import read_project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def project():
    return read_project(ROOT)


@pytest.fixture(scope="session")
def site(project):
    assert project.site.is_dir(), "there is no _site; run `make site` first"
    return project.site


@pytest.fixture(scope="session")
def pages(project, site):
    """Address of each page of the book, and its parsed HTML."""
    return {
        chapter.page: lxml.html.parse(site / chapter.page).getroot() for chapter in project.chapters
    }


@pytest.fixture(scope="session")
def results(site):
    return json.loads((site / "results.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def pdf(project, site):
    return PdfReader(site / project.pdf_name)


@pytest.fixture(scope="session")
def pdf_read(project, site):
    """For each page its text, and its pieces: text, from the left, from below, size, font."""
    with PdfDocument(site / project.pdf_name) as document:
        return [read(page) for page in document]


@pytest.fixture(scope="session")
def pdf_places(pdf_read):
    return [places for _, places in pdf_read]


@pytest.fixture(scope="session")
def pdf_texts(pdf_read):
    return [text for text, _ in pdf_read]


@pytest.fixture(scope="session")
def pdf_text(pdf_texts):
    return " ".join(pdf_texts)


def read(page):
    text = page.get_textpage()
    places = []
    for piece in page.get_objects([FPDF_PAGEOBJ_TEXT], max_depth=1, textpage=text):
        if words := piece.extract().strip():
            place = piece.get_matrix()
            font = piece.get_font().get_base_name()
            places.append((words, place.e, place.f, piece.get_font_size(), font))
    return " ".join(text.get_text_bounded().split()), places
