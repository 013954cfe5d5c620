"""What the Makefile itself decides: who sets up, and when Quarto's result is good enough."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Stands for every Python, and for uv: it notes what it is told, and does nothing but make the
# environment. What `FAILS` names goes wrong.
PROGRAM = """\
#!/bin/sh
name=$(basename "$0")
case "$*" in
  -c*) exit 0;;
  --version) echo 'Python 3.13.0'; exit 0;;
  "-m venv"*) rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python; cp "$0" .venv/bin/uv;;
esac
echo "$name $*" >> calls
for fault in $FAILS; do case "$name $*" in *$fault*) exit 1;; esac; done
"""
BY_UV = [
    "python3.13 -m venv --clear .venv",
    "python -m pip install --quiet --require-hashes --requirement .venv/uv.lock",
    "uv pip sync --quiet --require-hashes --python .venv requirements.lock",
    "uv pip install --quiet --no-deps --no-build-isolation --python .venv"
    " --editable . --editable press",
]
BY_PIP = [
    "python -m pip install --quiet --require-hashes --requirement .venv/without-uv.lock",
    "python -m pip install --quiet --no-deps --no-build-isolation --editable . --editable press",
]


def make(folder: Path, target: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `make` in a folder of its own, and not as a part of the `make test` that runs this."""
    kept = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    return subprocess.run(
        ["make", "--file", ROOT / "Makefile", target],
        cwd=folder,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def set_up(tmp_path):
    """Run the set-up, where some programs fail; give the result and the programs' calls."""
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    program = tmp_path / "programs" / "python3.13"
    program.parent.mkdir()
    program.write_text(PROGRAM)
    program.chmod(0o755)

    def run(fails=""):
        (tmp_path / "calls").unlink(missing_ok=True)
        path = f"{program.parent}:{os.environ['PATH']}"
        done = make(tmp_path, ".venv/ready", PATH=path, FAILS=fails)
        return done, (tmp_path / "calls").read_text().splitlines()

    return run


def test_uv_sets_up(set_up, tmp_path):
    done, calls = set_up()
    assert done.returncode == 0, done.stderr
    assert calls == BY_UV
    names = [line for line in (tmp_path / ".venv/uv.lock").read_text().splitlines() if "==" in line]
    assert [name.partition("==")[0] for name in names] == ["uv"]
    assert "--hash=sha256:" in (tmp_path / ".venv/uv.lock").read_text()


@pytest.mark.parametrize(("fails", "before"), [("/uv.lock", 2), ("sync", 3)])
def test_where_uv_cannot_pip_does(set_up, tmp_path, fails, before):
    done, calls = set_up(fails)
    assert done.returncode == 0, done.stderr
    assert calls == BY_UV[:before] + BY_PIP
    assert "pip does" in done.stderr
    lock = (tmp_path / ".venv/without-uv.lock").read_text()
    assert "\nuv==" not in lock
    assert "\njax==" in lock


def test_a_set_up_that_failed_starts_afresh(set_up, tmp_path):
    done, _ = set_up("pip")
    assert done.returncode != 0
    assert not (tmp_path / ".venv/ready").exists()
    assert set_up()[1] == BY_UV


def test_a_set_up_is_redone_when_its_lock_changes(set_up, tmp_path):
    set_up()
    ready = tmp_path / ".venv/ready"
    os.utime(tmp_path / "requirements.lock", (ready.stat().st_mtime + 10,) * 2)
    assert set_up()[1] == BY_UV


# What a chapter's kernel does; its program is only half written the second time.
COMPILES_TWICE = """\
import os, pathlib, jax
for _ in range(2):
    jax.clear_caches()
    jax.jit(lambda x: x + 1)(1.0)
    programs = list(pathlib.Path(os.environ["JAX_COMPILATION_CACHE_DIR"]).glob("*-cache"))
    for program in programs:
        program.write_bytes(program.read_bytes()[:9])
print(len(programs), "programs")
"""


def test_a_compiled_program_that_cannot_be_read_is_no_news_for_a_page(tmp_path):
    press = tmp_path / ".venv/bin/press"
    press.parent.mkdir(parents=True)
    press.write_text(f"#!/bin/sh\nexec {sys.executable} {tmp_path / 'chapter.py'}\n")
    press.chmod(0o755)
    (tmp_path / "chapter.py").write_text(COMPILES_TWICE)
    for name in ("requirements.lock", ".venv/ready"):
        (tmp_path / name).touch()
    done = make(tmp_path, "site", POOLING_STORE=str(tmp_path / "store"))
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"\b[1-9]\d* programs", done.stdout)


