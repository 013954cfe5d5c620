"""What a notebook runs on with: the reader's answer where it is right, else the course's."""

import subprocess
import sys

import numpy as np
import numpyro
import numpyro.distributions as dist
import pandas as pd
import pytest

from pooling import load_sleepstudy, models
from pooling.answers import EXERCISES
from pooling.exercises import ANSWERS, checked


def other_density(log_density):
    return [np.logaddexp.reduce(row) - np.log(len(row)) for row in log_density.T]


def test_a_right_answer_is_given_back(capsys):
    assert checked("mean_density", other_density) is other_density
    said = capsys.readouterr().out
    assert said.startswith("✓ `mean_density` does what it should")
    assert said.endswith("The cells below use your answer.\n")


@pytest.mark.parametrize("answer", [..., 3, lambda each: each, lambda: 1, lambda each: 1 / 0])
def test_for_a_wrong_one_stands_the_courses(answer, capsys):
    assert checked("mean_density", answer) is ANSWERS["mean_density"]
    said = capsys.readouterr().out
    assert said.startswith("✗ ")
    assert said.endswith(
        "Read again: A score for predictions. The cells below use the course's answer.\n"
    )


def test_models_are_answers_too(capsys):
    wrapped = lambda *rows, **more: models.no_pooling(*rows, **more)  # noqa: E731
    assert checked("no_pooling", models.complete_pooling) is models.no_pooling
    assert checked("no_pooling", wrapped) is wrapped
    assert "complete pooling" in capsys.readouterr().out


def renamed(name):
    def model(x, subject_idx, y=None, n_subjects=18):
        alpha = numpyro.sample("alpha", dist.Normal(0, 1))
        beta = numpyro.sample(name, dist.Normal(0, 1))
        sigma = numpyro.sample("sigma", dist.Exponential(1))
        numpyro.sample("obs", dist.Normal(alpha + beta * x, sigma), obs=y)

    return model


def exchanged(x, subject_idx, y=None, n_subjects=18):
    beta = numpyro.sample("alpha", dist.Normal(0, 1))
    alpha = numpyro.sample("beta", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.Exponential(1))
    numpyro.sample("obs", dist.Normal(alpha + beta * x, sigma), obs=y)


@pytest.mark.parametrize("model", [renamed("slope"), exchanged])
def test_right_models_with_other_names_are_not_what_cells_below_look_for(model, capsys):
    assert checked("complete_pooling", model) is models.complete_pooling
    said = capsys.readouterr().out
    assert said.startswith("✓ This is complete pooling")
    assert "course's answer, whose sites are `alpha`, `beta`, `sigma`: the same model" in said
    named = renamed("beta")
    assert checked("complete_pooling", named) is named


def test_what_the_check_gave_itself_is_not_the_readers_answer(capsys):
    given = checked("mean_density", ...)
    assert checked("mean_density", given) is given
    said = capsys.readouterr().out.splitlines()[1]
    assert said.startswith("✗ This is the course's own answer: run the cell with yours")


def test_a_cell_that_failed_leaves_no_answer(capsys):
    assert checked("mean_density", None) is ANSWERS["mean_density"]
    assert capsys.readouterr().out.startswith("✗ There is no `mean_density` yet: does the cell")


def test_where_cells_below_need_a_table_they_get_one(capsys):
    def columns(frame):
        table = EXERCISES["fitted_lines"].answer(frame)
        return [table[name].to_list() for name in table]

    train = load_sleepstudy("train")
    own = checked("fitted_lines", columns)
    assert "your answer" in capsys.readouterr().out
    expected = ANSWERS["fitted_lines"](train)
    pd.testing.assert_frame_equal(own(train), expected.reset_index(drop=True).astype(float))


def test_a_name_that_is_none_is_the_callers_mistake():
    with pytest.raises(ValueError, match="no exercise 'lines'; there are complete_pooling, "):
        checked("lines", other_density)
    with pytest.raises(TypeError, match="name must be a string, but is of type function"):
        checked(other_density, "lines")


def test_in_a_notebook_the_verdict_is_markdown(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.get_ipython", lambda: type("Shell", (), {"kernel": 1})())
    monkeypatch.setattr("IPython.display.display", shown.append)
    checked("mean_density", other_density)
    checked("mean_density", lambda log_density: log_density)
    right, wrong = (each._repr_markdown_().split("\n\n") for each in shown)
    assert right[0].startswith("✅ **Right.** `mean_density` does")
    assert right[1:] == ["The cells below use your answer."]
    assert wrong[0].startswith("❌ **Not yet.** ")
    assert wrong[1].startswith("Read again: ")
    assert wrong[2:] == ["The cells below use the course's answer."]


def test_a_program_that_only_fits_does_not_load_the_answers():
    code = "import pooling, pooling.models, sys; print('pooling.answers' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
