"""The press, installed by itself, builds a book: without JAX, and without this book's packages."""

from pathlib import Path

import pytest
from tiny_book import write_book
from wheels import ROOT, install_alone, run


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    return install_alone(ROOT / "press", tmp_path_factory.mktemp("press-alone"))


def test_nothing_of_the_book_is_installed_with_it(python, tmp_path):
    for package in ("jax", "numpyro", "arviz", "pooling", "ipywidgets"):
        done = run([python, "-c", f"import {package}"], tmp_path)
        assert "ModuleNotFoundError" in done.stderr


def test_it_builds_a_book(python, tmp_path):
    book = write_book(tmp_path / "book")
    log = str(tmp_path / "cells.log")
    done = run([python.with_name("press"), "render"], book, CELL_LOG=log, CI="true")
    assert done.returncode == 0, done.stderr
    assert "The answer is 42" in (book / "_site/chapters/first.html").read_text(encoding="utf-8")
    assert (book / "_site/tiny.pdf").read_bytes().startswith(b"%PDF")
