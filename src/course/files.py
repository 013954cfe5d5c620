"""Write files so that whoever looks finds the old one or the new one, whole."""

from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file completely, or leave it as it was.

    Parameters
    ----------
    path
        File to write; its folder is made if it is not there.
    content
        What to write.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".part")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
