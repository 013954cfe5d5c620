import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from tiny_book import write

from press.book.chapter import parse
from press.book.project import Project, read_project
from press.check.book import checked_documents
from press.errors import PressError
from press.run import reuse, schedule, session
from press.run.executed import Executed, ProseRun
from press.run.forked import Nursery
from press.run.inside import NARROW, NUMBERS
from press.run.progress import Progress
from press.run.schedule import run_book

CellsRun = Callable[[], list[str]]
Edit = Callable[[str, str, str], None]
ALL = ["colophon", "first", "second"]
# A new Python for each of two hundred kernels takes as long as all that they run.
IMPORTS = parse("```{python}\nimport matplotlib.pyplot\n```\n", "imports.qmd")
OF_BOOKS, OF_TEXTS = (Nursery(Path(__file__).parent, imports) for imports in ([IMPORTS], []))


@pytest.fixture(scope="module", autouse=True)
def nurseries() -> Iterator[None]:
    with OF_BOOKS, OF_TEXTS:
        yield


def run(book: Path, jobs: int = 2) -> list[Executed]:
    project = read_project(book)
    with Progress() as progress:
        documents = checked_documents(project)
        lent = nullcontext(OF_BOOKS)  # which a run would end
        return run_book(project, documents, jobs, progress, nursery=lent)


def run_text(book: Path, text: str) -> Executed:
    """Run one chapter of the given text."""
    project = read_project(book)
    with Progress() as progress:
        (notebook,) = schedule.run_chapters(
            project, [parse(text, "chapters/first.qmd")], 1, progress, nursery=OF_TEXTS
        )
    return notebook


def essence(chapters: list[Executed]) -> str:
    """What readers see of executed notebooks: all but times."""
    blocks = [
        [run.values] if isinstance(run, ProseRun) else [run.outputs, run.count]
        for chapter in chapters
        for run in chapter.blocks
    ]
    return json.dumps(blocks, sort_keys=True)


def test_chapters_run(book: Path) -> None:
    _, first, second, colophon = run(book)
    _, twice, after, figure = first.blocks
    assert twice.outputs[0].text == "42\n"
    assert after.values == ["42", r"a\_b"]
    assert "image/svg+xml" in figure.outputs[0].data
    assert second.blocks[-1].values == ["3"]
    # Matplotlib also looks for settings of its own in the chapter's folder, where there are none.
    files = ["chapters/tools.py", "data/numbers.txt", "_build/run.json"]
    for chapter, file in zip((first, second, colophon), files, strict=True):
        assert {name for name in chapter.inputs if (book / name).is_file()} == {file}
    assert "chapters/second.qmd" in colophon.cells[-1][1].outputs[0].text


def test_nothing_changed_nothing_runs(book: Path, cells_run: CellsRun) -> None:
    before = run(book)
    assert cells_run() == ALL
    assert run(book) == before
    assert cells_run() == []


@pytest.mark.usefixtures("executed")
def test_prose_and_captions_change_without_running(
    book: Path, cells_run: CellsRun, edit: Edit
) -> None:
    run(book)
    cells_run()
    edit("chapters/first.qmd", "Before.", "A new sentence with `` `{python} answer` ``.")
    edit("chapters/first.qmd", "fig-cap: A line", "fig-cap: Another caption")
    edit("chapters/first.qmd", ":::\n\n```{python}", ":::\n\nMore.\n\n```{python}")
    _, first, *_ = run(book)
    assert cells_run() == []
    before, _, after, figure = first.document.blocks
    assert "A new sentence" in before.text
    assert after.text.endswith("More.")
    assert first.blocks[2].values == ["42", r"a\_b"]
    assert first.blocks[1].outputs[0].text == "42\n"
    assert figure.options["fig-cap"] == "Another caption."


