"""Small ways to import in a test."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

from compose2oam import api
from compose2oam.emitter import yaml
from compose2oam.importing import Imported, import_application
from compose2oam.model.compose import Project
from compose2oam.source.reader import parse

Import = Callable[..., Imported]
Bring = Callable[..., Imported]
Reload = Callable[[Imported], Project]


@pytest.fixture
def bring() -> Import:
    """Import the text of manifests."""

    def from_text(text: str, **options: Any) -> Imported:
        return import_application(parse(text, "app.yaml"), **options)

    return from_text


@pytest.fixture
def application() -> Bring:
    """Import an application of components, the first called `web` if it has no name, with manifests beside it."""

    def of_components(
        *components: Mapping[str, Any],
        beside: Iterable[Mapping[str, Any]] = (),
        metadata: Mapping[str, Any] | None = None,
        with_files: bool = True,
        **spec: Any,
    ) -> Imported:
        manifest = {
            "apiVersion": "core.oam.dev/v1beta1",
            "kind": "Application",
            "metadata": {"name": "demo", **(metadata or {})},
            "spec": {"components": [{"name": "web", **component} for component in components], **spec},
        }
        return import_application([manifest, *beside], with_files=with_files)

    return of_components


@pytest.fixture
def reload(tmp_path: pathlib.Path) -> Reload:
    """Write an import to a folder and load it as a Compose project; the secrets get dummy values."""

    def from_import(made: Imported) -> Project:
        folder = tmp_path / "imported"
        values = {secret["file"]: b"-" for secret in (made.tree.get("secrets") or {}).values() if "file" in secret}
        files: Mapping[str, bytes] = {**values, **{path: content for path, (content, _) in made.files.items()}}
        for path, content in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            if path in made.files and made.files[path][1]:
                place.chmod(0o755)
        folder.mkdir(exist_ok=True)
        (folder / "compose.yaml").write_text(yaml.dump([made.tree]), encoding="utf-8")
        return api.load(folder / "compose.yaml", environment={})

    return from_import
