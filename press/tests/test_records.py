"""What chapters publish besides pages."""

import pytest
from nbformat.v4 import new_output

from press.book.chapter import Code, Document
from press.errors import PressError
from press.run.executed import CellRun, Executed
from press.run.records import RECORD, collect


def chapter(*records: dict) -> Executed:
    """An executed chapter whose cells, from line 10 on, each publish one record."""
    cells = tuple(Code("", {}, line, line + 1) for line in range(10, 10 + len(records)))
    outputs = [new_output("display_data", data={RECORD: record}) for record in records]
    runs = tuple(CellRun([output], 1, 0.0) for output in outputs)
    return Executed(Document("chapters/one.qmd", {}, cells), runs)


def test_results_and_claims_are_collected_with_their_chapter() -> None:
    records = [{"result": "n", "value": {"rows": 3}}, {"claim": "it holds", "holds": True}]
    assert collect([chapter(*records)]) == {
        "results": {"n": {"rows": 3}},
        "claims": [{"chapter": "chapters/one.qmd", "claim": "it holds", "holds": True}],
    }


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_json_cannot_hold_is_refused_with_its_line(number: float) -> None:
    records = [{"result": "fine", "value": 1.0}, {"result": "bad", "value": {"mean": [number]}}]
    with pytest.raises(PressError, match=r"^chapters/one\.qmd:11: result bad holds a number"):
        collect([chapter(*records)])
