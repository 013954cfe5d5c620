"""Regimes have one key each in code, and one name in print."""

import pandas as pd
import pytest

from pooling import claims
from pooling.claims import RECORD, record
from pooling.models import REGIMES, WIDER
from pooling.plots import comparison, lines, style
from pooling.regimes import MODEL_NAMES, REGIME_NAMES
from pooling.tables import markdown_table


def test_every_key_is_the_models_own_name():
    assert list(REGIMES) == list(REGIME_NAMES) == [each.__name__ for each in REGIMES.values()]

    everything = REGIMES | WIDER
    assert list(everything) == list(MODEL_NAMES) == [each.__name__ for each in everything.values()]
    assert list(style.MODEL_COLOUR) == list(MODEL_NAMES)


@pytest.mark.parametrize("by_regime", [style.REGIME_COLOUR, comparison.MARKER, lines.DASHES])
def test_figures_know_every_regime(by_regime):
    assert list(by_regime) == list(REGIME_NAMES)


def test_tables_print_the_names():
    frame = pd.DataFrame({"n": [3, 37, 41]}, index=list(REGIMES))
    rows = markdown_table(frame, index="Regime").data.split("\n")[2:]
    assert rows == ["| complete pooling | 3 |", "| no pooling | 37 |", "| partial pooling | 41 |"]


def test_results_are_published_under_the_names(monkeypatch):
    shown = []
    monkeypatch.setattr(claims, "display", lambda bundle, raw: shown.append(bundle))
    record("scores", {"no_pooling": {"elpd": -1.0, "no_pooling": [1]}, "other_pooling": 2})
    (bundle,) = shown
    assert bundle[RECORD]["value"] == {
        "no pooling": {"elpd": -1.0, "no pooling": [1]},
        "other_pooling": 2,
    }
