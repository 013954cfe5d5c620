"""Where chapters begin in the PDF: on a page of their own, if that leaves no page nearly empty.

Whether it does is known once the book is set. So it is set again, with chapters that begin below
the end of the last one, until it is known of each. How a chapter ends depends on how many of those
just before it share their pages, so each time one more is known of every such row.

Typst keeps what it has set as long as compiler and document stay the same. So what changes stands
in a file beside the document, and is read where a page may begin.
"""

import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import typst

NEARLY_EMPTY = 0.35  # of a page, without its margins
DOCUMENT, SHARING = ".book.typ", ".sharing.json"  # no file of a book's is named so


def set_book(source: str, book: Path, **options: Any) -> tuple[Any, list[typst.TypstWarning]]:
    """Set a book, with chapters that share a page where they have to.

    Parameters
    ----------
    source
        The typst document of the book.
    book
        Folder of the images that it names. It is only read.
    **options
        For the compiler.

    Returns
    -------
    bytes
        The book.
    list of typst.TypstWarning

    Raises
    ------
    typst.TypstError
        If typst fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for each in book.iterdir():
            (root / each.name).symlink_to(each.resolve())
        (root / DOCUMENT).write_text(source, encoding="utf-8")
        compiler = typst.Compiler(str(root / DOCUMENT), root=folder, ignore_system_fonts=True)
        filled: dict[tuple[int, int], float] = {}
        sharing, before = list[int](), None
        with suppress(RuntimeError):  # of a fault in the document one is told more below
            while sharing != before:
                (root / SHARING).write_text(json.dumps(sharing), encoding="utf-8")
                ends = list(enumerate(_ends(compiler), start=1))
                new = {(n, _row(n, sharing)): end for n, end in ends if n not in sharing}
                filled = new | filled
                before, sharing = sharing, _sharing(filled, len(ends))
        return compiler.compile_with_warnings(**options)


def _ends(compiler: typst.Compiler) -> list[float]:
    """How much of its last page each chapter fills."""
    return list(json.loads(compiler.query("<chapter:end>", field="value")))


def _sharing(filled: dict[tuple[int, int], float], chapters: int) -> list[int]:
    """Number, from 1, the chapters known to share their last page with the next one.

    Parameters
    ----------
    filled
        How much of its last page a chapter fills, by its number and how many just before it share.
    chapters
        How many there are.
    """
    sharing: list[int] = []
    for n in range(1, chapters + 1):
        if filled.get((n, _row(n, sharing)), 1) < NEARLY_EMPTY:
            sharing.append(n)
    return sharing


def _row(chapter: int, sharing: list[int]) -> int:
    """Count the chapters just before one that share their last pages."""
    return next(n for n in range(chapter) if chapter - 1 - n not in sharing)
