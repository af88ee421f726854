"""Reading a file says clearly why it cannot be read."""

from __future__ import annotations

import io
import os
import pathlib
import sys

import pytest

from compose2oam.errors import ComposeError, RuleError
from compose2oam.source import files
from compose2oam.source.files import read_text
from compose2oam.source.position import Position


def fault(path: pathlib.Path | str, **options: object) -> str:
    with pytest.raises(ComposeError) as caught:
        read_text(path, "f", **options)  # type: ignore[arg-type]
    (found,) = caught.value.diagnostics
    assert found.hint
    return str(found)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\xc3\xa9", "a\u00e9"),
        (b"\xef\xbb\xbfa", "a"),
        ("a\u00e9".encode("utf-16"), "a\u00e9"),
        (b"\xfe\xff\x00a", "a"),
        (b"a\r\nb", "a\r\nb"),
        (b"", ""),
    ],
)
def test_text_is_decoded(tmp_path: pathlib.Path, data: bytes, text: str) -> None:
    file = tmp_path / "f"
    file.write_bytes(data)
    assert read_text(file) == text


def test_standard_input_is_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a: 1")))
    assert read_text("-") == "a: 1"


def test_a_missing_file(tmp_path: pathlib.Path) -> None:
    assert fault(tmp_path / "none") == "error: f does not exist [CF-100]"


def test_a_missing_folder_on_the_way(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").touch()
    assert "a part of its path is no directory" in fault(tmp_path / "file" / "f")


def test_the_place_that_names_the_file_is_told(tmp_path: pathlib.Path) -> None:
    assert fault(tmp_path / "none", at=Position("g", 3, 5)).startswith("g:3:5: error: f does not exist")


def test_a_directory(tmp_path: pathlib.Path) -> None:
    assert fault(tmp_path) == "error: f is a directory [CF-100]"


def test_a_loop_of_links(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert "form a loop" in fault(tmp_path / "a")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything; run the tests as another user")
def test_a_file_that_may_not_be_read(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "f"
    file.touch(mode=0)
    assert "permission denied" in fault(file)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_an_impossible_name(name: str) -> None:
    assert "[CF-100]" in fault(name)


def test_binary_data(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"\x7fELF\0\0")
    assert fault(file) == "f:1:5: error: f is no text file: it contains zero bytes [CF-111]"


def test_another_encoding_is_refused_with_its_place(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"a: 1\nb: \xff\n")
    assert fault(file) == "f:2:4: error: f is no UTF-8 text: byte 0xff at line 2 [CF-111]"


def test_another_encoding_is_read_where_that_is_asked_for(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"a=\xff")
    assert read_text(file, lenient=True) == "a=\ufffd"


def test_a_file_that_is_too_large(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"x" * 11)
    assert read_text(file, limit=11) == "x" * 11
    assert fault(file, limit=10) == "error: f is larger than 10 bytes [CF-112]"


@pytest.mark.skipif(not pathlib.Path("/dev/zero").exists(), reason="needs /dev/zero")
def test_a_device_that_never_ends() -> None:
    assert "larger than" in fault("/dev/zero", limit=1000, pipes=True)
    assert fault("/dev/zero") == "error: f cannot be read: it is a pipe or a device [CF-100]"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a POSIX system, which has named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: pathlib.Path) -> None:
    os.mkfifo(tmp_path / "f")
    assert fault(tmp_path / "f") == "error: f cannot be read: it is a pipe or a device [CF-100]"
    with pytest.raises(OSError, match="pipe"):
        files.read_bytes(tmp_path / "f")


def test_the_null_device_is_empty() -> None:
    assert read_text(os.devnull) == ""


def test_the_caller_chooses_the_error(tmp_path: pathlib.Path) -> None:
    with pytest.raises(RuleError):
        read_text(tmp_path / "none", error=RuleError)


def test_the_limit_is_generous() -> None:
    assert files.MAX_BYTES >= 16 * 1024 * 1024


@pytest.mark.parametrize("name", ["n" * 300, "a\0b", "no/such/place", "x" * 5000])
def test_what_cannot_be_looked_at_is_not_there(name: str, tmp_path: pathlib.Path) -> None:
    """A path of a hostile file is no reason to crash, whatever the file system says of it."""
    path = f"{tmp_path}/{name}"
    assert not any(look(path) for look in (files.exists, files.is_file, files.is_folder, files.is_link))


def test_what_is_there(tmp_path: pathlib.Path) -> None:
    """Links are followed, unless a link is asked for."""
    (tmp_path / "f").write_text("")
    (tmp_path / "l").symlink_to("f")
    (tmp_path / "gone").symlink_to("nothing")
    assert files.is_folder(tmp_path)
    assert files.is_file(tmp_path / "f")
    assert files.is_file(tmp_path / "l")
    assert files.is_link(tmp_path / "l")
    assert not files.is_link(tmp_path / "f")
    assert files.is_link(tmp_path / "gone")
    assert not files.exists(tmp_path / "gone")
