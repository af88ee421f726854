"""The cache folder: nobody else's files are believed, and nothing that goes wrong there is anybody's trouble."""

from __future__ import annotations

import os
import pathlib
import sys
import threading

import pytest

from compose2oam.source import cachefile

LINES = [b"one", b"two"]
only_posix = pytest.mark.skipif(sys.platform == "win32", reason="needs file modes: run it on Linux or macOS")


@pytest.fixture(autouse=True)
def place(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A cache folder of the test's own, not made yet."""
    monkeypatch.setenv("COMPOSE2OAM_CACHE", str(tmp_path / "deep" / "cache"))
    return tmp_path / "deep" / "cache"


def the_file(place: pathlib.Path) -> pathlib.Path:
    (found,) = place.iterdir()
    return found


def test_what_is_written_is_read_by_its_key_alone() -> None:
    cachefile.write("a", LINES)
    assert cachefile.read("a") == LINES
    assert cachefile.read("b") is None


@pytest.mark.parametrize("word", ["", "off", "OFF"])
def test_a_user_can_switch_it_off(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPOSE2OAM_CACHE", word)
    cachefile.write("a", LINES)
    assert cachefile.folder() is None
    assert cachefile.read("a") is None


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/caches"}, "/caches/compose2oam"),
        ("linux", {"HOME": "/home/ann"}, "/home/ann/.cache/compose2oam"),
        ("linux", {"HOME": "/home/ann", "XDG_CACHE_HOME": "relative"}, "/home/ann/.cache/compose2oam"),
        ("darwin", {"HOME": "/Users/ann", "XDG_CACHE_HOME": "/caches"}, "/Users/ann/Library/Caches/compose2oam"),
        ("win32", {"LOCALAPPDATA": "/Users/ann/AppData/Local"}, "/Users/ann/AppData/Local/compose2oam"),
        ("win32", {}, None),
        ("linux", {"HOME": "elsewhere"}, None),
    ],
)
def test_each_system_has_its_folder_for_caches(
    platform: str, variables: dict[str, str], expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cachefile.sys, "platform", platform)
    for name in ("COMPOSE2OAM_CACHE", "XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cachefile.folder() == (pathlib.Path(expected) if expected else None)


def test_a_system_that_knows_no_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> pathlib.Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(cachefile.sys, "platform", "linux")
    monkeypatch.delenv("COMPOSE2OAM_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(pathlib.Path, "home", homeless)
    assert cachefile.folder() is None


@pytest.mark.parametrize("size", [0, 1, 30, -1])
def test_a_truncated_file_counts_for_nothing_and_is_written_again(size: int, place: pathlib.Path) -> None:
    cachefile.write("a", LINES)
    whole = the_file(place).read_bytes()
    the_file(place).write_bytes(whole[:size])
    assert cachefile.read("a") is None
    cachefile.write("a", LINES)
    assert the_file(place).read_bytes() == whole


def test_a_damaged_file_counts_for_nothing(place: pathlib.Path) -> None:
    cachefile.write("a", LINES)
    the_file(place).write_bytes(the_file(place).read_bytes().replace(b"two", b"tow"))
    assert cachefile.read("a") is None


def test_a_foreign_file_or_one_under_another_name_counts_for_nothing(place: pathlib.Path) -> None:
    cachefile.write("a", LINES)
    ours = the_file(place)
    cachefile.write("b", LINES)
    (other,) = set(place.iterdir()) - {ours}
    ours.replace(other)
    ours.write_bytes(b"#!/bin/sh\n")
    assert cachefile.read("a") is None
    assert cachefile.read("b") is None


@only_posix
@pytest.mark.parametrize("mode", [0o666, 0o620])
def test_a_file_that_others_can_write_is_not_read(mode: int, place: pathlib.Path) -> None:
    cachefile.write("a", LINES)
    the_file(place).chmod(mode)
    assert cachefile.read("a") is None


@only_posix
@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770])
def test_a_folder_that_others_can_write_is_neither_read_nor_written(mode: int, place: pathlib.Path) -> None:
    cachefile.write("a", LINES)
    place.chmod(mode)
    assert cachefile.read("a") is None
    cachefile.write("b", LINES)
    assert len(list(place.iterdir())) == 1


@only_posix
def test_what_belongs_to_somebody_else_is_neither_read_nor_written(
    place: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cachefile.write("a", LINES)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert cachefile.read("a") is None
    cachefile.write("b", LINES)
    assert len(list(place.iterdir())) == 1


@only_posix
def test_nobody_else_can_read_what_is_written(place: pathlib.Path) -> None:
    cachefile.write("a", LINES)
    assert place.stat().st_mode & 0o777 == 0o700
    assert the_file(place).stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path: pathlib.Path) -> None:
    (tmp_path / "deep").write_text("a file is in its place")
    cachefile.write("a", LINES)
    assert cachefile.read("a") is None


@pytest.mark.parametrize("call", ["open", "fdopen"])
def test_a_full_or_read_only_disk_is_done_without(
    call: str, place: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no space left, or none to write to")

    with monkeypatch.context() as patch:
        patch.setattr(cachefile.os, call, refuse)
        cachefile.write("a", LINES)
    assert list(place.iterdir()) == []


def test_a_reader_never_sees_half_a_file_while_many_write_it() -> None:
    lines = [b"x" * 5000] * 200
    seen: list[list[bytes] | None] = []
    writers = [threading.Thread(target=cachefile.write, args=("a", lines)) for _ in range(8)]
    for writer in writers:
        writer.start()
        seen.append(cachefile.read("a"))
    for writer in writers:
        writer.join()
    assert all(found in (None, lines) for found in seen)
    assert cachefile.read("a") == lines


def test_files_that_are_not_used_make_room_and_those_of_others_stay(place: pathlib.Path) -> None:
    place.mkdir(parents=True, mode=0o700)
    (place / "notes.txt").write_text("mine")
    for number in range(cachefile.KEPT):
        earlier = set(place.iterdir())
        cachefile.write(str(number), LINES)
        (made,) = set(place.iterdir()) - earlier
        os.utime(made, (1_000_000 + number, 1_000_000 + number))
    assert cachefile.read("0") == LINES
    cachefile.write("new", LINES)
    assert len(list(place.iterdir())) == cachefile.KEPT + 1
    assert (place / "notes.txt").read_text() == "mine"
    assert [key for key in ("0", "1", "2", "new") if cachefile.read(key)] == ["0", "2", "new"]