# A program in Quarto's place: it writes a page, prints a line and ends with a status.
QUARTO = """\
#!/bin/sh
[ "$1" = --version ] && exit 0
echo "$0 $* with $QUARTO_PYTHON" >> calls
mkdir -p _quarto/chapters
echo "$PAGE" > _quarto/chapters/data.html
echo "$SAYS" >&2
exit $STATUS
"""
# One in Python's: it makes an environment, and may bring Quarto into it.
PYTHON = """\
#!/bin/sh
echo "python $*" >> calls
case "$*" in
  "-m venv"*) mkdir -p _build/quarto-cli/bin; cp "$0" _build/quarto-cli/bin/python;;
  *quarto-cli==*) [ -n "$REACHED" ] || exit 1; cp quarto _build/quarto-cli/bin/quarto;;
esac
"""


@pytest.fixture
def quarto(tmp_path):
    """Run `make quarto` with stand-ins: Quarto on the PATH, or at the package index, or nowhere."""
    programs = {".venv/bin/python": PYTHON, "quarto": QUARTO, "programs/quarto": QUARTO}
    for name, text in programs.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
    for name in ("requirements.lock", ".venv/ready"):
        (tmp_path / name).touch()

    def render(page="Figure 1 shows …", says="[1/9] index.qmd", status=0, has=True, reached=""):
        path = f"{tmp_path / 'programs'}:" if has else ""
        said = {"PAGE": page, "SAYS": says, "STATUS": str(status), "REACHED": reached}
        return make(tmp_path, "quarto", PATH=f"{path}/usr/bin:/bin", **said)

    return render


def test_quartos_book_passes(quarto, tmp_path):
    done = quarto()
    assert done.returncode == 0, done.stderr
    assert "[1/9] index.qmd" in done.stdout
    (call,) = (tmp_path / "calls").read_text().splitlines()
    program, python = tmp_path / "programs" / "quarto", tmp_path / ".venv/bin/python"
    assert call == f"{program} render --output-dir _quarto with {python}"


def test_without_a_quarto_the_package_index_is_asked_once(quarto, tmp_path):
    for _ in range(2):
        done = quarto(has=False, reached="yes")
        assert done.returncode == 0, done.stderr
    calls = (tmp_path / "calls").read_text().splitlines()
    assert len([call for call in calls if "pip install --quiet quarto-cli==" in call]) == 1
    assert len([call for call in calls if "quarto-cli/bin/quarto render" in call]) == 2


def test_where_no_quarto_can_be_had_it_says_so(quarto, tmp_path):
    done = quarto(has=False)
    assert done.returncode != 0
    assert "Quarto cannot be had here" in done.stderr
    assert "put Quarto on the PATH" in done.stderr
    assert not (tmp_path / "_build/quarto-cli").exists()  # the next time it is tried again


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


def test_cleaning_takes_away_what_quarto_leaves(tmp_path):
    for name in ("_quarto/a", ".quarto/a", "_freeze/a", "chapters/data.quarto_ipynb", "_site/a"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "chapters/data.qmd").touch()
    assert make(tmp_path, "clean").returncode == 0
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert left == {"chapters", "chapters/data.qmd"}
