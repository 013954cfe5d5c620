"""What rules give: a rule looks at one chapter, or at the book, and yields what breaks it."""

from collections.abc import Iterator

from press.errors import Problem

Breaches = Iterator[tuple[int, str]]  # in one chapter: the line, and what to do about it
Problems = Iterator[Problem]