@pytest.mark.usefixtures("executed")
@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("chapters/tools.py", "2 *", "3 *", ["first"]),
        ("data/numbers.txt", "3", "3 4", ["second"]),
        ("chapters/second.qmd", "numbers = ", "numbers  = ", ["second"]),
        ("chapters/second.qmd", "{python} len(numbers)", "{python} 2", ["second"]),
        ("requirements.lock", "==1", "==2", ["first", "second"]),
        ("_quarto.yml", "fig-format: svg", "fig-format: png", ["first", "second"]),
        ("_quarto.yml", "echo: true", "echo: false", ["first", "second"]),
        ("references.bib", "Things", "Objects", []),
    ],
)
def test_what_runs_again_after_an_edit(
    book: Path, cells_run: CellsRun, edit: Edit, name: str, old: str, new: str, expected: list[str]
) -> None:
    run(book)
    cells_run()
    edit(name, old, new)
    run(book)
    # The colophon reads how long the others took, which differs or not.
    assert set(cells_run()) - {"colophon"} == set(expected)


@pytest.mark.usefixtures("executed")
@pytest.mark.parametrize("damage", ["truncate", "empty", "alter"])
def test_damaged_entry_is_made_again(book: Path, cells_run: CellsRun, damage: str) -> None:
    before = essence(run(book))
    cells_run()
    path = book / "_build/executed/chapters/first.json"
    text = path.read_text()
    altered = text.replace("42\\n", "43\\n")
    assert altered != text
    path.write_text({"truncate": text[: len(text) // 2], "empty": "", "alter": altered}[damage])
    assert essence(run(book)) == before
    assert set(cells_run()) - {"colophon"} == {"first"}
    run(book)
    assert cells_run() == []


def test_parallel_run_gives_what_a_serial_run_gives(book: Path) -> None:
    serial = essence(run(book, jobs=1))
    shutil.rmtree(book / "_build")
    assert essence(run(book, jobs=4)) == serial


def test_a_file_in_a_cache_is_not_an_input_and_one_outside_of_the_book_is(
    book: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    paths = [tmp_path_factory.mktemp("outside") / "kept"]
    paths += [book / name for name in ("cache/of/kept", "notes/of/kept", "data/kept")]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a")
    (book / "cache/CACHEDIR.TAG").touch()
    text = (
        f"```{{python}}\nfor path in {[str(path) for path in paths]}:\n    open(path).read()\n```\n"
    )
    inputs = run_text(book, text).inputs
    assert sorted(inputs) == [str(paths[0]), "data/kept", "notes/of/kept"]


@pytest.mark.parametrize(
    "listing",
    [
        "os.listdir('../data')",
        "[each.name for each in os.scandir('../data')]",
        "glob.glob('../data/*.txt')",
        "[str(each) for each in Path('../data').iterdir()]",
        "[str(each) for each in Path('..').rglob('*.txt')]",
        "list(os.walk('../data'))[0][2]",
    ],
)
def test_a_chapter_that_lists_a_folder_depends_on_the_listing(book: Path, listing: str) -> None:
    text = (
        "```{python}\nimport glob, os\nfrom pathlib import Path\n"
        f"names = {listing}\nprint(len(names))\n```\n"
    )
    first = run_text(book, text)
    assert "data/" in first.inputs
    before = first.blocks[0].outputs[0].text
    assert run_text(book, text).blocks[0].outputs[0].text == before
    write(book, "data/more.txt", "4")
    assert int(run_text(book, text).blocks[0].outputs[0].text) == int(before) + 1
    (book / "data/more.txt").unlink()
    assert run_text(book, text).blocks[0].outputs[0].text == before


def touch(path: Path) -> None:
    path.write_text("touched")


@pytest.mark.parametrize(
    ("use", "change"),
    [
        ("Path('../linked/x.txt').read_text()", lambda book: touch(book.parent / "far/x.txt")),
        ("os.listdir('../linked')", lambda book: touch(book.parent / "far/new.txt")),
        ("open('../../outside.txt').read()", lambda book: touch(book.parent / "outside.txt")),
        ("Path('../data/new.txt').exists()", lambda book: touch(book / "data/new.txt")),
        ("os.path.isfile('../data/new.txt')", lambda book: touch(book / "data/new.txt")),
        ("os.access('../data/new.txt', os.R_OK)", lambda book: touch(book / "data/new.txt")),
        ("Path('../new').is_dir()", lambda book: (book / "new").mkdir()),
        ("os.path.getsize('../data/numbers.txt')", lambda book: touch(book / "data/numbers.txt")),
        ("os.stat(b'../data/numbers.txt')", lambda book: touch(book / "data/numbers.txt")),
        (
            "sqlite3.connect('file:../data/numbers.txt?mode=ro', uri=True)",
            lambda book: touch(book / "data/numbers.txt"),
        ),
        ("ctypes.CDLL(None).open(NAME.encode(), 0)", lambda book: touch(book / "data/numbers.txt")),
    ],
)
def test_a_chapter_runs_again_when_what_it_used_has_changed(
    book: Path, cells_run: CellsRun, use: str, change: Callable[[Path], None]
) -> None:
    write(book.parent, "far/x.txt", "far")
    write(book.parent, "outside.txt", "out")
    (book / "linked").symlink_to(book.parent / "far")
    text = (
        "```{python}\nimport ctypes, os, sqlite3\nfrom pathlib import Path\n"
        "NAME = '../data/numbers.txt'\n"
        f"open(os.environ['CELL_LOG'], 'a').write('ran\\n');\n{use};\n```\n"
    )
    for expected in (["ran"], []):
        run_text(book, text)
        assert cells_run() == expected
    change(book)
    run_text(book, text)
    assert cells_run() == ["ran"]


@pytest.mark.parametrize(
    "start",
    [
        "!cat ../data/numbers.txt",
        "%%bash\ncat ../data/numbers.txt",
        "subprocess.run(['cat', '../data/numbers.txt'], capture_output=True);",
        "os.system('cat ../data/numbers.txt > /dev/null');",
        "os.posix_spawn('/bin/cat', ['cat', '../data/numbers.txt'], {});",
        "multiprocessing.get_context('fork').Pool(1).map(len, ['a']);",
    ],
)
def test_a_chapter_that_starts_a_program_runs_each_time_unless_it_says_what_that_reads(
    book: Path, cells_run: CellsRun, capsys: pytest.CaptureFixture[str], start: str
) -> None:
    log = (
        "import multiprocessing, os, subprocess\nopen(os.environ['CELL_LOG'], 'a').write('ran\\n');"
    )
    message = "first.qmd runs each time: nobody sees what `"
    said = (("", ["ran"]), ("inputs: data/*.txt", []), ("inputs: none", []))
    for option, again in said if start.startswith("!") else said[:1]:
        text = f"```{{python}}\n{log}\n```\n\n```{{python}}\n#| {option}\n{start}\n```\n"
        for expected in (["ran"], again):
            run_text(book, text.replace("#| \n", ""))
            assert cells_run() == expected
        assert (message in capsys.readouterr().out) == bool(again)


def test_a_program_that_a_library_starts_for_itself_does_not_count(book: Path) -> None:
    text = "```{python}\nimport ctypes.util\nctypes.util.find_library('c');\n```\n"
    assert run_text(book, text).unseen == ""


@pytest.mark.parametrize("place", ["front matter", "cell"])
def test_a_chapter_depends_on_what_it_says_it_uses(
    book: Path, cells_run: CellsRun, place: str
) -> None:
    front = "---\ninputs: data/*.dat\n---\n" if place == "front matter" else ""
    option = "#| inputs: data/*.dat\n" if place == "cell" else ""
    code = "import os\nopen(os.environ['CELL_LOG'], 'a').write('ran\\n');"
    text = f"{front}# A\n\n```{{python}}\n{option}{code}\n```\n"
    for content, name, expected in (
        ("1", "data/one.dat", ["ran"]),
        ("1", "data/one.dat", []),
        ("2", "data/one.dat", ["ran"]),
        ("2", "data/two.dat", ["ran"]),
    ):
        write(book, name, content)
        run_text(book, text)
        assert cells_run() == expected


def test_what_an_import_lists_is_no_input(book: Path) -> None:
    assert set(run_text(book, "```{python}\nimport tools\n```\n").inputs) == {"chapters/tools.py"}


def test_a_file_that_the_chapter_writes_is_not_an_input(book: Path) -> None:
    text = "```{python}\nopen('out.txt', 'w').write('a')\nopen('out.txt').read()\n```\n"
    assert run_text(book, text).inputs == {}


def test_a_name_that_no_file_can_have_is_looked_for_in_peace(book: Path) -> None:
    # As IPython does with every text that it is given to show.
    text = "```{python}\nimport os\nprint(os.path.exists('long ' * 100))\n```\n"
    for _ in range(2):
        assert run_text(book, text).blocks[0].outputs[0].text == "False\n"


def test_a_file_that_was_missed_counts_when_it_appears(book: Path) -> None:
    text = (
        "```{python}\ntry:\n    print(open('extra.txt').read())\n"
        "except OSError:\n    print('none')\n```\n"
    )
    assert run_text(book, text).blocks[0].outputs[0].text == "none\n"
    write(book, "chapters/extra.txt", "here")
    assert run_text(book, text).blocks[0].outputs[0].text == "here\n"


def test_a_file_changed_during_the_run_is_not_trusted(book: Path, cells_run: CellsRun) -> None:
    # The cell changes its own module behind the engine's back, as an author does who saves a file
    # while the chapter runs: what was imported is no longer what is on disk.
    text = (
        "```{python}\nimport os, subprocess, tools\n"
        "open(os.environ['CELL_LOG'], 'a').write('ran\\n')\n"
        "subprocess.run(['touch', 'tools.py'], check=True);\n```\n"
    )
    run_text(book, text)
    cells_run()
    run_text(book, text)
    assert cells_run() == ["ran"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "# A\n\n```{python}\n#| label: bad\n\nx = 1\nx / 0\n```\n",
            r"^chapters/first\.qmd:7: ZeroDivisionError: division by zero\n    x / 0$",
        ),
        (
            "```{python}\ndef f():\n    raise ValueError('no')\n```\n\n"
            "```{python}\ny = 1\nf()\n```\n",
            r"^chapters/first\.qmd:8: ValueError: no\n    f\(\)$",
        ),
        (
            "```{python}\nx = 1\nx = = 2\n```\n",
            r"^chapters/first\.qmd:3: SyntaxError: .*\n    x = = 2",
        ),
        (
            "a\n\nb\nc `{python} 1`, `{python} nothing`\n",
            r"^chapters/first\.qmd:4: NameError: .*nothing",
        ),
        ("```{python}\nimport os\nos._exit(1)\n```\n", r"^chapters/first\.qmd:1: Python ended"),
        ("```{python}\n1\nexit(3)\n```\n", r"^chapters/first\.qmd:1: SystemExit: 3"),
        ("```{python}\nimport sys\nsys.exit(3)\n```\n", r"^chapters/first\.qmd:1: SystemExit: 3"),
        ("a `{python} __import__('os')._exit(1)`\n", r"^chapters/first\.qmd:1: .*ended Python"),
        (
            "```{python}\n#| label: endless\nwhile True:\n    print(50 * 'x')\n```\n",
            r"^chapters/first\.qmd:1: endless shows more than 100,000 characters; show a part",
        ),
        ("```{python}\nprint(list(range(300_000)))\n```\n", r"first\.qmd:1: .*more than 100,000"),
        ("```{python}\n200_000 * 'x'\n```\n", r"^chapters/first\.qmd:1: .* more than 100,000"),
        ("a\n`{python} 200_000 * 'x'`\n", r"^chapters/first\.qmd:2: .* longer than 100,000"),
        (
            "```{python}\nclass A:\n    def __repr__(self):\n        return 1 / 0\n\nA()\n```\n",
            r"^chapters/first\.qmd:4: ZeroDivisionError: division by zero\n    return 1 / 0$",
        ),
    ],
)
def test_failures_name_line_and_cause(book: Path, text: str, message: str) -> None:
    with pytest.raises(PressError, match=message):
        run_text(book, text)
    assert not (book / "_build/executed/chapters/first.json").exists()


def test_cell_that_takes_too_long(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "CELL_SECONDS", 1)
    with pytest.raises(PressError, match=r"first\.qmd:3: slow took longer than 1 seconds"):
        run_text(book, "a\n\n```{python}\n#| label: slow\nimport time\ntime.sleep(60)\n```\n")


def test_a_failure_stops_the_other_chapters(book: Path, edit: Edit) -> None:
    edit("chapters/second.qmd", "import os\n", "import os, time\ntime.sleep(300)\n")
    edit("chapters/first.qmd", "answer = double(21)", "answer = double()")
    with pytest.raises(PressError, match=r"first\.qmd:20: TypeError"):
        run(book)


def test_error_and_eval_options(book: Path) -> None:
    notebook = run_text(
        book,
        "```{python}\n#| error: true\n1 / 0\n```\n\n```{python}\n#| eval: false\n1 / 0\n```\n",
    )
    failing, skipped = notebook.blocks
    assert failing.outputs[0].ename == "ZeroDivisionError"
    assert skipped.outputs == []


SHOWS = """
import sys, warnings
from IPython.display import Markdown, clear_output, display
from tqdm import tqdm
from tqdm.auto import tqdm as widget

print("gone")
clear_output()
for name in "ab":
    print(name, end=" ")
    warnings.warn(name)
    print(name)
    display(Markdown(name))
handle = display(Markdown("before"), display_id=True)
for _ in tqdm(range(3)):
    for _ in tqdm(range(2), position=1, leave=False):
        pass
for _ in widget(range(3)):
    pass
for number in range(3):
    print(f"\\r{number}", end="")
handle.update(Markdown("after"))
"""


def test_outputs_come_in_jupyters_order_without_bars_that_show_progress(book: Path) -> None:
    (cell,) = run_text(book, f"```{{python}}\n{SHOWS}\n```\n").blocks
    shown = [out.get("text") or out.data["text/markdown"] for out in cell.outputs]
    warned = [text for text in shown if "UserWarning" in text]
    assert [text for text in shown if text not in warned] == [
        *("a a\n", "a", "b b\n", "b", "after", "\r0\r1\r2"),
    ]
    assert [shown.index(text) for text in warned] == [1, 4]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 1", "2"),
        ("'plain'", "plain"),
        ("'a*b_c'", r"a\*b\_c"),
        ('"it\'s"', "it's"),
        ("'−51.3'", "−51.3"),
        ("-51.3", "-51.3"),
        ("'two\\nlines'", "two lines"),
        ("'\\x1b[31mred\\x1b[0m'", "red"),
        ("[1]", r"\[1\]"),
        ("__import__('IPython').display.Markdown('*a*')", "*a*"),
    ],
)
def test_inline_values(book: Path, expression: str, expected: str) -> None:
    (prose,) = run_text(book, f"a `{{python}} {expression}`\n").blocks
    assert prose.values == [expected]


