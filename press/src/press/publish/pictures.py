"""The pictures of a page within a notebook, which must show them wherever it goes.

Jupyter shows no SVG of a notebook that it does not trust, and it trusts none that was downloaded.
So an SVG is drawn once more as PNG, by what sets the PDF.
"""

import base64
import posixpath
from pathlib import Path
from urllib.parse import unquote

import typst

from press.book.project import Project
from press.disk.digest import digest, engine_digest
from press.disk.kept import keep, read_kept
from press.errors import PressError

FORMS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}
FORMS[".webp"] = "image/webp"
SHARPNESS = 2  # dots of the picture for a pixel of the page
PAGE = """\
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg")
"""
PNG_SIZE = slice(16, 24)  # where a PNG has its width and its height


class Pictures:
    """The pictures that a page names.

    Parameters
    ----------
    project
        The book.
    book
        Folder of the woven chapters and their images.
    folder
        That of the page, relative to it.
    """

    def __init__(self, project: Project, book: Path, folder: str) -> None:
        self._project = project
        self._book = book
        self._folder = folder

    def attached(self, names: dict[str, str]) -> dict[str, dict[str, str]]:
        """Return pictures as the attachments of a cell; `names` has their addresses by name."""
        return {name: self.bitmap(address)[0] for name, address in names.items()}

    def bitmap(self, address: str) -> tuple[dict[str, str], dict[str, int]]:
        """Return a picture in base 64 by its MIME type, and the size at which it is shown."""
        name = posixpath.normpath(posixpath.join(self._folder, unquote(address)))
        content = (self._book / name).read_bytes()
        form = FORMS.get(Path(name).suffix.lower())
        if form:
            return {form: base64.b64encode(content).decode()}, {}
        entry = self._project.build / "pictures" / f"{name}.kept"
        key = digest(content, engine_digest())
        png = read_kept(entry, key)
        if png is None:
            png = _drawn(content, name)
            keep(entry, key, png)
        sides = [int.from_bytes(png[PNG_SIZE][at : at + 4]) for at in (0, 4)]
        size = dict(zip(("width", "height"), [side // SHARPNESS for side in sides], strict=True))
        return {"image/png": base64.b64encode(png).decode()}, size


def _drawn(svg: bytes, name: str) -> bytes:
    try:
        drawn = typst.Compiler(
            PAGE.encode(), ignore_system_fonts=True, sys_inputs={"svg": svg.decode()}
        ).compile(format="png", ppi=96.0 * SHARPNESS)
    except (typst.TypstError, UnicodeDecodeError) as error:
        raise PressError(f"{name} cannot be drawn for the notebooks: {error}") from error
    assert isinstance(drawn, bytes)  # one page
    return drawn
