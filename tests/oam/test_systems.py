"""docs/systems.md is true: each piece is an application that the check takes, and it names what must be installed."""

from __future__ import annotations

import pathlib
import re
from typing import Any

import pytest
import yaml

from compose2oam.diagnostics import Severity
from compose2oam.oam.check import check_application

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "systems.md"
SECTIONS = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
SECTION = re.compile(
    r"(?P<title>.*?)\n(?P<words>.*?)```yaml(?P<sort>[^\n]*)\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE
)

# What the issue behind this page asks for, each by a type or a kind of object that only it has.
NAMED = [
    "scaler", "hpa", "keda-auto-scaler", "gateway", "http-route", "istio-vs", "kruise-rollout", "Rollout", "Canary",
    "serving.knative.dev/v1", "openfaas.com/v1", "tekton.dev/v1", "alibaba-redis", "cache.aws.crossplane.io/v1beta1",
    "helmchart", "ref-objects", "topology", "override", "suspend",
]  # fmt: skip


def parts(section: str) -> dict[str, str]:
    """Title, words, sort and text of the piece of a section."""
    found = SECTION.match(section)
    assert found is not None, section
    return found.groupdict()


def application(text: str) -> dict[str, Any]:
    """The application of a piece."""
    metadata = {"name": "shop", "namespace": "shop"}
    spec = yaml.safe_load(text)
    return {"apiVersion": "core.oam.dev/v1beta1", "kind": "Application", "metadata": metadata, "spec": spec}


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.splitlines()[0])
def test_a_piece_is_right_and_its_needs_are_told(section: str) -> None:
    """No finding but what must be installed, and that is what the page says."""
    piece = parts(section)
    found = [one for one in check_application(application(piece["text"])) if one.severity is not Severity.INFO]
    if piece["sort"].strip() == "faulty":
        (fault,) = found
        assert f"error: {fault.message} [{fault.code}]" in section
        assert f"help: {fault.hint}" in section
        return
    needed = set(re.findall(r"\bNeeds ([\w-]+)\.", piece["words"]))
    assert {one.code for one in found} == ({"OAM-133"} if needed else set())
    for name in needed:
        assert any(re.search(rf"with (the addon )?{name} in", one.message) for one in found), found


def test_every_system_is_on_the_page() -> None:
    """Each of those that people ask for."""
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in NAMED if not re.search(rf"(type|kind|apiVersion): {re.escape(name)}\b", text)] == []
