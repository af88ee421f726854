"""What counts as a change of a file, and when it is told."""

from __future__ import annotations

import os
import pathlib
import shutil
from collections.abc import Callable

import pytest

from compose2oam import api, watching
from compose2oam.errors import ComposeError
from compose2oam.source.record import recorded
from compose2oam.watching import Watcher

PROJECT = """\
name: demo
include: [more/compose.yaml]
services:
  web:
    image: web:1
    env_file: [web.env, {path: maybe.env, required: false}]
    configs: [site]
    secrets: [pin]
    volumes: ["./conf:/conf:ro", "./data:/data"]
  child:
    extends: {file: base.yaml, service: base}
configs: {site: {file: ./site.conf}}
secrets: {pin: {file: ./pin.txt}}
"""
FILES = {
    "compose.yaml": PROJECT,
    "compose.override.yaml": "services: {web: {labels: {a: b}}}\n",
    "more/compose.yaml": "services: {other: {image: 'other:1'}}\n",
    "base.yaml": "services: {base: {image: 'base:1'}}\n",
    "web.env": "A=1\n",
    ".env": "B=1\n",
    "site.conf": "listen 80;\n",
    "pin.txt": "hunter2\n",
    "conf/app.ini": "[a]\n",
    "data/big.db": "x" * 2_000_000,
    "compose2oam.yaml": "namespace: shop\n",
}


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


Changes = Callable[..., list[str]]


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A project that names a file in every way there is."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def clock() -> Clock:
    """The clock of the watcher."""
    return Clock()


@pytest.fixture
def watcher(folder: pathlib.Path, clock: Clock) -> Watcher:
    """One that knows what reading the project and converting it has looked at."""
    found = Watcher(clock)
    with recorded() as record:
        api.convert(api.load(), settings=None)
    found.look_at(record)
    return found


@pytest.fixture
def changes(watcher: Watcher, clock: Clock, folder: pathlib.Path) -> Changes:
    """Look, wait so many seconds, look again; the names of what is told then."""

    def look(seconds: float = watching.CALM_WITHOUT) -> list[str]:
        assert watcher.changed() == []
        clock.now += seconds
        return [str(pathlib.Path(path).relative_to(folder)) for path in watcher.changed()]

    return look


def test_nothing_has_changed_at_first(changes: Changes) -> None:
    """What was read is what there is."""
    assert changes() == []


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith("data/")])
def test_every_file_that_counts_is_watched(changes: Changes, folder: pathlib.Path, name: str) -> None:
    """Compose files however they are named, env files, the side file, and what goes into a ConfigMap or a Secret."""
    (folder / name).write_text((folder / name).read_text() + "# more\n")
    assert changes() == [name]


def test_what_only_the_node_sees_is_not_watched(changes: Changes, folder: pathlib.Path) -> None:
    """A database in a folder that is mounted would change all the time."""
    (folder / "data" / "big.db").write_text("y" * 5_000_000)
    assert changes() == []


@pytest.mark.parametrize("name", ["maybe.env", "conf/new.ini"])
def test_a_file_that_comes_counts(changes: Changes, folder: pathlib.Path, name: str) -> None:
    """One that was looked for and not there, and one in a folder that is taken along."""
    (folder / name).write_text("C=1\n")
    assert [path for path in changes() if name.startswith(path)]


def test_a_new_override_counts(folder: pathlib.Path, clock: Clock) -> None:
    """So does the .env that was not there."""
    for name in ("compose.override.yaml", ".env"):
        (folder / name).unlink()
        watcher = Watcher(clock)
        with recorded() as record:
            api.load()
        watcher.look_at(record)
        (folder / name).write_text(FILES[name])
        watcher.changed()
        clock.now += 1
        assert watcher.changed() == [str(folder / name)]


def test_the_same_content_is_no_change(changes: Changes, folder: pathlib.Path) -> None:
    """A file that is touched, saved again, or taken back and forth is what it was."""
    file = folder / "compose.yaml"
    os.utime(file)
    assert changes() == []
    file.write_text("x")
    file.write_text(PROJECT)
    assert changes() == []


