"""A project written as text, and what it becomes, by the names that a user knows."""

from __future__ import annotations

import json
import pathlib
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import pytest

import compose2oam
from compose2oam.api import Conversion
from compose2oam.model.path import render
from compose2oam.rules.rulebook import Rulebook, load_rulebook
from compose2oam.rules.settings import Settings


class Converted:
    """What a project became, as plain data."""

    def __init__(self, conversion: Conversion) -> None:
        self.conversion = conversion
        self.documents: list[dict[str, Any]] = json.loads(json.dumps(conversion.documents))
        (self.application,) = (item for item in self.documents if item["kind"] == "Application")
        self.components = {item["name"]: item for item in self.application["spec"]["components"]}
        self.secrets: list[dict[str, Any]] = json.loads(json.dumps(conversion.secrets))

    def properties(self, name: str) -> dict[str, Any]:
        """The properties of a component."""
        found: dict[str, Any] = self.components[name]["properties"]
        return found

    def trait(self, name: str, kind: str) -> dict[str, Any]:
        """The properties of a component's trait, empty where there is none."""
        traits = {item["type"]: item["properties"] for item in self.components[name].get("traits", [])}
        found: dict[str, Any] = traits.get(kind, {})
        return found

    def pod(self, name: str) -> dict[str, Any]:
        """The pod fields that a component's merge patch sets."""
        patch = self.trait(name, "json-merge-patch")
        found: dict[str, Any] = patch.get("spec", {}).get("template", {}).get("spec", {})
        return found

    def container(self, name: str) -> dict[str, Any]:
        """The container fields that a component's JSON patch adds, by the last part of their path."""
        start = "/spec/template/spec/containers/0/"
        operations = self.trait(name, "json-patch").get("operations", [])
        return {item["path"][len(start) :]: item["value"] for item in operations if item["path"].startswith(start)}

    def words(self, name: str) -> list[str]:
        """The arguments of a component's program, wherever its type takes them."""
        found: list[str] = self.properties(name).get("args") or self.trait(name, "command").get("args") or []
        return found

    def probe(self, name: str) -> dict[str, Any]:
        """A component's readiness probe."""
        found: dict[str, Any] = self.properties(name)["readinessProbe"]
        return found

    def variables(self, name: str) -> dict[str, str]:
        """A component's environment."""
        return {item["name"]: item["value"] for item in self.properties(name)["env"]}

    def mounts(self, name: str, kind: str) -> dict[str, dict[str, Any]]:
        """A component's mounts of a kind (``secret``, ``configMap``, ``pvc``, ``emptyDir``), by path."""
        return {item["mountPath"]: item for item in self.properties(name)["volumeMounts"][kind]}

    def objects(self, kind: str) -> dict[str, dict[str, Any]]:
        """The objects of a kind that stand beside the components, by name."""
        beside = [item for part in self.components.values() for item in part["properties"].get("objects", [])]
        return {item["metadata"]["name"]: item for item in beside if item["kind"] == kind}

    def said(self, path: str) -> str:
        """What the diagnostics say of a place, one line each."""
        return "\n".join(item.message for item in self.conversion.diagnostics if render(item.path) == path)


Convert = Callable[..., Converted]
Write = Callable[[Mapping[str, str]], None]


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The rules that ship, read once."""
    return load_rulebook()


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """The folder of the project, which is called ``demo``."""
    path = tmp_path / "demo"
    path.mkdir()
    return path


@pytest.fixture
def write(folder: pathlib.Path) -> Write:
    """Write files below the project's folder, their text dedented."""

    def below(files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")

    return below


@pytest.fixture
def convert(folder: pathlib.Path, write: Write, rulebook: Rulebook) -> Convert:
    """Convert the project of a Compose text and of files beside it."""

    def converted(
        text: str, files: Mapping[str, str] | None = None, settings: Settings | None = None, **options: Any
    ) -> Converted:
        write({"compose.yaml": text, **(files or {})})
        project = compose2oam.load(folder / "compose.yaml", **{"environment": {}, **options})
        return Converted(compose2oam.convert(project, rulebook=rulebook, settings=settings))

    return converted


@pytest.fixture
def found(folder: pathlib.Path, write: Write, rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch) -> Convert:
    """Convert the project that is found in a folder of files, as without ``-f``."""

    def converted(files: Mapping[str, str], **options: Any) -> Converted:
        write(files)
        monkeypatch.chdir(folder)
        options = {"environment": {}, **options}
        return Converted(compose2oam.convert(compose2oam.load(**options), rulebook=rulebook))

    return converted
