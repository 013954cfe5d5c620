"""What is kept on disk is used only while it is what it was, made from what it was made from."""

from pathlib import Path

import pytest

from press.disk.kept import keep, read_kept


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "a.kept"
    assert read_kept(path, "key") is None
    for content in (b"", b"words\n", bytes(range(256))):
        keep(path, "key", content)
        assert read_kept(path, "key") == content
        assert read_kept(path, "another key") is None
    assert [each.name for each in path.parent.iterdir()] == ["a.kept"]


@pytest.mark.parametrize("at", [0, 63, 64, -1])
def test_what_was_damaged_does_not(tmp_path: Path, at: int) -> None:
    path = tmp_path / "a.kept"
    keep(path, "key", b"words")
    whole = bytearray(path.read_bytes())
    for damaged in (whole[:at], whole[at:], whole + b"x", b""):
        path.write_bytes(damaged if at else damaged[1:])
        assert read_kept(path, "key") is None
    whole[at] ^= 1
    path.write_bytes(whole)
    assert read_kept(path, "key") is None
