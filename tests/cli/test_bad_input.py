"""Bad input is answered with a message that fits on a screen and says where, never with a traceback."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import CommandLine

CASES = yaml.safe_load((pathlib.Path(__file__).parent / "bad_input.yaml").read_text(encoding="utf-8"))
SCREEN = 24


def lay_out(folder: pathlib.Path, files: dict[str, Any]) -> None:
    """Write the files of a case."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.mkdir()
        elif isinstance(content, dict):
            path.write_bytes(bytes.fromhex(content["hex"]))
        else:
            path.write_bytes(content.encode())


def test_the_table_is_well_formed() -> None:
    """A misspelt key in the table would test nothing."""
    assert all(set(case) <= {"title", "files", "run", "exit", "place", "says"} for case in CASES)
    assert len({case["title"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"].replace(" ", "-"))
def test_bad_input(case: dict[str, Any], cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """One screen on standard error, the place, the words, the exit status; nothing on standard output."""
    lay_out(tmp_path, case.get("files", {}))
    done = cli("convert", *case.get("run", []), cwd=tmp_path)
    assert "Traceback" not in done.stderr
    assert done.returncode == case.get("exit", 3), done.stderr
    assert done.stdout == ""
    assert 1 <= len(done.stderr.splitlines()) <= SCREEN
    if place := case.get("place"):
        assert any(line.startswith((f"{place}:", f"{place} ")) for line in done.stderr.splitlines()), done.stderr
    missing = [words for words in case.get("says", []) if words not in done.stderr]
    assert not missing, done.stderr


def test_an_env_file_without_permission(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """A file that may not be read is told apart from one that is not there."""
    lay_out(tmp_path, {"compose.yaml": "services:\n  web:\n    image: a\n    env_file: web.env\n", "web.env": "A=1\n"})
    secret = tmp_path / "web.env"
    secret.chmod(0)
    try:
        secret.read_bytes()
    except PermissionError:
        done = cli("convert", cwd=tmp_path)
    else:
        pytest.skip("needs a user who is bound by file permissions (not root)")
    assert done.returncode == 3
    assert "compose.yaml:4:5" in done.stderr
    assert "permission" in done.stderr.lower()