def test_figures_repeat(book: Path) -> None:
    _, first, *_ = run(book)
    figure = first.blocks[-1].outputs[0].data["image/svg+xml"]
    assert "<dc:date>" not in figure
    shutil.rmtree(book / "_build")
    assert run(book)[1].blocks[-1].outputs[0].data["image/svg+xml"] == figure


def test_figures_stand_on_the_page_and_a_legend_on_the_figure(book: Path) -> None:
    text = (
        "```{python}\nimport matplotlib.pyplot as plt\nplt.plot([1, 2], label='Rise')\n"
        "plt.show()\nplt.plot([1, 2], label='Rise')\nplt.legend();\n```\n"
    )
    (cell,) = run_text(book, text).blocks
    plain, with_legend = (o.data["image/svg+xml"] for o in cell.outputs if "data" in o)
    assert plain.count("fill: #ffffff") == 0
    assert with_legend.count("fill: #ffffff") == 1


def test_a_figure_brings_its_narrow_version_if_it_says_how_to_draw_it(book: Path) -> None:
    text = (
        "```{python}\nimport matplotlib.pyplot as plt\n"
        "def draw(*size):\n    figure, _ = plt.subplots(figsize=size)\n"
        "    plt.close()\n    return figure\n"
        "wide = draw(3, 2)\ndisplay(wide)\nwide.narrow = lambda: draw(2, 3)\nwide\n```\n"
    )
    (cell,) = run_text(book, text).blocks
    plain, with_narrow = (output.data for output in cell.outputs)
    assert NARROW not in plain
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', with_narrow[NARROW]).groups()
    assert float(width) < float(height)
    assert with_narrow["image/svg+xml"] == plain["image/svg+xml"]


