"""Real projects of the public for the other targets: whatever converts for KubeVela does for these, and is valid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.api import convert
from compose2oam.rules.rulebook import load_rulebook

if TYPE_CHECKING:
    from conftest import Row


@pytest.mark.parametrize("target", ["kubernetes", "oam-v1alpha2"])
def test_every_project_gives_valid_manifests(
    target: str,
    rows: list[Row],
    kubernetes_findings: Callable[[dict[str, Any]], list[str]],
    v1alpha2_findings: Callable[[dict[str, Any]], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    counts: Callable[[str], None],
) -> None:
    """No field that the API, or the runtime, does not know; every object once."""
    findings = {"kubernetes": kubernetes_findings, "oam-v1alpha2": v1alpha2_findings}[target]
    rulebook = load_rulebook(target)
    faults: list[str] = []
    kinds: Counter[str] = Counter()
    for row in (row for row in rows if row.loads):
        monkeypatch.chdir(row.folder)
        made = convert(row.load(), rulebook=rulebook)
        names = [(document["kind"], document["metadata"]["name"]) for document in made.documents]
        faults += [
            f"{row.name}: {kind} {name} is there twice" for kind, name in set(names) if names.count((kind, name)) > 1
        ]
        for document in (*made.documents, *made.secrets):
            held = document["spec"]["workload"] if document["kind"] == "Component" else document
            kinds[held["kind"]] += 1
            faults += [f"{row.name}: {finding}" for finding in findings(dict(document))]
    counts(f"{target}: " + ", ".join(f"{number} {kind}" for kind, number in kinds.most_common()))
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults)
