"""What `check_model` takes, what it gives back, and that nothing a reader writes makes it raise."""

import functools
import inspect
from pathlib import Path

import numpyro
import numpyro.distributions as dist
import pytest
from numpyro import handlers

import pooling
from pooling import models
from pooling.checks import Verdict, check_model
from pooling.checks.verdict import SECTIONS, SHARED

CHAPTER = Path(__file__).parents[2] / "chapters/models.qmd"


def left_open(x, subject_idx, y=None, n_subjects=18): ...


def returns_dots(x, subject_idx, y=None, n_subjects=18):
    return ...


def returns(x, subject_idx, y=None, n_subjects=18):
    return models.complete_pooling


def prints(x, subject_idx, y=None, n_subjects=18):
    print("I ran")
    raise ValueError("so there")


def leaves(x, subject_idx, y=None, n_subjects=18):
    raise SystemExit(3)


def yields(x, subject_idx, y=None, n_subjects=18):
    yield numpyro.sample("alpha", dist.Normal())


async def waits(x, subject_idx, y=None, n_subjects=18):
    numpyro.sample("alpha", dist.Normal())


def never_ends(x, subject_idx, y=None, n_subjects=18):
    return never_ends(x, subject_idx, y, n_subjects)


def asserts(x, subject_idx, y=None, n_subjects=18):
    raise AssertionError


def others_each_time(x, subject_idx, y=None, n_subjects=18, seen=[]):  # noqa: B006
    seen.append(0)
    numpyro.sample(f"alpha_{len(seen)}", dist.Normal())
    models.complete_pooling(x, subject_idx, y, n_subjects)


def nothing_observed(x, subject_idx, y=None, n_subjects=18):
    numpyro.sample("alpha", dist.Normal(0, 1))


def observes_nothing(x, subject_idx, y=None, n_subjects=18):
    numpyro.deterministic("obs", x)
    numpyro.sample("alpha", dist.Normal(0, 1))


def flat(x, subject_idx, y=None, n_subjects=18):
    alpha = numpyro.sample("alpha", dist.ImproperUniform(dist.constraints.real, (), ()))
    numpyro.sample("obs", dist.Normal(alpha * x, 1), obs=y)


def not_a_number(x, subject_idx, y=None, n_subjects=18):
    alpha = numpyro.sample("alpha", dist.Normal(0, 1))
    numpyro.sample("obs", dist.Normal(0 * x / (0 * alpha), 1, validate_args=False), obs=y)


def no_distribution(x, subject_idx, y=None, n_subjects=18):
    numpyro.sample("obs", x, obs=y)


def counts(x, subject_idx, y=None, n_subjects=18):
    alpha = numpyro.sample("alpha", dist.Poisson(3))
    numpyro.sample("obs", dist.Normal(alpha * x, 1), obs=y)


def each_row(x, subject_idx, y=None, n_subjects=18):
    alpha = numpyro.sample("alpha", dist.Normal(0, 1))
    for row in range(len(x)):
        each = None if y is None else y[row]
        numpyro.sample(f"obs_{row}", dist.Normal(alpha * x[row], 1), obs=each)


def seeded(x, subject_idx, y=None, n_subjects=18):
    handlers.seed(models.complete_pooling, 0)(x, subject_idx, y, n_subjects)


class Callable:
    def __call__(self):
        return self


class Awkward:
    """Says that it has whatever one asks for, and fails."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __call__(self, x, subject_idx, y=None, n_subjects=18):
        return models.complete_pooling(x, subject_idx, y, n_subjects)


NONSENSE = {
    None: "no model yet",
    ...: "no model yet",
    3: "int",
    "partial_pooling": "str",
    Verdict: "a class",
    Callable(): "signature",
    Awkward(): "compared RuntimeError",
    print: "signature",
    len: "signature",
    (lambda: None): "signature",
    (lambda *_, **__: None): "samples nothing",
    functools.partial(models.complete_pooling, x=[1.0]): "signature",
    left_open: "... left in",
    returns_dots: "... left in",
    returns: "samples nothing",
    prints: "ValueError: so there",
    leaves: "SystemExit",
    yields: "samples nothing",
    waits: "samples nothing",
    never_ends: "RecursionError",
    asserts: "AssertionError",
    others_each_time: "one run to the next",
    nothing_observed: "no observed site",
    observes_nothing: "deterministic",
    flat: "ImproperUniform",
    not_a_number: "number",
    no_distribution: "line",
    counts: "fixed",
    seeded: "same numbers seed",
    each_row: "obs",
}


@pytest.mark.parametrize("name", SECTIONS)
def test_the_courses_own_models_pass(name):
    verdict = check_model(name, models.REGIMES[name])
    assert verdict.passed, verdict.message


@pytest.mark.parametrize(
    ("model", "words"),
    NONSENSE.items(),
    ids=[each.__name__ if inspect.isroutine(each) else type(each).__name__ for each in NONSENSE],
)
def test_nonsense_is_refused_and_nothing_is_raised(model, words, capsys):
    verdict = check_model("complete_pooling", model)
    assert not verdict.passed
    plain = verdict.message.replace("`", "")
    assert [word for word in words.split() if word not in plain] == [], verdict.message
    assert verdict.message.endswith(".")
    assert capsys.readouterr() == ("", "")


def test_numpyro_is_left_as_it_was():
    from numpyro.primitives import _PYRO_STACK

    check_model("complete_pooling", prints)
    assert _PYRO_STACK == []


def test_a_name_that_is_none_is_the_callers_mistake():
    with pytest.raises(ValueError, match="no model 'pooling'; there are complete_pooling, no_"):
        check_model("pooling", models.complete_pooling)
    with pytest.raises(TypeError, match="name must be a string, but is of type function"):
        check_model(models.complete_pooling, "complete_pooling")


def test_a_verdict_shows_in_a_notebook_and_as_text():
    passed, wrong = Verdict(True, "So it is."), Verdict(False, "Use `x`.")
    assert str(passed) == "✓ So it is."
    assert wrong._repr_markdown_() == "❌ **Not yet.** Use `x`."


def test_the_sections_to_read_again_are_in_the_course():
    titles = [line.partition(" {#")[0] for line in CHAPTER.read_text("utf-8").splitlines()]
    for title in (*SECTIONS.values(), SHARED):
        assert f"## {title}" in titles


def test_the_package_itself_does_not_load_the_checks():
    assert "pooling.checks" not in Path(pooling.__file__).read_text("utf-8")
