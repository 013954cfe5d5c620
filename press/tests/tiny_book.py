"""A tiny book, with everything the engine has to cope with and nothing that takes long."""

import textwrap
from pathlib import Path

from press.book.project import read_project
from press.check.bibliography import Bibliographies
from press.check.book import Memory, read_book

READ: Bibliographies = {}  # the tiny book's own, as a rule: pandoc reads it once for all tests
FILES = {
    "_quarto.yml": """
        project: {type: book, output-dir: _site}
        book:
          title: A tiny book
          author: Somebody
          output-file: tiny
          chapters: [index.qmd, chapters/first.qmd, chapters/second.qmd, colophon.qmd]
        bibliography: references.bib
        format: {html: {fig-format: svg}}
        execute: {freeze: false, echo: true}
        press: {run-last: colophon.qmd, inputs: requirements.lock}
        """,
    "references.bib": """
        @book{smith2020,
          title = {Things}, author = {Smith, A.}, year = {2020}
        }
        """,
    "requirements.lock": "nothing==1\n",
    "data/numbers.txt": "1 2 3\n",
    "pictures/dot.svg": "<svg/>\n",
    "chapters/tools.py": "def double(number):\n    return 2 * number\n",
    "index.qmd": "# Welcome {.unnumbered}\n\nSee @sec-first.\n",
    "chapters/first.qmd": """
        # First steps {#sec-first}

        Before. **In this chapter** you look at @fig-line and @tbl-later, as @smith2020 says.

        ## Key points {#sec-first-key-points}

        ::: {.callout-tip title="Solution" collapse="true"}

        ```{python}
        #| label: twice
        import os
        from pathlib import Path
        from tools import double

        def log(name):
            with Path(os.environ["CELL_LOG"]).open("a") as file:
                print(name, file=file)

        log("first")
        answer = double(21)
        print(answer)
        ```

        The answer is `{python} answer`, in short `{python} "a_b"`.

        :::

        ```{python}
        #| label: fig-line
        #| fig-cap: A line.
        #| fig-alt: A line that rises from the lower left to the upper right.
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots()
        axes.plot([1, 2], marker="o")
        plt.show()
        ```
        """,
    "chapters/second.qmd": """
        # Second steps {#sec-second}

        **In this chapter** you will count.

        ```{python}
        #| label: tbl-later
        #| tbl-cap: Numbers.
        import os
        from pathlib import Path
        from IPython.display import Markdown, display

        with Path(os.environ["CELL_LOG"]).open("a") as file:
            print("second", file=file)
        numbers = Path("../data/numbers.txt").read_text().split()
        Markdown("| n |\\n|---|\\n" + "".join(f"| {n} |\\n" for n in numbers))
        ```

        ```{python}
        #| label: published
        #| include: false
        record = "application/vnd.press.record+json"
        display({record: {"claim": "numbers add up", "holds": True}}, raw=True)
        display({record: {"result": "count", "value": {"n": len(numbers)}}}, raw=True)
        ```

        ## Key points {#sec-second-key-points}

        There are `{python} len(numbers)` numbers.
        """,
    "colophon.qmd": """
        # Colophon {.unnumbered}

        ```{python}
        #| label: how-it-ran
        import json, os
        from pathlib import Path

        with Path(os.environ["CELL_LOG"]).open("a") as file:
            print("colophon", file=file)
        run = json.loads(Path(os.environ["PRESS_RUN"]).read_text())
        print([chapter["source"] for chapter in run["chapters"]])
        ```
        """,
}


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_book(root: Path) -> Path:
    for name, text in FILES.items():
        write(root, name, textwrap.dedent(text).lstrip("\n"))
    return root.resolve()


def problems_of(book: Path) -> list[str]:
    """What would be wrong on a book's pages."""
    memory = Memory(bibliographies=READ)
    return [str(each) for each in read_book(read_project(book), memory)[1]]


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder, by their names in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
