"""What only Quarto reads: its boxes break over pages, its files are there, its colophon is true."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typst
import yaml
from pypdf import PdfReader

from press.book.chapter import Code, parse

ROOT = Path(__file__).parents[1]
SETTINGS = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))
# As Quarto calls what it makes of a box, and of a table with a label.
BOX = """#callout(
  body: [#for i in range(150) [Line #i of the box. #linebreak()]],
  title: [Solution], background_color: rgb("#ccf1e3"), icon_color: rgb("#00A047"), icon: [i],
  body_background_color: white)"""
TABLE = """#figure(kind: "quarto-float-tbl", supplement: "Table", caption: [Long.],
  table(columns: 2, ..range(240).map(i => [Cell #i])))"""


@pytest.mark.parametrize(("what", "last"), [(BOX, "Line 149"), (TABLE, "Cell 239")])
def test_what_is_longer_than_a_page_breaks(what, last):
    header = (ROOT / SETTINGS["format"]["typst"]["include-in-header"]).read_text(encoding="utf-8")
    pdf = typst.compile(f"{header}\n{what}".encode())
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) > 1
    assert last in "".join(pages[-2:])  # the last page may hold no more than a caption
    assert last not in pages[0]


def test_the_files_that_it_names_are_there():
    html = SETTINGS["format"]["html"]
    style = ROOT / html["css"]
    fonts = re.findall(r'url\("(.*?)"\)', style.read_text(encoding="utf-8"))
    assert [(style.parent / font).resolve() for font in fonts] == [
        (ROOT / SETTINGS["project"]["resources"]).resolve()
    ]
    for path in (*(style.parent / font for font in fonts), ROOT / html["theme"][1]):
        assert path.is_file()


def test_its_pages_ask_no_other_host():
    assert SETTINGS["format"]["html"]["html-math-method"] == "mathml"
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "quarto").iterdir()]
    assert "$web-font-path: false;" in "".join(texts)
    assert not re.search(r"https?://|@import", "".join(texts))


def test_the_colophon_tells_of_no_other_run(tmp_path):
    """Run its cells as Quarto does, while the record of an earlier build of the press is there."""
    text = (ROOT / "colophon.qmd").read_text(encoding="utf-8")
    cells = [each.code for each in parse(text, "colophon.qmd").blocks if isinstance(each, Code)]
    names = {"_build/run.json": '{"commit": "abc", "dirty": false, "chapters": []}'}
    for name in ("index.qmd", "chapters/data.qmd"):
        names[name] = "```{python}\nclaim(\n    'a', True)\nclaim('b', True)\n```\n"
    for name, content in names.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\nimport sys\n"
        "shell = InteractiveShell.instance()\n"
        "for cell in sys.argv[1:]:\n"
        "    done = shell.run_cell(cell)\n    done.raise_error()\n"
        "    if done.result is not None: print(done.result.data)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *cells],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "rendered by Quarto" in done.stdout
    assert "**4 lines** that check claims" in done.stdout
    assert "results.json" not in done.stdout
    assert "abc" not in done.stdout
