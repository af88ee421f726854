"""Real projects of the public, converted: what Docker Compose reads we read, and what we write KubeVela takes."""

from __future__ import annotations

import os
import traceback
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.api import convert
from compose2oam.errors import Compose2OamError
from compose2oam.rules.rulebook import load_rulebook

if TYPE_CHECKING:
    from conftest import Row


def test_every_project_converts_or_is_refused_as_docker_compose_refuses_it(
    rows: list[Row],
    kubevela_findings: Callable[[dict[str, Any]], list[str]],
    rendering_findings: Callable[[dict[str, Any]], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    counts: Callable[[str], None],
) -> None:
    """No traceback, no refusal of our own, no property that KubeVela's schemas do not know, no patch that misses."""
    faults: list[str] = []
    tally: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    rulebook = load_rulebook("kubevela", [])
    for row in rows:
        monkeypatch.chdir(row.folder)
        try:
            application = convert(row.load(), rulebook=rulebook).application.to_dict()
        except Compose2OamError as error:
            tally["refused"] += 1
            places = [finding for finding in error.diagnostics if finding.position]
            if row.loads:
                faults.append(f"{row.name}: refused: {error} {'; '.join(map(str, error.diagnostics))}")
            elif not places:
                faults.append(f"{row.name}: refused without a place: {error}")
            continue
        except Exception:
            tally["crashed"] += 1
            faults.append(f"{row.name}: {traceback.format_exc(limit=-3)}")
            continue
        tally["converted"] += 1
        if not row.loads:
            faults.append(f"{row.name}: converted, though Docker Compose refuses it")
        kinds.update(component["type"] for component in application["spec"]["components"])
        findings = [*kubevela_findings(application), *rendering_findings(application)]
        faults.extend(f"{row.name}: {finding}" for finding in findings)
    counts(f"{len(rows)} configurations: " + ", ".join(f"{tally[key]} {key}" for key in sorted(tally)))
    counts("components: " + ", ".join(f"{number} {kind}" for kind, number in kinds.most_common()))
    assert not faults, f"{len(faults)} faults{os.linesep}" + "\n".join(faults)
    assert tally["converted"] == sum(row.loads for row in rows)
