"""Where chapters begin in the PDF: on a page of their own, if that leaves no page nearly empty.

Whether it does is known once the book is set. So it is set as often as there are such pages, each
time with one more chapter that begins below the end of the last one.
"""

import json
from pathlib import Path

import typst

NEARLY_EMPTY = 0.35  # of a page, without its margins


def compiler_of(source: str, book: Path) -> typst.Compiler:
    """Prepare to set a book, with chapters that share a page where they have to.

    Parameters
    ----------
    source
        The typst document of the book.
    book
        Folder of the images that it names.

    Returns
    -------
    typst.Compiler

    Raises
    ------
    typst.TypstError
        If typst fails.
    """
    sharing: list[int] = []
    while (ended := _nearly_empty_end(_compiler(source, book, sharing), sharing)) is not None:
        sharing.append(ended)
    return _compiler(source, book, sharing)


def _nearly_empty_end(compiler: typst.Compiler, sharing: list[int]) -> int | None:
    """Number, from 1, of the first chapter that ends on a nearly empty page and has it alone."""
    try:
        ends = json.loads(compiler.query("<chapter-end>", field="value"))
    except RuntimeError:  # whoever makes the PDF with it is told more
        return None
    behind = max(sharing, default=0)
    candidates = enumerate(ends, start=1)
    return next((n for n, filled in candidates if n > behind and filled < NEARLY_EMPTY), None)


def _compiler(source: str, book: Path, sharing: list[int]) -> typst.Compiler:
    inputs = {"sharing": ",".join(map(str, sharing))}
    return typst.Compiler(source.encode(), root=book, ignore_system_fonts=True, sys_inputs=inputs)
