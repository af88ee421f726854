"""What projects come to, by example; the comparison with Docker Compose itself is in ``tests/parity``."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.source.reader import parse
from compose2oam.source.tree import plain

if TYPE_CHECKING:
    from conftest import Loading

FILE = pathlib.Path(__file__).parent / "loads.yaml"
CASES = plain(parse(FILE.read_text(encoding="utf-8"), FILE.name)[0])


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_project_comes_to(case: dict[str, Any], loading: Loading) -> None:
    """Each value that is named stands in the model; ``null`` for one that must not be there."""
    project = loading(
        case["compose"],
        case.get("files"),
        case.get("env"),
        files=tuple(case.get("main", ["compose.yaml"])),
        profiles=tuple(case.get("profiles", [])),
        services=tuple(case.get("services", [])),
    )
    for path, wanted in case["want"].items():
        found = plain(project.tree)
        for step in path.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        assert found == _here(wanted), path


def _here(value: Any) -> Any:
    """Put the project's folder in the place of ``HERE``."""
    if isinstance(value, dict):
        return {key: _here(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_here(child) for child in value]
    return value.replace("HERE", str(pathlib.Path.cwd())) if isinstance(value, str) else value
