"""The benchmark's copies of the course are books that can be built."""

import importlib.util
from pathlib import Path

import pytest

from press.book.project import read_project
from press.check.book import read_book

ROOT = Path(__file__).parents[1]
PUBLISHER = ROOT / "benchmarks" / "publisher.py"


@pytest.mark.parametrize("times", [1, 2])
def test_nothing_is_wrong_with_the_course_however_often_it_is_copied(tmp_path, times):
    spec = importlib.util.spec_from_file_location("publisher", PUBLISHER)
    publisher = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(publisher)
    publisher.copy_course(tmp_path, times)
    project = read_project(tmp_path)
    assert read_book(project)[1] == []
    chapters = [len(list((root / "chapters").glob("*.qmd"))) for root in (ROOT, tmp_path)]
    assert chapters[1] == times * chapters[0]
    for source, words in (publisher.PROSE, publisher.PLOT):
        assert (tmp_path / source).read_text(encoding="utf-8").count(words) >= 1
