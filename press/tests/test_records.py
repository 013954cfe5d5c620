"""What chapters publish besides pages."""

import nbformat
import pytest

from press.errors import PressError
from press.run.records import RECORD, collect


def chapter(*records: dict) -> nbformat.NotebookNode:
    """An executed chapter whose cells, from line 10 on, each publish one record."""
    cells = []
    for line, record in enumerate(records, start=10):
        output = nbformat.v4.new_output("display_data", data={RECORD: record})
        metadata = {"press": {"line": line, "options": {}}}
        cells.append(nbformat.v4.new_code_cell("", outputs=[output], metadata=metadata))
    metadata = {"press": {"source": "chapters/one.qmd"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


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
