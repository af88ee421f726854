"""Small ways to write rules and projects in a test."""

from __future__ import annotations

import pathlib
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from compose2oam import api
from compose2oam.api import Conversion
from compose2oam.errors import RuleError
from compose2oam.model.compose import Project
from compose2oam.rules import rulebook as rulebooks
from compose2oam.rules.layers import Layer
from compose2oam.rules.rule import Rule, compile_rule
from compose2oam.rules.rulebook import Rulebook, load_rulebook
from compose2oam.source.position import Position
from compose2oam.source.reader import parse

Write = Callable[[Mapping[str, str]], pathlib.Path]
Load = Callable[..., Project]
Convert = Callable[..., Conversion]
ReadRule = Callable[..., Rule]
Ours = Callable[..., Conversion]


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The rules that ship."""
    return load_rulebook()


Known = tuple[dict[pathlib.Path, Any], dict[int, Rule]]


@pytest.fixture(scope="session")
def _known() -> Known:
    """What the files that ship hold, and the rules that were made of it."""
    return {}, {}


@pytest.fixture
def shipped_once(_known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read and compile the rules that ship once for all tests that only lay others over them."""
    documents, rules = _known
    document, compiled = Layer.document, rulebooks.compile_rule

    def read(layer: Layer, path: pathlib.Path) -> Any:
        if not layer.shipped:
            return document(layer, path)
        if path not in documents:
            documents[path] = document(layer, path)
        return documents[path]

    def compile_once(node: Any, group: str, position: Position) -> Rule:
        # What is read once is there as long as the tests are, so that its id is its own.
        if id(node) not in rules:
            rule = compiled(node, group, position)
            if not any(node is known for known, _ in documents.values()):
                return rule
            rules[id(node)] = rule
        return rules[id(node)]

    monkeypatch.setattr(Layer, "document", read)
    monkeypatch.setattr(rulebooks, "compile_rule", compile_once)


@pytest.fixture
def write(tmp_path: pathlib.Path) -> Write:
    """Write files below a folder of their own, their text dedented, and return the folder."""

    def in_folder(files: Mapping[str, str]) -> pathlib.Path:
        folder = tmp_path / "rules"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        folder.mkdir(exist_ok=True)
        return folder

    return in_folder


@pytest.fixture
def load(tmp_path: pathlib.Path) -> Load:
    """Load Compose text as the project ``demo``, with further files beside it."""

    def from_text(text: str, files: Mapping[str, str | bytes] | None = None, **options: Any) -> Project:
        folder = tmp_path / "demo"
        folder.mkdir(exist_ok=True)
        for name, content in (files or {}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        file = folder / "compose.yaml"
        file.write_text(textwrap.dedent(text), encoding="utf-8")
        return api.load(file, **{"environment": {"HOME": "/home/nobody"}, **options})

    return from_text


@pytest.fixture
def convert(load: Load, rulebook: Rulebook) -> Convert:
    """Convert Compose text with the rules that ship."""

    def from_text(text: str, files: Mapping[str, str | bytes] | None = None, **options: Any) -> Conversion:
        return api.convert(load(text, files), rulebook=rulebook, **options)

    return from_text


@pytest.fixture
def ours(write: Write, load: Load, shipped_once: None) -> Ours:
    """Convert with rules of a test's own: what each says beside code, title and why, by folder, group and number."""

    def run(text: str, rules: Mapping[str, str], disable: str = "") -> Conversion:
        files = {"overlay.yaml": f"disable: [{disable}]\n"}
        for place, rule in rules.items():
            code = f"MY-{place.rpartition('/')[2]}"
            files[f"{place}.yaml"] = f"code: {code}\ntitle: ours\nwhy: to see\n{rule}"
        return api.convert(load(text), mappings=[write(files)])

    return run


def read_rule(text: str, group: str = "deploy") -> Rule:
    """Read one rule from its text."""
    (node,) = parse(textwrap.dedent(text), "rule.yaml", strict=True, error=RuleError) or [None]
    return compile_rule(node, group, Position("rule.yaml", 1, 1))


@pytest.fixture(name="read_rule", scope="session")
def _read_rule() -> ReadRule:
    """Read one rule from its text; it stands in ``rule.yaml``."""
    return read_rule


def component_of(conversion: Conversion, name: str) -> dict[str, Any]:
    """The manifest of one component."""
    (found,) = (item.to_dict() for item in conversion.application.components if item.name == name)
    return found


@pytest.fixture(scope="session")
def component() -> Callable[[Conversion, str], dict[str, Any]]:
    """Get the manifest of one component of a conversion."""
    return component_of


def trait_of(conversion: Conversion, name: str, kind: str) -> Any:
    """The properties of one trait of a component, ``None`` where it has none of that type."""
    traits = component_of(conversion, name).get("traits", [])
    return next((trait["properties"] for trait in traits if trait["type"] == kind), None)


@pytest.fixture(scope="session")
def trait() -> Callable[[Conversion, str, str], Any]:
    """Get the properties of one trait of one component."""
    return trait_of


def objects_of(conversion: Conversion, kind: str) -> dict[str, dict[str, Any]]:
    """The objects of one kind that travel inside the application, by name."""
    return {
        item["metadata"]["name"]: item
        for part in conversion.application.components
        for item in part.properties.get("objects", ())
        if item["kind"] == kind
    }


@pytest.fixture(scope="session")
def objects() -> Callable[[Conversion, str], dict[str, dict[str, Any]]]:
    """Get the objects of one kind of a conversion, by name."""
    return objects_of
