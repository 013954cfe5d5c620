"""Make an SVG picture by Matplotlib the same bytes in every run, and valid wherever it stands."""

import re

DECIMALS = 3  # of a point; finer than any screen or printer

COORDINATES = re.compile(
    r'\b(?:d|x|y|width|height|viewBox)="[^"]*"|\b(?:translate|rotate)\([^)]*\)'
)
FRACTION = re.compile(r"-?\d+\.\d+")
HASHED = re.compile(r'(?<=id=")\w*[0-9a-f]{10}(?=")')
DOCTYPE = re.compile(r"<!DOCTYPE svg[^>\[]*>\s*")
ROOT = re.compile(r"<svg\b[^>]*>")
SIDE = re.compile(r'\b(width|height)="([\d.]+)pt"')
UNDRAWN = re.compile(r"<path(?=[^>]*/>)(?![^>]*\sd=)")  # the glyph of a space
NAME = re.compile(r'((?:\bid="|url\(#|href="#))(\w+)')


def repeatable(svg: str, name: str) -> str:
    """Round the coordinates of a picture by Matplotlib, and rename what it names by hashes of them.

    The solver behind Matplotlib's constrained layout orders its variables by their addresses in
    memory, so that from run to run positions differ in their last digits, and hashes in all. Its
    document type names files of another host, which an EPUB must not. And its sides become whole
    pixels, as a page keeps room for: by the part of one the page would move when the picture comes.

    Parameters
    ----------
    svg
        The picture.
    name
        What the new names begin with, so that pictures in one page do not share them.

    Returns
    -------
    str
        The picture, which looks the same.
    """
    svg = ROOT.sub(lambda root: SIDE.sub(_in_pixels, root[0]), svg, count=1)
    svg = UNDRAWN.sub('<path d=""', DOCTYPE.sub("", svg))
    rounded = COORDINATES.sub(lambda found: FRACTION.sub(_round, found[0]), svg)
    names = dict.fromkeys(HASHED.findall(rounded))
    new = {old: f"{name}-{number}" for number, old in enumerate(names, start=1)}
    return NAME.sub(lambda found: found[1] + new.get(found[2], found[2]), rounded)


def _in_pixels(side: re.Match[str]) -> str:
    return f'{side[1]}="{int(float(side[2]) * 96 / 72)}"'


def _round(number: re.Match[str]) -> str:
    # Matplotlib has rounded already, to six decimals: a tie is one in every run.
    text = f"{float(number[0]):.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
