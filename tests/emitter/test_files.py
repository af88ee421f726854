"""Files are written whole or not at all, and nothing else is touched."""

from __future__ import annotations

import os
import pathlib
import stat
import sys

import pytest

from compose2oam.emitter import files
from compose2oam.errors import UsageError

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="permission bits need a POSIX system")
NOT_ROOT = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write everywhere; run as another user"
)


def names(folder: pathlib.Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode_of(path: pathlib.Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_holds_the_text_as_utf_8_with_plain_line_breaks(tmp_path: pathlib.Path) -> None:
    files.write(tmp_path / "a.yaml", "ä: 1\nb: 2\n")
    assert (tmp_path / "a.yaml").read_bytes() == "ä: 1\nb: 2\n".encode()
    assert names(tmp_path) == ["a.yaml"]


def test_an_old_file_is_replaced_and_its_neighbours_stay(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a").write_text("old, and longer than the new")
    (tmp_path / "b").write_text("mine")
    files.write(tmp_path / "a", "new")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "new", "b": "mine"}


@POSIX
def test_a_secret_is_private_even_where_an_open_file_stood(tmp_path: pathlib.Path) -> None:
    (tmp_path / "old").write_text("")
    (tmp_path / "old").chmod(0o666)
    for name in ("old", "new"):
        files.write(tmp_path / name, "s3cret", mode=files.PRIVATE)
        assert mode_of(tmp_path / name) == 0o600


@POSIX
def test_a_replaced_file_keeps_its_mode_and_a_new_one_obeys_the_umask(tmp_path: pathlib.Path) -> None:
    (tmp_path / "old").write_text("")
    (tmp_path / "old").chmod(0o640)
    (tmp_path / "ordinary").write_text("")
    files.write(tmp_path / "old", "x")
    files.write(tmp_path / "new", "x")
    assert mode_of(tmp_path / "old") == 0o640
    assert mode_of(tmp_path / "new") == mode_of(tmp_path / "ordinary")


@POSIX
def test_a_link_is_followed_and_stays_a_link(tmp_path: pathlib.Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    files.write(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


@POSIX
def test_a_device_is_written_to_and_not_replaced() -> None:
    files.write(os.devnull, "gone")
    assert stat.S_ISCHR(pathlib.Path(os.devnull).stat().st_mode)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("folder", "it is a folder"),
        ("missing/a", "No such file"),
        ("file/a", "Not a directory"),
        ("x" * 300, "name too long"),
        ("nul\0l", "cannot write"),
        ("loop", "cannot write"),
    ],
)
@POSIX
def test_a_target_that_cannot_be_is_a_clear_error(tmp_path: pathlib.Path, target: str, message: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError, match=message) as caught:
        files.write(tmp_path / target, "x")
    assert repr(target)[1:-1] in caught.value.message
    assert names(tmp_path) == ["file", "folder", "loop"]


@NOT_ROOT
def test_a_write_protected_file_is_not_replaced(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "a").chmod(0o444)
    with pytest.raises(UsageError, match="write-protected"):
        files.write(tmp_path / "a", "new")
    assert (tmp_path / "a").read_text() == "old"


@NOT_ROOT
def test_a_protected_folder_is_a_clear_error(tmp_path: pathlib.Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(UsageError, match="Permission denied"):
        files.write(tmp_path / "a", "x")


def test_one_bad_target_among_many_leaves_all_as_they_were(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError):
        files.write_all([files.OutputFile(tmp_path / "a", "new"), files.OutputFile(tmp_path / "folder", "x")])
    assert (tmp_path / "a").read_text() == "old"
    assert names(tmp_path) == ["a", "folder"]


def test_text_that_no_file_can_hold_leaves_nothing_behind(tmp_path: pathlib.Path) -> None:
    with pytest.raises(UsageError, match="cannot write"):
        files.write(tmp_path / "a", "\ud800")
    assert names(tmp_path) == []


def test_a_rename_that_fails_leaves_no_temporary_file(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: pathlib.Path, target: pathlib.Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pathlib.Path, "replace", refuse)
    with pytest.raises(UsageError, match="No space left"):
        files.write(tmp_path / "a", "x")
    assert names(tmp_path) == []


def test_missing_folders_are_made_on_request(tmp_path: pathlib.Path) -> None:
    files.write_all([files.OutputFile(tmp_path / "base" / "app.yaml", "x")], make_folders=True)
    assert (tmp_path / "base" / "app.yaml").read_text() == "x"