def test_a_figure_brings_the_numbers_that_it_has(book: Path) -> None:
    text = (
        "```{python}\nimport matplotlib.pyplot as plt\n"
        "figure, _ = plt.subplots()\nplt.close()\ndisplay(figure)\n"
        "figure.numbers = {'a': [1, float('nan')], 'b': 'words'}\nfigure\n```\n"
    )
    (cell,) = run_text(book, text).blocks
    plain, with_numbers = (output.data for output in cell.outputs)
    assert NUMBERS not in plain
    assert with_numbers[NUMBERS] == '{"a":[1,NaN],"b":"words"}'


def test_the_authors_own_settings_do_not_count(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    write(tmp_path, "ipython/profile_default/startup/00.py", "from_profile = 1")
    text = (
        "`{python} 'from_profile' in globals()`\n\n"
        "```{python}\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);\n```\n"
    )
    prose, figure = run_text(book, text).blocks
    assert prose.values == ["False"]
    assert "image/svg+xml" in figure.outputs[0].data


def test_entries_leave_no_half_written_files(book: Path) -> None:
    run(book)
    project: Project = read_project(book)
    assert reuse.entry(project, "chapters/first.qmd").is_file()
    assert not list((book / "_build").rglob("*.part"))


def test_only_the_chapter_that_runs_last_is_told_of_the_record(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESS_RUN", "that of a build around this one")
    (chapter,) = run_text(book, "`{python} __import__('os').environ['PRESS_RUN'] or 'no'`").blocks
    assert chapter.values == ["no"]


WARNS = """
import warnings

class MachineWarning(UserWarning):
    harmless = True

warnings.warn("the store is full", MachineWarning)
print("done")
"""


def test_a_harmless_warning_is_told_once_and_fails_nothing(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chapter = run_text(book, f"```{{python}}\n{WARNS}\n```\n\n```{{python}}\n{WARNS}\n```\n")
    assert [out.text for _, run in chapter.cells for out in run.outputs] == ["done\n", "done\n"]
    assert capsys.readouterr().out.count("MachineWarning: the store is full\n") == 1
    run_text(book, f"```{{python}}\n{WARNS}\n```\n\n```{{python}}\n{WARNS}\n```\n")
    assert "from cache" in capsys.readouterr().out


def test_a_run_with_a_warning_that_nobody_expected_is_not_kept(
    book: Path, cells_run: CellsRun
) -> None:
    code = (
        "import os, sys\nopen(os.environ['CELL_LOG'], 'a').write('ran\\n');\nsys.stderr.write('w');"
    )
    for option, again in (("", ["ran"]), ("#| warning: false\n", [])):
        text = f"```{{python}}\n{option}{code}\n```\n"
        for expected in (["ran"], again):
            run_text(book, text)
            assert cells_run() == expected
