"""Projects in a temporary folder, and how they are loaded."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from compose2oam.loader import LoadOptions, load
from compose2oam.model.compose import Project

Loading = Callable[..., Project]


@pytest.fixture
def loading(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Loading:
    """Write files into a folder ``demo``, and load the project that they are."""
    folder = tmp_path / "demo"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def run(
        compose: str,
        more: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Project:
        for name, text in {"compose.yaml": compose, **(more or {})}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return load(LoadOptions(**{"files": ("compose.yaml",), "environment": environment or {}, **options}))

    return run
