"""Rules on exercises: what is asked of readers in solutions, and is checked in their notebooks."""

from press.book.exercises import CHECKED, exercise_faults, hides_the_check
from press.book.outline import Outline
from press.book.project import Project
from press.book.solutions import in_solution
from press.check.rules import Problems
from press.errors import Problem


def exercise_problems(project: Project, outlines: list[Outline]) -> Problems:
    """Find exercises from which no notebook can be made.

    Parameters
    ----------
    project
        The book.
    outlines
        Its chapters.

    Yields
    ------
    Problem
    """
    places: dict[str, str] = {}
    for outline in outlines:
        source = outline.document.source
        asks = any("exercise" in cell.options for cell in outline.cells)
        for cell in outline.cells:
            if asks and not in_solution(outline, cell.line) and hides_the_check(cell):
                message = f"{CHECKED} is what this chapter's notebook checks exercises with"
                yield Problem(source, cell.line, f"{message}; give yours another name")
            if "exercise" not in cell.options:
                continue
            name, line = str(cell.options["exercise"]), cell.option_lines["exercise"]
            for at, message in exercise_faults(cell):
                yield Problem(source, at, message)
            if not in_solution(outline, cell.line):
                remedy = "put it into the solution, ::: {.callout-tip}, of which it is a part"
                yield Problem(source, line, f"exercise {name} stands in no solution; {remedy}")
            if name in places:
                message = f"exercise {name} is one already, at {places[name]}; give it another name"
                yield Problem(source, line, message)
            places.setdefault(name, f"{source}:{line}")
            if not project.exercises:
                remedy = "name a module with a function `checked`: `press: {exercises: …}`"
                message = f"exercise {name} is checked by nothing, says _quarto.yml; {remedy}"
                yield Problem(source, line, message)
