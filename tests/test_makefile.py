"""What the Makefile itself decides: when Quarto's result is good enough."""

import os
import subprocess
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[1] / "Makefile"


@pytest.fixture
def quarto(tmp_path):
    """Run `make quarto` with a press that writes a page, prints a line and ends with a status."""
    program = tmp_path / ".venv" / "bin" / "press"
    program.parent.mkdir(parents=True)
    program.write_text(
        '#!/bin/sh\nmkdir -p _site/chapters\necho "$PAGE" > _site/chapters/data.html\n'
        'echo "$SAYS" >&2\nexit $STATUS\n'
    )
    program.chmod(0o755)
    for name in ("requirements.lock", ".venv/ready"):
        (tmp_path / name).touch()

    def make(page="Figure 1 shows …", says="[1/9] index.qmd", status=0):
        environment = os.environ | {"PAGE": page, "SAYS": says, "STATUS": str(status)}
        environment.pop("MAKEFLAGS", None)  # of a `make test` that this is a part of
        command = ["make", "--file", MAKEFILE, "quarto"]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    return make


def test_quartos_book_passes(quarto):
    done = quarto()
    assert done.returncode == 0, done.stderr
    assert "[1/9] index.qmd" in done.stdout


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": 1},
        {"says": "\x1b[33mWARNING: something is odd\x1b[39m"},
        {"says": "[WARNING] Citeproc: citation smith not found"},
        {"says": "WARN: Unable to resolve link target: data.qmd"},
        {"says": "Unable to resolve crossref @fig-line"},
        {"page": "<strong>?@sec-nowhere</strong> shows"},
    ],
)
def test_a_warning_or_a_lost_reference_fails(quarto, wrong):
    assert quarto(**wrong).returncode != 0
