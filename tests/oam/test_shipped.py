"""Definitions from the cache are the definitions from their files, and a file that changes is read anew."""

from __future__ import annotations

import os
import pathlib

import pytest

from compose2oam.errors import InputError
from compose2oam.oam import shipped
from compose2oam.oam.catalogue import VERSION

CATALOGUE = pathlib.Path(shipped.__file__).parent / "catalogue"
FOLDERS = [CATALOGUE / VERSION, *sorted(path for path in (CATALOGUE / "addons").iterdir() if path.is_dir())]


@pytest.fixture(autouse=True)
def place(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A cache folder of the test's own, in a process that has read nothing yet."""
    monkeypatch.setenv("COMPOSE2OAM_CACHE", str(tmp_path / "cache"))
    shipped._lines.cache_clear()
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with one definition."""
    made = tmp_path / "definitions"
    (made / "trait").mkdir(parents=True)
    (made / "trait" / "ours.yaml").write_text("kind: trait\nname: ours\n")
    return made


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_file_that_ships_comes_back(folder: pathlib.Path) -> None:
    """Spelt with their types: JSON has no dates, and no keys but texts."""
    for path in sorted(folder.rglob("*.yaml")):
        expected = repr(shipped.read_yaml(path))
        assert repr(shipped.read(path, folder)) == expected
        shipped._lines.cache_clear()
        assert repr(shipped.read(path, folder)) == expected


def test_the_second_process_reads_no_yaml(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = shipped.read(folder / "trait" / "ours.yaml", folder)
    shipped._lines.cache_clear()
    monkeypatch.setattr(shipped, "read_yaml", None)
    assert shipped.read(folder / "trait" / "ours.yaml", folder) == first == {"kind": "trait", "name": "ours"}


def test_a_file_that_changed_is_read_anew(folder: pathlib.Path) -> None:
    path = folder / "trait" / "ours.yaml"
    shipped.read(path, folder)
    path.write_text("kind: trait\nname: hers\n")  # as long as before
    os.utime(path, ns=(1, 1))
    shipped._lines.cache_clear()
    assert shipped.read(path, folder) == {"kind": "trait", "name": "hers"}


def test_another_version_of_the_program_reads_its_own(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped.read(folder / "trait" / "ours.yaml", folder)
    shipped._lines.cache_clear()
    monkeypatch.setattr(shipped, "__version__", "9.9.9")
    monkeypatch.setattr(shipped, "read_yaml", lambda path: path.name)
    assert shipped.read(folder / "trait" / "ours.yaml", folder) == "ours.yaml"


def test_without_a_cache_only_the_file_that_is_asked_for_is_read(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPOSE2OAM_CACHE", "off")
    (folder / "trait" / "broken.yaml").write_text("[")
    assert shipped.read(folder / "trait" / "ours.yaml", folder) == {"kind": "trait", "name": "ours"}
    with pytest.raises(InputError, match=r"broken\.yaml: cannot be read"):
        shipped.read(folder / "trait" / "broken.yaml", folder)
