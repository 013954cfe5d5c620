"""The real book's EPUB is valid, and all of the book is in it."""

import shutil
import subprocess
import zipfile
from xml.etree import ElementTree

import pytest

CHECKER = shutil.which("epubcheck")


@pytest.fixture
def epub(site):
    return site / "partial-pooling.epub"


@pytest.mark.skipif(CHECKER is None, reason="no epubcheck on the PATH (`apt install epubcheck`)")
def test_it_is_valid(epub):
    # Debian's is a Java archive, which not every system starts by itself.
    done = subprocess.run(
        ["java", "-jar", CHECKER, epub, "--failonwarnings"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    assert "0 fatals / 0 errors / 0 warnings" in done.stderr + done.stdout


def test_it_has_every_chapter_with_its_pictures(epub, pages):
    with zipfile.ZipFile(epub) as archive:
        texts = [archive.read(name) for name in archive.namelist() if "/text/ch" in name]
        pictures = [name for name in archive.namelist() if "/media/" in name]
    assert len(texts) == len([page for page in pages if page != "404.html"])
    shown = sum(len(list(page.iter("picture"))) for page in pages.values())
    assert len(pictures) == shown > 0
    name = "{http://www.w3.org/1998/Math/MathML}math"
    formulas = sum(len(list(ElementTree.fromstring(text).iter(name))) for text in texts)
    # A page has its headings twice more, in its contents.
    body = "//main//math[not(ancestor::*[contains(@class, 'folded-contents')])]"
    assert formulas == sum(len(page.xpath(body)) for page in pages.values())
