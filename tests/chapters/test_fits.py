"""The fits of the book: each distinct one is sampled once, and is what the text says it is."""

import ast
from collections import Counter
from pathlib import Path

import arviz as az
import numpy as np
import pytest

from pooling import inference
from pooling.regimes import REGIME_NAMES
from pooling.store import look_up_or_sample
from pooling.store.entries import entries
from pooling.store.folder import store_folder
from press.book.chapter import Code, parse

ROOT = Path(__file__).parents[2]
CHAPTERS = [ROOT / "index.qmd", *sorted((ROOT / "chapters").glob("*.qmd"))]


def cells(path):
    """The cells of a chapter that run."""
    blocks = parse(path.read_text(encoding="utf-8"), path.name).blocks
    return [b for b in blocks if isinstance(b, Code) and b.options.get("eval") is not False]


def calls(node):
    """Names of the functions that code calls."""
    found = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
    return {each.id for each in found if isinstance(each, ast.Name)}


def reads(node):
    """Names that code reads; in what it stores into (`frame["x"] = …`), too."""
    names = [each for each in ast.walk(node) if isinstance(each, ast.Name)]
    return {each.id for each in names if isinstance(each.ctx, ast.Load)}


def binds(statement):
    """Names that a statement gives something to, or to a part of it."""
    found = set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(ctx=ast.Store()):
                found.add(node.id)
            case ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
                found |= reads(node.value)
            case ast.Expr(ast.Call(ast.Attribute(changed))):  # `sampler.run(…)`
                found |= reads(changed)
            case ast.Import() | ast.ImportFrom():
                found |= {(each.asname or each.name).split(".")[0] for each in node.names}
            case ast.FunctionDef():
                found.add(node.name)
    return found


def code_of_fits(path):
    """The statements of a chapter that fit, and those above that bind a name which they need."""
    needed, chosen = set(), []
    for cell in reversed(cells(path)):
        for statement in reversed(ast.parse(cell.code).body):
            if "fit" in calls(statement) or binds(statement) & needed:
                needed |= reads(statement)
                chosen.insert(0, statement)
    return chosen if any("fit" in calls(each) for each in chosen) else []


def run(statements):
    namespace = {}
    exec(compile(ast.Module(statements, []), "chapter", "exec"), namespace)
    return namespace


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Runs every fit of the book from one empty store; notes what was asked for, and sampled."""
    folder = tmp_path_factory.mktemp("store")
    builders = str(store_folder())

    def run_book():
        asked, sampled = [], []

        def look_up(sample, model, data, **identity):
            rows = data.x.tobytes() + data.subject_idx.tobytes() + data.y.tobytes()
            key, settings = np.asarray(identity["key"]).tobytes(), str(identity["settings"])
            # A model may be centred by a degree, in the handler that is around it.
            config = getattr(model, "config", {})
            degrees = [np.asarray(each.centered).tobytes() for each in config.values()]
            asked.append((model.__name__, *degrees, rows, key, settings))

            def sample_noted(model, data, **identity):
                sampled.append(asked[-1])
                with pytest.MonkeyPatch.context() as patch:
                    # Whoever built the site has it, as a rule: how it is had is no matter here.
                    patch.setenv("POOLING_STORE", builders)
                    return look_up_or_sample(sample, model, data, **identity)

            return look_up_or_sample(sample_noted, model, data, **identity)

        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("POOLING_STORE", str(folder))
            patch.setattr(inference, "look_up_or_sample", look_up)
            for path in CHAPTERS:
                run(code_of_fits(path))
        return asked, sampled

    run_book.folder = folder
    run_book.first = run_book()
    return run_book


def test_each_distinct_fit_is_sampled_once_for_the_whole_book(book):
    with_fits = {path.stem for path in CHAPTERS if code_of_fits(path)}
    assert with_fits >= {"index", "inference", "shrinkage", "comparison", "predictive-checks"}
    asked, sampled = book.first
    often = [fit for fit, times in Counter(asked).items() if times >= len(with_fits) / 2]
    assert {model for model, *_ in often} == set(REGIME_NAMES), "chapters ask for the same fits"
    assert len(sampled) == len(set(asked))
    assert set(sampled) == set(asked)
    assert len(entries(book.folder / "posteriors")) == len(sampled)


def test_from_a_full_store_nothing_is_sampled(book):
    asked, sampled = book()
    assert asked == book.first[0]
    assert sampled == []


def test_one_cell_samples_by_itself():
    """What `fit` does not sample, no store can spare; once, the smallest fit, is worth it."""
    by_itself = [
        (path.stem, cell.options.get("label"))
        for path in CHAPTERS
        for cell in cells(path)
        if calls(ast.parse(cell.code)) & {"MCMC", "NUTS"}
    ]
    assert by_itself == [("inference", "fit-by-hand")]


def test_fit_finds_the_posterior_of_the_cell_that_fits_by_hand(book, monkeypatch):
    path = ROOT / "chapters/inference.qmd"
    blocks = parse(path.read_text(encoding="utf-8"), path.name).blocks
    shown = {b.options.get("label"): b.code for b in blocks if isinstance(b, Code)}
    monkeypatch.setenv("POOLING_STORE", str(book.folder))
    labels = "setup", "fit-by-hand", "fit-complete"
    namespace = run([each for label in labels for each in ast.parse(shown[label]).body])
    by_hand = namespace["by_hand"].get_samples(group_by_chain=True)
    posterior = namespace["complete"]["posterior"]
    assert set(posterior.data_vars) == set(by_hand)
    for name, draws in by_hand.items():
        both = [posterior[name].to_numpy().astype(float), np.asarray(draws, float)]
        for method, of in (("mean", np.mean), ("sd", np.std)):
            error = np.hypot(*(az.mcse(each, method=method) for each in both))
            assert abs(of(both[0]) - of(both[1])) < 5 * error, (name, method)
