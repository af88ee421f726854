"""What is written is for the user alone where it holds a secret, whole or not there, and where the user said."""

from __future__ import annotations

import os
import pathlib
import stat
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from compose2oam.emitter import files
from compose2oam.errors import UsageError

if TYPE_CHECKING:
    from conftest import CommandLine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="permission bits need a POSIX system")

COMPOSE = """
services:
  web: {image: a, secrets: [s], configs: [c]}
secrets: {s: {file: s.txt}}
configs: {c: {content: x}}
"""


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Iterator[pathlib.Path]:
    """A project with a secret, and a user whose files all may read and write."""
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "compose.yaml").write_text(COMPOSE)
    (folder / "s.txt").write_text("s3kr1t")
    before = os.umask(0)
    yield folder
    os.umask(before)


def modes(folder: pathlib.Path) -> dict[str, int]:
    """The permissions of the files of a folder."""
    return {
        path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("words", [["-o", "out/"], ["-o", "out/", "--format", "kustomize"], ["-o", "app.yaml"]])
def test_only_the_user_can_read_a_file_with_secrets(words: list[str], project: pathlib.Path, cli: CommandLine) -> None:
    """In every way to write one, and whatever the umask; no other file holds one."""
    done = cli("convert", "--with-secrets", *words, cwd=project)
    assert done.returncode == 0, done.stderr
    found = modes(project)
    secret = [name for name in found if "kind: Secret" in (project / name).read_text()]
    assert secret
    assert {found[name] for name in secret} == {0o600}
    assert all(found[name] & 0o600 == 0o600 for name in found)


def test_a_file_that_was_open_is_closed(project: pathlib.Path, cli: CommandLine) -> None:
    """Where secrets are written over a file that all could read."""
    assert cli("convert", "--with-secrets", "-o", "out/", cwd=project).returncode == 0
    for name in modes(project / "out"):
        (project / "out" / name).chmod(0o666)
        (project / "out" / name).write_text("old")
    assert cli("convert", "--with-secrets", "-o", "out/", cwd=project).returncode == 0
    found = modes(project / "out")
    secret = [name for name in found if "kind: Secret" in (project / "out" / name).read_text()]
    assert {found[name] for name in secret} == {0o600}


def test_the_cache_is_the_user_s_alone(project: pathlib.Path, cli: CommandLine) -> None:
    """A folder of mode 0700 with files of mode 0600, which hold nothing of the project."""
    place = project / "cache"
    # Rules that were read already are not read again: a target that no other test has asked for.
    (project / "rules" / "kubevela").mkdir(parents=True)
    done = cli("convert", "--mappings", "rules", cwd=project, environment={"COMPOSE2OAM_CACHE": str(place)})
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert set(modes(place).values()) == {0o600}
    assert not [path for path in place.iterdir() if b"s3kr1t" in path.read_bytes()]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a link to another user")
@pytest.mark.parametrize("name", ["link", "folder/app.yaml"])
def test_no_link_of_another_user_is_followed_where_all_may_write(name: str, tmp_path: pathlib.Path) -> None:
    """As in /tmp: it would lead to a file of ours that the other one chose."""
    shared, own = tmp_path / "shared", tmp_path / "own"
    shared.mkdir()
    shared.chmod(0o1777)
    own.mkdir()
    (own / "app.yaml").write_text("mine")
    (shared / "link").symlink_to(own / "app.yaml")
    (shared / "folder").symlink_to(own)
    for link in ("link", "folder"):
        os.lchown(shared / link, 12345, 12345)
    with pytest.raises(UsageError, match="is a link of another user"):
        files.write(shared / name, "s3kr1t", mode=files.PRIVATE)
    assert (own / "app.yaml").read_text() == "mine"


@pytest.mark.parametrize("mode", [0o1777, 0o755])
def test_one_s_own_link_is_followed(mode: int, tmp_path: pathlib.Path) -> None:
    """Also in such a folder."""
    (tmp_path / "real").write_text("old")
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(mode)
    (tmp_path / "shared" / "link").symlink_to(tmp_path / "real")
    files.write(tmp_path / "shared" / "link", "new")
    assert (tmp_path / "real").read_text() == "new"
