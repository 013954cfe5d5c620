"""The edition without solutions: no trace of any, and the numbers of the full one."""

import gzip
import json
import re
from pathlib import Path

import lxml.html
import pytest
from pypdfium2 import PdfDocument

from press.book.exercises import stub
from press.book.outline import Outline
from press.book.project import NONE, edition
from press.book.solutions import in_solution, without_solutions
from press.build.build import render
from press.check.book import checked_documents

NUMBERED = "starts-with(@id, 'fig-') or starts-with(@id, 'tbl-') or starts-with(@id, 'eq-')"


def squashed(text):
    """A text without its spaces, and with plain quotes: copies of it do not agree on these."""
    return re.sub(r"[\s\u00a0\u00ad]+", "", text).translate(str.maketrans("‘’“”", "''\"\""))


def solving_code(cell):
    """A cell's code without what an exercise gives to its readers: its signature, its docstring."""
    given = stub(cell).split("\n") if "exercise" in cell.options else []
    return "\n".join(line for line in cell.code.split("\n") if line not in given)


@pytest.fixture(scope="module")
def documents(project):
    return checked_documents(project)


@pytest.fixture(scope="module")
def without(project):
    """The folder of the edition; the chapters have run for the site."""
    made = edition(project, NONE)
    render(made, jobs=2)
    return made.site


@pytest.fixture(scope="module")
def traces(documents):
    """What stands in solutions and nowhere else: lines of code, words of the text, labels."""
    given = [
        stub(cell)
        for outline in map(Outline, documents)
        for cell in outline.cells
        if "exercise" in cell.options
    ]
    outside = squashed("".join([*(without_solutions(each).text for each in documents), *given]))
    found = set()
    for outline in map(Outline, documents):
        # What a hidden cell shows nowhere is in no file, and what it claims has a test of its own.
        cells = [
            cell
            for cell in outline.cells
            if in_solution(outline, cell.line) and cell.options.get("include") is not False
        ]
        lines = [line for cell in cells for line in solving_code(cell).split("\n")]
        lines += [text for text, line in outline.alt_texts if in_solution(outline, line)]
        for cell in cells:
            lines += [cell.options.get("tbl-cap", ""), cell.options.get("fig-cap", "")]
            lines += re.findall(r"\"([^\"]{30,})\"", solving_code(cell))
            found.add(str(cell.options["label"]))
        for number, line in enumerate(outline.text.split("\n"), start=1):
            if in_solution(outline, number) and not line.startswith(":::"):
                line = re.sub(r"@[\w-]+", "@", line)  # no file has these, but words for them
                lines += re.findall(r"[\w,;:()’–-]+(?: [\w,;:()’–-]+)+", line)
        found |= {squashed(line) for line in lines if len(squashed(line)) > 20}
    return {trace for trace in found if trace not in outside}


def texts(paths):
    """All that files say, by their names."""
    found = {}
    for path in paths:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        text = content.decode("utf-8", errors="ignore")
        if path.suffix == ".pdf":
            with PdfDocument(path) as document:
                text = "".join(page.get_textpage().get_text_bounded() for page in document)
        elif path.suffix == ".html":
            root = lxml.html.fromstring(content)
            text = "".join(root.itertext()) + "".join(root.xpath("//@alt | //@id | //@content"))
        elif path.suffix == ".ipynb":
            text = "".join(cell["source"] for cell in map(plain, json.loads(text)["cells"]))
        elif path.suffix == ".json":
            text = json.dumps(json.loads(text), ensure_ascii=False)
        found[str(path)] = squashed(text)
    return found


def files(site):
    return [path for path in sorted(site.rglob("*")) if path.is_file()]


def plain(cell):
    return cell | {"source": "".join(cell["source"]) + "\n" + cell.get("id", "")}


@pytest.fixture(scope="module")
def texts_without(without):
    return texts(files(without))


def test_the_full_edition_has_every_trace(site, traces):
    """Otherwise the next test looks for nothing."""
    assert len(traces) > 300
    everything = "".join(texts(files(site)).values())
    assert [trace for trace in traces if trace not in everything] == []


def test_no_file_has_a_trace_of_a_solution(texts_without, traces):
    kinds = {Path(name).suffix for name in texts_without}
    assert {".html", ".md", ".ipynb", ".json", ".pdf", ".txt", ".js"} <= kinds
    for name, text in texts_without.items():
        assert [trace for trace in traces if trace in text or trace in name] == [], name


def test_no_notebook_to_work_in_has_a_trace_of_a_solution(site, traces):
    notebooks = sorted(site.rglob("*-work.ipynb"))
    assert len(notebooks) > 5
    for path in notebooks:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not any(cell.get("outputs") for cell in cells), path.name
        text = squashed("".join(plain(cell)["source"] for cell in cells))
        assert [trace for trace in traces if trace in text] == [], path.name


def test_solutions_claim_nothing_in_its_results(without, results):
    kept = json.loads((without / "results.json").read_text(encoding="utf-8"))
    full = [claim["claim"] for claim in results["claims"]]
    assert 30 < len(kept["claims"]) < len(full)
    assert {claim["claim"] for claim in kept["claims"]} < set(full)
    assert kept["results"].items() < results["results"].items()


def test_numbers_are_those_of_the_full_edition(pages, without):
    compared = 0
    for page, full in pages.items():
        root = lxml.html.parse(without / page).getroot()
        for path in (f"//main//*[{NUMBERED}]", "//main//*[@id and starts-with(@id, 'sec-')]"):
            numbers = {
                each.get("id"): re.findall(r"[\d.]+", "".join(each.itertext()))[:1]
                for each in root.xpath(path)
            }
            there = {
                each.get("id"): re.findall(r"[\d.]+", "".join(each.itertext()))[:1]
                for each in full.xpath(path)
            }
            assert numbers.items() <= there.items(), page
            compared += len(numbers)
    assert compared > 60


def test_its_pages_have_no_boxes_of_solutions_nor_a_button_for_them(pages, without):
    for page in pages:
        root = lxml.html.parse(without / page).getroot()
        classes = {name for each in root.xpath("//@class") for name in each.split()}
        assert classes.isdisjoint({"callout-tip", "left-out", "solutions"}), page
        assert "all solutions" not in root.text_content()