def test_the_same_size_and_time_do_not_hide_a_change(changes: Changes, folder: pathlib.Path) -> None:
    """Clocks of some file systems are coarse."""
    file = folder / "compose.yaml"
    before = file.stat()
    file.write_text(PROJECT.replace("web:1", "web:2"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert changes() == ["compose.yaml"]


def test_several_edits_are_one_change(watcher: Watcher, clock: Clock, folder: pathlib.Path) -> None:
    """As long as something changes, nothing is told; then all of it at once."""
    for number in range(10):
        (folder / "compose.yaml").write_text(f"{PROJECT}# {number}\n")
        if number == 5:
            (folder / "web.env").write_text("A=2\n")
        assert watcher.changed() == []
        clock.now += 0.2
    clock.now += watching.CALM
    assert watcher.changed() == [str(folder / "compose.yaml"), str(folder / "web.env")]


def test_an_editor_that_writes_another_file(watcher: Watcher, clock: Clock, folder: pathlib.Path) -> None:
    """While the file is away nothing is told, and the new one is a change only if it differs."""
    file = folder / "compose.yaml"
    for text, told in ((PROJECT, []), (PROJECT + "#\n", [str(file)])):
        file.rename(folder / "compose.yaml~")
        assert watcher.changed() == []
        clock.now += 0.8
        assert watcher.changed() == []
        (folder / "new").write_text(text)
        (folder / "new").replace(file)
        assert watcher.changed() == []
        clock.now += watching.CALM
        assert watcher.changed() == told


def test_a_file_that_stays_away(changes: Changes, folder: pathlib.Path) -> None:
    """It is a change in the end, and so is its coming back."""
    (folder / "web.env").unlink()
    assert changes() == ["web.env"]


def test_a_folder_that_goes(changes: Changes, folder: pathlib.Path) -> None:
    """Nothing breaks."""
    shutil.rmtree(folder / "conf")
    assert "conf/app.ini" in changes()


def test_after_a_round_that_ended_early(watcher: Watcher, clock: Clock, folder: pathlib.Path) -> None:
    """A file that was not read again still counts, as it is by now."""
    (folder / "web.env").write_text("A=2\n")
    (folder / "compose.yaml").write_text("services: [")
    with recorded() as record:
        watcher.look_at(record)
        with pytest.raises(ComposeError):
            api.load()
    watcher.keep()
    for _ in range(3):
        assert watcher.changed() == []
        clock.now += 2
    (folder / "web.env").write_text("A=3\n")
    watcher.changed()
    clock.now += 1
    assert watcher.changed() == [str(folder / "web.env")]


def test_a_file_is_read_again_only_if_it_may_have_changed(
    watcher: Watcher, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking is cheap."""
    for path in folder.rglob("*"):
        os.utime(path, (0, 0))
    watcher.changed()
    monkeypatch.setattr(watching, "hash_of", lambda _content: pytest.fail("read again"))
    assert watcher.changed() == []


SOURCES = """\
services:
  web:
    image: r.io/web
    build: .
    develop:
      watch:
      - {path: ./src, action: rebuild, ignore: ["*.log", gen/, "**/*.tmp"]}
      - {path: ./only, action: rebuild, include: ["*.py"]}
      - {path: ./package.json, action: rebuild}
      - {path: ./static, action: sync, target: /static}
"""


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("src/a.py", True),
        ("src/deep/b.py", True),
        ("src/new.py", True),
        ("src/a.log", False),
        ("src/deep/a.log", True),
        ("src/gen/a.py", False),
        ("src/deep/x.tmp", False),
        ("src/.git/HEAD", False),
        ("only/a.py", True),
        ("only/a.js", False),
        ("package.json", True),
        ("static/a.js", False),
    ],
)
def test_sources_of_services_that_are_built(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, clock: Clock, name: str, counts: bool
) -> None:
    """`develop.watch` with `rebuild` says for which files; other actions have no way to a cluster."""
    (tmp_path / "compose.yaml").write_text(SOURCES)
    monkeypatch.chdir(tmp_path)
    for path in (
        "src/a.py",
        "src/a.log",
        "src/deep/b.py",
        "src/gen/a.py",
        "src/.git/HEAD",
        "only/a.py",
        "package.json",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("1")
    project = api.load()
    with recorded() as record:
        assert watching.look_at_sources(project) == ["web"]
    watcher = Watcher(clock)
    watcher.look_at(record)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("2")
    watcher.changed()
    clock.now += 2
    assert bool(watcher.changed()) is counts
