"""Read the book's synonyms: other names under which readers look for what the book speaks of."""

from dataclasses import dataclass
from pathlib import Path

from press.book.yaml_lines import read_yaml
from press.errors import PressError


@dataclass(frozen=True)
class Synonym:
    """A term as the book writes it, its other names, and the line where they stand."""

    term: str
    names: tuple[str, ...]
    line: int


def read_synonyms(root: Path, source: str, errors: list[PressError]) -> list[Synonym]:
    """Read the file of synonyms: in each line a term and, in brackets, its other names.

    Parameters
    ----------
    root
        The project's folder.
    source
        The file, as `_quarto.yml` names it; with an empty name there are no synonyms.
    errors
        Gets an error for all that is wrong in the file.

    Returns
    -------
    list of Synonym
        Those with which nothing is wrong.
    """
    if not source:
        return []
    try:
        values, lines, faults = read_yaml((root / source).read_text("utf-8"), source, 1)
    except UnicodeDecodeError:
        errors.append(PressError("not UTF-8; save the file as UTF-8", path=source, line=1))
        return []
    except PressError as error:
        errors.append(error)
        return []
    found: list[Synonym] = []
    known: dict[str, str] = {term.casefold(): term for term in values}
    wrong = dict(faults.values())
    for term, names in values.items():
        line = lines[(term,)]
        if not isinstance(names, list) or not names or not all(_is_name(each) for each in names):
            message = f"the other names of {term} are a list of words: `{term}: [name, name]`"
            wrong.setdefault(line, message)
            continue
        for place, name in enumerate(names):
            if (other := known.setdefault(name.casefold(), term)) != term or name == term:
                message = f"{name} stands for {other} already; delete it from one of the two"
                wrong.setdefault(lines[term, place], message)
        found.append(Synonym(term, tuple(names), line))
    errors += [PressError(message, path=source, line=at) for at, message in sorted(wrong.items())]
    return found


def _is_name(value: object) -> bool:
    return isinstance(value, str) and any(letter.isalnum() for letter in value)
