"""Every construct that authors are likely to write is set in HTML and PDF, or refused."""

import re
from pathlib import Path
from typing import Any

import pytest
from nasty_book import OUTPUTS, TEXT, Refused
from test_conformance import CELLS, ROWS
from tiny_book import problems_of, write
from woven_book import PIXEL, code, display, executed, project, stream

from press.check.displayed import Names
from press.errors import PressError
from press.weave.weave import weave

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def problems(book: Path, text: str) -> list[str]:
    write(book, "chapters/second.qmd", f"# Second steps {{#sec-second}}\n\n{text}\n")
    write(book, "chapters/first.qmd", "# First {#sec-first}\n")
    return problems_of(book)


@pytest.mark.parametrize("each", TEXT, ids=[each.name for each in TEXT])
def test_what_is_refused_in_the_text_is_refused_with_its_line(book: Path, each: Refused) -> None:
    found = problems(book, each.source)
    assert any(each.says in problem for problem in found), found
    assert all(re.match(r"chapters/second\.qmd:[3-9]: ", problem) for problem in found)


@pytest.mark.parametrize("each", OUTPUTS, ids=[each.name for each in OUTPUTS])
def test_what_no_page_can_hold_is_refused_at_its_cell(tmp_path: Path, each: Refused) -> None:
    kind, _, text = each.source.partition(" ")
    data: dict[str, Any] = {
        "text/plain": "<IPython.core.display.Thing object>",
        kind: text or PIXEL,
    }
    output = stream(text, kind) if kind.startswith("std") else display(data)
    about = project(tmp_path, "chapters/one.qmd")
    with pytest.raises(PressError, match=r"^chapters/one\.qmd:7: ") as caught:
        weave(about, executed(code("x", output)), tmp_path, Names(set(), set()))
    assert each.says in str(caught.value)


def test_a_book_of_all_that_is_set_has_no_problems(book: Path) -> None:
    # The labels and files that they refer to are those of the conformance tests.
    own = [row.source for row in ROWS if not re.search(r"@|\]\(#|\.svg|<script", row.source)]
    assert len(own) > 30
    assert problems(book, "\n\n".join(["## All {#sec-all}", *own])) == []


def test_the_readme_lists_them_all() -> None:
    section = README.partition("## What is set, and what is refused")[2].partition("\n## ")[0]
    listed = re.search(r"\*\*Set\*\*[^:]*:(.*?)\.\n\n", section, re.DOTALL)
    assert listed
    names = [name.strip() for name in " ".join(listed[1].split()).split(";")]
    expected = [row.name.strip() for row in ROWS] + [name.replace("-", " ") for name in CELLS]
    assert names == expected
    rows = re.findall(r"^\| (.*?) \| (.*?) \|$", section, re.MULTILINE)
    assert rows[1:] == [(each.name, each.says.replace("|", "\\|")) for each in TEXT + OUTPUTS]
